import { type Batch, rowsOf, sliceRows } from '../batch/index.ts'
import { formatCell } from '../display/index.ts'

/** Rows that stand in `run.json` to be looked at. */
export const mostCells = 20
const longestCell = 200

/** Up to so many rows of a batch as cells of text. */
export function firstCells(batch: Batch, most: number): (string | null)[][] {
  if (most <= 0 || batch.rows === 0) return []
  const names = batch.fields.map(field => field.name)
  return rowsOf(sliceRows(batch, 0, Math.min(most, batch.rows))).map(row =>
    names.map(name => cell((row as Readonly<Record<string, unknown>>)[name])),
  )
}

function cell(value: unknown): string | null {
  const text = formatCell(value)
  return text === null || text.length <= longestCell ? text : `${text.slice(0, longestCell).replace(/[\uD800-\uDBFF]$/, '')}…`
}
