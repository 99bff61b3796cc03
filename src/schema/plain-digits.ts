/**
 * The shortest decimal text that is this number again, without an exponent: 1e-7 is `0.0000001`.
 *
 * Undefined for NaN and the infinities.
 */
export function plainDigits(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? []
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
