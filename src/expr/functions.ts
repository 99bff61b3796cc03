/** The one table of functions: what each takes, gives, and means. Builders, checks, kernels, dialects and the docs page read it. */
import { aggregates, windows } from './aggregate-functions.ts'
import { type FunctionInfo, row, type Short } from './function-info.ts'
import type { FunctionName, ScalarName } from './node.ts'

const number = ['number'] as const
const text = ['text'] as const
const truth = ['boolean'] as const
const time = ['date', 'instant'] as const
const instant = ['instant'] as const
const list = ['list'] as const
const ordered = ['number', 'text', 'date', 'instant'] as const
const many = 100_000

const scalar = row('scalar')
const wrapper = row('wrapper')

const arithmetic: Short = { of: number, takes: number, args: [2, 2], gives: 'arithmetic' }
const real: Short = { of: number, gives: 'float64' }
const compare: Short = { takes: 'same', args: [2, 2], gives: 'boolean' }
const inOrder: Short = { ...compare, of: ordered }
const part: Short = { of: time, gives: 'int64' }
const search: Short = { of: text, takes: text, args: [2, 2], gives: 'boolean' }

const scalars: Readonly<Record<ScalarName, FunctionInfo>> = {
  add: scalar('Sum; an integer result outside its type is an error.', arithmetic),
  sub: scalar('Difference; an integer result outside its type is an error.', arithmetic),
  mul: scalar('Product; an integer result outside its type is an error.', arithmetic),
  div: scalar('Real division, of integers too: x/0 is ±Infinity, 0/0 is NaN.', { ...arithmetic, gives: 'float64' }),
  mod: scalar('Remainder with the sign of the first; of integers by zero an error, of floats by zero NaN.', arithmetic),
  pow: scalar('Power, as a float.', { ...arithmetic, gives: 'float64' }),
  neg: scalar('The number with the other sign.', { of: number, gives: 'first' }),
  abs: scalar('The number without its sign.', { of: number, gives: 'first' }),
  round: scalar('Half away from zero, on the decimal text of the number; negative digits round to tens.', {
    of: number,
    gives: 'rounded',
    options: ['digits'],
  }),
  floor: scalar('The next whole number below.', { of: number, gives: 'rounded' }),
  ceil: scalar('The next whole number above.', { of: number, gives: 'rounded' }),
  sqrt: scalar('Square root; NaN of a negative number.', real),
  ln: scalar('Natural logarithm; -Infinity of 0, NaN of a negative number.', real),
  log: scalar('Logarithm to `base`; -Infinity of 0, NaN of a negative number.', { ...real, options: ['base'] }),
  exp: scalar('e to the power of the number.', real),
  clip: scalar('The number, not below `low` and not above `high`; NaN counts as above.', {
    of: number,
    gives: 'first',
    options: ['low', 'high'],
  }),

  eq: scalar('Equal; NaN equals NaN, -0 equals 0.', compare),
  ne: scalar('Not equal.', compare),
  lt: scalar('Less; text by code point, NaN is the greatest number.', inOrder),
  lte: scalar('Less or equal.', inOrder),
  gt: scalar('Greater.', inOrder),
  gte: scalar('Greater or equal.', inOrder),
  between: scalar('From `low` to `high`, both included.', { ...inOrder, args: [3, 3] }),
  in: scalar('One of the values. Of no values: false, and NULL for NULL.', { takes: 'same', args: [1, many], gives: 'boolean' }),
  isNull: scalar('True for NULL.', { gives: 'boolean', nulls: 'never' }),
  isNotNull: scalar('False for NULL.', { gives: 'boolean', nulls: 'never' }),
  isNan: scalar('True for NaN; false for every integer.', { of: number, gives: 'boolean' }),
  coalesce: scalar('The first that is not NULL.', { takes: 'same', args: [1, many], gives: 'common', nulls: 'all' }),
  case: scalar('The value of the first condition that is true: [condition, value, ..., otherwise].', {
    args: [3, many],
    gives: 'branches',
    nulls: 'branches',
  }),
  cast: scalar('The value as another type; one that does not fit is an error. Nothing is rounded or cut.', {
    gives: 'to',
    options: ['to'],
  }),
  tryCast: scalar('The value as another type; NULL when it does not fit.', { gives: 'to', nulls: 'always', options: ['to'] }),

  and: scalar('Both; false and NULL is false.', { of: truth, takes: truth, args: [2, many], gives: 'boolean' }),
  or: scalar('One or both; true or NULL is true.', { of: truth, takes: truth, args: [2, many], gives: 'boolean' }),
  not: scalar('The opposite; NULL stays NULL.', { of: truth, gives: 'boolean' }),

  upper: scalar('In capital letters; beyond ASCII as the engine knows them.', { of: text, gives: 'string' }),
  lower: scalar('In small letters; beyond ASCII as the engine knows them.', { of: text, gives: 'string' }),
  trim: scalar('Without blanks at both ends.', { of: text, gives: 'string' }),
  length: scalar('How many code points.', { of: text, gives: 'int64' }),
  slice: scalar('From code point `start` up to `end`, which is left out; negative ones count from the end.', {
    of: text,
    gives: 'string',
    options: ['start', 'end'],
  }),
  concat: scalar('One text after the other; NULL when one is NULL.', { of: text, takes: text, args: [2, many], gives: 'string' }),
  contains: scalar('The part stands somewhere in the text.', search),
  startsWith: scalar('The text begins with the part.', search),
  endsWith: scalar('The text ends with the part.', search),
  matches: scalar('The pattern matches somewhere in the text.', { of: text, gives: 'boolean', options: ['pattern', 'flags'] }),
  extract: scalar('A group of the first match, 0 for all of it; NULL when nothing matches.', {
    of: text,
    gives: 'string',
    nulls: 'always',
    options: ['pattern', 'flags', 'group'],
  }),
  replace: scalar('Every occurrence of a text replaced.', { of: text, gives: 'string', options: ['pattern', 'by'] }),
  replaceRegex: scalar(
    'Every match replaced, but no empty one right behind another; `$1` in the replacement is a group, `$&` the match, `$$` a dollar.',
    {
      of: text,
      gives: 'string',
      options: ['pattern', 'flags', 'by'],
    },
  ),
  split: scalar('The parts between the separators; an empty text has one empty part.', {
    of: text,
    gives: 'texts',
    options: ['separator'],
  }),

  year: scalar('Year.', part),
  month: scalar('Month, January is 1.', part),
  day: scalar('Day of the month.', part),
  weekday: scalar('Day of the week, Monday is 1, Sunday is 7.', part),
  hour: scalar('Hour, UTC.', { of: instant, gives: 'int64' }),
  minute: scalar('Minute.', { of: instant, gives: 'int64' }),
  second: scalar('Whole seconds of the minute.', { of: instant, gives: 'int64' }),
  truncate: scalar('The beginning of the unit, UTC; weeks begin on Monday.', { of: time, gives: 'first', options: ['unit'] }),
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
  plus: scalar('Later by microseconds, or by months: a day that the month does not have becomes its last.', {
    of: time,
    gives: 'first',
    options: ['amountMicros', 'amount', 'unit'],
  }),
  format: scalar('As text by a strftime pattern: %Y %m %d %H %M %S %f (microseconds) %y %j %b %B %a %A %%.', {
    of: time,
    gives: 'string',
    options: ['pattern'],
  }),
  toDate: scalar('The day, in a time zone (UTC).', { of: instant, gives: 'date', options: ['timeZone'] }),
  epoch: scalar('Seconds or milliseconds since 1970, rounded down.', { of: instant, gives: 'int64', options: ['unit'] }),

  listAt: scalar('The item at an index from 0, from the end when negative; NULL when out of range.', {
    of: list,
    gives: 'item',
    nulls: 'always',
    options: ['index'],
  }),
  listLength: scalar('How many items, NULL ones too.', { of: list, gives: 'int64' }),
  listContains: scalar('The item is in the list; false when it is not, also when there are NULL items.', {
    of: list,
    args: [2, 2],
    gives: 'boolean',
  }),
  listMap: scalar('The expression of each item.', { of: list, args: [2, 2], gives: 'mapped', nulls: 'first', options: ['item'] }),
  listJoin: scalar('The items as one text; a NULL item is an empty text.', { of: list, gives: 'string', options: ['separator'] }),
  field: scalar('A field of a struct.', { of: ['struct'], gives: 'field', options: ['name'] }),
}

/** Every function by its name. */
export const functions: Readonly<Record<FunctionName, FunctionInfo>> = Object.freeze({
  ...scalars,
  ...aggregates,
  ...windows,
  over: wrapper(
    'An aggregate as a value per row. Without a frame: all rows of the partition, with an order those up to this one and its equals.',
    { gives: 'first', nulls: 'frame', options: ['partitionBy', 'orderBy', 'frame'] },
  ),
  where: wrapper('An aggregate of the rows that meet a condition.', { takes: truth, args: [2, 2], gives: 'first', nulls: 'inner' }),
})
