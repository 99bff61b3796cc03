import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns } from '../problem.ts'

export interface DropNullsArgs {
  /** Empty: all columns. */
  readonly columns: readonly string[]
}

/**
 * Drops rows with a NULL in one of the columns. NaN is a value, not a NULL.
 *
 * @throws plan.unknown-column
 */
export function dropNulls(input: Plan, args: DropNullsArgs, at?: CallSite): Plan {
  if (input.open) return defer('dropNulls', [input], args, input.fields, at)
  needColumns(input.fields, args.columns, at)
  const wanted = new Set(args.columns.length === 0 ? input.fields.map(field => field.name) : args.columns)
  const nullable = input.fields.filter(field => field.nullable && wanted.has(field.name))
  const where = nullable
    .map((field): ExprNode => callNode('isNotNull', [columnOf(field)]))
    .reduce<ExprNode | undefined>((all, one) => (all === undefined ? one : callNode('and', [all, one])), undefined)
  if (where === undefined) return input
  const fields = input.fields.map(field => (wanted.has(field.name) ? { ...field, nullable: false } : field))
  return { node: 'filter', input, where, fields, open: false, at }
}
