import { durationMicros } from '../expr/index.ts'
import { misuse, type Period } from '../plan/index.ts'
import { microsOf } from '../schema/index.ts'

const calendar = ['day', 'week', 'month', 'quarter', 'year'] as const
const spans: Readonly<Record<string, number>> = { hour: 3_600_000_000, minute: 60_000_000, second: 1_000_000 }

/**
 * A period as `resample` takes it: a unit of the calendar, or a duration counted from an origin (1970). `'1d'` is a day.
 *
 * @throws plan.argument
 */
export function periodOf(every: string, origin: string | Date | undefined): Period {
  const unit = calendar.find(one => one === (every === '1d' ? 'day' : every))
  if (unit !== undefined && origin === undefined) return { unit }
  const micros = every === 'day' ? 86_400_000_000 : every === 'week' ? 604_800_000_000 : (spans[every] ?? spanOf(every))
  return { micros, originMicros: origin === undefined ? 0 : originOf(origin) }
}

function spanOf(every: string): number {
  if (calendar.some(unit => unit === every))
    throw misuse(`a ${every} has no fixed length, so it has no origin`, "resample('at', 'month', ...), or '7d' with an origin")
  return durationMicros(every)
}

function originOf(origin: string | Date): number {
  // A text without an offset is UTC; JavaScript takes one with a time for the time of this machine.
  const zoned = typeof origin === 'string' && origin.includes('T') && !/[zZ]$|[+-]\d\d:\d\d$/.test(origin)
  const date = typeof origin === 'string' ? new Date(zoned ? `${origin}Z` : origin) : origin
  if (Number.isNaN(date.getTime())) throw misuse(`origin is no moment: ${String(origin)}`, "{ origin: '2013-01-01' }")
  return Number(microsOf(date))
}
