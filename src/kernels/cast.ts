/** Casts: nothing is rounded and nothing is cut, but the time of a moment that becomes a day. */
import { type Column, columnBuilder } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { CallNode } from '../expr/index.ts'
import {
  clockText,
  type DataType,
  dateOfDays,
  familyOf,
  intervalText,
  isInt64,
  isInteger,
  parseBase64,
  parseText,
  plainDigits,
  printType,
  rangeOf,
  sameType,
  singleOf,
  storageOf,
  unpackInterval,
} from '../schema/index.ts'
import type { Kernel } from './kernel.ts'
import {
  dayMicros,
  decimalText,
  decimalToNumber,
  doubles,
  jointValidity,
  longs,
  plainColumn,
  type Raw,
  reader,
  scaleOf,
  type Vector,
} from './vector.ts'

/** The physical value in another type; undefined when it does not fit. */
type Convert = (value: Raw) => Raw

/** A value that does not fit is an error, and so is a NULL where the node says there is none. */
export const cast: Kernel = (node, args, rows) => {
  const [value] = args
  if (value === undefined) throw new TidemillError('expr.argument', 'cast needs an operand')
  const name = node.options?.name ?? ''
  const column = convertVector(value, node.type, rows, bad => {
    throw new TidemillError('expr.cast', `value cannot be cast: ${show(bad, value.type)} to ${printType(node.type)}`, {
      hint: 'tryCast gives NULL instead',
      details: { value: show(bad, value.type), to: printType(node.type) },
    })
  })
  const mayBeNull = node.args[0]?.nullable === true && !node.nullable
  if (mayBeNull && jointValidity([value], rows) !== undefined && hasNull(value, rows))
    throw new TidemillError('schema.not-null', `NULL in a column without ?: ${name}`, {
      hint: 'declare the column with ?, or use fillNull or dropNulls',
      details: { column: name },
    })
  return column
}

/** A value that does not fit is NULL. */
export const tryCast: Kernel = (node: CallNode, [value], rows) => {
  if (value === undefined) throw new TidemillError('expr.argument', 'tryCast needs an operand')
  return convertVector(value, node.type, rows, () => null)
}

/** A vector in another type; `misfit` says what becomes of a value that does not fit. */
export function convertVector(value: Vector, to: DataType, rows: number, misfit: (value: Raw) => Raw): Column {
  const from = value.type
  if (!value.constant && (sameType(from, to) || (isInt64(from) && isInt64(to))))
    return from === to ? value.column : { ...value.column, type: to }
  if (to === 'float64' && isInteger(from) && storageOf(from) !== 'int128')
    return plainColumn(to, rows, doubles(value, rows), jointValidity([value], rows))
  if (isInt64(to) && isInteger(from) && (storageOf(from) === 'int32' || from === 'uint32'))
    return plainColumn(to, rows, longs(value, rows), jointValidity([value], rows))
  const convert = converter(from, to)
  const read = reader(value)
  const builder = columnBuilder(to, rows)
  for (let i = 0; i < rows; i++) {
    const raw = read(i)
    if (raw === null) {
      builder.pushRaw(null)
      continue
    }
    const made = convert(raw)
    builder.pushRaw(made === undefined ? misfit(raw) : made)
  }
  return builder.finish()
}

/** The function that takes values from one type to another. */
export function converter(from: DataType, to: DataType): Convert {
  if (sameType(from, to) || (isInt64(from) && isInt64(to)) || from === 'null') return value => value
  if (to === 'string' || to === 'unknown') return value => textOf(value, from)
  if (typeof to === 'object' && 'enum' in to) return value => (to.enum.includes(textOf(value, from)) ? textOf(value, from) : undefined)
  const family = familyOf(from)
  if (family === 'text') return to === 'bytes' ? value => parseBase64(value as string) : value => parseText(value as string, to)
  if (storageOf(to) === 'text') return value => parseText(to === 'json' ? jsonText(value, from) : textOf(value, from), to)
  if (family === 'boolean') return isBig(to) ? value => (value === true ? 1n : 0n) : value => (value === true ? 1 : 0)
  if (family === 'time') return betweenTimes(from, to)
  if (family === 'list' && typeof from === 'object' && typeof to === 'object' && 'list' in from && 'list' in to)
    return ofLists(converter(from.list, to.list))
  if (family === 'number') return betweenNumbers(from, to)
  return () => undefined
}

function ofLists(convert: Convert): Convert {
  return value => {
    const items = (value as readonly Raw[]).map(item => (item === null ? null : convert(item)))
    return items.includes(undefined) ? undefined : items
  }
}

function betweenTimes(from: DataType, to: DataType): Convert {
  if (from === 'date') return value => BigInt(value as number) * dayMicros
  if (to === 'time') return value => (value as bigint) - floorDivide(value as bigint, dayMicros) * dayMicros
  if (to === 'date') return value => Number(floorDivide(value as bigint, dayMicros))
  return value => value
}

function betweenNumbers(from: DataType, to: DataType): Convert {
  const scale = scaleOf(from)
  if (to === 'float64') return value => (typeof value === 'bigint' ? decimalToNumber(value, scale) : value)
  if (to === 'float32') return value => singleOf(typeof value === 'bigint' ? decimalToNumber(value, scale) : (value as number))
  if (typeof to === 'object' && 'decimal' in to) {
    const [precision, digits] = to.decimal
    const limit = 10n ** BigInt(precision)
    return value => {
      const exact =
        storageOf(from) === 'float64' ? decimalNear(value as number, digits) : rescale(BigInt(value as number | bigint), scale, digits)
      return exact === undefined || exact >= limit || exact <= -limit ? undefined : exact
    }
  }
  const [least, most] = rangeOf(to) as readonly [bigint, bigint]
  const big = isBig(to)
  return value => {
    if (typeof value === 'number' && !Number.isInteger(value)) return undefined
    const whole = rescale(BigInt(value as number | bigint), scale, 0)
    if (whole === undefined || whole < least || whole > most) return undefined
    return big ? whole : Number(whole)
  }
}

/** True where values are kept as bigints. */
function isBig(type: DataType): boolean {
  const storage = storageOf(type)
  return storage === 'int64' || storage === 'int128'
}

/** Other digits after the point; undefined when some would be lost. */
function rescale(value: bigint, from: number, to: number): bigint | undefined {
  if (to >= from) return value * 10n ** BigInt(to - from)
  const unit = 10n ** BigInt(from - to)
  return value % unit === 0n ? value / unit : undefined
}

/** The shortest decimal that is this double again, when it has so few digits. */
function decimalNear(value: number, scale: number): bigint | undefined {
  const text = plainDigits(value)
  if (text === undefined) return undefined
  const [whole = '', fraction = ''] = text.split('.')
  return fraction.length > scale ? undefined : BigInt(`${whole}${fraction.padEnd(scale, '0')}`)
}

/** A value as text: instants in ISO form with `Z`, floats in their shortest form, lists and structs as JSON. */
export function textOf(value: Raw, type: DataType): string {
  if (typeof value === 'string') return value
  if (type === 'date') return dateOfDays(value as number).toString()
  if (type === 'timestamp' || type === 'datetime') return `${isoText(value as bigint)}${type === 'timestamp' ? 'Z' : ''}`
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (type === 'time') return clockText(value as bigint)
  if (type === 'interval') return intervalText(unpackInterval(value as bigint))
  if (typeof value === 'bigint') return decimalText(value, scaleOf(type))
  return typeof value === 'object' ? jsonText(value, type) : String(value as number | boolean)
}

/** JSON as our writers have it: whole numbers and decimals with all their digits, other values as their texts. */
function jsonText(value: Raw, type: DataType): string {
  if (value === null) return 'null'
  if (typeof type === 'object' && 'list' in type) return `[${(value as readonly Raw[]).map(item => jsonText(item, type.list)).join(',')}]`
  if (typeof type === 'object' && 'map' in type) return mapText(value as readonly Entry[], type.map)
  if (typeof type === 'object' && 'struct' in type)
    return `{${type.struct.map(field => `${JSON.stringify(field.name)}:${jsonText((value as Record<string, Raw>)[field.name] ?? null, field.type)}`).join(',')}}`
  if (type === 'json') return value as string
  if (typeof value === 'number' && type !== 'date') return Number.isFinite(value) ? String(value) : 'null'
  const bare = type === 'boolean' || (familyOf(type) === 'number' && typeof value === 'bigint')
  return bare ? textOf(value, type) : JSON.stringify(textOf(value, type))
}

interface Entry {
  readonly key: Raw
  readonly value: Raw
}

function mapText(entries: readonly Entry[], [keys, values]: readonly [DataType, DataType]): string {
  const isText = storageOf(keys) === 'text'
  const parts = entries.map(({ key, value }) =>
    isText ? `${JSON.stringify(key)}:${jsonText(value, values)}` : `{"key":${jsonText(key, keys)},"value":${jsonText(value, values)}}`,
  )
  return isText ? `{${parts.join(',')}}` : `[${parts.join(',')}]`
}

function isoText(micros: bigint): string {
  const day = floorDivide(micros, dayMicros)
  const rest = micros - day * dayMicros
  const seconds = Number(rest / 1_000_000n)
  const two = (part: number): string => String(part).padStart(2, '0')
  const fraction = String(rest % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${dateOfDays(Number(day)).toString()}T${clock}${fraction === '' ? '' : `.${fraction}`}`
}

/** Division of integers that rounds down, also below zero. */
export function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by !== 0n && value < 0n !== by < 0n ? quotient - 1n : quotient
}

function hasNull(value: Vector, rows: number): boolean {
  const read = reader(value)
  for (let i = 0; i < rows; i++) if (read(i) === null) return true
  return false
}

function show(value: Raw, type: DataType): string {
  const text = textOf(value, type)
  return typeof value === 'string' ? JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text) : text
}
