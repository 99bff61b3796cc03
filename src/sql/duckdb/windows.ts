import { ewmRows, type WindowName } from '../../expr/index.ts'
import { type DataType, familyOf } from '../../schema/index.ts'
import type { Call, Printer } from '../dialect.ts'
import { float } from './literals.ts'
import { arg, double } from './numbers.ts'
import { typeName } from './types.ts'

function skipping(call: Call): string {
  return call.node.options?.skipNulls === true ? ' IGNORE NULLS' : ''
}

const shifted =
  (name: string): Printer =>
  call => {
    const otherwise = call.args.length < 2 ? '' : `, CAST(${arg(call, 1)} AS ${typeName(call.node.type)})`
    return call.after(`${name}(${arg(call, 0)}, ${call.node.options?.rows ?? 1}${otherwise}${skipping(call)})`)
  }

const inFrame =
  (name: string): Printer =>
  call => {
    const { nth } = call.node.options ?? {}
    return call.after(`${name}(${arg(call, 0)}${nth === undefined ? '' : `, ${nth}`}${skipping(call)})`)
  }

/** The frame as two lists, of values and of ones where there is a value, times the powers of 1 - alpha. */
function ewm(call: Call): string {
  const { alpha = 1, adjust = true } = call.node.options ?? {}
  const x = double(call, 0)
  const nullable = call.node.args[0]?.nullable !== false
  const keep = float(1 - alpha)
  if (!adjust && nullable) return recursive(call.after(`list(${x})`), float(alpha), keep)
  const rows = ewmRows(alpha)
  const values = call.after(`list(${nullable ? `coalesce(${x}, 0e0)` : x})`)
  // A constant, which DuckDB makes once, and of which the end is as long as the frame.
  const powers = `list_slice(list_transform(range(${rows}, -1, -1), lambda back: pow(${keep}, back)), ${rows + 2} - len(${values}), ${rows + 1})`
  const sum = `list_inner_product(${values}, ${powers})`
  // The first value has all the weight that is left.
  if (!adjust) return `${float(alpha)} * ${sum} + ${keep} * pow(${keep}, len(${values}) - 1) * list_extract(${values}, 1)`
  if (!nullable) return `${sum} / list_sum(${powers})`
  const known = call.after(`list(CASE WHEN ${x} IS NULL THEN 0e0 ELSE 1e0 END)`)
  return `CASE WHEN list_contains(${known}, 1e0) THEN ${sum} / list_inner_product(${known}, ${powers}) END`
}

/** Value by value, as pandas: over NULLs the weight of what was shrinks, and a value makes it whole again. */
function recursive(values: string, alpha: string, keep: string): string {
  const items = `list_transform(${values}, lambda v: {'y': v, 'w': 1e0})`
  const faded = `(a.w * ${keep})`
  const mixed = `{'y': (${faded} * a.y + ${alpha} * b.y) / (${faded} + ${alpha}), 'w': 1e0}`
  const next = `CASE WHEN a.y IS NULL THEN b WHEN b.y IS NULL THEN {'y': a.y, 'w': ${faded}} ELSE ${mixed} END`
  return `list_reduce(${items}, lambda a, b: ${next}).y`
}

/** So far before or after a value: microseconds of times. */
export function rangeStep(size: number, of: DataType): string {
  const family = familyOf(of)
  if (family === 'time') return `INTERVAL '${size}' MICROSECOND`
  if (of === 'float64' || family !== 'number') return float(size)
  return typeof of === 'object' ? `CAST(${float(size)} AS ${typeName(of)})` : `CAST(${size} AS ${typeName(of)})`
}

export const windows: Readonly<Record<WindowName, Printer>> = {
  rank: call => call.after('rank()'),
  denseRank: call => call.after('dense_rank()'),
  rowNumber: call => call.after('row_number()'),
  percentRank: call => call.after('percent_rank()'),
  cumeDist: call => call.after('cume_dist()'),
  ntile: call => call.after(`ntile(${call.node.options?.buckets ?? 1})`),
  lag: shifted('lag'),
  lead: shifted('lead'),
  firstValue: inFrame('first_value'),
  lastValue: inFrame('last_value'),
  nthValue: inFrame('nth_value'),
  ewm,
}
