/** Checks as plain JSON: what a contract holds, and what `column('x').notNull()` makes. */
import type { ExprNode } from '../expr/index.ts'
import type { Distribution } from './distribution.ts'

/** What a failed check means: `error` fails the report and rejects rows, `warning` and `info` are told only. */
export type Severity = 'info' | 'warning' | 'error'
/** A bound as JSON: numbers as they are, others as text: an instant in ISO form, a day, the digits of a bigint, `Infinity`. */
export type Bound = number | string

/** What every check may say. */
interface Common {
  readonly name?: string | undefined
  /** Default: error. */
  readonly severity?: Severity | undefined
  /** The share of rows that must pass. Default: 1. */
  readonly atLeast?: number | undefined
  /** Rows that may fail. Default: 0. */
  readonly atMost?: number | undefined
}
/** A figure of a column that `figure` checks look at. `distinct` counts different values, `nullShare` is the share of NULLs. */
export type FigureName = 'mean' | 'stddev' | 'min' | 'max' | 'sum' | 'median' | 'quantile' | 'distinct' | 'nullShare'

/** A check as plain JSON. */
export type CheckSpec = Common &
  (
    | { readonly check: 'notNull'; readonly column: string }
    | { readonly check: 'unique'; readonly columns: readonly string[] }
    | { readonly check: 'between'; readonly column: string; readonly low: Bound; readonly high: Bound }
    | { readonly check: 'length'; readonly column: string; readonly low: number; readonly high: number }
    | { readonly check: 'matches'; readonly column: string; readonly pattern: string; readonly flags: string }
    | { readonly check: 'oneOf'; readonly column: string; readonly values: readonly (string | number)[] }
    | { readonly check: 'type'; readonly column: string; readonly type: string }
    | { readonly check: 'parses'; readonly column: string; readonly as: string }
    | { readonly check: 'increasing'; readonly column: string; readonly strict: boolean }
    /** Of a table given by value, `table` is empty. */
    | { readonly check: 'in'; readonly column: string; readonly table: string; readonly key: string }
    | {
        readonly check: 'like'
        readonly column: string
        readonly table: string
        readonly reference?: Distribution | undefined
        readonly psi?: number | undefined
        readonly ks?: number | undefined
      }
    | { readonly check: 'rowCount'; readonly low: Bound; readonly high: Bound }
    | { readonly check: 'fresh'; readonly column: string; readonly within: string }
    | {
        readonly check: 'figure'
        readonly figure: FigureName
        readonly column: string
        readonly q?: number | undefined
        readonly low: Bound
        readonly high: Bound
      }
    /** A condition over columns whose types are not known yet; absent where the check still has the callback. */
    | { readonly check: 'each'; readonly condition?: ExprNode | undefined }
    | { readonly check: 'sql'; readonly sql: string }
  )
/** A spec of one kind. */
export type SpecOf<K extends CheckSpec['check']> = Extract<CheckSpec, { readonly check: K }>

const rowKinds: ReadonlySet<CheckSpec['check']> = new Set([
  'notNull',
  'unique',
  'between',
  'length',
  'matches',
  'oneOf',
  'parses',
  'increasing',
  'in',
  'each',
])

/** Whether the check says of each row if it passes; others ask the whole table. */
export function isOfRows(spec: CheckSpec): boolean {
  return rowKinds.has(spec.check)
}

/** What the report calls a check without a name of its own; undefined for `each`, which is called by its condition. */
export function labelOf(spec: CheckSpec): string | undefined {
  if (spec.name !== undefined) return spec.name
  switch (spec.check) {
    case 'notNull':
      return `${spec.column} not null`
    case 'unique':
      return `${spec.columns.join(', ')} unique`
    case 'between':
      return `${spec.column} between ${spec.low} and ${spec.high}`
    case 'length':
      return `${spec.column} of ${spec.low} to ${spec.high} characters`
    case 'matches':
      return `${spec.column} matches /${spec.pattern}/${spec.flags}`
    case 'oneOf':
      return `${spec.column} one of ${shortened(spec.values)}`
    case 'type':
      return `${spec.column} is ${spec.type}`
    case 'parses':
      return `${spec.column} reads as ${spec.as}`
    case 'increasing':
      return `${spec.column} ${spec.strict ? 'strictly ' : ''}increasing`
    case 'in':
      return `${spec.column} in ${spec.table === '' ? '' : `${spec.table}.`}${spec.key}`
    case 'like':
      return `${spec.column} like ${spec.table === '' ? 'the reference' : spec.table}`
    case 'rowCount':
      return `row count between ${spec.low} and ${spec.high}`
    case 'fresh':
      return `${spec.column} fresh within ${spec.within}`
    case 'figure':
      return `${spec.figure === 'quantile' ? `quantile ${spec.q} of` : spec.figure === 'nullShare' ? 'share of NULLs of' : spec.figure} ${spec.column} between ${spec.low} and ${spec.high}`
    case 'sql':
      return `sql: ${spec.sql.replaceAll(/\s+/g, ' ').trim().slice(0, 60)}`
    case 'each':
      return undefined
  }
}

/** As many as a line of a report holds. */
function shortened(values: readonly (string | number)[]): string {
  return values.length <= 12 ? values.join(', ') : `${values.slice(0, 10).join(', ')} and ${values.length - 10} more`
}

/** The value of a bound. */
export function boundValue(bound: Bound): number | bigint | Date {
  if (typeof bound === 'number') return bound
  if (/^-?\d+$/.test(bound)) return BigInt(bound)
  if (/^[+-]?Infinity$/.test(bound)) return Number(bound)
  return new Date(bound)
}

/** A bound as JSON. */
export function boundOf(value: number | bigint | Date): Bound {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  return Number.isFinite(value) ? value : String(value)
}

/** Whether a row that fails the check is no clean row. */
export function rejects(spec: CheckSpec): boolean {
  return isOfRows(spec) && (spec.severity ?? 'error') === 'error'
}
