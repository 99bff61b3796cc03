/** Edges of bins that people can read. */

export interface Range {
  readonly low: number
  readonly high: number
}
export interface RoundEdges {
  readonly edges: readonly number[]
  readonly step: number
  /** The first edge in steps from zero. */
  readonly first: number
}

/** Edges at round numbers over a range, about so many bins; undefined where the ends are too far apart or too close for their difference to be a number. */
export function roundEdges(range: Range, bins: number): RoundEdges | undefined {
  const { low, high } = range.low === range.high ? around(range.low) : range
  const step = roundStep((high - low) / bins)
  if (!(step > 0 && Number.isFinite(step))) return undefined
  const first = Math.floor(low / step + 1e-9)
  const count = Math.max(1, Math.ceil(high / step - 1e-9) - first)
  return { step, first, edges: Array.from({ length: count + 1 }, (_, index) => Number(((first + index) * step).toPrecision(15))) }
}

/** A value with some room at its sides. */
export function around(value: number): Range {
  const half = Math.max(0.5, Math.abs(value) / 1e6)
  return { low: value - half, high: value + half }
}

/** 1, 2, 2.5 or 5 times a power of ten: the nearest by ratio. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const distance = (factor: number): number => Math.abs(Math.log((factor * power) / rough))
  const factor = [1, 2, 2.5, 5, 10].reduce((a, b) => (distance(b) < distance(a) ? b : a))
  return Number((factor * power).toPrecision(12))
}

/** The bin of a value; the largest value belongs to the last. */
export function placeIn({ edges, step, first }: RoundEdges, value: number): number {
  return Math.min(edges.length - 2, Math.max(0, Math.floor(value / step) - first))
}
