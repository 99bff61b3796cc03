import { TidemillError } from '../errors/index.ts'
import { type DataType, printType, type Schema } from './data-type.ts'
import { isCalendarDate, isDecimal, isInterval, isLocalDateTime, isTimeOfDay } from './values.ts'

/**
 * The columns that plain objects have, in the order in which their names first appear. Every column is nullable: rows seen later may lack it.
 *
 * number is float64, bigint `bigint`, Date timestamp, arrays lists, plain objects structs; undefined is NULL; nothing but NULLs gives the type `null`.
 *
 * @throws schema.misfit when a column has values of two types, or a value that no type holds (a function, a symbol)
 */
export function inferRows(rows: readonly object[]): Schema {
  return Object.freeze(merge(rows, '').map(field => Object.freeze(field)))
}

/** The type that a JavaScript value has by itself; undefined for one that no type holds. */
export function typeOfValue(value: unknown): DataType | undefined {
  try {
    return typeAt(value, '', 0)
  } catch (error) {
    if (error instanceof TidemillError) return undefined
    throw error
  }
}

function merge(rows: readonly object[], path: string): { name: string; type: DataType; nullable: boolean }[] {
  const types = new Map<string, DataType>()
  rows.forEach((row, index) => {
    for (const [name, value] of Object.entries(row)) {
      const column = path === '' ? name : `${path}.${name}`
      const before = types.get(name)
      const now = plainType(value) ?? typeAt(value, column, index)
      if (before === undefined || before === 'null') types.set(name, now)
      else if (now !== 'null' && now !== before) types.set(name, join(before, now, column, index))
    }
  })
  return [...types].map(([name, type]) => ({ name, type, nullable: true }))
}

/** The types of most values, without a look at their parts. */
function plainType(value: unknown): DataType | undefined {
  if (value === null) return 'null'
  const kind = typeof value
  return kind === 'function' || kind === 'object' || kind === 'symbol' ? undefined : plainTypes[kind]
}

const plainTypes = { number: 'float64', string: 'string', boolean: 'boolean', bigint: 'bigint', undefined: 'null' } as const

function typeAt(value: unknown, column: string, row: number): DataType {
  const plain = plainType(value)
  if (plain !== undefined) return plain
  if (value instanceof Date) return 'timestamp'
  if (value instanceof Uint8Array) return 'bytes'
  if (isCalendarDate(value)) return 'date'
  if (isDecimal(value)) return { decimal: [38, value.scale] }
  if (isLocalDateTime(value)) return 'datetime'
  if (isTimeOfDay(value)) return 'time'
  if (isInterval(value)) return 'interval'
  if (value instanceof Map) return typeOfMap(value, column, row)
  if (Array.isArray(value)) {
    const items: unknown[] = value
    return { list: items.reduce<DataType>((type, item) => join(type, typeAt(item, column, row), column, row), 'null') }
  }
  if (isPlain(value)) return { struct: merge([value], column) }
  throw new TidemillError('schema.misfit', `value of no type: column ${column}, row ${row + 1}: ${describe(value)}`, {
    hint: 'columns hold booleans, numbers, bigints, texts, dates, bytes, lists and plain objects; leave out the rest',
    details: { column, row: row + 1 },
  })
}

function typeOfMap(value: ReadonlyMap<unknown, unknown>, column: string, row: number): DataType {
  const common = (parts: Iterable<unknown>): DataType => {
    let type: DataType = 'null'
    for (const part of parts) type = join(type, typeAt(part, column, row), column, row)
    return type
  }
  return { map: [common(value.keys()), common(value.values())] }
}

function join(a: DataType, b: DataType, column: string, row: number): DataType {
  if (a === 'null' || a === b) return b
  if (b === 'null') return a
  if (typeof a === 'object' && typeof b === 'object') {
    if ('list' in a && 'list' in b) return { list: join(a.list, b.list, column, row) }
    if ('map' in a && 'map' in b) return { map: [join(a.map[0], b.map[0], column, row), join(a.map[1], b.map[1], column, row)] }
    if ('decimal' in a && 'decimal' in b) return { decimal: [38, Math.max(a.decimal[1], b.decimal[1])] }
    if ('struct' in a && 'struct' in b) return { struct: joinStructs(a.struct, b.struct, column, row) }
  }
  throw new TidemillError(
    'schema.misfit',
    `values of two types: column ${column} is ${printType(a)} and from row ${row + 1} on ${printType(b)}`,
    {
      hint: 'make them one type, or declare the schema',
      details: { column, row: row + 1, types: [printType(a), printType(b)] },
    },
  )
}

function joinStructs(a: Schema, b: Schema, column: string, row: number): Schema {
  const later = new Map(b.map(field => [field.name, field.type]))
  const both = a.map(field => ({ ...field, type: join(field.type, later.get(field.name) ?? 'null', `${column}.${field.name}`, row) }))
  return [...both, ...b.filter(field => a.every(({ name }) => name !== field.name))]
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function describe(value: unknown): string {
  if (typeof value === 'function') return `a function${value.name === '' ? '' : ` (${value.name})`}`
  return typeof value === 'symbol' ? 'a symbol' : `an instance of ${(value as object).constructor.name}`
}
