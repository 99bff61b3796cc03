/**
 * What one callback built. A condition that nobody used means `&&`, `||` or `!` was written for `.and()`, `.or()`, `.not()`: JavaScript drops one side in
 * silence. Where it was written is kept as an unread stack, which costs little; its text is made when there is an error to show.
 */
import type { ExprNode } from './node.ts'

interface Stack {
  stack?: string
}
interface Trace {
  readonly unused: Map<ExprNode, Stack>
}
let trace: Trace | undefined

/** Runs a callback and what checks its result; conditions built inside are watched. */
export function traced<T>(run: () => T): T {
  const before = trace
  trace = { unused: new Map() }
  try {
    return run()
  } finally {
    trace = before
  }
}

/** A new condition, not used yet. */
export function watch(node: ExprNode): void {
  if (trace === undefined) return
  const holder: Stack = {}
  const depth = Error.stackTraceLimit
  Error.stackTraceLimit = 5
  Error.captureStackTrace(holder, watch)
  Error.stackTraceLimit = depth
  trace.unused.set(node, holder)
}

/** The node became a part of something. */
export function use(node: ExprNode): void {
  trace?.unused.delete(node)
}

/** The first condition that was built and not used, and where. */
export function leftover(): { readonly node: ExprNode; readonly at: string | undefined } | undefined {
  const first = trace?.unused.entries().next().value
  return first === undefined ? undefined : { node: first[0], at: lineOf(first[1].stack ?? '') }
}

const room = new URL('.', import.meta.url)

/** The first frame outside this room; tests count as outside. */
function lineOf(stack: string): string | undefined {
  for (const line of stack.split('\n').slice(1)) {
    const [, file, at] = /(?:\(|at (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])[^()]+):(\d+:\d+)\)?$/.exec(line) ?? []
    if (file === undefined || at === undefined) continue
    const url = file.startsWith('file://') ? file : `file://${file}`
    if (url.startsWith(room.href) && !/\.test(-d)?\.ts$/.test(file)) continue
    return `${file.replace(/^file:\/\//, '').split(/[\\/]/).slice(-2).join('/')}:${at}`
  }
  return undefined
}
