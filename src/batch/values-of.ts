import type { Column } from './batch.ts'
import { valueAt } from './value-at.ts'

/** All values of a column as TypeScript rows hold them. */
export function valuesOf(column: Column, name?: string): unknown[] {
  void name
  const values = new Array<unknown>(column.length)
  for (let i = 0; i < column.length; i++) values[i] = valueAt(column, i)
  return values
}
