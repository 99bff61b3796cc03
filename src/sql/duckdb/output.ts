import type { DataType, Schema } from '../../schema/index.ts'
import { toText, tryText } from './casts.ts'
import { quoteName } from './text.ts'

/** The columns of a statement as they are written to a file: instants get their zone, and text formats get our texts. */
export function outputColumns(
  fields: Schema,
  names: readonly string[],
  format: 'csv' | 'ndjson' | 'parquet',
  partitionBy: readonly string[],
): string {
  return fields
    .map((field, index) => {
      const name = quoteName(names[index] ?? field.name)
      return `${partitionBy.includes(field.name) ? name : written(name, field.type, format)} AS ${quoteName(field.name)}`
    })
    .join(', ')
}

function written(name: string, type: DataType, format: 'csv' | 'ndjson' | 'parquet'): string {
  if (format === 'parquet') return type === 'timestamp' ? `CAST(${name} AS TIMESTAMPTZ)` : name
  if (type === 'timestamp' || type === 'datetime' || type === 'bytes') return toText(name, type)
  if (format === 'csv') return type === 'float64' || typeof type === 'object' ? toText(name, type) : name
  // JSON has no NaN: it is written as NULL, as JSON.stringify does.
  return type === 'float64' ? `CASE WHEN isfinite(${name}) THEN ${name} END` : name
}

/**
 * A statement that finds the first row of a text source whose value does not fit: `row` (from 1) and `value`. Run after a guard struck, as the guard
 * itself cannot know the row.
 */
export function findMisfit(reader: string, raw: string, type: DataType, wantNull: boolean): string {
  const text = quoteName(raw)
  const bad = wantNull ? `${text} IS NULL` : `${text} IS NOT NULL AND ${tryText(text, type)} IS NULL`
  return `SELECT "~row", "~value" FROM (SELECT row_number() OVER () AS "~row", ${text} AS "~value", ${bad} AS "~bad" FROM ${reader}) WHERE "~bad" ORDER BY "~row" LIMIT 1`
}
