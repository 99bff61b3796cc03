/** Decimals of more digits than a double holds: JavaScript writes a double with up to 17. */

/** Powers of ten that are exact doubles. */
export const powers: Float64Array = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * The double nearest to 16 to 19 digits divided by a power of ten up to 22; NaN where it lies so near the middle of two doubles that this cannot tell.
 *
 * The digits are held exactly as a sum of two doubles. The remainder of their division is exact too, so the quotient is known to twice the digits of a double: only
 * when both ends of what is left open round to one double is it the answer. Source: T. J. Dekker, A floating-point technique for extending the available
 * precision, 1971.
 *
 * @param from where the digits begin; a point between them is passed over
 */
export function longDecimal(bytes: Uint8Array, from: number, digits: number, scale: number): number {
  let high = 0
  let low = 0
  for (let p = from, n = 0; n < digits; p++) {
    const digit = (bytes[p] as number) - 48
    if (digit === -2) continue
    if (n++ < 15) high = high * 10 + digit
    else low = low * 10 + digit
  }
  const shift = powers[digits - 15] as number
  const product = high * shift
  const rest = productError(high, shift, product) + low
  const sum = product + rest
  const sumRest = rest - (sum - product)

  const power = powers[scale] as number
  const quotient = sum / power
  const back = quotient * power
  const remainder = sum - back - productError(quotient, power, back) + sumRest
  const correction = remainder / power
  const open = Math.abs(correction) * 2 ** -48
  const least = quotient + (correction - open)
  return least === quotient + (correction + open) ? least : Number.NaN
}

/** What a product of doubles lost when it was rounded, exactly. */
function productError(a: number, b: number, product: number): number {
  const bigA = a * 134_217_729
  const highA = bigA - (bigA - a)
  const lowA = a - highA
  const bigB = b * 134_217_729
  const highB = bigB - (bigB - b)
  const lowB = b - highB
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB)
}
