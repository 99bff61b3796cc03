import type { AggregateName } from '../../expr/index.ts'
import { isInteger } from '../../schema/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { guard } from './guards.ts'
import { float } from './literals.ts'
import { arg, argType, double } from './numbers.ts'
import { quoteText } from './text.ts'
import { typeName } from './types.ts'

/**
 * NaN when a value is NaN or infinite and there are at least so many. Where a square passes the largest double, the values are measured in units of 1e200.
 *
 * The covariance of a column with itself: DuckDB's own deviation raises where this gives what is not finite, and guarding its values one by one costs half of it again.
 */
const spread =
  (name: string, of: 'samp' | 'pop'): Printer =>
  call => {
    const x = double(call, 0)
    const isRoot = name === 'stddev'
    if (argType(call, 0) !== 'float64') return call.after(`${name}_${of}(${x})`)
    const plain = call.after(`covar_${of}(${x}, ${x})`)
    const scaled = call.after(`covar_${of}(${x} * 1e-200, ${x} * 1e-200)`)
    const large = isRoot ? `sqrt(${scaled}) * 1e200` : `${scaled} * 1e200 * 1e200`
    return `CASE WHEN isfinite(${plain}) THEN ${isRoot ? `sqrt(greatest(${plain}, 0e0))` : plain} ELSE ${large} END`
  }

function sum(call: Call): string {
  const type = argType(call, 0)
  if (isInteger(type)) return `CAST(${call.after(`sum(${arg(call, 0)})`)} AS BIGINT)`
  const total = call.after(`sum(${arg(call, 0)})`)
  if (typeof type !== 'object' || !('decimal' in type)) return total
  if (type.decimal[0] <= roomy) return `CAST(${total} AS ${typeName(call.node.type)})`
  // DuckDB adds in 127 bits and does not look whether the sum has 39 digits.
  const most = `CAST('${'9'.repeat(38 - type.decimal[1])}.${'9'.repeat(type.decimal[1])}' AS ${typeName(call.node.type)})`
  const failed = guard('expr.overflow', {}, `'sum outside its type: ' || CAST(${total} AS VARCHAR)`)
  return `CASE WHEN ${total} > ${most} OR ${total} < -${most} THEN ${failed} ELSE ${total} END`
}

/** Decimals of so many digits can be added for as long as anyone has time. */
const roomy = 28

/** Exact sums for exact numbers; decimals whose sum may not fit are added as doubles. */
function mean(call: Call): string {
  const type = argType(call, 0)
  const exact = isInteger(type) || (typeof type === 'object' && 'decimal' in type && type.decimal[0] <= roomy)
  return call.after(`avg(${exact ? arg(call, 0) : double(call, 0)})`)
}

const ordered =
  (name: string): Printer =>
  call =>
    call.after(`${name}(${arg(call, 0)}${inOrder(call)})`)

function inOrder(call: Call): string {
  const by = call.node.options?.orderBy ?? []
  return by.length === 0 ? '' : ` ORDER BY ${call.order(by)}`
}

function distinct(call: Call): string {
  return call.node.options?.distinct === true ? 'DISTINCT ' : ''
}

/** 0 for -0, where DuckDB tells them apart. It would take a `+ 0` away. */
function oneZero(call: Call, index: number): string {
  const x = arg(call, index)
  return ['float64', 'float32'].includes(argType(call, index) as string) ? `CASE WHEN ${x} = 0 THEN 0e0 ELSE ${x} END` : x
}

/** Combinations without a NULL. */
function countDistinct(call: Call): string {
  if (call.args.length === 1) return call.after(`count(DISTINCT ${arg(call, 0)})`)
  const parts = call.args.map((_, index) => oneZero(call, index))
  const known = call.args.flatMap((text, index) => (call.node.args[index]?.nullable === false ? [] : [`${text} IS NOT NULL`]))
  const row = `row(${parts.join(', ')})`
  return call.after(`count(DISTINCT ${known.length === 0 ? row : `CASE WHEN ${known.join(' AND ')} THEN ${row} END`})`)
}

/** Bits of a bitmap, 1 KB, and how many values each level leaves to the next. */
const bits = 8192
const step = 16
const levels = 5

/**
 * Bitmaps of all values, of one in 16, one in 256, ... by hash; the first that is not nearly full is counted (linear counting, Whang 1990; multiresolution bitmap,
 * Estan 2003). The standard error is 2.3 % at most, up to 2e9 values. DuckDB's own sketch has 64 registers: 13 %.
 */
function approxCountDistinct(call: Call): string {
  const x = oneZero(call, 0)
  const hash = `hash(${x})`
  const bitmap = (level: number): string => {
    const chosen = level === 0 ? '' : ` AND (${hash} >> 40) % ${step ** level} = 0`
    return call.after(
      `bitstring_agg(CASE WHEN ${arg(call, 0)} IS NOT NULL${chosen} THEN CAST(${hash} % ${bits} AS INTEGER) END, 0, ${bits - 1})`,
    )
  }
  const cases = Array.from({ length: levels }, (_, level) => {
    // No value may have come so far down.
    const ones = `coalesce(bit_count(${bitmap(level)}), 0)`
    const count = `CAST(round(-${float(bits)} * ln((${float(bits)} - least(${ones}, ${bits - 1})) / ${float(bits)}) * ${float(step ** level)}) AS BIGINT)`
    return level === levels - 1 ? `ELSE ${count}` : `WHEN ${ones} < ${Math.floor(bits * 0.99)} THEN ${count}`
  })
  return `CASE ${cases.join(' ')} END`
}

/** Of two columns: NaN where a value is not finite or too large to be squared, NULL of too few rows. */
const covariance =
  (of: 'samp' | 'pop'): Printer =>
  call => {
    const made = call.after(`covar_${of}(${double(call, 0)}, ${double(call, 1)})`)
    if (isInteger(argType(call, 0)) && isInteger(argType(call, 1))) return made
    return `CASE WHEN isinf(${made}) THEN ${nan} ELSE ${made} END`
  }

function correlation(call: Call): string {
  const [x, y] = [double(call, 0), double(call, 1)]
  // Integers are never so large, and one aggregate is faster than three; of one row it gives NaN.
  // `regr_count` is the cheapest count of pairs; it counts in 32 bits, and a group of just 2^32 rows would be none.
  if (isInteger(argType(call, 0)) && isInteger(argType(call, 1)))
    return `CASE WHEN ${call.after(`regr_count(${x}, ${y})`)} >= 2 THEN ${call.after(`corr(${x}, ${y})`)} END`
  const both = call.after(`covar_samp(${x}, ${y})`)
  const known = (one: string, index: number): string =>
    call.node.args[index]?.nullable === false ? one : `CASE WHEN ${index === 0 ? x : y} IS NOT NULL THEN ${one} END`
  const [xx, yy] = [call.after(`covar_samp(${x}, ${known(x, 1)})`), call.after(`covar_samp(${y}, ${known(y, 0)})`)]
  const [least, most] = [float(Number.MIN_VALUE), float(Number.MAX_VALUE)]
  // The last bit of the roots may lead beyond 1.
  const made = `greatest(-1e0, least(1e0, ${both} / sqrt(${xx}) / sqrt(${yy})))`
  return `CASE WHEN ${both} IS NULL THEN NULL WHEN ${xx} BETWEEN ${least} AND ${most} AND ${yy} BETWEEN ${least} AND ${most} THEN ${made} ELSE ${nan} END`
}

const nan = "CAST('NaN' AS DOUBLE)"
/** Values whose fourth power is still a double. */
const measurable = '1e75'

/**
 * The third and fourth central moments from covariances of x and its square, which DuckDB computes without differences of large sums: cov(x, x^2) is m3 + 2 m v, and
 * var(x^2) is m4 + 4 m^2 v + 4 m m3 - v^2. Its own skewness() sums powers. Of means many times the deviation too few digits would be left: an error.
 */
const moment =
  (name: string, least: number, farthest: string, ratio: (m3: string, m4: string, v: string, n: string) => string): Printer =>
  call => {
    const x = double(call, 0)
    const real = argType(call, 0) === 'float64'
    const usual = real ? `CASE WHEN abs(${x}) < ${measurable} THEN ${x} END` : x
    const [n, mean, v] = [call.after(`count(${x})`), call.after(`avg(${usual})`), call.after(`var_pop(${usual})`)]
    const m3 = `(${call.after(`covar_pop(${usual}, ${x} * ${x})`)} - 2e0 * ${mean} * ${v})`
    const squares = real ? `CASE WHEN abs(${x}) < ${measurable} THEN ${x} * ${x} END` : `${x} * ${x}`
    const m4 = `(${call.after(`var_pop(${squares})`)} - 4e0 * ${mean} * ${mean} * ${v} - 4e0 * ${mean} * ${m3} + ${v} * ${v})`
    const flat = `${call.after(`min(${x})`)} = ${call.after(`max(${x})`)}`
    const wild = real ? ` OR NOT ${call.after(`bool_and(abs(${x}) < ${measurable})`)}` : ''
    const far = guard(
      'expr.argument',
      {},
      `'${name} of values whose mean is more than ${Number(farthest)} times their deviation (mean ' || CAST(${mean} AS VARCHAR) || '): subtract a constant first'`,
    )
    const made = ratio(m3, m4, v, `CAST(${n} AS DOUBLE)`)
    return `CASE WHEN ${n} < ${least} THEN NULL WHEN ${flat}${wild} THEN ${nan} WHEN abs(${mean}) > ${farthest} * sqrt(${v}) THEN ${far} ELSE ${made} END`
  }
const skew = moment('skew', 3, '1e6', (m3, _, v, n) => `sqrt(${n} * (${n} - 1e0)) / (${n} - 2e0) * ${m3} / pow(${v}, 1.5e0)`)
const kurtosis = moment(
  'kurtosis',
  4,
  '1e4',
  (_, m4, v, n) => `(${n} - 1e0) / ((${n} - 2e0) * (${n} - 3e0)) * ((${n} + 1e0) * ${m4} / (${v} * ${v}) - 3e0 * (${n} - 1e0))`,
)

/** One count a bin. */
function histogram(call: Call): string {
  const x = double(call, 0)
  const edges = call.node.options?.edges ?? []
  const bins = edges.slice(1).map((high, index) => {
    const low = edges[index] as number
    const inside = `${x} >= ${float(low)} AND ${x} ${index === edges.length - 2 ? '<=' : '<'} ${float(high)}`
    return `{'low': ${float(low)}, 'high': ${float(high)}, 'count': ${call.after(`count(CASE WHEN ${inside} THEN 1 END)`)}}`
  })
  return `[${bins.join(', ')}]`
}

export const aggregates: Readonly<Record<AggregateName, Printer>> = {
  count: call => call.after(call.args.length === 0 ? 'count(*)' : `count(${arg(call, 0)})`),
  countDistinct,
  approxCountDistinct,
  sum,
  product: call => call.after(`product(${double(call, 0)})`),
  mean,
  min: call => call.after(`min(${arg(call, 0)})`),
  max: call => call.after(`max(${arg(call, 0)})`),
  argMin: call => call.after(`arg_min_null(${arg(call, 0)}, ${arg(call, 1)})`),
  argMax: call => call.after(`arg_max_null(${arg(call, 0)}, ${arg(call, 1)})`),
  // DuckDB takes the value it met first of those that are equally frequent.
  mode: call => call.after(`mode(${arg(call, 0)} ORDER BY ${arg(call, 0)})`),
  anyValue: call => call.after(`any_value(${arg(call, 0)})`),
  median: call => call.after(`quantile_cont(${double(call, 0)}, 0.5)`),
  quantile: call => call.after(`quantile_cont(${double(call, 0)}, ${float(call.node.options?.q ?? 0.5)})`),
  quantiles: call => call.after(`quantile_cont(${double(call, 0)}, [${(call.node.options?.qs ?? []).map(float).join(', ')}])`),
  approxQuantile: call => {
    const x = double(call, 0)
    return call.after(`approx_quantile(CASE WHEN isfinite(${x}) THEN ${x} END, CAST(${float(call.node.options?.q ?? 0.5)} AS FLOAT))`)
  },
  stddev: spread('stddev', 'samp'),
  stddevPop: spread('stddev', 'pop'),
  variance: spread('var', 'samp'),
  variancePop: spread('var', 'pop'),
  skew,
  kurtosis,
  // It tells NaN from NaN.
  entropy: call => {
    const x = ['float64', 'float32'].includes(argType(call, 0) as string) ? `CAST(${oneZero(call, 0)} AS VARCHAR)` : arg(call, 0)
    return `CASE WHEN ${call.after(`count(${x})`)} > 0 THEN ${call.after(`entropy(${x})`)} END`
  },
  covariance: covariance('samp'),
  covariancePop: covariance('pop'),
  correlation,
  histogram,
  first: ordered('first'),
  last: ordered('last'),
  // A list of no rows is empty, not NULL.
  list: call => `coalesce(${call.after(`list(${distinct(call)}${arg(call, 0)}${inOrder(call)})`)}, [])`,
  stringAgg: call =>
    call.after(`string_agg(${distinct(call)}${arg(call, 0)}, ${quoteText(call.node.options?.separator ?? ',')}${inOrder(call)})`),
  any: call => call.after(`bool_or(${arg(call, 0)})`),
  all: call => call.after(`bool_and(${arg(call, 0)})`),
  bitAndAgg: call => call.after(`bit_and(${arg(call, 0)})`),
  bitOrAgg: call => call.after(`bit_or(${arg(call, 0)})`),
  bitXorAgg: call => call.after(`bit_xor(${arg(call, 0)})`),
}
