/** Arrow files of other programs, on real data. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Session, tidemill } from 'tidemill'
import { arrow, fromArrow } from 'tidemill/connectors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataFolder } from './folders.ts'

const path = join(dataFolder(), 'flights', 'vega_flights_200k.arrow')
let tm: Session
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false })
})
afterAll(async () => {
  await tm?.close()
})

test('a file of 200,000 flights, as Vega gives it, is a table', async () => {
  const flights = await tm.read(arrow(path))
  expect(flights.schema.map(field => field.name)).toEqual(['delay', 'distance', 'time'])
  expect(await flights.count()).toBe(200_000)
  const columns = await flights.toColumns()
  const whole = await tm.read(fromArrow(await readFile(path)))
  expect((await whole.toColumns()).time?.data).toEqual(columns['time']?.data)
})

test('what we write of it is what it was', async () => {
  const flights = await tm.read(arrow(path))
  const bytes = await flights.toArrow({ compression: 'zstd' })
  expect(bytes.length).toBeLessThan(200_000 * 8)
  const back = await tm.read(fromArrow(bytes))
  const [one, two] = [await flights.toColumns(), await back.toColumns()]
  for (const name of ['delay', 'distance', 'time']) expect(two[name]?.data).toEqual(one[name]?.data)
})
