import { expect, test } from 'vitest'
import { seededRandom } from '../../time/index.ts'
import { blockOf } from '../blocks.ts'
import { fold } from '../statistics/fold.ts'
import { gram } from '../statistics/gram.ts'
import { cholesky, residual, solveCholesky } from './cholesky.ts'
import { jacobi } from './jacobi.ts'
import { leastSquares } from './least-squares.ts'

test('least squares finds the plane that the rows lie on', async () => {
  const random = seededRandom(1)
  const rows = Array.from({ length: 500 }, () => [random.next(), random.next() * 1e4, 5 + random.next()])
  const { coef, intercept, rank } = await solved(rows, row => 3 * at(row, 0) - 2e-4 * at(row, 1) + 0.5 * at(row, 2) + 7)
  expect(rank).toBe(3)
  for (const [i, want] of [3, -2e-4, 0.5].entries()) expect(Math.abs((coef[i] as number) / want - 1)).toBeLessThan(1e-11)
  expect(intercept).toBeCloseTo(7, 10)
})

test('of columns that depend on each other the answer of least norm is taken', async () => {
  const random = seededRandom(2)
  const rows = Array.from({ length: 300 }, () => {
    const x = random.next()
    return [x, 2 * x + 1, 7, random.next()]
  })
  const { coef, intercept, rank } = await solved(rows, row => 5 * at(row, 0) + 4 * at(row, 3))
  expect(rank).toBe(2)
  // 5x is spread over x and 2x+1 in proportion 1:2, as numpy.linalg.lstsq does on centred columns.
  for (const [i, want] of [1, 2, 0, 4].entries()) expect(coef[i]).toBeCloseTo(want, 10)
  expect(intercept).toBeCloseTo(-2, 10)
})

test('one row, and more columns than rows, give an answer that passes through them', async () => {
  expect(await solved([[4, 5]], () => 9)).toEqual({ coef: [0, 0], intercept: 9, rank: 0 })
  const rows = [
    [1, 2, 3, 4],
    [4, 1, 2, 2],
  ]
  const { coef, intercept, rank } = await solved(rows, row => at(row, 0))
  expect(rank).toBe(1)
  for (const row of rows) expect(row.reduce((sum, x, i) => sum + x * (coef[i] as number), intercept)).toBeCloseTo(at(row, 0), 10)
})

test('without intercept the plane goes through zero', async () => {
  const { coef, intercept } = await solved([[1], [2], [3]], row => 2 * at(row, 0), false)
  expect(coef[0]).toBeCloseTo(2, 14)
  expect(intercept).toBe(0)
})

test('columns of very different size are no trouble', async () => {
  const random = seededRandom(3)
  const rows = Array.from({ length: 200 }, () => [random.next() * 1e-9, random.next() * 1e12])
  const { coef, rank } = await solved(rows, row => 1e9 * at(row, 0) + 1e-12 * at(row, 1))
  expect(rank).toBe(2)
  expect((coef[0] as number) / 1e9).toBeCloseTo(1, 10)
  expect((coef[1] as number) / 1e-12).toBeCloseTo(1, 10)
})

test('Jacobi gives vectors that the matrix only stretches', () => {
  const random = seededRandom(4)
  const width = 12
  const a = new Float64Array(width * width)
  for (let i = 0; i < width; i++) for (let j = i; j < width; j++) a[i * width + j] = a[j * width + i] = random.next() - 0.5
  const { values, vectors } = jacobi(a, width)
  expect([...values]).toEqual([...values].sort((x, y) => y - x))
  for (let k = 0; k < width; k++) {
    const vector = Float64Array.from({ length: width }, (_, i) => vectors[i * width + k] as number)
    const left = residual(a, width, vector, new Float64Array(width)).map(value => -value)
    for (let i = 0; i < width; i++) expect(left[i]).toBeCloseTo((values[k] as number) * (vector[i] as number), 12)
  }
})

test('Cholesky solves, and refuses a matrix that is not positive definite', () => {
  const a = Float64Array.of(4, 2, 2, 3)
  const l = cholesky(a, 2, 1e-12)
  expect(l).toEqual(Float64Array.of(2, 0, 1, Math.SQRT2))
  expect(solveCholesky(l as Float64Array, 2, Float64Array.of(8, 7))[0]).toBeCloseTo(1.25, 14)
  expect(cholesky(Float64Array.of(1, 1, 1, 1), 2, 1e-12)).toBeUndefined()
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2, 1e-12)).toBeUndefined()
})

test('a residual keeps what plain sums lose', () => {
  const tiny = 2 ** -60
  const a = Float64Array.of(1, 1, 0, 1)
  expect(residual(a, 2, Float64Array.of(1, tiny), Float64Array.of(1, 0))[0]).toBe(-tiny)
})

function at(row: readonly number[], index: number): number {
  return row[index] as number
}

async function solved(rows: readonly (readonly number[])[], target: (row: readonly number[]) => number, intercept = true) {
  const width = (rows[0]?.length ?? 0) + 1
  const columns = Array.from({ length: width }, (_, i) => Float64Array.from(rows, row => (i === width - 1 ? target(row) : at(row, i))))
  async function* one() {
    yield blockOf(
      columns.map((_, i) => `c${i}`),
      columns,
      rows.length,
    )
  }
  return leastSquares(await fold(gram(width), one()), { intercept })
}
