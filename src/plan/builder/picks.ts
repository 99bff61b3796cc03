import { buildExprs, type ExprNode } from '../../expr/index.ts'
import type { Named, Plan } from '../nodes.ts'
import type { ColumnPick } from '../verbs/index.ts'

/** A callback over the columns of a table. */
export type Make = (r: never) => object
export type PickArgument = string | Make

/** Names stay names; a callback becomes the columns it makes, of the kinds that the verb takes. */
export function picksOf(verb: string, plan: Plan, picks: readonly PickArgument[], kinds: readonly ('column' | 'window')[]): ColumnPick[] {
  return picks.flatMap((pick): ColumnPick[] =>
    typeof pick === 'function' ? namedOf(buildExprs(verb, plan.fields, plan.open, kinds, pick as (r: unknown) => object)) : [pick],
  )
}

/** The entries of a record of expressions as columns. */
export function namedOf(exprs: Readonly<Record<string, ExprNode>>): Named[] {
  return Object.entries(exprs).map(([name, expr]) => ({ name, expr }))
}
