import { type Session, tidemill } from 'tidemill'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataFolder, goldenJobs } from './folders.ts'
import { differences, type Job } from './job.ts'
import { bookJobs } from './jobs/books.ts'
import { flightJobs } from './jobs/flights.ts'
import { logJobs } from './jobs/logs.ts'
import { stockJobs } from './jobs/stocks.ts'
import { windowJobs } from './jobs/windows.ts'
import { type FlightsFrom, openTables, type Tables } from './tables.ts'

const overFlights: readonly Job[] = [...flightJobs, ...windowJobs]
const jobs: readonly Job[] = [...overFlights, ...stockJobs, ...logJobs, ...bookJobs]
/** Jobs that the verbs of today cannot do, with the reason. Those they do in a roundabout way say so in `madeOf`. */
const notYet: Readonly<Record<string, string>> = {}

const golden = goldenJobs()
let tm: Session

beforeAll(async () => {
  tm = await tidemill({ workers: 2, typesFile: false })
})
afterAll(async () => {
  await tm?.close()
})

test('every job of the reference is done here or listed as not possible yet, and none twice', () => {
  const listed = [...jobs.map(job => job.name), ...Object.keys(notYet)]
  expect(listed.toSorted()).toEqual(Object.keys(golden).toSorted())
})

test('an answer that leaves the reference is found: a value, a row, a column, a figure', () => {
  const wanted = { columns: ['a'], rows: [[1], [null]], n: 2, tol: 1e-9, total: { x: [1, 'b'] } }
  const found = (rows: readonly object[], total: unknown = { x: [1, 'b'] }) => differences({ rows, figures: { total } }, wanted)
  expect(found([{ a: 1 + 1e-10 }, { a: null }])).toEqual([])
  expect(found([{ a: 1 + 1e-8 }, { a: 0 }])).toHaveLength(2)
  expect(found([{ a: 1 }, { a: null }, { a: 2 }])).toEqual(['3 rows, the reference has 2'])
  expect(found([{ a: 1, b: 1 }, { a: null }])).toEqual(['row 1 has 2 columns, the reference 1'])
  expect(found([{ a: 1 }, { a: null }], { x: [1, 'c'] })).toHaveLength(1)
})

run('parquet', jobs)
// The same answers from text, read, cast and kept in the engine.
run('csv', overFlights)

function run(from: FlightsFrom, wanted: readonly Job[]): void {
  describe(`flights from ${from}`, () => {
    let tables: Tables
    beforeAll(async () => {
      tables = await openTables(tm, dataFolder(), from)
    })
    test.each(wanted)('$name agrees with the reference', async job => {
      const reference = golden[job.name]
      if (reference === undefined) throw new Error(`no job of the reference is called ${job.name}`)
      expect(differences(await job.run(tables), reference)).toEqual([])
    })
  })
}
