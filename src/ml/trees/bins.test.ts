import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binColumns, binFeatures, findBins, joinBins } from './index.ts'

test('each distinct value has a bin of its own, with the edge in the middle between two', () => {
  const bins = findBins([Float64Array.of(3, 1, 1, 2, 8)])
  expect(bins.exact).toEqual([true])
  expect(bins.edges).toEqual([Float64Array.of(1.5, 2.5, 5.5)])
  expect(bins.lowers).toEqual([Float64Array.of(1, 2, 3, 8)])
  expect(bins.uppers).toEqual(bins.lowers)
  expect(binColumns([Float64Array.of(3, 1, 1, 2, 8)], bins)).toEqual(Uint8Array.of(2, 0, 0, 1, 3))
  expect(findBins([Float64Array.of(7, 7)]).edges).toEqual([new Float64Array(0)])
})

test('a column of more values than bins is cut into bins of like weight, and a frequent value has one for itself', () => {
  const even = findBins([Float64Array.from({ length: 10_000 }, (_, row) => (row * 7919) % 10_000)], { maxBins: 16 })
  expect(even.exact).toEqual([false])
  expect(even.edges).toEqual([Float64Array.from({ length: 15 }, (_, bin) => (bin + 1) * 625 - 0.5)])
  const heavy = Float64Array.from({ length: 10_000 }, (_, row) => (row < 6_000 ? 0.5 : row))
  const bins = findBins([heavy], { maxBins: 8 })
  expect([bins.lowers[0]?.[0], bins.uppers[0]?.[0]]).toEqual([0.5, 0.5])
  expect(bins.edges[0]?.length).toBe(7)
  const counts = new Uint32Array(8)
  for (const code of binColumns([heavy], bins)) counts[code]!++
  expect([...counts]).toEqual([6000, 572, 572, 572, 571, 571, 571, 571])
  const between = findBins([Float64Array.from({ length: 1_000 }, (_, row) => (row < 500 ? 700 : row))], { maxBins: 6 })
  const alone = between.lowers[0]?.indexOf(700) ?? -1
  expect(alone).toBeGreaterThan(0)
  expect(between.uppers[0]?.[alone]).toBe(700)
})

test('rows weigh what their weight says, and rows of weight 0 are not there', () => {
  const values = [5, 3, 9, 1, 7, 2, 8]
  const weights = [3, 0, 1, 2, 5, 0, 1]
  const repeated = Float64Array.from(values.flatMap((value, i) => Array.from({ length: weights[i] ?? 0 }, () => value)))
  for (const maxBins of [2, 3, 4, 256])
    expect(findBins([Float64Array.from(values)], { maxBins, weights: Float64Array.from(weights) })).toEqual(
      findBins([repeated], { maxBins }),
    )
})

test('a code is the number of edges below the value', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -5, max: 5 })), {
        minLength: 1,
        maxLength: 60,
      }),
      fc.integer({ min: 2, max: 20 }),
      (values, maxBins) => {
        const column = Float64Array.from(values)
        const bins = findBins([column], { maxBins })
        const [edges] = bins.edges as [Float64Array]
        expect([...edges]).toEqual([...edges].toSorted((a, b) => a - b))
        expect([...binColumns([column], bins)]).toEqual(values.map(value => edges.filter(edge => edge < value).length))
        for (const [row, code] of binColumns([column], bins).entries()) {
          expect(column[row]).toBeGreaterThanOrEqual(bins.lowers[0]?.[code] as number)
          expect(column[row]).toBeLessThanOrEqual(bins.uppers[0]?.[code] as number)
        }
      },
    ),
    { seed: 7, numRuns: 500 },
  )
})

test('ranges of rows put in one after the other are the whole', () => {
  const columns = [
    Float64Array.from({ length: 1_000 }, (_, row) => Math.sin(row)),
    Float64Array.from({ length: 1_000 }, (_, row) => row % 7),
  ]
  const bins = findBins(columns, { maxBins: 32 })
  const out = new Uint8Array(new SharedArrayBuffer(2_000)).fill(99)
  binColumns(columns, bins, { out, from: 250, to: 600 })
  expect([out[249], out[600], out[1_249], out[1_600]]).toEqual([99, 99, 99, 99])
  for (const [from, to] of [
    [600, 1_000],
    [0, 250],
    [250, 600],
  ] as const)
    binColumns(columns, bins, { out, from, to })
  expect(Uint8Array.from(out)).toEqual(binColumns(columns, bins))
  expect(() => binColumns(columns, bins, { out: new Uint8Array(3) })).toThrow('room for 3 codes, not 2000')
})

test('features put in bins one by one are as those of the whole table', () => {
  const columns = [3, 5, 7].map(step => Float64Array.from({ length: 400 }, (_, row) => Math.cos(row * step)))
  const weights = Float64Array.from({ length: 400 }, (_, row) => row % 3)
  const bins = findBins(columns, { maxBins: 64, weights })
  const codes = new Uint8Array(new SharedArrayBuffer(1_200))
  const parts = columns.map((column, j) =>
    binFeatures(structuredClone({ columns: [column], weights, maxBins: 64, codes: codes.subarray(j * 400, (j + 1) * 400) })),
  )
  expect(joinBins(parts)).toEqual(bins)
  expect(Uint8Array.from(codes)).toEqual(binColumns(columns, bins))
})

test('numbers that are not finite, no rows and a wrong number of bins are refused', () => {
  expect(() => findBins([Float64Array.of(1), Float64Array.of(Number.NaN)])).toThrow('feature 1 has NaN or infinite values')
  expect(() => findBins([Float64Array.of(1, Number.NEGATIVE_INFINITY)])).toThrow('feature 0 has NaN or infinite values')
  expect(() => findBins([Float64Array.of(1, Number.NaN)], { weights: Float64Array.of(1, 1) })).toThrow('feature 0 has NaN')
  expect(() => findBins([new Float64Array(0)])).toThrow('no row to learn from')
  expect(() => findBins([Float64Array.of(1)], { weights: Float64Array.of(0) })).toThrow('no row to learn from')
  for (const maxBins of [1, 257, 2.5]) expect(() => findBins([], { maxBins })).toThrow(`maxBins out of range: ${maxBins} (2 to 256)`)
})

test('an edge separates neighbouring numbers, however large or near', () => {
  const values = Float64Array.of(-Number.MAX_VALUE, -Number.MIN_VALUE, 0, Number.MIN_VALUE, 1, 1 + Number.EPSILON, Number.MAX_VALUE)
  const bins = findBins([values])
  expect([...binColumns([values], bins)]).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(findBins([Float64Array.of(Number.MAX_VALUE / 2, Number.MAX_VALUE)]).edges).toEqual([Float64Array.of(Number.MAX_VALUE * 0.75)])
})
