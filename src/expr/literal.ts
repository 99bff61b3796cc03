import {
  type CalendarDate,
  calendarDate,
  type DataType,
  daysOf,
  dateOfDays,
  type Decimal,
  isCalendarDate,
  isDecimal,
  isInt64,
  isInteger,
  isInterval,
  isLocalDateTime,
  isTimeOfDay,
  isSafe,
  microsOf,
  microsOfLocal,
  microsOfTime,
  parseBase64,
  parseText,
  plainDigits,
  printType,
  rangeOf,
  singleOf,
} from '../schema/index.ts'
import type { LiteralNode } from './node.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'

/** A physical value: what `literalValue` gives and batches hold. */
export type Physical = string | number | bigint | boolean | Uint8Array | null

/**
 * A constant. Without a type: whole numbers are int64, others float64, `Date` is a timestamp, `bigint` a bigint, null has the type `null`.
 *
 * With a type, its physical values (days, microseconds as bigint) and its text are taken too.
 *
 * @throws expr.literal for what is no constant, or does not fit the type
 */
export function literalNode(value: unknown, type?: DataType): LiteralNode {
  if (type !== undefined) return typedLiteral(value, type)
  if (value === null) return literal(null, 'null')
  switch (typeof value) {
    case 'number':
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return literal(value, 'int64')
      return literal(plainNumber(value), 'float64')
    case 'string':
      return literal(value, 'string')
    case 'boolean':
      return literal(value, 'boolean')
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value) throw problem('expr.literal', `integer literal beyond 64 bits: ${value}`)
      return literal(plainInteger(value), 'bigint')
    case 'object':
      if (value instanceof Date) return typedLiteral(value, 'timestamp')
      if (isDecimal(value)) return literal(value.toString(), { decimal: [precisionOf(value), value.scale] })
      if (isCalendarDate(value)) return typedLiteral(value, 'date')
      if (isLocalDateTime(value)) return typedLiteral(value, 'datetime')
      if (isTimeOfDay(value)) return typedLiteral(value, 'time')
      if (isInterval(value)) return typedLiteral(value, 'interval')
      if (value instanceof Uint8Array) return typedLiteral(value, 'bytes')
      break
    case 'undefined':
    case 'function':
    case 'symbol':
      break
  }
  throw problem(
    'expr.literal',
    `no literal: ${shown(value)} (have string, number, bigint, boolean, Date, CalendarDate, TimeOfDay, LocalDateTime, Interval, Decimal, Uint8Array)`,
  )
}

function literal(value: LiteralNode['value'], type: DataType): LiteralNode {
  return { op: 'literal', value, type, nullable: value === null }
}

function typedLiteral(value: unknown, type: DataType): LiteralNode {
  if (value === null) return literal(null, type)
  if (type === 'unknown' || type === 'null') return literalNode(value)
  const plain = typeof type === 'object' ? plainOfObject(value, type) : plainOfPrimitive(value, type)
  if (plain === undefined)
    throw problem('expr.literal', `literal that does not fit: ${shown(value)} is no ${printType(type)}`, {
      details: { type: printType(type) },
    })
  return literal(plain, type)
}

function plainOfPrimitive(value: unknown, type: Exclude<DataType, object>): LiteralNode['value'] | undefined {
  if (type === 'string') return typeof value === 'string' ? value : undefined
  if (type === 'boolean' && typeof value === 'boolean') return value
  if (type === 'float64' && (typeof value === 'number' || typeof value === 'bigint')) return plainNumber(Number(value))
  if (type === 'int32' && typeof value === 'number') return value === (value | 0) ? value | 0 : undefined
  if (type === 'float32' && (typeof value === 'number' || typeof value === 'bigint')) {
    const single = singleOf(Number(value))
    return single === undefined ? undefined : plainNumber(single)
  }
  if (type === 'date' && isCalendarDate(value)) return value.toString()
  if (type === 'time' && isTimeOfDay(value)) return String(microsOfTime(value))
  if (type === 'datetime' && isLocalDateTime(value)) return String(microsOfLocal(value))
  if (type === 'interval' && isInterval(value)) return value.toString()
  if (type === 'bytes' && value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if (type === 'date' && typeof value === 'number') return Number.isInteger(value) ? dateOfDays(value).toString() : undefined
  if (type === 'timestamp' || type === 'datetime') {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : String(microsOf(value))
    if (typeof value === 'bigint') return String(value)
  }
  if (isInteger(type) && (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))) {
    const whole = BigInt(value)
    const [least, most] = rangeOf(type) as readonly [bigint, bigint]
    return whole >= least && whole <= most ? plainInteger(whole) : undefined
  }
  if (typeof value !== 'string') return undefined
  if (type === 'bytes') return parseBase64(value) === undefined ? undefined : value
  const parsed = parseText(value, type)
  if (parsed === undefined) return undefined
  if (type === 'date') return dateOfDays(parsed as number).toString()
  if (type === 'interval') return value
  if (typeof parsed === 'bigint') return isInteger(type) ? plainInteger(parsed) : String(parsed)
  return typeof parsed === 'number' ? plainNumber(parsed) : parsed
}

function plainOfObject(value: unknown, type: Exclude<DataType, string>): LiteralNode['value'] | undefined {
  if ('enum' in type) return typeof value === 'string' && type.enum.includes(value) ? value : undefined
  if (!('decimal' in type)) return undefined
  const text = decimalText(value)
  const unscaled = text === undefined ? undefined : parseText(text, type)
  return unscaled === undefined ? undefined : unscaledText(unscaled as bigint, type.decimal[1])
}

function decimalText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || isDecimal(value)) return value.toString()
  return typeof value === 'number' ? plainDigits(value) : undefined
}

function unscaledText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled)
  const text = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${unscaled < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

function precisionOf(value: Decimal): number {
  return Math.max(String(value.unscaled).replace('-', '').length, value.scale, 1)
}

function plainNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

function plainInteger(value: bigint): number | string {
  return isSafe(value) ? Number(value) : String(value)
}

/**
 * The physical value of a constant, as batches keep it: a boolean, a number for narrow integers, floats and days, a bigint for wider integers, microseconds, intervals
 * and unscaled decimals, text, bytes, null.
 */
export function literalValue({ value, type }: LiteralNode): Physical {
  if (value === null) return null
  if (typeof type === 'object') return 'decimal' in type ? (parseText(String(value), type) as bigint) : value
  if (type === 'float64' || type === 'float32') return Number(value)
  if (type === 'bytes') return parseBase64(String(value)) ?? null
  if (type === 'interval') return parseText(String(value), type) as bigint
  if (isInt64(type) || type === 'uint32' || type === 'uint64' || type === 'time' || type === 'timestamp' || type === 'datetime')
    return BigInt(value as string | number)
  if (type === 'date') return daysOf(dateFromText(String(value)))
  return value
}

function dateFromText(text: string): CalendarDate {
  const days = parseText(text, 'date')
  if (typeof days === 'number') return dateOfDays(days)
  // Years before 0 or after 9999 come from `Date`s; files cannot hold them.
  const [, sign, year, month, day] = /^(-?)(\d+)-(\d\d)-(\d\d)$/.exec(text) ?? []
  if (year === undefined) throw problem('expr.literal', `literal that does not fit: ${JSON.stringify(text)} is no date`)
  return calendarDate(Number(year) * (sign === '-' ? -1 : 1), Number(month), Number(day))
}

/**
 * The same constant in the type of the value it stands beside, where it keeps its meaning exactly: 1 beside a float is 1.0, '2026-11-21' beside a date is that
 * day. The constant itself when it cannot be said in that type.
 */
export function adaptLiteral(node: LiteralNode, type: DataType): LiteralNode {
  if (type === 'unknown' || type === 'null' || node.type === type) return node
  if (node.value === null) return node.type === 'null' ? literal(null, type) : node
  const plain = adapted(node, type)
  return plain === undefined ? node : literal(plain, type)
}

/** Types whose values are also said as text. */
const texted: ReadonlySet<DataType> = new Set(['date', 'time', 'datetime', 'timestamp', 'interval', 'uuid'])

function adapted(node: LiteralNode, type: DataType): LiteralNode['value'] | undefined {
  const { value } = node
  if (isInteger(node.type)) {
    if (type === 'float64') return typeof value === 'number' ? value : undefined
    if (isInteger(type)) return plainOfPrimitive(BigInt(value as number | string), type as 'int64')
    if (typeof type === 'object' && 'decimal' in type) return plainOfObject(String(value), type)
  }
  if (node.type === 'float64' && typeof value === 'number' && typeof type === 'object' && 'decimal' in type)
    return plainOfObject(value, type)
  if (node.type === 'string' && typeof value === 'string') {
    if (typeof type === 'string' && texted.has(type)) return plainOfPrimitive(value, type)
    if (typeof type === 'object' && 'enum' in type) return plainOfObject(value, type)
  }
  if (node.type === 'timestamp' && type === 'datetime') return value
  if (node.type === 'timestamp' && type === 'date' && BigInt(value as string) % 86_400_000_000n === 0n)
    return dateOfDays(Number(BigInt(value as string) / 86_400_000_000n)).toString()
  return undefined
}

/** A number as a decimal constant with just the digits it has; itself when it has none (NaN) or is no number. */
export function asDecimal(node: LiteralNode): LiteralNode {
  if (node.value === null || (node.type !== 'float64' && !isInteger(node.type))) return node
  const text = decimalText(typeof node.value === 'number' ? node.value : String(node.value))
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return node
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const digits = whole.replace(/^0+/, '').length + fraction.length
  return digits > 38 ? node : literal(text, { decimal: [Math.max(digits, 1), fraction.length] })
}
