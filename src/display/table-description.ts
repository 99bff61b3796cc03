import { type Batch, type Column, isNullAt, rawAt } from '../batch/index.ts'
import {
  clockText,
  type DataType,
  dateOfDays,
  decimal,
  familyOf,
  intervalText,
  printType,
  type Schema,
  unpackInterval,
} from '../schema/index.ts'
import type { TableDescription } from './description.ts'
import { formatBytesValue, formatCell, formatMicros, formatNumber, formatText } from './format.ts'

/** How much of the batches is shown, and what is known about the rest. */
export interface TableOptions {
  /** Most rows. Default: all of the batches. */
  readonly rows?: number | undefined
  /** Rows of the whole table, where known. */
  readonly total?: number | undefined
  readonly title?: string | undefined
  readonly note?: string | undefined
}

/**
 * The first rows of batches as a table with the type under each name (`?` for nullable).
 *
 * Values are printed from their physical form, so an int64 beyond 2^53 keeps its digits.
 */
export function tableDescription(batches: readonly Batch[], schema: Schema, options: TableOptions = {}): TableDescription {
  const most = options.rows ?? Number.POSITIVE_INFINITY
  const rows: (string | null)[][] = []
  for (const batch of batches) {
    for (let row = 0; row < batch.rows && rows.length < most; row++) rows.push(batch.columns.map(column => cellAt(column, row)))
  }
  return {
    kind: 'table',
    title: options.title,
    columns: schema.map(field => ({
      name: field.name,
      type: `${printType(field.type)}${field.nullable ? '?' : ''}`,
      align: familyOf(field.type) === 'number' ? 'right' : 'left',
    })),
    rows,
    total: options.total,
    shown: rows.length,
    note: options.note,
  }
}

function cellAt(column: Column, row: number): string | null {
  return isNullAt(column, row) ? null : formatText(physical(column, row))
}

function physical(column: Column, row: number): string {
  const { type, children, offsets } = column
  if (typeof type === 'object' && 'list' in type) {
    const items: string[] = []
    const child = children?.[0]
    for (let at = offsets?.[row] ?? 0; child !== undefined && at < (offsets?.[row + 1] ?? 0); at++) items.push(cellAt(child, at) ?? 'NULL')
    return `[${items.join(', ')}]`
  }
  if (typeof type === 'object' && 'map' in type) {
    const entries = children?.[0]
    const pairs: string[] = []
    for (let at = offsets?.[row] ?? 0; at < (offsets?.[row + 1] ?? 0); at++)
      pairs.push(`${inChild(entries?.children?.[0], at)}: ${inChild(entries?.children?.[1], at)}`)
    return `{${pairs.join(', ')}}`
  }
  if (typeof type === 'object' && 'struct' in type)
    return `{${type.struct.map((field, index) => `${field.name}: ${inChild(children?.[index], row)}`).join(', ')}}`
  return formatPhysical(type, rawAt(column, row))
}

function inChild(column: Column | undefined, row: number): string {
  return column === undefined ? 'NULL' : (cellAt(column, row) ?? 'NULL')
}

function formatPhysical(type: DataType, value: unknown): string {
  if (type === 'date' && typeof value === 'number') return dateOfDays(value).toString()
  if (type === 'timestamp' && typeof value === 'bigint') return formatMicros(value, 'Z')
  if (type === 'datetime' && typeof value === 'bigint') return formatMicros(value, '')
  if (type === 'time' && typeof value === 'bigint') return clockText(value)
  if (type === 'interval' && typeof value === 'bigint') return intervalText(unpackInterval(value))
  if (typeof type === 'object' && 'decimal' in type && typeof value === 'bigint') return decimal(value, type.decimal[1]).toString()
  if (value instanceof Uint8Array) return formatBytesValue(value)
  if (typeof value === 'number') return formatNumber(value)
  return formatCell(value) ?? 'NULL'
}
