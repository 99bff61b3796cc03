import { TidemillError } from '../errors/index.ts'
import { type DataType, isInteger, parseText, printType, type Schema } from '../schema/index.ts'

/** Columns that hold a value which the first rows of the file gave no reason to expect. */
export interface Widened {
  readonly schema: Schema
  readonly column: string
  /** What was changed and why: `v: int64 -> float64 (row 30001: "1.5")`. */
  readonly note: string
}

/**
 * The columns with which a file can be read to its end, when a value far down did not fit the type that its first rows had; undefined for other errors.
 *
 * Numbers become wider numbers where no digit is lost, all else text; a NULL makes the column nullable.
 */
export function widen(schema: Schema, error: unknown): Widened | undefined {
  if (!(error instanceof TidemillError)) return undefined
  const { column, row, value } = error.details
  const field = schema.find(one => one.name === column)
  if (field === undefined || typeof row !== 'number') return undefined
  if (error.code === 'schema.not-null') {
    if (field.nullable) return undefined
    return changed(schema, field, { ...field, nullable: true }, `row ${row} has none`)
  }
  if (error.code !== 'schema.misfit' || typeof value !== 'string' || field.type === 'string') return undefined
  const wider: readonly DataType[] = isInteger(field.type) ? ['bigint', 'float64'] : []
  const type = wider.find(one => parseText(value, one) !== undefined) ?? 'string'
  return changed(schema, field, { ...field, type }, `row ${row}: ${JSON.stringify(value.slice(0, 60))}`)
}

function changed(schema: Schema, before: Schema[number], after: Schema[number], why: string): Widened {
  return {
    schema: schema.map(field => (field === before ? after : field)),
    column: before.name,
    note: `${before.name}: ${typeText(before)} -> ${typeText(after)} (${why})`,
  }
}

/** `float64?`. */
export function typeText(field: Schema[number]): string {
  return `${printType(field.type)}${field.nullable ? '?' : ''}`
}
