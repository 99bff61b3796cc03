import type { Gram } from '../statistics/gram.ts'
import { cholesky, residual, solveCholesky } from './cholesky.ts'
import { jacobi } from './jacobi.ts'

export interface Solution {
  readonly coef: readonly number[]
  readonly intercept: number
  /** How many independent columns there were. */
  readonly rank: number
}

/** A column whose square is explained by the others up to this share counts as a sum of them: six digits of the values, half of what a Gram matrix keeps. */
const collinear = 1e-12

/**
 * Ordinary least squares from the centred Gram matrix of [features..., target].
 *
 * Columns are brought to length 1 first; then Cholesky with iterative refinement. When columns depend on each other the answer is the one of least norm
 * in the columns as they were given, as scikit-learn's; a constant column gets 0. Without intercept the sums are taken about zero.
 */
export function leastSquares(statistic: Gram, options: { readonly intercept: boolean }): Solution {
  const width = statistic.mean.length
  const features = width - 1
  const { mean, weight } = statistic
  const product = (i: number, j: number): number => {
    const centred = statistic.products[i * width + j] as number
    return options.intercept ? centred : centred + weight * (mean[i] as number) * (mean[j] as number)
  }
  const used: number[] = []
  for (let i = 0; i < features; i++) if (product(i, i) > 0) used.push(i)
  const length = Float64Array.from(used, i => Math.sqrt(product(i, i)))
  const matrix = new Float64Array(used.length ** 2)
  const right = new Float64Array(used.length)
  for (const [a, i] of used.entries()) {
    right[a] = product(i, features) / (length[a] as number)
    for (const [b, j] of used.entries())
      matrix[a * used.length + b] = a === b ? 1 : product(i, j) / (length[a] as number) / (length[b] as number)
  }
  const { solution, rank } = solve(matrix, right, length)
  const coef = Array.from({ length: features }, () => 0)
  // Adding 0 turns -0 into 0, which JSON would do anyway.
  for (const [a, i] of used.entries()) coef[i] = (solution[a] as number) + 0
  let intercept = 0
  if (options.intercept) {
    intercept = mean[features] as number
    for (let i = 0; i < features; i++) intercept -= (mean[i] as number) * (coef[i] as number)
  }
  return { coef, intercept: intercept + 0, rank }
}

/** Coefficients in the columns as given; `matrix` and `right` belong to columns divided by `length`. */
function solve(
  matrix: Float64Array,
  right: Float64Array,
  length: Float64Array,
): { readonly solution: Float64Array; readonly rank: number } {
  const width = right.length
  const factor = cholesky(matrix, width, collinear)
  if (factor !== undefined) {
    const x = solveCholesky(factor, width, right)
    for (let round = 0; round < 2; round++) {
      const step = solveCholesky(factor, width, residual(matrix, width, x, right))
      for (let i = 0; i < width; i++) x[i] = (x[i] as number) + (step[i] as number)
    }
    return { solution: x.map((value, i) => value / (length[i] as number)), rank: width }
  }
  return leastNorm(matrix, right, length)
}

/** Some solution from the independent directions, less its part along the directions that change no prediction. */
function leastNorm(
  matrix: Float64Array,
  right: Float64Array,
  length: Float64Array,
): { readonly solution: Float64Array; readonly rank: number } {
  const width = right.length
  const { values, vectors } = jacobi(matrix, width)
  const solution = new Float64Array(width)
  const idle: Float64Array[] = []
  let rank = 0
  for (let k = 0; k < width; k++) {
    const vector = Float64Array.from({ length: width }, (_, i) => vectors[i * width + k] as number)
    if ((values[k] as number) > collinear * (values[0] as number)) {
      rank++
      const part = dot(vector, right) / (values[k] as number)
      for (let i = 0; i < width; i++) solution[i] = (solution[i] as number) + (part * (vector[i] as number)) / (length[i] as number)
    } else idle.push(vector.map((value, i) => value / (length[i] as number)))
  }
  for (const direction of orthonormal(idle)) {
    const along = dot(direction, solution)
    for (let i = 0; i < width; i++) solution[i] = (solution[i] as number) - along * (direction[i] as number)
  }
  return { solution, rank }
}

/** Gram-Schmidt, each vector cleaned twice. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = []
  for (const vector of vectors) {
    const scale = Math.sqrt(dot(vector, vector))
    let rest = vector.map(value => value / scale)
    for (let pass = 0; pass < 2; pass++) {
      for (const known of basis) {
        const along = dot(known, rest)
        rest = rest.map((value, i) => value - along * (known[i] as number))
      }
    }
    const norm = Math.sqrt(dot(rest, rest))
    if (norm > 1e-10) basis.push(rest.map(value => value / norm))
  }
  return basis
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
