/** What logistic regression knows of its data before the first step: how much each class weighs, and how the features vary together. */
import type { Batch } from '../../batch/index.ts'
import type { Statistic } from '../../plan/index.ts'
import { decodeNumbers, encodeNumbers, numbersAt } from '../statistics/fold.ts'
import { dotColumns } from '../column-products.ts'

/** The same columns as `LogisticShape`. */
export interface StartShape {
  readonly features: number
  readonly classes: number
  readonly weighted: boolean
  /**
   * What is taken off each feature before it is summed: a value of the column, so that sums keep their digits and a constant column is
   * all 0.
   */
  readonly shift: Float64Array
  /** Products of all pairs of features, or only of each with itself. */
  readonly pairs: boolean
}
export interface LogisticStart {
  /** What the rows of each class weigh together. */
  readonly weights: Float64Array
  /** Weighted sums of the features, shifted. */
  readonly sums: Float64Array
  /**
   * Weighted products of shifted features: the square by rows, of which the part right of the diagonal is filled; or the diagonal
   * alone.
   */
  readonly products: Float64Array
}

/** One pass for the weights of classes and the products of features. */
export function logisticStart(shape: StartShape): Statistic<LogisticStart, LogisticStart> {
  const { features, classes, pairs } = shape
  const lengths = [classes, features, pairs ? features * features : features]
  return {
    init: () => ({
      weights: new Float64Array(classes),
      sums: new Float64Array(features),
      products: new Float64Array(pairs ? features * features : features),
    }),
    update: (state, batch) => merge(state, ofBlock(batch, shape)),
    merge,
    finish: state => state,
    encode: state => encodeNumbers([state.weights, state.sums, state.products]),
    decode(bytes) {
      const [weights, sums, products] = decodeNumbers(bytes, lengths) as [Float64Array, Float64Array, Float64Array]
      return { weights, sums, products }
    },
  }
}

function merge(a: LogisticStart, b: LogisticStart): LogisticStart {
  const both = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, i) => value + (y[i] as number))
  return {
    weights: both(a.weights, b.weights),
    sums: both(a.sums, b.sums),
    products: both(a.products, b.products),
  }
}

function ofBlock(block: Batch, shape: StartShape): LogisticStart {
  const { features, classes, shift, pairs } = shape
  const { rows } = block
  const target = numbersAt(block, features)
  const shares = shape.weighted ? numbersAt(block, features + 1) : new Float64Array(rows).fill(1)
  const weights = new Float64Array(classes)
  for (let row = 0; row < rows; row++) {
    const number = target[row] as number
    const before = weights[number]
    if (before === undefined) throw new RangeError(`class number ${number} of ${classes} classes`)
    weights[number] = before + (shares[row] as number)
  }
  const sums = new Float64Array(features)
  const products = new Float64Array(pairs ? features * features : features)
  const shifted: Float64Array[] = []
  const times = new Float64Array(rows)
  for (let index = 0; index < features; index++) {
    const from = shift[index] as number
    shifted.push(numbersAt(block, index).map(value => value - from))
  }
  dotColumns(shares, shifted, rows, { into: sums, to: 0 })
  for (const [index, column] of shifted.entries()) {
    for (let row = 0; row < rows; row++) times[row] = (column[row] as number) * (shares[row] as number)
    if (pairs) dotColumns(times, shifted, rows, { into: products, to: index * features, first: index })
    else dotColumns(times, [column], rows, { into: products, to: index })
  }
  return { weights, sums, products }
}
