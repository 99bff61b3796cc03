/** How values stand in SQLite, which has five kinds of them, and a declared type only as a wish. */
import { type Column, rawAt, valueAt } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type DataType, printType, storageOf } from '../schema/index.ts'
import type { PushedDialect } from './pushed-condition.ts'

/** What SQLite takes and gives. */
export type SqliteValue = null | number | bigint | string | Uint8Array

/** Our type for a declared one; undefined where it says nothing, and the values must tell. */
export function typeOfDeclared(declared: string | null): DataType | undefined {
  const text = (declared ?? '').trim().toUpperCase()
  const exact = byName.get(text)
  if (exact !== undefined) return exact
  const decimal = /^(?:DECIMAL|NUMERIC|DECIMAL_TEXT)\s*\(\s*([0-9]+)\s*(?:,\s*([0-9]+)\s*)?\)$/.exec(text)
  if (decimal !== null) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2] ?? 0)]
    return precision >= 1 && precision <= 38 && scale <= precision ? { decimal: [precision, scale] } : 'float64'
  }
  if (text.startsWith('BOOL')) return 'boolean'
  if (text.startsWith('TIMESTAMP')) return 'datetime'
  // What follows are SQLite's own rules, in their order.
  if (text.includes('INT')) return 'int64'
  if (/CHAR|CLOB|TEXT/.test(text)) return 'string'
  if (text.includes('BLOB')) return 'bytes'
  if (/REAL|FLOA|DOUB/.test(text)) return 'float64'
  return undefined
}

const byName: ReadonlyMap<string, DataType> = new Map<string, DataType>([
  ['DATE', 'date'],
  ['DATETIME', 'datetime'],
  ['TIMESTAMPTZ', 'timestamp'],
  ['TIMESTAMP WITH TIME ZONE', 'timestamp'],
  ['DECIMAL', 'float64'],
  ['NUMERIC', 'float64'],
  ['TIME', 'time'],
  ['TIME_TEXT', 'time'],
  ['UUID', 'uuid'],
  ['UUID_TEXT', 'uuid'],
  ['JSON', 'json'],
  ['JSON_TEXT', 'json'],
  ['DURATION_TEXT', 'interval'],
  ['UNSIGNED_TEXT', 'uint64'],
])

/** The declared type of a column that we make. Those that end in TEXT keep digits: SQLite would make doubles of decimals. */
export function declaredOf(type: DataType): string {
  if (typeof type === 'object') {
    if ('decimal' in type) return `DECIMAL_TEXT(${type.decimal[0]},${type.decimal[1]})`
    return 'enum' in type ? 'TEXT' : 'JSON_TEXT'
  }
  switch (type) {
    case 'boolean':
      return 'BOOLEAN'
    case 'float32':
    case 'float64':
      return 'REAL'
    case 'bytes':
      return 'BLOB'
    case 'date':
      return 'DATE'
    case 'datetime':
      return 'DATETIME'
    case 'timestamp':
      return 'TIMESTAMPTZ'
    case 'time':
      return 'TIME_TEXT'
    case 'interval':
      return 'DURATION_TEXT'
    case 'json':
      return 'JSON_TEXT'
    case 'uuid':
      return 'UUID_TEXT'
    case 'uint64':
      return 'UNSIGNED_TEXT'
    case 'string':
    case 'null':
    case 'unknown':
      return 'TEXT'
    default:
      return 'INTEGER'
  }
}

/** A value of ours as SQLite keeps it. @throws schema.misfit for NaN, which SQLite would make NULL */
export function storedAt(column: Column, i: number, name: string): SqliteValue {
  const raw = rawAt(column, i)
  if (raw === null || raw === undefined) return null
  const { type } = column
  switch (storageOf(type)) {
    case 'boolean':
      return raw === true ? 1 : 0
    case 'int32':
      return type === 'date' ? String(valueAt(column, i)) : (raw as number)
    case 'int64':
      return type === 'time' || type === 'datetime' || type === 'timestamp' ? plainText(valueAt(column, i)) : (raw as bigint)
    case 'float64':
      if (Number.isNaN(raw))
        throw new TidemillError('schema.misfit', `value does not fit: SQLite has no NaN (column ${name}, row ${i + 1} of its batch)`, {
          hint: 'make it NULL before: when(r.x.isNan()).then(null).otherwise(r.x)',
        })
      return raw as number
    case 'text':
      return raw as string
    case 'bytes':
      return raw as Uint8Array
    case 'int128':
      return plainText(valueAt(column, i))
    default:
      return JSON.stringify(valueAt(column, i), (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item))
  }
}

/** Every value of ours says itself without loss as JSON. */
function plainText(value: unknown): string {
  const json: unknown = typeof value === 'bigint' ? value : JSON.parse(JSON.stringify(value))
  return String(json)
}

/** A value of SQLite as a column of this type takes it; undefined when it does not fit. */
export function fromStored(type: DataType, value: SqliteValue): unknown {
  if (value === null) return null
  if (typeof type === 'object' && !('enum' in type) && !('decimal' in type)) return typeof value === 'string' ? parsed(value) : undefined
  switch (typeof type === 'object' ? ('decimal' in type ? 'decimal' : 'string') : type) {
    case 'boolean':
      return value === 1n || value === 0n ? value === 1n : undefined
    case 'bytes':
      return value instanceof Uint8Array ? value : undefined
    case 'decimal':
    case 'uint64':
      return value instanceof Uint8Array ? undefined : value
    case 'string':
    case 'json':
    case 'uuid':
    case 'date':
    case 'time':
    case 'datetime':
    case 'timestamp':
    case 'interval':
      return typeof value === 'string' ? value : undefined
    default:
      return typeof value === 'number' || typeof value === 'bigint' ? value : undefined
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What kind of value it is, for messages. */
export function storedKind(value: SqliteValue): string {
  if (typeof value === 'bigint') return 'integer'
  if (typeof value === 'number') return 'real'
  return typeof value === 'string' ? 'text' : value === null ? 'null' : 'blob'
}

/** Whether values of one type may stand beside those of another in a column. */
export function standTogether(there: DataType, ours: DataType): boolean {
  const kind = (type: DataType): string => (typeof type === 'object' && 'decimal' in type ? 'decimal' : storageOf(type))
  const numbers = ['int32', 'int64']
  if (printType(there) === printType(ours) || kind(there) === kind(ours)) return true
  return numbers.includes(kind(ours)) && [...numbers, 'float64'].includes(kind(there)) && there !== 'datetime' && there !== 'date'
}

/** @throws connectors.option for a name that no statement can hold */
export function quoteSqlite(name: string): string {
  if (name.includes('\0') || !name.isWellFormed())
    throw new TidemillError('connectors.option', `a name that a database cannot have: ${JSON.stringify(name)}`)
  return `"${name.replaceAll('"', '""')}"`
}

/** Integers and text mean the same there; text is compared by its bytes, whatever the column's own collation. */
export const sqliteDialect: PushedDialect = {
  column(name, type) {
    if (type === 'string') return `${quoteSqlite(name)} COLLATE BINARY`
    return type === 'int64' || type === 'bigint' ? quoteSqlite(name) : undefined
  },
  literal({ value, type }) {
    if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
    if (type !== 'string') return typeof value === 'string' && /^-?[0-9]{1,18}$/.test(value) ? value : undefined
    return typeof value === 'string' && !value.includes('\0') && value.isWellFormed() ? `'${value.replaceAll("'", "''")}'` : undefined
  },
}
