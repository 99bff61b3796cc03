import { isCalendarDate, isDecimal, isInterval, isLocalDateTime, isTimeOfDay, storageOf } from '../schema/index.ts'
import type { Column } from './batch.ts'
import { decodeStrings } from './decode-strings.ts'
import { valueAt } from './value-at.ts'

/** All values of a column as text, null for NULL: texts as they are, other values as they print (days and instants in ISO form). */
export function stringsOf(column: Column): (string | null)[] {
  if (storageOf(column.type) === 'text') return decodeStrings(column)
  return Array.from({ length: column.length }, (_, i) => printed(valueAt(column, i)))
}

function printed(value: unknown): string | null {
  if (value === null) return null
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return `${value}`
  // Days, times, intervals and decimals have a text of their own.
  if (isCalendarDate(value) || isDecimal(value) || isLocalDateTime(value) || isTimeOfDay(value) || isInterval(value))
    return value.toString()
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}` : item))
}
