/** Against scikit-learn on the California blocks with missing values: impute, scale, encode, least squares. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Dataset } from '../dataset/index.ts'
import { type Block, californiaBlocks, californiaHousing } from '../datasets/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { columns, imputer, linearRegression, oneHotEncoder, pipeline, standardScaler } from './index.ts'

/** scikit-learn 1.9: `SimpleImputer(strategy='median')`, `StandardScaler`, `OneHotEncoder(drop='first')`, `LinearRegression`. */
const golden = {
  tolerance: 1e-7,
  medians: {
    longitude: -118.49,
    latitude: 34.26,
    housingMedianAge: 29,
    totalRooms: 2127,
    totalBedrooms: 435,
    population: 1166,
    households: 409,
    medianIncome: 3.5348,
  },
  categories: { '<1H OCEAN': 9136, INLAND: 6551, ISLAND: 5, 'NEAR BAY': 2290, 'NEAR OCEAN': 2658 },
  mse: 4870819254.39,
  r2: 0.648635207979,
} as const
const numbers = [
  'longitude',
  'latitude',
  'housingMedianAge',
  'totalRooms',
  'totalBedrooms',
  'population',
  'households',
  'medianIncome',
] as const
const value = pipeline({
  prepare: columns({
    number: { of: numbers, use: pipeline({ fill: imputer({ strategy: 'median' }), scale: standardScaler() }) },
    place: { of: ['oceanProximity'], use: oneHotEncoder({ drop: 'first' }) },
  }),
  fit: linearRegression(),
})

let tm: Session
let blocks: Dataset<Block>
beforeAll(async () => {
  tm = await tidemill()
  blocks = await tm.read(californiaBlocks())
})
afterAll(() => tm.close())

test('medians of columns with NULLs are those of scikit-learn', async () => {
  const model = await imputer({ strategy: 'median' }).fit(blocks, { columns: numbers })
  const empty = Object.fromEntries(numbers.map(name => [name, null]))
  const found = model.predict(empty as never) as Record<string, number>
  for (const [name, median] of Object.entries(golden.medians))
    expect(Math.abs((found[name] ?? Number.NaN) - median), name).toBeLessThan(1e-11)
  const filled = await model.transform(blocks).rows()
  expect(filled.filter(row => row.totalBedrooms === null).length).toBe(0)
  expect(
    filled.filter(row => row.totalBedrooms === 435).length - (await blocks.rows()).filter(row => row.totalBedrooms === 435).length,
  ).toBe(207)
})

test('categories become columns whose sums are the counts of scikit-learn', async () => {
  const model = await oneHotEncoder().fit(blocks, { columns: ['oceanProximity'] })
  expect(model.adds.map(field => field.name)).toEqual(Object.keys(golden.categories).map(name => `oceanProximity=${name}`))
  const sums = new Map<string, number>()
  for (const row of await model.transform(blocks).rows())
    for (const [name, one] of Object.entries(row))
      if (name.startsWith('oceanProximity=')) sums.set(name.slice(15), (sums.get(name.slice(15)) ?? 0) + Number(one))
  expect(Object.fromEntries(sums)).toEqual(golden.categories)
})

test('impute, scale, encode and fit predict the held-out rows as well as scikit-learn does', async () => {
  const { train, test: holdOut } = blocks.split(californiaHousing.articleSplit)
  const model = await value.fit(train, { target: 'medianHouseValue' })
  const { mse, r2, rows } = await model.evaluate(holdOut)
  expect(rows).toBe(4128)
  expect(Math.abs(mse / golden.mse - 1)).toBeLessThan(golden.tolerance)
  expect(Math.abs(r2 - golden.r2)).toBeLessThan(golden.tolerance)
  const planned = await model.transform(holdOut).rows()
  const single = (await holdOut.rows()).map(row => model.predict(row).prediction)
  expect(planned.findIndex((row, i) => !Object.is(row.prediction, single[i]))).toBe(-1)
  const selected = await (await tm.sql(model.toSelect('holdOut'), { tables: { holdOut } })).rows()
  // `tm.sql` reads a float of 17 digits as a decimal, which costs the last bit.
  expect(selected.findIndex((row, i) => !(Math.abs((row['prediction'] as number) / (single[i] as number) - 1) < 1e-14))).toBe(-1)
})
