/**
 * Program C4: cleans a table, lets the types of the columns choose a chart, draws it, and overrides the choice.
 *
 * `node examples/chart-by-type.ts FOLDER` writes a picture for each choice and one report of them all.
 */
import { join } from 'node:path'
import { tidemill } from 'tidemill'
import { type Chart, report } from 'tidemill/chart'
import { rows } from 'tidemill/connectors'

const folder = process.argv[2] ?? 'out'
await using tm = await tidemill()

// A visitor a row, as a form gives them: spaces, capitals, something else than a number, a row twice, nothing at all.
const raw = Array.from({ length: 90 }, (_, i) => ({
  day: `2026-03-${String(1 + (i % 30)).padStart(2, '0')}`,
  city: [' Bergen', 'bergen ', 'OSLO', 'Oslo', 'Tromsø'][i % 5] ?? '',
  minutes: i % 30 === 7 ? 'none' : String(12 + ((i * 37) % 53)),
  spent: i % 45 === 11 ? null : 4.5 + ((i * 91) % 140) / 7,
}))
const table = await tm.read(
  rows([...raw, ...raw.slice(0, 3)], { schema: { day: 'string', city: 'string', minutes: 'string', spent: 'float64?' } }),
)

/** Rows that say everything, each once; words of one kind, numbers that are numbers. */
const visits = table
  .distinct()
  .withColumns(r => ({ day: r.day.toTimestamp('%Y-%m-%d'), city: r.city.trim().lower(), minutes: r.minutes.tryCast('int64') }))
  .dropNulls()
console.log(`${await table.count()} rows, ${await visits.count()} of them clean`)

/** The chart that suits the columns, or the one that is asked for. */
async function draw(name: string, options: Parameters<typeof visits.plot>[0]): Promise<Chart> {
  const chart = await visits.plot(options)
  await chart.save(join(folder, `${name}.png`))
  console.log(`${name}: ${chart.type}, as ${chart.reason}`)
  return chart
}

const charts = [
  await draw('time', { x: 'day', y: 'spent' }),
  await draw('category', { x: 'city' }),
  await draw('two-numbers', { x: 'minutes', y: 'spent' }),
  await draw('one-number', { x: 'spent' }),
  await draw('overridden', { x: 'city', y: 'spent', type: 'bar', aggregate: 'sum', sort: 'name' }),
]
await report(['# Visits in March\n\nEach chart was chosen by the **types** of its columns.', ...charts]).save(join(folder, 'visits.html'))
