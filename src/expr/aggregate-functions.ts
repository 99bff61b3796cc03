/** The rows of the table of functions for aggregates and windows. */
import type { AggregateName, WindowName } from './aggregate-names.ts'
import { type FunctionInfo, row, type Short } from './function-info.ts'

const aggregate = row('aggregate')
const window = row('window')
const number = ['number'] as const
const truth = ['boolean'] as const
const ordered = ['number', 'text', 'date', 'instant'] as const
const real: Short = { of: number, gives: 'float64' }

/** A value per group. */
export const aggregates: Readonly<Record<AggregateName, FunctionInfo>> = {
  count: aggregate('Rows; with an operand, those where it is not NULL.', { args: [0, 1], gives: 'int64', nulls: 'never' }),
  countDistinct: aggregate('Different values, NULL not counted; NaN is one value, -0 and 0 are one.', { gives: 'int64', nulls: 'never' }),
  sum: aggregate('Sum without NULLs; NULL of none. Of integers an int64, checked at the end.', { of: number, gives: 'total' }),
  mean: aggregate('Mean without NULLs, as a float.', real),
  min: aggregate('The least; NaN only when there is nothing else.', { of: ordered, gives: 'first' }),
  max: aggregate('The greatest; NaN is the greatest.', { of: ordered, gives: 'first' }),
  median: aggregate('The middle value, between the two middle ones interpolated.', real),
  quantile: aggregate('The value below which the share `q` lies, linearly interpolated.', { ...real, options: ['q'] }),
  stddev: aggregate('Sample standard deviation; NULL of one row, NaN with an Infinity.', { ...real, nulls: 'always' }),
  variance: aggregate('Sample variance; NULL of one row, NaN with an Infinity.', { ...real, nulls: 'always' }),
  first: aggregate('The value of the first row in an order, NULL keys come last; of rows with equal keys it may be any.', {
    gives: 'first',
    options: ['orderBy'],
  }),
  last: aggregate('The value of the last row in an order, NULL keys come last; of rows with equal keys it may be any.', {
    gives: 'first',
    options: ['orderBy'],
  }),
  list: aggregate('All values, NULLs too; of no rows an empty list.', { gives: 'list', nulls: 'never' }),
  any: aggregate('One is true; NULLs are left out.', { of: truth, gives: 'boolean' }),
  all: aggregate('None is false; NULLs are left out.', { of: truth, gives: 'boolean' }),
}

/** A value per row that needs a window. */
export const windows: Readonly<Record<WindowName, FunctionInfo>> = {
  rank: window('Place in the order, equal rows share one and leave a gap.', { args: [0, 0], gives: 'int64', nulls: 'never' }),
  denseRank: window('Place in the order, equal rows share one without a gap.', { args: [0, 0], gives: 'int64', nulls: 'never' }),
  rowNumber: window('Place in the order, every row its own.', { args: [0, 0], gives: 'int64', nulls: 'never' }),
  percentRank: window('(rank - 1) / (rows - 1), 0 for a single row.', { args: [0, 0], gives: 'float64', nulls: 'never' }),
  lag: window('The value so many rows before, NULL where there is none.', { gives: 'first', nulls: 'always', options: ['rows'] }),
  lead: window('The value so many rows after, NULL where there is none.', { gives: 'first', nulls: 'always', options: ['rows'] }),
}
