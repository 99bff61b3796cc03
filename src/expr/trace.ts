/**
 * What one callback built. A condition that nobody used means `&&`, `||` or `!` was written for `.and()`, `.or()`, `.not()`: JavaScript drops one side in
 * silence. Stacks are not kept (they would be most of the cost of building): to tell where the condition was written, the callback runs once more.
 */
import { callSite, printCallSite } from '../errors/index.ts'
import type { ExprNode } from './node.ts'

interface Trace {
  /** Condition -> its number in the order they were built. */
  readonly unused: Map<ExprNode, number>
  built: number
  /** Asks where the condition of this number is written. */
  readonly wanted?: number
  at?: string | undefined
}
let trace: Trace | undefined

/** Runs a callback and what checks its result; conditions built inside are watched. */
export function traced<T>(run: () => T): T {
  return within({ unused: new Map(), built: 0 }, run)
}

function within<T>(mine: Trace, run: () => T): T {
  const before = trace
  trace = mine
  try {
    return run()
  } finally {
    trace = before
  }
}

/** A new condition, not used yet. */
export function watch(node: ExprNode): void {
  if (trace === undefined) return
  trace.built++
  trace.unused.set(node, trace.built)
  if (trace.built === trace.wanted) trace.at = printCallSite(callSite())
}

/** The node became a part of something. */
export function use(node: ExprNode): void {
  if (trace !== undefined && trace.unused.size > 0) trace.unused.delete(node)
}

/** The first condition that was built and not used, and where; `again` is the callback. */
export function leftover(again: () => unknown): { readonly node: ExprNode; readonly at: string | undefined } | undefined {
  const [first] = trace?.unused ?? []
  if (first === undefined) return undefined
  const [node, wanted] = first
  const search: Trace = { unused: new Map(), built: 0, wanted }
  try {
    within(search, again)
  } catch {
    // A callback that does something else the second time has no line to show; the error about the first run is what matters.
  }
  return { node, at: search.at }
}
