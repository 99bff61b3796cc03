/** The rows of the table of functions for aggregates and windows. */
import type { AggregateName, WindowName } from './aggregate-names.ts'
import { type FunctionInfo, row, type Short } from './function-info.ts'

const aggregate = row('aggregate')
const window = row('window')
const number = ['number'] as const
const text = ['text'] as const
const truth = ['boolean'] as const
const ordered = ['number', 'text', 'date', 'instant', 'clock', 'interval', 'boolean'] as const
const real: Short = { of: number, gives: 'float64' }
const pair: Short = { of: number, takes: number, args: [2, 2], gives: 'float64', nulls: 'always' }
const bits: Short = { of: number, gives: 'first' }
const byOther: Short = { takes: ordered, args: [2, 2], gives: 'first' }
const inOrder: Short = { gives: 'first', options: ['orderBy'] }
const place: Short = { args: [0, 0], gives: 'int64', nulls: 'never' }
const share: Short = { args: [0, 0], gives: 'float64', nulls: 'never' }
const shifted: Short = { args: [1, 2], gives: 'first', nulls: 'shift', options: ['rows', 'skipNulls'] }

/** A value per group. */
export const aggregates: Readonly<Record<AggregateName, FunctionInfo>> = {
  count: aggregate('Rows; with an operand, those where it is not NULL.', { args: [0, 1], gives: 'int64', nulls: 'never' }),
  countDistinct: aggregate(
    'Different values, NULL not counted; NaN is one value, -0 and 0 are one. Of several columns: different combinations without a NULL.',
    { args: [1, 64], gives: 'int64', nulls: 'never' },
  ),
  approxCountDistinct: aggregate(
    'About how many different values, in little memory: the standard error is 2.3 % on the embedded engine, 1.6 % in kernels.',
    {
      gives: 'int64',
      nulls: 'never',
    },
  ),
  sum: aggregate('Sum without NULLs; NULL of none. Of integers an int64, checked at the end.', { of: number, gives: 'total' }),
  product: aggregate('Product without NULLs, as a float.', real),
  mean: aggregate('Mean without NULLs, as a float.', real),
  min: aggregate('The least; NaN only when there is nothing else; false is less than true.', { of: ordered, gives: 'first' }),
  max: aggregate('The greatest; NaN is the greatest.', { of: ordered, gives: 'first' }),
  argMin: aggregate(
    'The value in the row where another column is least; rows where that is NULL are left out, of equal ones it may be any.',
    byOther,
  ),
  argMax: aggregate(
    'The value in the row where another column is greatest; rows where that is NULL are left out, of equal ones it may be any.',
    byOther,
  ),
  mode: aggregate('The most frequent value, NULL not counted; of equally frequent ones the least.', { of: ordered, gives: 'first' }),
  anyValue: aggregate('Some value that is not NULL.', { gives: 'first' }),
  median: aggregate('The middle value, between the two middle ones interpolated.', real),
  quantile: aggregate('The value below which the share `q` lies, linearly interpolated.', { ...real, options: ['q'] }),
  quantiles: aggregate('Several quantiles as a list.', { of: number, gives: 'reals', options: ['qs'] }),
  approxQuantile: aggregate('About the quantile `q` of the finite values, from a t-digest: in little memory, most exact at the ends.', {
    ...real,
    nulls: 'always',
    options: ['q'],
  }),
  stddev: aggregate('Sample standard deviation; NULL of one row, NaN with an Infinity.', { ...real, nulls: 'always' }),
  stddevPop: aggregate('Standard deviation of a whole population: 0 of one row, NaN with an Infinity.', real),
  variance: aggregate('Sample variance; NULL of one row, NaN with an Infinity.', { ...real, nulls: 'always' }),
  variancePop: aggregate('Variance of a whole population: 0 of one row, NaN with an Infinity.', real),
  skew: aggregate(
    'Skewness of a sample, corrected for bias (G1, as pandas); NULL of fewer than 3 rows, NaN of equal values and of values that are not finite.',
    { ...real, nulls: 'always' },
  ),
  kurtosis: aggregate(
    'Excess kurtosis of a sample, corrected for bias (G2, as pandas; 0 for a normal distribution); NULL of fewer than 4 rows, NaN of equal values and of values that are not finite.',
    { ...real, nulls: 'always' },
  ),
  entropy: aggregate('Entropy of the frequencies of the values, in bits; NULL not counted.', { gives: 'float64' }),
  covariance: aggregate('Sample covariance of two columns, of the rows where both have a value; NULL of fewer than 2.', pair),
  covariancePop: aggregate('Covariance of a whole population, of the rows where both columns have a value.', pair),
  correlation: aggregate(
    "Pearson's correlation of two columns, of the rows where both have a value; NULL of fewer than 2, NaN when one does not vary or is not finite.",
    pair,
  ),
  histogram: aggregate(
    'Values counted in bins: each from its `low` up to its `high`, which belongs to the next bin (the last has both); others, NaN and NULL are left out.',
    { of: number, gives: 'bins', nulls: 'never', options: ['edges'] },
  ),
  first: aggregate('The value of the first row in an order, NULL keys come last; of rows with equal keys it may be any.', inOrder),
  last: aggregate('The value of the last row in an order, NULL keys come last; of rows with equal keys it may be any.', inOrder),
  list: aggregate('All values, NULLs too, in an order if one is given; of no rows an empty list. `distinct`: each once, the least first.', {
    gives: 'list',
    nulls: 'never',
    options: ['orderBy', 'distinct'],
  }),
  stringAgg: aggregate('The texts in one, with a separator between them, in an order if one is given; NULLs are left out, NULL of none.', {
    of: text,
    gives: 'string',
    options: ['separator', 'orderBy', 'distinct'],
  }),
  any: aggregate('One is true; NULLs are left out.', { of: truth, gives: 'boolean' }),
  all: aggregate('None is false; NULLs are left out.', { of: truth, gives: 'boolean' }),
  bitAndAgg: aggregate('The bits that all have.', bits),
  bitOrAgg: aggregate('The bits that one has.', bits),
  bitXorAgg: aggregate('The bits that an odd number of them has.', bits),
}

/** A value per row that needs a window. */
export const windows: Readonly<Record<WindowName, FunctionInfo>> = {
  rank: window('Place in the order, equal rows share one and leave a gap.', place),
  denseRank: window('Place in the order, equal rows share one without a gap.', place),
  rowNumber: window('Place in the order, every row its own.', place),
  percentRank: window('(rank - 1) / (rows - 1), 0 for a single row.', share),
  cumeDist: window('The share of the rows that come before or are equal.', share),
  ntile: window('The number of the bucket, from 1, when the rows are dealt in order into so many; the first ones get one row more.', {
    ...place,
    options: ['buckets'],
  }),
  lag: window('The value so many rows before; where there is none the default, NULL without one.', shifted),
  lead: window('The value so many rows after; where there is none the default, NULL without one.', shifted),
  firstValue: window('The value in the first row of the frame.', { gives: 'first', nulls: 'first', options: ['skipNulls'] }),
  lastValue: window('The value in the last row of the frame, which ends at the current row and its equals unless told otherwise.', {
    gives: 'first',
    nulls: 'first',
    options: ['skipNulls'],
  }),
  nthValue: window('The value in the nth row of the frame, counted from 1; NULL when the frame is shorter.', {
    gives: 'first',
    nulls: 'always',
    options: ['nth', 'skipNulls'],
  }),
  ewm: window(
    'Exponentially weighted mean of the rows up to this one; the weight of a row shrinks by 1 - `alpha` with each row after it.',
    {
      of: number,
      gives: 'float64',
      options: ['alpha', 'adjust'],
    },
  ),
}
