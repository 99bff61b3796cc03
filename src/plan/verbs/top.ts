import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode, type OrderNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf, freeName, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'
import { filter } from './filter.ts'
import { limit } from './limit.ts'
import { project } from './select.ts'
import { sort } from './sort.ts'
import { withColumns } from './with-columns.ts'

export interface TopArgs {
  readonly rows: number
  readonly by: readonly OrderNode[]
  /** So many rows of each combination of these columns. */
  readonly per?: readonly string[] | undefined
  /** Rows that are equal to the last one in the order: `all` of them come too, or as many as there is room for (`some`, default). */
  readonly ties?: 'some' | 'all' | undefined
}

/**
 * The first rows of an order, of the table or of each group; they come in that order, groups one after the other.
 *
 * @throws plan.argument, plan.unknown-column
 */
export function topK(input: Plan, args: TopArgs, at?: CallSite): Plan {
  const { rows, by, per = [], ties = 'some' } = args
  if (!(Number.isSafeInteger(rows) && rows >= 0)) throw problem('plan.argument', `topK needs a whole number of rows from 0: ${rows}`, at)
  if (by.length === 0) throw problem('plan.argument', 'topK needs an order', at, { hint: "topK(10, 'price'), or r => r.price.asc()" })
  if (input.open) return defer('topK', [input], args, input.fields, at)
  needColumns(input.fields, per, at)
  if (per.length === 0 && ties === 'some') return limit(sort(input, { by }, at), { rows }, at)
  const groups = input.fields.filter(field => per.includes(field.name)).map(columnOf)
  const place: ExprNode = callNode('over', [callNode(ties === 'all' ? 'rank' : 'rowNumber', [])], { partitionBy: groups, orderBy: by })
  const name = freeName(input.fields, 'place')
  const numbered = withColumns(input, { columns: [{ name, expr: place }] }, at)
  const number: ExprNode = { op: 'column', name, type: place.type, nullable: false }
  const kept = filter(numbered, { where: callNode('lte', [number, literalNode(rows)]) }, at)
  const order = [...groups, number].map((expr): OrderNode => ({ expr, descending: false, nulls: 'last' }))
  return project(sort(kept, { by: order }, at), input.fields.map(passing), at)
}
