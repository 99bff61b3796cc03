/** Functions of several values. */
import type { CalendarDate, LocalDateTime } from '../schema/index.ts'
import { toExpr } from './builder.ts'
import { callNode } from './call-node.ts'
import type { FunctionName } from './node.ts'
import { exprOf, operand } from './operand.ts'
import { problem } from './problem.ts'
import type { DateExpr, Expr, ExprOf, KindOf, ListExpr, Literal, NullOf, StructExpr, TimestampExpr, ValueOf } from './types.ts'

type Whole = number | bigint | Expr<number | bigint | null>
/** NULL only when all values can be. */
type Best<E extends readonly unknown[]> = true extends { [I in keyof E]: null extends ValueOf<E[I]> ? false : true }[number]
  ? Exclude<ValueOf<E[number]>, null>
  : ValueOf<E[number]>

/**
 * The greatest of the values that are not NULL; NULL when all are.
 *
 * @example
 * greatest(r.bid, r.ask, 0)
 */
export function greatest<const E extends readonly (Expr | Literal)[]>(...values: E): ExprOf<Best<E>, KindOf<E[number]>> {
  return several('greatest', values) as ExprOf<Best<E>, KindOf<E[number]>>
}

/** The least of the values that are not NULL; NULL when all are. */
export function least<const E extends readonly (Expr | Literal)[]>(...values: E): ExprOf<Best<E>, KindOf<E[number]>> {
  return several('least', values) as ExprOf<Best<E>, KindOf<E[number]>>
}

/**
 * The values as a list, NULL ones too.
 *
 * @example
 * listOf(r.first, r.second).maxItems()
 */
export function listOf<const E extends Expr | Literal>(...values: E[]): ListExpr<ValueOf<E>[], KindOf<E>> {
  return several('listOf', values) as unknown as ListExpr<ValueOf<E>[], KindOf<E>>
}

/**
 * The values as one value with fields.
 *
 * @example
 * structOf({ city: r.city, zip: r.zip })
 */
export function structOf<const F extends Readonly<Record<string, Expr | Literal>>>(
  fields: F,
): StructExpr<{ -readonly [N in keyof F]: ValueOf<F[N]> }, KindOf<F[keyof F]>> {
  const names = Object.keys(fields)
  if (names.length === 0) throw problem('expr.argument', 'structOf() without fields')
  const made = callNode('struct', Object.values(fields).map(exprOf), { names })
  return toExpr(made) as unknown as StructExpr<{ -readonly [N in keyof F]: ValueOf<F[N]> }, KindOf<F[keyof F]>>
}

/**
 * Whole numbers from the first up to the second, which is left out, in steps of the third; ten million at most.
 *
 * @example
 * range(0, r.count)
 */
export function range<const A extends Whole, const B extends Whole, const C extends Whole = 1>(
  from: A,
  to: B,
  by?: C,
): ListExpr<number[] | NullOf<A | B | C>, KindOf<A | B | C>> {
  const values = by === undefined ? [from, to] : [from, to, by]
  return toExpr(callNode('range', values.map(operand))) as unknown as ListExpr<number[] | NullOf<A | B | C>, KindOf<A | B | C>>
}

/**
 * A day of its parts; one that does not exist is an error. Years from 1 to 9999.
 *
 * @example
 * makeDate(r.year, r.month, 1)
 */
export function makeDate<const Y extends Whole, const M extends Whole, const D extends Whole>(
  year: Y,
  month: M,
  day: D,
): DateExpr<CalendarDate | NullOf<Y | M | D>, KindOf<Y | M | D>> {
  return toExpr(callNode('makeDate', [year, month, day].map(operand))) as unknown as DateExpr<
    CalendarDate | NullOf<Y | M | D>,
    KindOf<Y | M | D>
  >
}

/**
 * A wall clock of its parts, whole seconds; one that does not exist is an error.
 *
 * @example
 * makeDatetime(r.year, r.month, r.day, r.hour, r.minute, 0).atZone('Europe/Amsterdam')
 */
export function makeDatetime<const P extends readonly [year: Whole, month: Whole, day: Whole, hour: Whole, minute: Whole, second: Whole]>(
  ...parts: P
): TimestampExpr<LocalDateTime | NullOf<P[number]>, KindOf<P[number]>> {
  const made = callNode('makeDatetime', parts.map(operand))
  return toExpr(made) as unknown as TimestampExpr<LocalDateTime | NullOf<P[number]>, KindOf<P[number]>>
}

function several(name: FunctionName, values: readonly unknown[]): unknown {
  if (values.length === 0) throw problem('expr.argument', `${name}() of nothing`)
  return toExpr(callNode(name, values.map(exprOf)))
}
