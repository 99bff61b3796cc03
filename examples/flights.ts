/**
 * Flights out of New York in 2013: when they run late, who runs late, and whether the weather has to do with it.
 *
 * `node examples/flights.ts [FOLDER]`: a folder with the files flights, weather, airlines and airports of nycflights13, as `.csv` or `.csv.gz`. Without one it
 * looks at three days that are made by a seed, among them the one on which the clocks go forward.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count, type Session, tidemill } from 'tidemill'
import { csv } from 'tidemill/connectors'
import { makeFlights } from './data/flights.ts'

const newYork = { timeZone: 'America/New_York' }

/** Only the columns that are declared are read; a file that lacks one of them is an error. */
async function open(tm: Session, folder: string) {
  const file = (name: string) => join(folder, `${name}.csv*`)
  return {
    flights: await tm.read(
      csv(file('flights'), {
        schema: {
          carrier: 'string',
          origin: 'string',
          dest: 'string',
          dep_delay: 'int64?',
          arr_delay: 'int64?',
          minute: 'int64',
          time_hour: 'timestamp',
        },
      }),
    ),
    weather: await tm.read(
      csv(file('weather'), {
        nulls: ['NA'],
        schema: { origin: 'string', wind_speed: 'float64?', visib: 'float64', time_hour: 'timestamp' },
      }),
    ),
    airlines: await tm.read(csv(file('airlines'), { schema: { carrier: 'string', name: 'string' } })),
    airports: await tm.read(csv(file('airports'), { schema: { faa: 'string', name: 'string', tzone: 'string?' } })),
  }
}
type Tables = Awaited<ReturnType<typeof open>>

/** `time_hour` is an instant; the hour that people in New York read on their clocks takes a time zone. */
const byLocalHour = ({ flights }: Tables) =>
  flights
    .groupBy(r => ({ hour: r.time_hour.hour(newYork) }))
    .agg(r => ({
      flights: count(),
      cancelled: count().where(r.dep_delay.isNull()),
      late: r.dep_delay.mean().round(1),
      worst: r.dep_delay.max(),
    }))
    .sort('hour')

/** Days of the calendar begin at midnight in New York, which is at another moment of UTC once the clocks have changed. */
const oddDays = ({ flights }: Tables) =>
  flights
    .resample('time_hour', 'day', () => ({ flights: count() }), newYork)
    .withColumns(r => ({ hours: r.time_hour.lead().over({ orderBy: r.time_hour }).diff(r.time_hour, 'hour') }))
    .filter(r => r.hours.ne(24))
    .select('flights', 'hours', r => ({ day: r.time_hour.toDate('America/New_York').cast('string') }))
    .sort('day')

const byAirline = ({ flights, airlines }: Tables) =>
  flights
    .join(airlines, { on: 'carrier', validate: 'many-to-one' })
    .groupBy('name')
    .agg(r => ({ flights: count(), arrival: r.arr_delay.mean().round(1), p90: r.arr_delay.quantile(0.9).round() }))
    .sort(r => r.arrival.desc(), 'name')
    .limit(5)

/** A left join keeps flights to airports that are not in the list. */
const byTimeZone = ({ flights, airports }: Tables) =>
  flights
    .join(airports, { on: { dest: 'faa' }, how: 'left', validate: 'many-to-one' })
    .groupBy(r => ({ zone: r.tzone.fillNull('not in the list') }))
    .agg(r => ({ flights: count(), destinations: r.dest.countDistinct() }))
    .sort(r => r.flights.desc(), 'zone')

/** Each flight with the newest observation of its airport at or before its scheduled departure, not older than three hours. */
const byVisibility = ({ flights, weather }: Tables) =>
  flights
    .withColumns(r => ({ departure: r.time_hour.plus(r.minute, 'minute') }))
    .joinAsOf(weather, { on: 'origin', at: { departure: 'time_hour' }, within: '3h' })
    .cut('visib', [0, 2, 9, Infinity], { into: 'sight', labels: ['poor', 'middling', 'good'] })
    .groupBy('sight')
    .agg(r => ({ flights: count(), late: r.dep_delay.mean().round(1), wind: r.wind_speed.mean().round(1) }))
    .sort(r => r.late.desc())

async function tell(title: string, table: { show(options: { rows: number }): Promise<void> }) {
  console.log(`\n${title}`)
  await table.show({ rows: 24 })
}

const given = process.argv[2]
const folder = given ?? (await mkdtemp(join(tmpdir(), 'tidemill-flights-')))
await using tm = await tidemill()
try {
  if (given === undefined) await makeFlights(folder)
  const tables = await open(tm, folder)
  const unknown = await tables.flights
    .join(tables.airports, { on: { dest: 'faa' }, how: 'anti' })
    .select('dest')
    .distinct()
    .sort('dest')
    .rows()
  console.log(`${await tables.flights.count()} flights; not in the list of airports: ${unknown.map(row => row.dest).join(', ')}`)
  await tell('minutes late by the hour in New York', byLocalHour(tables))
  await tell('days that have not 24 hours', oddDays(tables))
  await tell('the five airlines that arrive latest', byAirline(tables))
  await tell('flights by time zone of the destination', byTimeZone(tables))
  await tell('by how far one could see', byVisibility(tables))
} finally {
  if (given === undefined) await rm(folder, { recursive: true })
}
