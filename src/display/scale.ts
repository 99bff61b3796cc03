/** Places and numbers on the axes of a figure. */
import type { BarsMark } from './description.ts'

/** Without NaN and infinities, which have no place on an axis. */
export function finite(values: readonly number[]): number[] {
  return values.filter(Number.isFinite)
}

/** Smallest and largest; a single value or none gets some room around it. */
export function extent(values: readonly number[]): readonly [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low > high) return [0, 1]
  return low === high ? [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2] : [low, high]
}

/** At most so many round numbers (1, 2, 5 times a power of ten) within the range. */
export function ticks([low, high]: readonly [number, number], most: number): number[] {
  const rough = (high - low) / Math.max(1, most - 1)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough * 0.999) ?? 10 * power
  if (!(step > 0) || !Number.isFinite(step)) return [low]
  const found: number[] = []
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9 && found.length < 100; index++)
    found.push(Number((index * step).toPrecision(12)))
  return found
}

/** A number for an axis or a bar: six digits at most. */
export function readable(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value)
}

/** `mean 12.5`, or the number alone. */
export function ruleText(label: string | undefined, value: number): string {
  return label === undefined ? readable(value) : `${label} ${readable(value)}`
}

/** The bar an x belongs to: the bin it lies in, else the bar with the nearest number; undefined where bars have no numbers. */
export function barOfRule(mark: BarsMark, x: number): number | undefined {
  const { edges } = mark
  if (edges !== undefined && edges.length > 1) {
    const last = edges.length - 2
    for (let bin = 0; bin <= last; bin++) {
      const from = edges[bin] ?? Number.NaN
      const to = edges[bin + 1] ?? Number.NaN
      if (x >= from && (x < to || (bin === last && x === to))) return bin
    }
    return undefined
  }
  let nearest: number | undefined
  let distance = Number.POSITIVE_INFINITY
  mark.x.forEach((at, index) => {
    if (typeof at === 'number' && Math.abs(at - x) < distance) {
      distance = Math.abs(at - x)
      nearest = index
    }
  })
  return nearest
}
