import type { Column } from './batch.ts'
import { decodeStrings } from './decode-strings.ts'
import { valueAt } from './value-at.ts'

/** All values of a column as text, null for NULL: texts as they are, other values as they print (days and instants in ISO form). */
export function stringsOf(column: Column): (string | null)[] {
  if (column.type === 'string' || (typeof column.type === 'object' && 'enum' in column.type)) return decodeStrings(column)
  return Array.from({ length: column.length }, (_, i) => printed(valueAt(column, i)))
}

function printed(value: unknown): string | null {
  if (value === null) return null
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object') return String(value)
  const own = Object.getPrototypeOf(value) === Object.prototype || Array.isArray(value)
  return own ? JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) : String(value)
}
