import { TidemillError } from '../errors/index.ts'
import {
  type DataType,
  dateOfDays,
  decimal,
  interval,
  isSafe,
  localOfMicros,
  mapOf,
  type Schema,
  timeOfMicros,
  timestampOf,
  unpackInterval,
  setOwn,
} from '../schema/index.ts'
import type { Column } from './batch.ts'
import { listAt, rawAt, structAt } from './raw-at.ts'
import { isNullAt } from './validity.ts'

/**
 * The value of row i as TypeScript rows hold it (see `Types`), null for NULL.
 *
 * @throws schema.unsafe-integer for an int64 beyond 2^53
 */
export function valueAt(column: Column, i: number): unknown {
  const { type } = column
  if (typeof type === 'object' && !isNullAt(column, i)) {
    if ('list' in type) return listAt(column, i, valueAt)
    if ('map' in type) return mapAt(listAt(column, i, valueAt) as readonly Entry[])
    if ('struct' in type) return structAt(column, type.struct, i, valueAt)
  }
  return userValue(type, rawAt(column, i))
}

interface Entry {
  readonly key: unknown
  readonly value: unknown
}
function mapAt(entries: readonly Entry[]): Map<unknown, unknown> {
  return mapOf(entries.map(({ key, value }) => [key, value] as const))
}

/** A physical value as TypeScript rows hold it. */
function userValue(type: DataType, raw: unknown): unknown {
  if (raw === null || raw === undefined) return null
  if (typeof type === 'object') {
    if ('decimal' in type) return decimal(raw as bigint, type.decimal[1])
    if ('list' in type) return (raw as readonly unknown[]).map(item => userValue(type.list, item))
    if ('struct' in type) return userStruct(type.struct, raw as Readonly<Record<string, unknown>>)
    if ('map' in type)
      return mapAt(
        (raw as readonly Entry[]).map(({ key, value }) => ({ key: userValue(type.map[0], key), value: userValue(type.map[1], value) })),
      )
    return raw
  }
  switch (type) {
    case 'uint32':
      return Number(raw)
    case 'int64':
      if (!isSafe(raw as bigint)) throw unsafeInteger(raw as bigint)
      return Number(raw)
    case 'date':
      return dateOfDays(raw as number)
    case 'time':
      return timeOfMicros(raw as bigint)
    case 'timestamp':
      return timestampOf(raw as bigint)
    case 'datetime':
      return localOfMicros(raw as bigint)
    case 'interval':
      return interval(unpackInterval(raw as bigint))
    case 'bytes':
      // A copy: the batch must not be changed through a value that was handed out.
      return (raw as Uint8Array).slice()
    case 'boolean':
    case 'int8':
    case 'int16':
    case 'int32':
    case 'uint8':
    case 'uint16':
    case 'bigint':
    case 'uint64':
    case 'float32':
    case 'float64':
    case 'string':
    case 'json':
    case 'uuid':
    case 'null':
    case 'unknown':
      return raw
  }
}

function userStruct(fields: Schema, raw: Readonly<Record<string, unknown>>): object {
  const row: Record<string, unknown> = {}
  for (const { name, type } of fields) setOwn(row, name, userValue(type, raw[name]))
  return row
}

/** The error for an int64 that a number cannot hold. */
export function unsafeInteger(value: bigint, column?: string): TidemillError {
  return new TidemillError(
    'schema.unsafe-integer',
    `int64 beyond 2^53: ${value}${column === undefined ? '' : ` in column ${column}`} would lose digits as a number`,
    {
      hint: `read it as bigint: cast('bigint'), or declare the column 'bigint'`,
      details: { value: String(value), column },
    },
  )
}
