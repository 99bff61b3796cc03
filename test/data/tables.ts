import { join } from 'node:path'
import type { Dataset, Row, Session } from 'tidemill'
import { csv, parquet } from 'tidemill/connectors'

const flightColumns = {
  year: 'int64',
  month: 'int64',
  day: 'int64',
  dep_time: 'int64?',
  sched_dep_time: 'int64',
  dep_delay: 'int64?',
  arr_time: 'int64?',
  sched_arr_time: 'int64',
  arr_delay: 'int64?',
  carrier: 'string',
  flight: 'int64',
  tailnum: 'string?',
  origin: 'string',
  dest: 'string',
  air_time: 'int64?',
  distance: 'int64',
  hour: 'int64',
  minute: 'int64',
  time_hour: 'timestamp',
} as const
export type Flight = Row<typeof flightColumns>

/** What a job may read. */
export interface Tables {
  readonly tm: Session
  readonly folder: string
  readonly flights: Dataset<Flight>
  /** Flights with `rid`, their row number in the file from 0. */
  readonly numbered: Dataset<Flight & { rid: number }>
  readonly airlines: Dataset<{ carrier: string; name: string }>
  readonly airports: Dataset<{ faa: string; name: string }>
  readonly planes: Dataset<{ tailnum: string; year: number | null; manufacturer: string }>
  readonly weather: Dataset<{ origin: string; time_hour: Flight['time_hour']; visib: number }>
}

/** Flights from typed columns, or the same rows from text. */
export type FlightsFrom = 'parquet' | 'csv'

/** Opens the tables. Flights from text are read once and kept, as that takes its time. */
export async function openTables(tm: Session, folder: string, from: FlightsFrom): Promise<Tables> {
  const file = (name: string): string => join(folder, 'flights', name)
  const flights =
    from === 'parquet'
      ? await tm.read(parquet(file('flights.parquet'), { schema: flightColumns }))
      : await (await tm.read(csv(file('flights.csv.gz'), { schema: flightColumns }))).cache()
  return {
    tm,
    folder,
    flights,
    numbered: flights.withRowIndex('rid'),
    airlines: await tm.read(csv(file('airlines.csv'), { schema: { carrier: 'string', name: 'string' } })),
    airports: await tm.read(csv(file('airports.csv'), { schema: { faa: 'string', name: 'string' } })),
    planes: await tm.read(
      csv(file('planes.csv'), { nulls: ['NA'], schema: { tailnum: 'string', year: 'int64?', manufacturer: 'string' } }),
    ),
    weather: await tm.read(
      csv(file('weather.csv.gz'), { nulls: ['NA'], schema: { origin: 'string', time_hour: 'timestamp', visib: 'float64' } }),
    ),
  }
}
