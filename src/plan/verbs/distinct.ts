import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode, type OrderNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf, freeName, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns } from '../problem.ts'
import { filter } from './filter.ts'
import { project } from './select.ts'
import { withColumns } from './with-columns.ts'

export interface DistinctArgs {
  /** Empty: all columns. */
  readonly columns: readonly string[]
}

/**
 * One row for each combination of the columns. Of several rows it keeps the first in the order of the other columns (NULLs last), so the
 * result does not depend on how the input was read.
 *
 * @throws plan.unknown-column
 */
export function distinct(input: Plan, args: DistinctArgs, at?: CallSite): Plan {
  if (input.open) return defer('distinct', [input], args, input.fields, at)
  needColumns(input.fields, args.columns, at)
  const wanted = new Set(args.columns)
  const others = wanted.size === 0 ? [] : input.fields.filter(field => !wanted.has(field.name))
  if (others.length === 0)
    return { node: 'aggregate', input, keys: input.fields.map(passing), aggs: [], fields: input.fields, open: false, at }
  const partitionBy = input.fields.filter(field => wanted.has(field.name)).map(columnOf)
  const orderBy = others.map((field): OrderNode => ({ expr: columnOf(field), descending: false, nulls: 'last' }))
  const number: ExprNode = callNode('over', [callNode('rowNumber', [])], { partitionBy, orderBy })
  const name = freeName(input.fields, 'rowNumber')
  const numbered = withColumns(input, { columns: [{ name, expr: number }] }, at)
  const where = callNode('eq', [{ op: 'column', name, type: number.type, nullable: false }, literalNode(1)])
  return project(filter(numbered, { where }, at), input.fields.map(passing), at)
}
