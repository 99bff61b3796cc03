import { TidemillError } from '../errors/index.ts'

/**
 * The part [from, to) of so many bytes; what lies beyond the end is cut off.
 *
 * @throws storage.bad-key when a bound is no whole number from 0 or the range runs backwards
 */
export function cutRange(key: string, bytes: number, from = 0, to?: number): { readonly from: number; readonly to: number } {
  const whole = Number.isSafeInteger(from) && from >= 0 && (to === undefined || (Number.isSafeInteger(to) && to >= from))
  if (!whole) throw new TidemillError('storage.bad-key', `bad range: [${from}, ${to ?? ''}) of ${key}`, { details: { key, from, to } })
  return { from: Math.min(from, bytes), to: Math.min(to ?? bytes, bytes) }
}
