/** Values of rows that a structured clone would rob of their methods (instants, days, times, intervals, decimals, maps) as plain data, and back. */
import {
  calendarDate,
  decimal,
  interval,
  isCalendarDate,
  isDecimal,
  isInterval,
  isLocalDateTime,
  isTimeOfDay,
  localOfMicros,
  mapOf,
  microsOfLocal,
  microsOfTime,
  timeOfMicros,
  timestampOf,
} from '../schema/index.ts'

const mark = '~tidemill'

type Marked =
  | { readonly [mark]: 'timestamp'; readonly micros: bigint }
  | { readonly [mark]: 'date'; readonly year: number; readonly month: number; readonly day: number }
  | { readonly [mark]: 'decimal'; readonly unscaled: bigint; readonly scale: number }
  | { readonly [mark]: 'time' | 'datetime'; readonly micros: bigint }
  | { readonly [mark]: 'interval'; readonly months: number; readonly days: number; readonly micros: bigint }
  | { readonly [mark]: 'map'; readonly pairs: readonly (readonly [unknown, unknown])[] }

/** The value with what a clone would spoil as plain data; the value itself when it holds none. */
export function toWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return 'epochMicros' in value ? { [mark]: 'timestamp', micros: value.epochMicros } : value
  if (Array.isArray(value)) return mapChanged(value, toWire)
  const made: unknown = Object.getPrototypeOf(value)
  if (made === Object.prototype || made === null) return mapProperties(value, toWire)
  if (isCalendarDate(value)) return { [mark]: 'date', year: value.year, month: value.month, day: value.day }
  if (isDecimal(value)) return { [mark]: 'decimal', unscaled: value.unscaled, scale: value.scale }
  if (isLocalDateTime(value)) return { [mark]: 'datetime', micros: microsOfLocal(value) }
  if (isTimeOfDay(value)) return { [mark]: 'time', micros: microsOfTime(value) }
  if (isInterval(value)) return { [mark]: 'interval', months: value.months, days: value.days, micros: value.micros }
  // A plain Map crosses as it is.
  if (value instanceof Map && 'toJSON' in value)
    return { [mark]: 'map', pairs: [...value].map(([key, item]) => [toWire(key), toWire(item)]) }
  return value
}

/** What `toWire` was given. */
export function fromWire(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return mapChanged(value, fromWire)
  const made: unknown = Object.getPrototypeOf(value)
  if (made !== Object.prototype && made !== null) return value
  if (!(mark in value)) return mapProperties(value, fromWire)
  const parts = value as Marked
  switch (parts[mark]) {
    case 'timestamp':
      return timestampOf(parts.micros)
    case 'date':
      return calendarDate(parts.year, parts.month, parts.day)
    case 'time':
      return timeOfMicros(parts.micros)
    case 'datetime':
      return localOfMicros(parts.micros)
    case 'interval':
      return interval(parts)
    case 'map':
      return mapOf(parts.pairs.map(([key, item]) => [fromWire(key), fromWire(item)] as const))
    case 'decimal':
      return decimal(parts.unscaled, parts.scale)
  }
}

/** Copies only when an item changes: most rows hold none of these values. */
function mapChanged(items: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined
  for (let i = 0; i < items.length; i++) {
    const made = change(items[i])
    if (made === items[i] || Number.isNaN(made)) continue
    copy ??= [...items]
    copy[i] = made
  }
  return copy ?? items
}

function mapProperties(value: object, change: (value: unknown) => unknown): object {
  let copy: Record<string, unknown> | undefined
  for (const name in value) {
    const old = (value as Record<string, unknown>)[name]
    if (typeof old !== 'object' || old === null) continue
    const made = change(old)
    if (made === old) continue
    copy ??= { ...value }
    copy[name] = made
  }
  return copy ?? value
}
