import type { Batch } from '../../batch/index.ts'
import type { Statistic } from '../../plan/index.ts'
import { dotColumns } from '../column-products.ts'
import { decodeNumbers, encodeNumbers, numbersAt } from './fold.ts'
import { meanOf, weightOf } from './moments.ts'

/** Weight, means and centred products of some columns: all that least squares needs, in memory that does not grow with the rows. */
export interface Gram {
  readonly rows: number
  readonly weight: number
  readonly mean: Float64Array
  /** `products[i * width + j]` is the weighted sum of `(x_i - mean_i) * (x_j - mean_j)`; the whole square is filled. */
  readonly products: Float64Array
}

/**
 * The centred Gram matrix of `width` columns; with `weighted` the column after them holds the weights (0 leaves a row out).
 *
 * Centring by blocks keeps the digits that `sum(x * y) - n * mean * mean` loses. Source: as `moments`.
 */
export function gram(width: number, options: { readonly weighted?: boolean } = {}): Statistic<Gram, Gram> {
  const weighted = options.weighted ?? false
  return {
    init: () => empty(width),
    update: (state, batch) => merge(state, ofBlock(batch, width, weighted)),
    merge,
    finish: state => state,
    encode: state => encodeNumbers([[state.rows, state.weight], state.mean, state.products]),
    decode(bytes) {
      const [head, mean, products] = decodeNumbers(bytes, [2, width, width * width]) as [Float64Array, Float64Array, Float64Array]
      return { rows: head[0] as number, weight: head[1] as number, mean, products }
    },
  }
}

function empty(width: number): Gram {
  return { rows: 0, weight: 0, mean: new Float64Array(width), products: new Float64Array(width * width) }
}

function ofBlock(block: Batch, width: number, weighted: boolean): Gram {
  const weights = weighted ? numbersAt(block, width) : undefined
  const { rows, weight } = weightOf(block.rows, weights)
  if (weight === 0) return empty(width)
  const mean = new Float64Array(width)
  const centred: Float64Array[] = []
  for (let index = 0; index < width; index++) {
    const values = numbersAt(block, index)
    const center = meanOf(values, weights, weight)
    mean[index] = center
    centred.push(minus(values, center))
  }
  const products = new Float64Array(width * width)
  for (let i = 0; i < width; i++) {
    const a = weights === undefined ? (centred[i] as Float64Array) : times(centred[i] as Float64Array, weights)
    dotColumns(a, centred, block.rows, { into: products, to: i * width, first: i })
    for (let j = i + 1; j < width; j++) products[j * width + i] = products[i * width + j] as number
  }
  return { rows, weight, mean, products }
}

function minus(values: Float64Array, center: number): Float64Array {
  const out = new Float64Array(values.length)
  for (let row = 0; row < out.length; row++) out[row] = (values[row] as number) - center
  return out
}

function times(values: Float64Array, weights: Float64Array): Float64Array {
  return values.map((value, row) => value * (weights[row] as number))
}

function merge(a: Gram, b: Gram): Gram {
  if (b.weight === 0) return a
  if (a.weight === 0) return b
  const width = a.mean.length
  const weight = a.weight + b.weight
  const share = b.weight / weight
  const step = a.mean.map((mean, i) => (b.mean[i] as number) - mean)
  const products = new Float64Array(width * width)
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) {
      const at = i * width + j
      products[at] =
        (a.products[at] as number) + (b.products[at] as number) + (step[i] as number) * (step[j] as number) * (a.weight * share)
    }
  }
  return { rows: a.rows + b.rows, weight, mean: a.mean.map((mean, i) => mean + (step[i] as number) * share), products }
}
