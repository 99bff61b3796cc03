import { cholesky, solveCholesky } from './cholesky.ts'
import type { LogisticStart } from './logistic-start.ts'

/**
 * Parameters in which logistic regression is easy to solve, and how they become coefficients: features that vary are shifted to mean 0 and
 * brought to standard deviation 1; a constant feature has no parameter (its coefficient is 0), as the intercept does its work without a
 * penalty.
 */
export interface Frame {
  /** The features with a parameter. */
  readonly used: readonly number[]
  readonly mean: Float64Array
  readonly scale: Float64Array
  /** Correlations of the used features, the square filled; undefined where only their sizes are known. */
  readonly correlation: Float64Array | undefined
  /** Parameters of a row of scores. */
  readonly width: number
  readonly intercept: boolean
}

/** A variance below this share of the sums it is the difference of is noise. */
const noise = 1e-12

/**
 * The frame for data of this kind. Without intercept nothing is shifted, and sizes are about 0: then `start` must have been summed
 * without a shift.
 */
export function frameOf(start: LogisticStart, shift: Float64Array, intercept: boolean): Frame {
  const features = shift.length
  const weight = start.weights.reduce((sum, value) => sum + value, 0)
  const pairs = start.products.length === features * features
  const about = (index: number): number => (intercept ? (start.sums[index] as number) / weight : 0)
  const product = (i: number, j: number): number => (start.products[pairs ? i * features + j : i] as number) / weight - about(i) * about(j)
  const used: number[] = []
  const mean = new Float64Array(features)
  const scale = new Float64Array(features).fill(1)
  for (let index = 0; index < features; index++) {
    const square = (start.products[pairs ? index * features + index : index] as number) / weight
    if (!(square > 0)) continue
    used.push(index)
    if (intercept) mean[index] = (shift[index] as number) + about(index)
    scale[index] = Math.sqrt(Math.max(product(index, index), noise * square))
  }
  const correlation = pairs ? new Float64Array(used.length ** 2) : undefined
  if (correlation !== undefined) {
    for (const [a, i] of used.entries()) {
      for (const [b, j] of used.entries()) {
        const shared = i === j ? 1 : product(Math.min(i, j), Math.max(i, j)) / (scale[i] as number) / (scale[j] as number)
        correlation[a * used.length + b] = shared
      }
    }
  }
  return { used, mean, scale, correlation, width: used.length + (intercept ? 1 : 0), intercept }
}

/** Coefficients of all features, then the intercept, for each row of scores. */
export function toRaw(frame: Frame, point: Float64Array): Float64Array {
  const { used, mean, scale, width } = frame
  const features = mean.length
  const rows = point.length / width
  const raw = new Float64Array(rows * (features + 1))
  for (let row = 0; row < rows; row++) {
    let intercept = frame.intercept ? (point[(row + 1) * width - 1] as number) : 0
    for (const [a, index] of used.entries()) {
      const coef = (point[row * width + a] as number) / (scale[index] as number)
      raw[row * (features + 1) + index] = coef
      if (frame.intercept) intercept -= coef * (mean[index] as number)
    }
    raw[row * (features + 1) + features] = intercept
  }
  return raw
}

/** The gradient by the parameters out of the one by coefficients and intercepts. */
export function toFrame(frame: Frame, raw: Float64Array, into: Float64Array): void {
  const { used, mean, scale, width } = frame
  const features = mean.length
  const rows = into.length / width
  for (let row = 0; row < rows; row++) {
    const at = row * (features + 1)
    const ofIntercept = raw[at + features] as number
    for (const [a, index] of used.entries()) {
      const shifted = frame.intercept ? (raw[at + index] as number) - (mean[index] as number) * ofIntercept : (raw[at + index] as number)
      into[row * width + a] = shifted / (scale[index] as number)
    }
    if (frame.intercept) into[(row + 1) * width - 1] = ofIntercept
  }
}

/**
 * About the inverse of the second derivatives of the mean loss at the start, where the features have no say yet: there they are the
 * correlations, times `p * (1 - p)` for two classes of share p, times the share of the class for more.
 *
 * @param ridge the penalty: second derivative by a coefficient of the raw feature
 */
export function preconditioner(frame: Frame, shares: Float64Array, ridge: number): (vector: Float64Array) => void {
  const { used, width, scale, correlation } = frame
  const two = shares.length === 2
  const curvatures = two ? [(shares[0] as number) * (shares[1] as number)] : [...shares]
  const parts = curvatures.map(curvature => {
    const penalty = Float64Array.from(used, index => ridge / (scale[index] as number) ** 2)
    const factor = correlation === undefined ? undefined : factored(correlation, curvature, penalty)
    return { curvature, penalty, factor }
  })
  return vector => {
    if (!two) centre(vector, width)
    for (const [row, { curvature, penalty, factor }] of parts.entries()) {
      const part = vector.subarray(row * width, row * width + used.length)
      if (factor === undefined) for (const [a, extra] of penalty.entries()) part[a] = (part[a] as number) / (curvature + extra)
      else part.set(solveCholesky(factor, used.length, part))
      if (frame.intercept) vector[(row + 1) * width - 1] = (vector[(row + 1) * width - 1] as number) / curvature
    }
    if (!two) centre(vector, width)
  }
}

/** Cholesky of `curvature * correlation + penalty`; features that are sums of others get as much of a ridge as that needs. */
function factored(correlation: Float64Array, curvature: number, penalty: Float64Array): Float64Array | undefined {
  const width = penalty.length
  for (let ridge = 1e-8; ridge < 10; ridge *= 100) {
    const matrix = correlation.map(value => value * curvature)
    for (const [a, extra] of penalty.entries()) matrix[a * width + a] = (matrix[a * width + a] as number) + extra + ridge * curvature
    const factor = cholesky(matrix, width, 1e-10)
    if (factor !== undefined) return factor
  }
  return undefined
}

/** Takes from each parameter its mean over the rows of scores: a softmax does not see what all rows share. */
export function centre(vector: Float64Array, width: number): void {
  const rows = vector.length / width
  for (let a = 0; a < width; a++) {
    let sum = 0
    for (let row = 0; row < rows; row++) sum += vector[row * width + a] as number
    for (let row = 0; row < rows; row++) vector[row * width + a] = (vector[row * width + a] as number) - sum / rows
  }
}
