/** How any value becomes a description. */
import { describe } from '../errors/index.ts'
import type { Description, TableColumn, TableDescription } from './description.ts'
import { formatCell, isNumeric } from './format.ts'

/** A value that says how it looks. */
export interface Described {
  [describe](): Description
}

const mostRows = 1_000

/**
 * The description of any value: what the value says itself, else a table for rows, key and value for objects and maps, text for the rest.
 *
 * Of long arrays the first 1000 rows are kept; `total` tells how many there are.
 *
 * @example
 * describeValue([{ city: 'Bergen', price: 12.5 }]).kind // => table
 */
export function describeValue(value: unknown): Description {
  if (isDescribed(value)) return value[describe]()
  if (value instanceof Promise) return { kind: 'text', text: 'a promise: await it first' }
  if (value instanceof Map) return describeMap(value)
  if (value instanceof Set) return describeArray([...value])
  if (Array.isArray(value)) return describeArray(value)
  if (ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array))
    return describeArray(value as unknown as unknown[])
  if (isPlain(value)) return { kind: 'keyValues', pairs: Object.entries(value).map(([key, of]) => [key, formatCell(of)] as const) }
  return { kind: 'text', text: value === undefined ? 'undefined' : (formatCell(value) ?? 'NULL') }
}

/** True for values with a `describe` method. */
export function isDescribed(value: unknown): value is Described {
  return typeof value === 'object' && value !== null && describe in value && typeof value[describe] === 'function'
}

function describeMap(map: ReadonlyMap<unknown, unknown>): Description {
  const rows = [...map]
  if (rows.length > 0 && rows.every(([, value]) => isPlain(value) && !isDescribed(value)))
    return describeArray(rows.map(([key, value]) => ({ key, ...(value as object) })))
  return { kind: 'keyValues', pairs: rows.map(([key, value]) => [formatCell(key) ?? 'NULL', formatCell(value)] as const) }
}

function describeArray(values: ArrayLike<unknown>): Description {
  if (values.length === 0) return { kind: 'text', text: '(no rows)' }
  const head = Array.from({ length: Math.min(values.length, mostRows) }, (_, index) => values[index])
  if (head.every(value => isPlain(value) && !isDescribed(value))) return describeRows(head as object[], values.length)
  if (head.every(isDescribed)) return { kind: 'group', items: head.map(describeValue) }
  return describeRows(
    head.map(value => ({ value })),
    values.length,
  )
}

function describeRows(rows: readonly object[], total: number): TableDescription {
  const names = new Set<string>()
  for (const row of rows) for (const name of Object.keys(row)) names.add(name)
  const read = (row: object, name: string): unknown => (Object.hasOwn(row, name) ? (row as Readonly<Record<string, unknown>>)[name] : null)
  const columns = [...names].map((name): TableColumn => {
    const known = rows.map(row => read(row, name)).filter(value => value !== null && value !== undefined)
    return { name, type: '', align: known.length > 0 && known.every(isNumeric) ? 'right' : 'left' }
  })
  const cells = rows.map(row => columns.map(column => formatCell(read(row, column.name))))
  return { kind: 'table', columns, rows: cells, total, shown: rows.length }
}

/** An object whose own properties are what it is; dates, decimals, buffers and the like are single values. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
