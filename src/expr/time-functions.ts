/** Rows of the table of functions: days, instants and wall clocks. */
import { type FunctionInfo, row, type Short } from './function-info.ts'
import type { TimeFunctionName } from './scalar-names.ts'

const number = ['number'] as const
const time = ['date', 'instant'] as const
const instant = ['instant'] as const
const clocked = ['instant', 'clock'] as const
const length = ['interval'] as const
const scalar = row('scalar')
const part: Short = { of: time, gives: 'int64' }
const lengthPart: Short = { of: length, gives: 'int64' }

/** Functions of time by name. */
export const timeFunctions: Readonly<Record<TimeFunctionName, FunctionInfo>> = {
  year: scalar('Year.', part),
  quarter: scalar('Quarter, from 1 to 4.', part),
  month: scalar('Month, January is 1.', part),
  week: scalar('Week of ISO 8601: from Monday, the first one has the first Thursday of the year.', part),
  isoYear: scalar('The year that the ISO week belongs to.', part),
  day: scalar('Day of the month.', part),
  dayOfYear: scalar('Day of the year, from 1.', part),
  weekday: scalar('Day of the week, Monday is 1, Sunday is 7.', part),
  hour: scalar('Hour, UTC.', { of: clocked, gives: 'int64' }),
  minute: scalar('Minute.', { of: clocked, gives: 'int64' }),
  second: scalar('Whole seconds of the minute.', { of: clocked, gives: 'int64' }),
  millisecond: scalar('Whole milliseconds of the second.', { of: clocked, gives: 'int64' }),
  microsecond: scalar('Microseconds of the second.', { of: clocked, gives: 'int64' }),
  isLeapYear: scalar('The year has 366 days.', { of: time, gives: 'boolean' }),
  daysInMonth: scalar('How many days the month has.', part),
  truncate: scalar('The beginning of the unit, in a time zone (UTC); weeks begin on Monday.', {
    of: time,
    gives: 'first',
    options: ['unit', 'timeZone'],
  }),
  bin: scalar('The beginning of the span of so many microseconds it is in; spans are counted from 1970, UTC, moved by the offset.', {
    of: instant,
    gives: 'first',
    options: ['amountMicros', 'offsetMicros'],
  }),
  diff: scalar('Whole units passed from the second to the first, with sign; a month has passed when its day and time are reached.', {
    of: time,
    takes: 'same',
    args: [2, 2],
    gives: 'int64',
    options: ['unit'],
  }),
  plus: scalar(
    'Later by microseconds, or by months or so many units as a second operand says: a day that the month does not have becomes its last.',
    {
      of: time,
      takes: number,
      args: [1, 2],
      gives: 'first',
      options: ['amountMicros', 'amount', 'unit'],
    },
  ),
  plusInterval: scalar(
    'Later by an interval: first its months (a day that the month does not have becomes its last), then its days of 24 hours, then its microseconds. A day moves by whole days only. Of two intervals the sum of each part.',
    { of: ['date', 'instant', 'interval'], takes: length, args: [2, 2], gives: 'first' },
  ),
  since: scalar('The interval from the second to the first: days between two days, microseconds between two moments; no months.', {
    of: time,
    takes: 'same',
    args: [2, 2],
    gives: 'interval',
  }),
  negInterval: scalar('The interval the other way: each part with the other sign.', { of: length, gives: 'interval' }),
  mulInterval: scalar('The interval so many times, a whole number: each part.', {
    of: length,
    takes: number,
    args: [2, 2],
    gives: 'interval',
  }),
  years: scalar('Whole years of the months of an interval.', lengthPart),
  months: scalar('Months of an interval beside its whole years, from -11 to 11.', lengthPart),
  days: scalar('Days of an interval; its hours are no days.', lengthPart),
  hours: scalar('Whole hours of the time of an interval, which can be more than 24.', lengthPart),
  minutes: scalar('Minutes of an interval beside its whole hours, from -59 to 59.', lengthPart),
  seconds: scalar('Whole seconds of an interval beside its whole minutes, from -59 to 59.', lengthPart),
  microseconds: scalar('Microseconds of an interval beside its whole seconds.', lengthPart),
  format: scalar('As text by a strftime pattern: %Y %m %d %H %M %S %f (microseconds) %y %j %b %B %a %A %%.', {
    of: time,
    gives: 'string',
    options: ['pattern'],
  }),
  toDate: scalar('The day, in a time zone (UTC).', { of: instant, gives: 'date', options: ['timeZone'] }),
  epoch: scalar('Seconds, milliseconds or microseconds since 1970, rounded down.', { of: instant, gives: 'int64', options: ['unit'] }),
  fromEpoch: scalar('The instant so many seconds, milliseconds, microseconds or days after 1970.', {
    of: number,
    gives: 'timestamp',
    options: ['unit'],
  }),
  inZone: scalar('What a clock in the time zone shows at the instant.', { of: instant, gives: 'datetime', options: ['timeZone'] }),
  atZone: scalar(
    'The instant at which a clock in the time zone shows this. An hour that comes twice means its first pass; one that is skipped is read with the offset before it: 02:30 becomes 03:30.',
    { of: instant, gives: 'timestamp', options: ['timeZone'] },
  ),
  makeDate: scalar('The day of a year, a month and a day; an error when it does not exist.', {
    of: number,
    takes: number,
    args: [3, 3],
    gives: 'date',
  }),
  makeDatetime: scalar('The wall clock of year, month, day, hour, minute and second; an error when it does not exist.', {
    of: number,
    takes: number,
    args: [6, 6],
    gives: 'datetime',
  }),
}
