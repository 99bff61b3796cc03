/** The one table of functions: what each takes, gives, and means. Builders, checks, kernels, dialects and the docs page read it. */
import { aggregates, windows } from './aggregate-functions.ts'
import { type FunctionInfo, row, type Short } from './function-info.ts'
import { bytesFunctions } from './bytes-functions.ts'
import { listFunctions } from './list-functions.ts'
import { mathFunctions } from './math-functions.ts'
import type { FunctionName } from './node.ts'
import type { CoreFunctionName } from './scalar-names.ts'
import { textFunctions } from './text-functions.ts'
import { timeFunctions } from './time-functions.ts'

const number = ['number'] as const
const truth = ['boolean'] as const
const ordered = ['number', 'text', 'date', 'instant', 'clock', 'interval'] as const
const many = 100_000

const scalar = row('scalar')
const wrapper = row('wrapper')

const arithmetic: Short = { of: number, takes: number, args: [2, 2], gives: 'arithmetic' }
const real: Short = { of: number, gives: 'float64' }
const compare: Short = { takes: 'same', args: [2, 2], gives: 'boolean' }
const inOrder: Short = { ...compare, of: ordered }

const core: Readonly<Record<CoreFunctionName, FunctionInfo>> = {
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
  sql: scalar("A piece of the engine's own SQL, with operands in its gaps; its type is said and checked.", {
    args: [0, many],
    gives: 'said',
    nulls: 'always',
    options: ['strings', 'to'],
  }),
}

/** Every function by its name. */
export const functions: Readonly<Record<FunctionName, FunctionInfo>> = Object.freeze({
  ...core,
  ...mathFunctions,
  ...textFunctions,
  ...bytesFunctions,
  ...timeFunctions,
  ...listFunctions,
  ...aggregates,
  ...windows,
  over: wrapper(
    'An aggregate as a value per row. Without a frame: all rows of the partition, with an order those up to this one and its equals.',
    { gives: 'first', nulls: 'frame', options: ['partitionBy', 'orderBy', 'frame'] },
  ),
  where: wrapper('An aggregate of the rows that meet a condition.', { takes: truth, args: [2, 2], gives: 'first', nulls: 'inner' }),
})
