import { expect, test } from 'vitest'
import { count, tidemill } from 'tidemill'
import { rows } from 'tidemill/connectors'
import { californiaBlocks, californiaHousing } from 'tidemill/datasets'
import { embedded } from 'tidemill/engines/embedded'
import { linearRegression, pipeline, standardScaler } from 'tidemill/ml'

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

test('the answer has the same bits for 1, 2 and 8 cores', async () => {
  const one = await answers(1)
  expect(one.length).toBeGreaterThan(100_000)
  expect((await answers(2)) === one).toBe(true)
  expect((await answers(8)) === one).toBe(true)
})
