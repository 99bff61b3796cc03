/** How a plan came to be: the verb that was written, which may have made several nodes of it. It is remembered beside the plans, which stay plain data. */
import type { LiteralNode } from '../expr/index.ts'
import type { Plan } from './nodes.ts'
import type { Spec } from './seams.ts'

/** A verb of the table `verbs` with its arguments; a source as the user gave it; an SQL text over tables; rows that were kept with the engine. */
export type Written =
  | { readonly how: 'verb'; readonly verb: string; readonly input: Plan; readonly args: object }
  | { readonly how: 'read'; readonly source: Spec }
  | { readonly how: 'sql'; readonly text: string; readonly tables: Readonly<Record<string, Plan>> }
  | { readonly how: 'sqlTemplate'; readonly strings: readonly string[]; readonly gaps: readonly SqlGap[] }
  | { readonly how: 'cache'; readonly input: Plan }

/** What stands in a gap of an SQL template. */
export type SqlGap =
  | { readonly table: Plan }
  | { readonly value: LiteralNode }
  | { readonly values: readonly LiteralNode[] }
  | { readonly name: string }

const written = new WeakMap<Plan, Written>()

/** Remembers how a plan was written; gives the plan back. */
export function writeDown<P extends Plan>(plan: P, how: Written): P {
  written.set(plan, how)
  return plan
}

/** How a plan was written; undefined for one that a rule or another room has made. */
export function writtenAs(plan: Plan): Written | undefined {
  return written.get(plan)
}

/** The same verbs, each writing down what it was called with. A verb that changes nothing gives its input back, which was written otherwise. */
export function remembering<T extends object>(table: T): T {
  const made = Object.entries(table).map(([verb, body]) => {
    if (verb === 'scan') return [verb, body] as const
    const call = body as (input: Plan, args: object, at: unknown) => Plan
    return [
      verb,
      (input: Plan, args: object, at: unknown): Plan => {
        const plan = call(input, args, at)
        return plan === input ? plan : writeDown(plan, { how: 'verb', verb, input, args })
      },
    ] as const
  })
  // Each verb keeps its signature.
  return Object.fromEntries(made) as T
}
