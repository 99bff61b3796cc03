import type { Batch } from '../../batch/index.ts'
import type { Statistic } from '../../plan/index.ts'
import { decodeNumbers, encodeNumbers, numbersAt } from './fold.ts'

/** Weight, mean, sum of squared deviations, smallest and largest value of some columns. Rows of weight 0 are left out. */
export interface Moments {
  readonly rows: number
  readonly weight: number
  readonly mean: Float64Array
  /** Weighted sum of squared deviations from the mean. */
  readonly squares: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
}

/**
 * The moments of `width` columns; with `weighted` the column after them holds the weights.
 *
 * Source: Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979). Within a block values are taken
 * relative to the first, so a constant column has exactly its value as mean and exactly no variance.
 */
export function moments(width: number, options: { readonly weighted?: boolean } = {}): Statistic<Moments, Moments> {
  const weighted = options.weighted ?? false
  return {
    init: () => empty(width),
    update: (state, batch) => merge(state, ofBlock(batch, width, weighted)),
    merge,
    finish: state => state,
    encode: state => encodeNumbers([[state.rows, state.weight], state.mean, state.squares, state.min, state.max]),
    decode(bytes) {
      const [head, mean, squares, min, max] = decodeNumbers(bytes, [2, width, width, width, width]) as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ]
      return { rows: head[0] as number, weight: head[1] as number, mean, squares, min, max }
    },
  }
}

function empty(width: number): Moments {
  const zeros = new Float64Array(width)
  return {
    rows: 0,
    weight: 0,
    mean: zeros,
    squares: zeros,
    min: new Float64Array(width).fill(Number.POSITIVE_INFINITY),
    max: new Float64Array(width).fill(Number.NEGATIVE_INFINITY),
  }
}

function ofBlock(block: Batch, width: number, weighted: boolean): Moments {
  const weights = weighted ? numbersAt(block, width) : undefined
  const { rows, weight } = weightOf(block.rows, weights)
  if (weight === 0) return empty(width)
  const mean = new Float64Array(width)
  const squares = new Float64Array(width)
  const min = new Float64Array(width)
  const max = new Float64Array(width)
  for (let index = 0; index < width; index++) {
    const values = numbersAt(block, index)
    const center = meanOf(values, weights, weight)
    let sum = 0
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (let row = 0; row < values.length; row++) {
      const share = weights === undefined ? 1 : (weights[row] as number)
      if (share === 0) continue
      const value = values[row] as number
      sum += share * (value - center) * (value - center)
      if (value < low) low = value
      if (value > high) high = value
    }
    mean[index] = center
    squares[index] = sum
    min[index] = low
    max[index] = high
  }
  return { rows, weight, mean, squares, min, max }
}

/** Rows that count, and what they weigh together. */
export function weightOf(rows: number, weights: Float64Array | undefined): { readonly rows: number; readonly weight: number } {
  if (weights === undefined) return { rows, weight: rows }
  let counted = 0
  let weight = 0
  for (const share of weights) {
    if (share === 0) continue
    counted++
    weight += share
  }
  return { rows: counted, weight }
}

/** The weighted mean of a block, in two passes: relative to the first value, then corrected by the mean of what is left. */
export function meanOf(values: Float64Array, weights: Float64Array | undefined, weight: number): number {
  const first = weights === undefined ? 0 : weights.findIndex(share => share !== 0)
  let center = values[first] as number
  for (let pass = 0; pass < 2; pass++) {
    let sum = 0
    if (weights === undefined) for (const value of values) sum += value - center
    else
      for (let row = 0; row < values.length; row++)
        if (weights[row] !== 0) sum += (weights[row] as number) * ((values[row] as number) - center)
    center += sum / weight
  }
  return center
}

function merge(a: Moments, b: Moments): Moments {
  if (b.weight === 0) return a
  if (a.weight === 0) return b
  const weight = a.weight + b.weight
  const share = b.weight / weight
  return {
    rows: a.rows + b.rows,
    weight,
    mean: a.mean.map((mean, i) => mean + ((b.mean[i] as number) - mean) * share),
    squares: a.squares.map((sum, i) => {
      const step = (b.mean[i] as number) - (a.mean[i] as number)
      return sum + (b.squares[i] as number) + step * step * (a.weight * share)
    }),
    min: a.min.map((low, i) => Math.min(low, b.min[i] as number)),
    max: a.max.map((high, i) => Math.max(high, b.max[i] as number)),
  }
}
