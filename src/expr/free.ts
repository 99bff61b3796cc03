/** The functions that begin an expression. */
import { finish, toExpr } from './builder.ts'
import { callNode } from './call-node.ts'
import { literalNode } from './literal.ts'
import type { ExprNode, WindowName } from './node.ts'
import { exprOf } from './operand.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import type { AnyExpr, Case, Condition, Expr, ExprOf, Kept, Kind, KindOf, Literal, NumberExpr, Ranking, ValueOf } from './types.ts'
import { CaseBuilder, type CaseMaker } from './waiting.ts'

/**
 * Rows in the group.
 *
 * @example
 * flights.groupBy('carrier').agg(() => ({ flights: count() }))
 */
export function count(): NumberExpr<number, 'count'> {
  return toExpr(callNode('count', [])) as NumberExpr<number, 'count'>
}

/**
 * Place in an order from 1; equal rows share a place and leave a gap: 1, 2, 2, 4.
 *
 * @example
 * rank().over({ partitionBy: r.region, orderBy: r.amount.desc() })
 */
export function rank(): Ranking<number> {
  return ranking('rank')
}

/** Place in an order from 1; equal rows share a place without a gap: 1, 2, 2, 3. */
export function denseRank(): Ranking<number> {
  return ranking('denseRank')
}

/** Place in an order from 1; every row has its own. */
export function rowNumber(): Ranking<number> {
  return ranking('rowNumber')
}

/** (rank - 1) / (rows - 1): from 0 to 1. */
export function percentRank(): Ranking<number> {
  return ranking('percentRank')
}

function ranking(name: WindowName): Ranking<number> {
  return finish(callNode(name, [])) as Ranking<number>
}

/**
 * A column by name, for code that does not know its row. The plan checks the name.
 *
 * @example
 * table.filter(() => col('price').gt(1000))
 */
export function col(name: string): AnyExpr<'column'> {
  return toExpr({ op: 'column', name, type: 'unknown', nullable: true }) as AnyExpr<'column'>
}

/**
 * A constant as an expression.
 *
 * @throws expr.literal for what is no constant
 */
export function lit<const T extends Literal>(value: T): ExprOf<T, never> {
  return toExpr(literalNode(value)) as unknown as ExprOf<T, never>
}

/**
 * The first value that is not NULL.
 *
 * @example
 * coalesce(r.nickname, r.firstName, lit('?'))
 */
export function coalesce<E extends Expr>(...values: E[]): ExprOf<ValueOf<E>, KindOf<E>> {
  if (values.length === 0) throw problem('expr.argument', 'coalesce() of nothing')
  return toExpr(callNode('coalesce', values.map(exprOf))) as unknown as ExprOf<ValueOf<E>, KindOf<E>>
}

const maker: CaseMaker = {
  condition: value => {
    const node: ExprNode = exprOf(value)
    if (node.op === 'literal' && typeof value === 'boolean')
      throw problem('expr.constant', `when() got the constant ${printExpr(node)}`, {
        hint: '===, !, && and || build no expressions: .eq(), .not(), .and() and .or() do',
      })
    return node
  },
  value: exprOf,
  finish: toExpr,
}

/**
 * A value by conditions: the first that is true decides.
 *
 * @example
 * when(r.age.lt(18), 'child').when(r.age.lt(65), 'adult').otherwise('senior')
 */
export function when<C extends Condition<Kind>, const V extends Literal | Expr>(
  condition: C,
  value: V,
): Case<Kept<V>, KindOf<C> | KindOf<V>> {
  const first = new CaseBuilder([maker.condition(condition), maker.value(value)], maker)
  return first as unknown as Case<Kept<V>, KindOf<C> | KindOf<V>>
}
