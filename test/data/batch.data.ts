import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Session, tidemill } from 'tidemill'
import { dataFolder, goldenJobs } from './folders.ts'
import { differences, type Job } from './job.ts'
import { bookJobs } from './jobs/books.ts'
import { flightJobs } from './jobs/flights.ts'
import { logJobs } from './jobs/logs.ts'
import { stockJobs } from './jobs/stocks.ts'
import { windowJobs } from './jobs/windows.ts'
import { openTables, type Tables } from './tables.ts'

const jobs: readonly Job[] = [...flightJobs, ...windowJobs, ...stockJobs, ...logJobs, ...bookJobs]
/** Jobs that no verb of today can do, with the reason. */
const notYet: Readonly<Record<string, string>> = {}

const golden = goldenJobs()
let tm: Session
let tables: Tables

beforeAll(async () => {
  tm = await tidemill({ workers: 2, typesFile: false })
  tables = await openTables(tm, dataFolder())
})
afterAll(async () => {
  await tm?.close()
})

test('every job of the reference is done here or listed as not possible yet, and none twice', () => {
  const listed = [...jobs.map(job => job.name), ...Object.keys(notYet)]
  expect(listed.toSorted()).toEqual(Object.keys(golden).toSorted())
})

test.each(jobs)('$name agrees with the reference', async job => {
  const wanted = golden[job.name]
  if (wanted === undefined) throw new Error(`no job of the reference is called ${job.name}`)
  expect(differences(await job.run(tables), wanted)).toEqual([])
})
