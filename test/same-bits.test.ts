import { expect, test } from 'vitest'
import { count, tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
import { californiaBlocks, californiaHousing, iris } from 'tidemill/datasets'
import { embedded } from 'tidemill/engines/embedded'
import {
  columns,
  gridSearch,
  imputer,
  linearRegression,
  logisticRegression,
  oneHotEncoder,
  permutationImportance,
  pipeline,
  randomForestRegressor,
  standardScaler,
} from 'tidemill/ml'

/** What one machine computes with so many cores: a mapped and grouped table, a MapReduce job, a fitted model. */
async function answers(cores: number): Promise<string> {
  const tm = await tidemill({ workers: cores, engine: embedded({ threads: cores }), typesFile: false })
  try {
    const blocks = (await tm.read(californiaBlocks())).map(b => ({ ocean: b.oceanProximity, people: b.population / b.households }))
    const mapped = await blocks.rows()
    const grouped = await blocks
      .groupBy('ocean')
      .agg(() => ({ n: count() }))
      .sort('ocean')
      .rows()
    const reduced = await tm.mapReduce(rows(mapped.slice(0, 5000)), {
      *map(row) {
        yield [row.ocean, row.people] as const
      },
      combine: (a: number, b) => a + b,
      reduce: (ocean, sums) => ({ ocean, people: sums.reduce((a, b) => a + b) }),
      taskRows: 700,
    })
    const houses = await tm.read(californiaHousing())
    const { train, test: held } = houses.split({ train: 0.8, test: 0.2 }, { seed: 42 })
    const model = await pipeline({ scale: standardScaler(), fit: linearRegression() }).fit(train, { target: 'medHouseVal' })
    const errors = await model.evaluate(held)
    return JSON.stringify({ mapped, grouped, reduced: await reduced.rows(), model: model.toJson(), errors })
  } finally {
    await tm.close()
  }
}

/** What learning makes on so many cores: a forest cut into tasks, a search of a pipeline, an importance. */
async function learnt(cores: number): Promise<string> {
  const tm = await tidemill({ workers: cores, engine: embedded({ threads: cores }), typesFile: false })
  try {
    const { train, test: held } = (await tm.read(californiaHousing()))
      .sample({ rows: 4_000 }, { seed: 1 })
      .split({ train: 0.7, test: 0.3 }, { seed: 2 })
    const forest = await randomForestRegressor({ trees: 130, minLeaf: 8, seed: 3 }).fit(train, { target: 'medHouseVal' })
    const importance = await permutationImportance(forest, held, { repeats: 2 })
    const search = await gridSearch(
      pipeline({ scale: standardScaler(), fit: logisticRegression() }),
      { 'fit.c': [0.1, 1, 10], 'scale.withMean': [true, false] },
      { folds: 4, scoring: 'logLoss' },
    ).fit(await tm.read(iris()), { target: 'species' })
    const prepare = columns({
      numbers: { of: ['totalBedrooms', 'totalRooms'], use: pipeline({ fill: imputer({ strategy: 'median' }), scale: standardScaler() }) },
      words: { of: ['oceanProximity'], use: oneHotEncoder() },
    })
    const blocks = await tm.read(californiaBlocks())
    const prepared = await pipeline({ prepare, fit: linearRegression() }).fit(blocks, { target: 'medianHouseValue' })
    const predicted = await held.transform(forest).rows()
    const models = [forest, search.best, prepared].map(model => model.toJson())
    return JSON.stringify({ importance, candidates: search.candidates, predicted, models })
  } finally {
    await tm.close()
  }
}

test('what is learnt has the same bits for 1, 2 and 8 cores', async () => {
  const one = await learnt(1)
  expect(one.length).toBeGreaterThan(100_000)
  expect((await learnt(2)) === one).toBe(true)
  expect((await learnt(8)) === one).toBe(true)
})

test('the answer has the same bits for 1, 2 and 8 cores', async () => {
  const one = await answers(1)
  expect(one.length).toBeGreaterThan(100_000)
  expect((await answers(2)) === one).toBe(true)
  expect((await answers(8)) === one).toBe(true)
})
