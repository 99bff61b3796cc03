import type { Batch } from './batch.ts'
import { valuesOf } from './values-of.ts'

/** The rows of a batch as plain objects, values as in `Types`. */
export function rowsOf(batch: Batch): object[] {
  const columns = batch.columns.map((column, index) => valuesOf(column, batch.fields[index]?.name))
  const names = batch.fields.map(field => field.name)
  return Array.from({ length: batch.rows }, (_, i) => {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < names.length; at++) row[names[at] as string] = columns[at]?.[i]
    return row
  })
}
