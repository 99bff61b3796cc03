/** Values as text, the same on every machine: shortest digits, no locale. */
import { isCalendarDate, isDecimal, isInterval, isLocalDateTime, isTimeOfDay, microsOf } from '../schema/index.ts'

const longest = 2_000
const deepest = 4

/** The shortest digits that read back as the same number. */
export function formatNumber(value: number): string {
  return String(value)
}

/** An instant in microseconds UTC as ISO text, without a fraction where there is none: `2026-11-21T12:00:00.25Z`. */
export function formatMicros(micros: bigint, zone: 'Z' | ''): string {
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = (micros - rest) / 1_000_000n
  const date = new Date(Number(seconds) * 1000)
  if (Number.isNaN(date.getTime())) return `${micros} µs`
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`
  return `${date.toISOString().slice(0, -5)}${fraction}${zone}`
}

/** Bytes as hexadecimal text, cut after 32. */
export function formatBytesValue(bytes: Uint8Array): string {
  const head = [...bytes.subarray(0, 32)].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return `0x${head}${bytes.length > 32 ? '…' : ''}`
}

/** Text cut to what a person can read; the cut shows as `…`. */
export function formatText(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Any value as one cell of text; null for NULL and undefined. */
export function formatCell(value: unknown): string | null {
  return value === null || value === undefined ? null : formatText(inline(value, 0))
}

/** True where columns of such values stand at the right. */
export function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'object' && value !== null && isDecimal(value))
}

/** `1234567` is `1.23M`. */
export function formatCount(count: number): string {
  if (count < 1_000) return String(Math.round(count))
  const [unit, size] = count < 999_500 ? (['k', 1e3] as const) : count < 999_500_000 ? (['M', 1e6] as const) : (['G', 1e9] as const)
  const value = count / size
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)}${unit}`
}

/** `1500000` is `1.5 MB` (decimal units). */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`
}

/** `75` is `1 min 15 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

function inline(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return formatNumber(value)
    case 'bigint':
    case 'boolean':
    case 'undefined':
      return String(value)
    case 'symbol':
      return value.toString()
    case 'function':
      return `function ${value.name === '' ? '(no name)' : value.name}`
    case 'object':
      return value === null ? 'NULL' : inlineObject(value, depth)
  }
}

function inlineObject(value: object, depth: number): string {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'not a date' : formatMicros(microsOf(value), 'Z')
  if (isCalendarDate(value) || isDecimal(value) || isLocalDateTime(value) || isTimeOfDay(value) || isInterval(value)) return String(value)
  if (value instanceof Uint8Array) return formatBytesValue(value)
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (depth >= deepest) return '…'
  const item = (of: unknown): string => (of === undefined ? 'NULL' : inline(of, depth + 1))
  if (value instanceof Map) return `{${[...value].map(([key, of]) => `${item(key)}: ${item(of)}`).join(', ')}}`
  if (value instanceof Set) return `[${[...value].map(item).join(', ')}]`
  if (Array.isArray(value)) return `[${firstOf(value).map(item).join(', ')}${value.length > 100 ? ', …' : ''}]`
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return inlineObject(Array.from(value as Float64Array), depth)
  return `{${Object.entries(value)
    .map(([key, of]) => `${key}: ${item(of)}`)
    .join(', ')}}`
}

function firstOf(values: readonly unknown[]): unknown[] {
  return Array.from({ length: Math.min(100, values.length) }, (_, index) => values[index])
}
