import { nodeOf, OrderItem } from './base.ts'
import { literalNode } from './literal.ts'
import type { ExprNode, OrderNode } from './node.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'
import { use } from './trace.ts'
import { CaseBuilder, RankingBuilder } from './waiting.ts'

/**
 * The node of an expression, or of a plain value as a constant.
 *
 * @throws expr.literal for what is neither; expr.argument for a `when` without end, expr.kind for a ranking without window
 */
export function exprOf(value: unknown): ExprNode {
  const node = nodeOf(value)
  if (node !== undefined) {
    use(node)
    return node
  }
  if (value instanceof RankingBuilder)
    throw problem('expr.kind', `${printExpr(value.inner)} without its window`, { hint: 'give it one: .over({ orderBy: r.price })' })
  if (value instanceof CaseBuilder)
    throw problem('expr.argument', 'when() without its end', { hint: 'finish it: .otherwise(value) or .end()' })
  if (OrderItem.orderOf(value) !== undefined)
    throw problem('expr.literal', 'an order is no value: asc() and desc() belong in sort and orderBy')
  if (value === undefined) throw problem('expr.literal', 'undefined is no value')
  return literalNode(value)
}

/** The other side of an operator: never a bare null, which compares with nothing. */
export function operand(value: unknown): ExprNode {
  if (value === null) throw problem('expr.literal', 'null is no operand: nothing equals NULL', { hint: 'use isNull() or isNotNull()' })
  return exprOf(value)
}

/** Whatever `sort` and `orderBy` take. NULLs last unless told otherwise; `descending` is for what says neither `asc()` nor `desc()`. */
export function orderNodes(value: unknown, descending = false): OrderNode[] {
  if (Array.isArray(value)) return value.flatMap(item => orderNodes(item, descending))
  const order = OrderItem.orderOf(value)
  if (order !== undefined) return [order]
  const expr = nodeOf(value)
  if (expr === undefined) {
    exprOfOther(value)
    throw problem('expr.literal', `an order is a column, not ${shown(value)}`)
  }
  use(expr)
  return [{ expr, descending, nulls: 'last' }]
}

/** The better message for half-built expressions. */
function exprOfOther(value: unknown): void {
  if (value instanceof RankingBuilder || value instanceof CaseBuilder || value === undefined) exprOf(value)
}
