import { isInteger } from '../../schema/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { guard } from './guards.ts'
import { float } from './literals.ts'
import { arg, argType, double } from './numbers.ts'
import { typeName } from './types.ts'

/** Squares of larger values pass the largest double, which DuckDB takes for an error. */
const large = '1e150'

/** NaN when a value is NaN or infinite and there is more than one: DuckDB raises there. Very large values are measured in units of 1e200. */
const spread =
  (name: string, unit: string): Printer =>
  call => {
    const x = double(call, 0)
    if (argType(call, 0) !== 'float64') return call.after(`${name}(${x})`)
    const most = call.after(`max(abs(${x}))`)
    const usual = call.after(`${name}(CASE WHEN abs(${x}) < ${large} THEN ${x} END)`)
    const scaled = `${call.after(`${name}(CASE WHEN isfinite(${x}) THEN ${x} / 1e200 END)`)} * ${unit}`
    const none = `CASE WHEN ${call.after(`count(${x})`)} > 1 THEN CAST('NaN' AS DOUBLE) END`
    return `CASE WHEN ${most} < ${large} THEN ${usual} WHEN isfinite(${most}) THEN ${scaled} ELSE ${none} END`
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
  call => {
    const by = call.node.options?.orderBy ?? []
    return call.after(`${name}(${arg(call, 0)}${by.length === 0 ? '' : ` ORDER BY ${call.order(by)}`})`)
  }

const shifted =
  (name: string): Printer =>
  call =>
    call.after(`${name}(${arg(call, 0)}, ${call.node.options?.rows ?? 1})`)

export const aggregates: Readonly<
  Record<
    | 'count'
    | 'countDistinct'
    | 'sum'
    | 'mean'
    | 'min'
    | 'max'
    | 'median'
    | 'quantile'
    | 'stddev'
    | 'variance'
    | 'first'
    | 'last'
    | 'list'
    | 'any'
    | 'all'
    | 'rank'
    | 'denseRank'
    | 'rowNumber'
    | 'percentRank'
    | 'lag'
    | 'lead',
    Printer
  >
> = {
  count: call => call.after(call.args.length === 0 ? 'count(*)' : `count(${arg(call, 0)})`),
  countDistinct: call => call.after(`count(DISTINCT ${arg(call, 0)})`),
  sum,
  mean,
  min: call => call.after(`min(${arg(call, 0)})`),
  max: call => call.after(`max(${arg(call, 0)})`),
  median: call => call.after(`quantile_cont(${double(call, 0)}, 0.5)`),
  quantile: call => call.after(`quantile_cont(${double(call, 0)}, ${float(call.node.options?.q ?? 0.5)})`),
  stddev: spread('stddev_samp', '1e200'),
  variance: spread('var_samp', '1e200 * 1e200'),
  first: ordered('first'),
  last: ordered('last'),
  // A list of no rows is empty, not NULL.
  list: call => `coalesce(${call.after(`list(${arg(call, 0)})`)}, [])`,
  any: call => call.after(`bool_or(${arg(call, 0)})`),
  all: call => call.after(`bool_and(${arg(call, 0)})`),
  rank: call => call.after('rank()'),
  denseRank: call => call.after('dense_rank()'),
  rowNumber: call => call.after('row_number()'),
  percentRank: call => call.after('percent_rank()'),
  lag: shifted('lag'),
  lead: shifted('lead'),
}
