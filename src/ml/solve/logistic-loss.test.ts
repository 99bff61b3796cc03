import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../../batch/index.ts'
import { seededRandom } from '../../time/index.ts'
import { blockOf } from '../blocks.ts'
import { fold } from '../statistics/fold.ts'
import { addColumns, dotColumns } from '../column-products.ts'
import { logisticLoss, type LogisticShape, scoreRows } from './logistic-loss.ts'
import { logisticStart } from './logistic-start.ts'

const random = seededRandom(5)
const floats = (length: number, each: () => number): Float64Array => Float64Array.from({ length }, each)

/** Features, class number, weight. */
function block(rows: number, features: number, classes: number): Batch {
  const columns = [
    ...Array.from({ length: features }, () => floats(rows, () => 4 * random.next() - 2)),
    floats(rows, () => Math.floor(random.next() * classes)),
    floats(rows, () => Math.floor(random.next() * 3)),
  ]
  return blockOf(
    columns.map((_, i) => `c${i}`),
    columns,
    rows,
  )
}

const shapes: readonly (readonly [string, LogisticShape])[] = [
  ['two classes', { features: 3, classes: 2, weighted: false }],
  ['two weighted classes of weighted rows', { features: 5, classes: 2, weighted: true, classWeights: Float64Array.of(0.5, 3) }],
  ['four classes', { features: 4, classes: 4, weighted: false }],
  ['three weighted classes of weighted rows', { features: 9, classes: 3, weighted: true, classWeights: Float64Array.of(2, 1, 0.25) }],
]

for (const [name, shape] of shapes) {
  test(`the gradient of ${name} is what finite differences say`, () => {
    const data = block(60, shape.features, shape.classes)
    const loss = logisticLoss(shape)
    const size = scoreRows(shape.classes) * (shape.features + 1)
    const params = floats(size, () => 2 * random.next() - 1)
    const at = (point: Float64Array) => loss(point).update(loss(point).init(), data)
    const { gradient } = at(params)
    const step = 1e-5
    for (let i = 0; i < size; i++) {
      const [up, down] = [params.slice(), params.slice()]
      up[i] = (up[i] as number) + step
      down[i] = (down[i] as number) - step
      expect(gradient[i]).toBeCloseTo((at(up).loss - at(down).loss) / (2 * step), 5)
    }
  })
}

test('two classes cost the same as a softmax whose first score is 0', () => {
  const data = block(50, 2, 2)
  const params = Float64Array.of(0.7, -1.1, 0.3)
  const two = logisticLoss({ features: 2, classes: 2, weighted: true })(params)
  const { loss } = two.update(two.init(), data)
  let sum = 0
  const column = (i: number): Float64Array => data.columns[i]?.data as Float64Array
  for (let row = 0; row < 50; row++) {
    const score = 0.3 + 0.7 * (column(0)[row] as number) - 1.1 * (column(1)[row] as number)
    const share = 1 / (1 + Math.exp(-score))
    sum -= (column(3)[row] as number) * Math.log(column(2)[row] === 1 ? share : 1 - share)
  }
  expect(loss).toBeCloseTo(sum, 10)
})

test('scores beyond what an exponential can hold cost what they are wrong by', () => {
  const data = blockOf(['x', 'y'], [Float64Array.of(1e4, -1e4), Float64Array.of(0, 0)], 2)
  const two = logisticLoss({ features: 1, classes: 2, weighted: false })(Float64Array.of(1, 0))
  expect(two.update(two.init(), data)).toEqual({ loss: 1e4, gradient: Float64Array.of(1e4, 1) })
  const three = logisticLoss({ features: 1, classes: 3, weighted: false })(Float64Array.of(0, 0, 1, 0, 0, 0))
  expect(three.update(three.init(), data).loss).toBeCloseTo(1e4 + Math.log(2), 8)
})

test('parts merge to the whole, in bytes too, and an empty part changes nothing', () => {
  const [a, b] = [block(30, 3, 3), block(7, 3, 3)]
  const statistic = logisticLoss({ features: 3, classes: 3, weighted: true })(floats(12, () => random.next()))
  const x = statistic.update(statistic.init(), a)
  const y = statistic.update(statistic.init(), b)
  const merged = statistic.merge(x, y)
  expect(merged).toEqual(statistic.update(x, b))
  expect(merged.loss).toBe(x.loss + y.loss)
  expect(statistic.decode(statistic.encode(merged))).toEqual(merged)
  expect(statistic.merge(statistic.init(), x)).toEqual(x)
  expect(() => statistic.decode(new Uint8Array(8))).toThrow(RangeError)
})

test('the first look sums what each class weighs, and every pair of features', async () => {
  const data = block(20, 5, 3)
  async function* one() {
    yield data
  }
  const shift = Float64Array.of(1, 0, -1, 0.5, 2)
  const shape = { features: 5, classes: 3, weighted: true, shift }
  const found = await fold(logisticStart({ ...shape, pairs: true }), one())
  const diagonal = await fold(logisticStart({ ...shape, pairs: false }), one())
  const columns = data.columns.map(one => one.data as Float64Array)
  const value = (i: number, row: number): number => columns[i]?.[row] as number
  const sum = (each: (row: number) => number): number =>
    Array.from({ length: 20 }, (_, row) => value(6, row) * each(row)).reduce((a, b) => a + b, 0)
  for (let k = 0; k < 3; k++) expect(found.weights[k]).toBe(sum(row => (value(5, row) === k ? 1 : 0)))
  for (let i = 0; i < 5; i++) {
    const moved = (j: number, row: number): number => value(j, row) - (shift[j] as number)
    expect(found.sums[i]).toBeCloseTo(
      sum(row => moved(i, row)),
      10,
    )
    for (let j = i; j < 5; j++)
      expect(found.products[i * 5 + j]).toBeCloseTo(
        sum(row => moved(i, row) * moved(j, row)),
        10,
      )
    expect(diagonal.products[i]).toBe(found.products[i * 6])
  }
  const statistic = logisticStart({ ...shape, pairs: true })
  expect(statistic.decode(statistic.encode(found))).toEqual(found)
})

test('a class number without a class is refused', () => {
  const data = blockOf(['x', 'y'], [Float64Array.of(1), Float64Array.of(2)], 1)
  const statistic = logisticLoss({ features: 1, classes: 2, weighted: false })(new Float64Array(2))
  expect(() => statistic.update(statistic.init(), data)).toThrow('class number 2 of 2 classes')
})

test('products of columns are the plain sums, for any number of columns', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 1, max: 9 }), (count, rows) => {
      const columns = Array.from({ length: count }, () => floats(rows, () => random.next() - 0.5))
      const coef = floats(count + 2, () => random.next())
      const sums = floats(rows, () => random.next())
      const wanted = sums.map((sum, row) => columns.reduce((all, x, i) => all + (x[row] as number) * (coef[i + 2] as number), sum))
      addColumns(sums, columns, coef, 2, rows)
      expect(sums).toEqual(wanted)
      const into = new Float64Array(count + 1)
      dotColumns(wanted, columns, rows, { into, to: 1, first: Math.min(1, count) })
      for (const [i, x] of columns.entries()) {
        const dot = i === 0 ? 0 : x.reduce((all, value, row) => all + value * (wanted[row] as number), 0)
        expect(into[i + 1]).toBe(dot)
      }
    }),
    { seed: 3, numRuns: 100 },
  )
})
