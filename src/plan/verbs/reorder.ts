import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import { passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, needDistinct } from '../problem.ts'
import { project } from './select.ts'

export interface ReorderArgs {
  readonly columns: readonly string[]
}

/**
 * Puts these columns first, in this order; the others follow as they were.
 *
 * @throws plan.unknown-column, plan.duplicate-column
 */
export function reorder(input: Plan, args: ReorderArgs, at?: CallSite): Plan {
  const { columns } = args
  needDistinct(columns, at)
  if (input.open) return defer('reorder', [input], args, input.fields, at)
  needColumns(input.fields, columns, at)
  const first = columns.flatMap(name => input.fields.filter(field => field.name === name))
  const rest = input.fields.filter(field => !columns.includes(field.name))
  return project(input, [...first, ...rest].map(passing), at)
}
