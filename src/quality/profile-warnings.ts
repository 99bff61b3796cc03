import { formatNumber } from '../display/index.ts'
import type { ColumnProfile } from './profile-columns.ts'
import type { Correlation } from './profile-table.ts'

/** Something to look at before the data are used. */
export interface ProfileWarning {
  /** Undefined for one of the table. */
  readonly column: string | undefined
  readonly kind:
    | 'no-value'
    | 'constant'
    | 'unique'
    | 'missing'
    | 'one-value'
    | 'zeros'
    | 'not-finite'
    | 'padded'
    | 'empty-text'
    | 'missing-days'
    | 'correlated'
    | 'duplicates'
  readonly text: string
}

/** What of a profile wants a look. */
export function warningsOf(
  rows: number,
  columns: readonly ColumnProfile[],
  table: { readonly duplicates: number | null; readonly correlations: readonly Correlation[]; readonly looked: number },
): readonly ProfileWarning[] {
  if (rows === 0) return []
  const found: ProfileWarning[] = columns.flatMap(column => ofColumn(rows, column))
  for (const { columns: pair, r } of table.correlations)
    if (Math.abs(r) >= 0.95)
      found.push({ column: undefined, kind: 'correlated', text: `${pair[0]} and ${pair[1]} say the same: r = ${short(r)}` })
  if ((table.duplicates ?? 0) > 0)
    found.push({ column: undefined, kind: 'duplicates', text: `${table.duplicates} of ${table.looked} rows are there again` })
  return found
}

function ofColumn(rows: number, column: ColumnProfile): readonly ProfileWarning[] {
  const { name, count, nulls, distinct, top, zeros, nan, infinite, padded, empty, days } = column
  const found: ProfileWarning[] = []
  const warn = (kind: ProfileWarning['kind'], text: string): void => void found.push({ column: name, kind, text: `${name} ${text}` })
  if (count === 0) {
    warn('no-value', 'has no value')
    return found
  }
  if (distinct === 1 && rows > 1) warn('constant', nulls === 0 ? 'is the same in all rows' : 'has one value, or none')
  if (distinct === count && nulls === 0 && rows > 1 && column.histogram === null) warn('unique', 'is different in every row: an id?')
  else if (distinct === count && nulls === 0 && rows > 10 && /^(u?int|bigint)/.test(column.type))
    warn('unique', 'is different in every row: an id?')
  if (nulls * 2 >= rows) warn('missing', `is missing in ${percent(nulls, rows)} of the rows`)
  const most = top[0]
  if (distinct !== 1 && most !== undefined && most.count >= count * 0.95 && zeros !== most.count)
    warn('one-value', `is nearly always the same`)
  if (zeros !== null && zeros >= count * 0.5 && distinct !== 1 && (distinct ?? 0) > 2)
    warn('zeros', `is 0 in ${percent(zeros, count)} of its values`)
  if ((nan ?? 0) + (infinite ?? 0) > 0) warn('not-finite', `has ${(nan ?? 0) + (infinite ?? 0)} values that are NaN or infinite`)
  if ((padded ?? 0) > 0) warn('padded', `has white space around ${padded} values`)
  if ((empty ?? 0) > 0) warn('empty-text', `has ${empty} empty texts beside ${nulls} NULLs`)
  if (days !== null && days.span > 7 && days.with < days.span && days.with >= days.span * 0.5)
    warn('missing-days', `has no row on ${days.span - days.with} of its ${days.span} days`)
  return found
}

function percent(part: number, whole: number): string {
  return `${short((part / whole) * 100)} %`
}

function short(value: number): string {
  return formatNumber(Number(value.toPrecision(3)))
}
