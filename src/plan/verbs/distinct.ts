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
  /** Which of several rows stays; `none`: only rows that are alone. Default: first. */
  readonly keep?: 'first' | 'last' | 'none' | undefined
  /** What `first` and `last` mean; rows equal in it, and without it all, are ordered by the other columns. */
  readonly orderBy?: readonly OrderNode[] | undefined
}

/**
 * One row for each combination of the columns. Of several rows it keeps the first in the order, then in the order of the other columns (NULLs last), so the
 * result does not depend on how the input was read.
 *
 * @throws plan.unknown-column
 */
export function distinct(input: Plan, args: DistinctArgs, at?: CallSite): Plan {
  if (input.open) return defer('distinct', [input], args, input.fields, at)
  const { keep = 'first', orderBy = [] } = args
  needColumns(input.fields, args.columns, at)
  const wanted = new Set(args.columns)
  const others = wanted.size === 0 ? [] : input.fields.filter(field => !wanted.has(field.name))
  if (others.length === 0 && keep !== 'none')
    return { node: 'aggregate', input, keys: input.fields.map(passing), aggs: [], fields: input.fields, open: false, at }
  const partitionBy = input.fields.filter(field => wanted.size === 0 || wanted.has(field.name)).map(columnOf)
  const rest = others.map((field): OrderNode => ({ expr: columnOf(field), descending: false, nulls: 'last' }))
  const order = [...orderBy, ...rest].map(one => (keep === 'last' ? backwards(one) : one))
  const number: ExprNode =
    keep === 'none'
      ? callNode('over', [callNode('count', [])], { partitionBy, orderBy: [] })
      : callNode('over', [callNode('rowNumber', [])], { partitionBy, orderBy: order })
  const name = freeName(input.fields, keep === 'none' ? 'rows' : 'rowNumber')
  const numbered = withColumns(input, { columns: [{ name, expr: number }] }, at)
  const where = callNode('eq', [{ op: 'column', name, type: number.type, nullable: false }, literalNode(1)])
  return project(filter(numbered, { where }, at), input.fields.map(passing), at)
}

/** The same order from its end. */
export function backwards({ expr, descending, nulls }: OrderNode): OrderNode {
  return { expr, descending: !descending, nulls: nulls === 'last' ? 'first' : 'last' }
}
