/** The functions that begin an aggregate of several columns, or a place in an order. */
import { column } from './aggregate-methods.ts'
import { finish, toExpr } from './builder.ts'
import { callNode } from './call-node.ts'
import { exprOf } from './operand.ts'
import { problem } from './problem.ts'
import type { Expr, NumberExpr } from './types.ts'
import type { Ranking } from './aggregate-types.ts'

/**
 * How many different combinations of values there are; combinations with a NULL are not counted, as in SQL.
 *
 * @example
 * flights.agg(r => ({ routes: countDistinct(r.origin, r.dest) }))
 * @throws expr.argument for no columns
 */
export function countDistinct(...columns: readonly Expr<unknown, 'column'>[]): NumberExpr<number, 'count'> {
  if (columns.length === 0) throw problem('expr.argument', 'countDistinct() of nothing', { hint: 'countDistinct(r.origin, r.dest)' })
  return toExpr(
    callNode(
      'countDistinct',
      columns.map(one => column('countDistinct', exprOf(one))),
    ),
  ) as NumberExpr<number, 'count'>
}

/**
 * The share of the rows that come before this one in the order or are equal: above 0, up to 1.
 *
 * @example
 * cumeDist().over({ orderBy: r.price })
 */
export function cumeDist(): Ranking<number> {
  return finish(callNode('cumeDist', [])) as Ranking<number>
}

/**
 * The number of the bucket a row falls into, from 1, when the rows are dealt in order into buckets of equal size; the first ones get one row more.
 *
 * @example
 * ntile(4).over({ orderBy: r.price.desc() })
 * @throws expr.argument when `buckets` is no whole number from 1
 */
export function ntile(buckets: number): Ranking<number> {
  return finish(callNode('ntile', [], { buckets })) as Ranking<number>
}
