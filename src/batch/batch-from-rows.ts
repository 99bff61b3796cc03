import { type ErrorCode, TidemillError } from '../errors/index.ts'
import { type Field, ownValue, printField, printSchemaSpec, printType, type Schema, typeOfValue } from '../schema/index.ts'
import type { Batch } from './batch.ts'
import { type ColumnBuilder, columnBuilder, printValue } from './column-builder.ts'
import { makeBatch } from './make-batch.ts'
import { physicalOf } from './physical-of.ts'

export interface FromRowsOptions {
  /** The number of the first row in messages; default 1. */
  readonly firstRow?: number | undefined
  /** The code of both errors; default schema.misfit and schema.not-null. */
  readonly code?: ErrorCode | undefined
}

/**
 * A batch of plain objects by a schema, strictly: every value must fit its column. A property that is absent is NULL; properties that are no column are left out.
 *
 * @throws schema.misfit, schema.not-null naming row (counted from 1), column and value, with a schema to paste as the hint
 */
export function batchFromRows(schema: Schema, rows: readonly object[], options: FromRowsOptions = {}): Batch {
  const columns = schema.map(field => {
    const builder = columnBuilder(field.type, rows.length)
    fill(builder, field, rows, schema, options)
    return builder.finish()
  })
  return makeBatch(schema, columns, rows.length)
}

function fill(builder: ColumnBuilder, field: Field, rows: readonly object[], schema: Schema, options: FromRowsOptions): void {
  const { name, type, nullable } = field
  for (let i = 0; i < rows.length; i++) {
    const value = ownValue(rows[i] as object, name)
    const physical = physicalOf(type, value)
    if (physical === undefined || (physical === null && !nullable)) throw misfit(field, value, i + (options.firstRow ?? 1), schema, options)
    builder.pushRaw(physical)
  }
}

function misfit(field: Field, value: unknown, row: number, schema: Schema, options: FromRowsOptions): TidemillError {
  const missing = value === null || value === undefined
  const better: Field = missing ? { ...field, nullable: true } : { ...field, type: typeOfValue(value) ?? field.type }
  const paste = printSchemaSpec(schema.map(other => (other === field ? better : other)))
  const problem = missing
    ? `NULL in a column without ?: row ${row}, column ${printField(field)}`
    : `value does not fit: row ${row}, column ${field.name}: ${printValue(value)} is no ${printType(field.type)}`
  return new TidemillError(options.code ?? (missing ? 'schema.not-null' : 'schema.misfit'), problem, {
    hint: `correct the value, or declare the schema: ${paste}`,
    details: { row, column: field.name, value: printValue(value), type: printType(field.type), schema: paste },
  })
}
