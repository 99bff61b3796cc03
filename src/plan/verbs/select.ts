import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import { fieldFrom, fieldOf, passing, unknownField } from '../fields.ts'
import type { Named, Plan, ProjectNode } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'

/** A column by its name, or a new one. */
export type ColumnPick = string | Named
export interface SelectArgs {
  readonly columns: readonly ColumnPick[]
}

/**
 * Keeps columns, makes new ones, or both, in the order given.
 *
 * @throws plan.unknown-column, plan.duplicate-column, plan.argument when nothing is selected
 */
export function select(input: Plan, args: SelectArgs, at?: CallSite): Plan {
  const { columns } = args
  if (columns.length === 0) throw problem('plan.argument', 'select needs a column', at)
  needDistinct(columns.map(nameOf), at)
  if (input.open)
    return defer(
      'select',
      [input],
      args,
      columns.map(pick => (typeof pick === 'string' ? unknownField(pick) : fieldFrom(pick.name, pick.expr))),
      at,
    )
  const named = namedColumns(input, columns, at)
  return project(input, named, at)
}

/** The node all column-making verbs end in. */
export function project(input: Plan, columns: readonly Named[], at: CallSite | undefined): ProjectNode {
  if (columns.length === 0) throw problem('plan.argument', 'no columns are left', at)
  return { node: 'project', input, columns, fields: columns.map(fieldOf), open: false, at }
}

/** Names looked up in the input; all that are missing are in one error. */
export function namedColumns(input: Plan, columns: readonly ColumnPick[], at: CallSite | undefined): readonly Named[] {
  const fields = new Map(input.fields.map(field => [field.name, field]))
  const missing: string[] = []
  const named: Named[] = []
  for (const pick of columns) {
    if (typeof pick !== 'string') {
      named.push(pick)
      continue
    }
    const field = fields.get(pick)
    if (field === undefined) missing.push(pick)
    else named.push(passing(field))
  }
  needColumns(input.fields, missing, at)
  return named
}

/** The name a pick gives its column. */
export function nameOf(pick: ColumnPick): string {
  return typeof pick === 'string' ? pick : pick.name
}
