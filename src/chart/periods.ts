/** Periods of the calendar, UTC; weeks begin on Monday, as `truncate` has them. */

export type PeriodUnit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'
export interface Period {
  readonly unit: PeriodUnit
  /** Least length in milliseconds. */
  readonly ms: number
}

const day = 86_400_000
const all: readonly Period[] = [
  { unit: 'second', ms: 1_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'day', ms: day },
  { unit: 'week', ms: 7 * day },
  { unit: 'month', ms: 28 * day },
  { unit: 'quarter', ms: 90 * day },
  { unit: 'year', ms: 365 * day },
]

/** The finest first; a column of days has none below the day. */
export function periodsOf(days: boolean): readonly Period[] {
  return days ? all.filter(({ ms }) => ms >= day) : all
}

/** The beginning of the period an instant lies in, in milliseconds since 1970. */
export function startOf(ms: number, unit: PeriodUnit): number {
  const date = new Date(ms)
  const year = date.getUTCFullYear()
  switch (unit) {
    case 'second':
    case 'minute':
    case 'hour':
    case 'day': {
      const size = all.find(period => period.unit === unit)?.ms ?? day
      return Math.floor(ms / size) * size
    }
    case 'week': {
      // 1970-01-05 was a Monday.
      const monday = 4 * day
      return Math.floor((ms - monday) / (7 * day)) * 7 * day + monday
    }
    case 'month':
      return utc(year, date.getUTCMonth())
    case 'quarter':
      return utc(year, Math.floor(date.getUTCMonth() / 3) * 3)
    case 'year':
      return utc(year, 0)
  }
}

/** The beginning of the period after the one that begins here. */
export function nextPeriod(start: number, unit: PeriodUnit): number {
  const date = new Date(start)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  if (unit === 'month') return utc(year, month + 1)
  if (unit === 'quarter') return utc(year, month + 3)
  if (unit === 'year') return utc(year + 1, 0)
  return start + (all.find(period => period.unit === unit)?.ms ?? day)
}

/** `Date.UTC` takes years below 100 for those of the last century. */
function utc(year: number, month: number): number {
  return new Date(0).setUTCFullYear(year, month, 1)
}
