/** `round`, `floor` and `ceil`. */
import type { CallNode } from '../expr/index.ts'
import { isInteger } from '../schema/index.ts'
import { divideHalfUp, ofDoubles, overflow } from './arithmetic.ts'
import { type Kernel, perRow } from './kernel.ts'
import { decimalText, scaleOf } from './vector.ts'

/** Half away from zero on the decimal text of a number: 1.005 to two digits is 1.01. */
export const round: Kernel = (node, args, rows) => {
  const digits = node.options?.digits ?? 0
  if (node.type === 'float64') return ofDoubles(x => roundNumber(x, digits))(node, args, rows)
  const drop = scaleOf(args[0]?.type ?? 'int64') - digits
  if (drop <= 0) return perRow(() => (x: number | bigint) => x)(node, args, rows)
  const unit = 10n ** BigInt(drop)
  return perRow(() => (x: number | bigint) => {
    const value = inType(divideHalfUp(BigInt(x), unit) * unit, x, node)
    if (node.type === 'int32' && BigInt.asIntN(32, value) !== value) throw overflow('round', x, undefined, node.type)
    if (isInteger(node.type) && BigInt.asIntN(64, value) !== value) throw overflow('round', x, undefined, node.type)
    return node.type === 'int32' ? Number(value) : value
  })(node, args, rows)
}

/**
 * Half away from zero, as the decimal text of the number would be rounded. `cut` is the number cut to the digits; (cut + 0.5) / 10^digits is the double nearest
 * to the decimal tie, so comparing with it decides as the text would, with the same steps in SQL.
 */
export function roundNumber(x: number, digits: number): number {
  const unit = 10 ** Math.abs(digits)
  const up = (value: number): number => (digits < 0 ? value / unit : value * unit)
  const down = (value: number): number => (digits < 0 ? value * unit : value / unit)
  if (!Number.isFinite(x) || Math.abs(up(x)) >= 4_503_599_627_370_496) return x
  const sign = x < 0 ? -1 : 1
  const cut = Math.trunc(up(x))
  return Math.abs(x) >= Math.abs(down(cut + 0.5 * sign)) ? down(cut + sign) : down(cut)
}

/** Whole numbers below or above. */
export function toward(side: 'floor' | 'ceil'): Kernel {
  return (node, args, rows) => {
    if (node.type === 'float64') return ofDoubles(side === 'floor' ? Math.floor : Math.ceil)(node, args, rows)
    const unit = 10n ** BigInt(scaleOf(args[0]?.type ?? 'int64'))
    return perRow(() => (x: number | bigint) => {
      if (typeof x === 'number' || unit === 1n) return x
      const rest = x % unit
      if (rest === 0n) return x
      return inType(side === 'floor' ? x - (rest < 0n ? rest + unit : rest) : x - (rest > 0n ? rest - unit : rest), x, node)
    })(node, args, rows)
  }
}

/** The type of the result has a digit more than that of `x`, but for decimals that have all 38. */
function inType(value: bigint, x: number | bigint, { op, type }: CallNode): bigint {
  if (typeof type !== 'object' || !('decimal' in type)) return value
  const [precision, scale] = type.decimal
  const limit = 10n ** BigInt(precision)
  if (value >= limit || value <= -limit) throw overflow(op, decimalText(BigInt(x), scale), undefined, type)
  return value
}
