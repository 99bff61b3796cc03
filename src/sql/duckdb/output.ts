import type { DataType, Schema } from '../../schema/index.ts'
import { jsonReady, toText, tryText } from './casts.ts'
import { eachLeaf } from './nested.ts'
import { quoteName } from './text.ts'
import { fileTypeName, typeName } from './types.ts'

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
  if (format === 'parquet') return inFile(name, type)
  if (format === 'csv') return type === 'float64' || isTexted(type) || typeof type === 'object' ? toText(name, type) : name
  return isTexted(type) && type !== 'float32' ? toText(name, type) : jsonReady(name, type)
}

/** Types that DuckDB would write in other words. */
function isTexted(type: DataType): boolean {
  return type === 'timestamp' || type === 'datetime' || type === 'bytes' || type === 'interval' || type === 'float32'
}

/** A column in the type that a typed file has for it. */
function inFile(name: string, type: DataType): string {
  const ready = eachLeaf(name, type, (text, leaf) => (leaf === 'interval' ? toText(text, leaf) : text))
  const wanted = fileTypeName(type).replaceAll('INTERVAL', 'VARCHAR')
  return wanted === typeName(type) ? name : `CAST(${ready} AS ${wanted})`
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
