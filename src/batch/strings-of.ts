import type { Column } from './batch.ts'
import { valueAt } from './value-at.ts'

/** All values of a column as text, null for NULL: texts as they are, other values as they print. */
export function stringsOf(column: Column): (string | null)[] {
  const texts = new Array<string | null>(column.length)
  for (let i = 0; i < column.length; i++) {
    const value = valueAt(column, i)
    texts[i] = value === null ? null : String(value)
  }
  return texts
}
