import { TidemillError } from '../errors/index.ts'
import { type DataType, printType, sameType, type Schema, storageOf } from '../schema/index.ts'
import type { Batch, Column } from './batch.ts'

/**
 * Puts columns together. `rows` is needed only where there is no column to tell.
 *
 * @throws batch.shape when the columns do not have one length, or are not as many as the fields
 */
export function makeBatch(fields: Schema, columns: readonly Column[], rows: number = columns[0]?.length ?? 0): Batch {
  if (fields.length !== columns.length) {
    throw new TidemillError('batch.shape', `batch of ${columns.length} columns: has ${fields.length} fields`, {
      details: { fields: fields.map(field => field.name) },
    })
  }
  columns.forEach((column, index) => {
    if (column.length === rows) return
    throw new TidemillError(
      'batch.shape',
      `columns of different length: ${fields[index]?.name} has ${column.length} rows (others ${rows})`,
      {
        details: { lengths: columns.map(({ length }) => length) },
      },
    )
  })
  return { fields, rows, columns }
}

/**
 * The same columns under other fields: other names or nullability, or a type with the same layout (int64 and bigint, timestamp and datetime, string and enum).
 *
 * @throws batch.shape when a type has another layout
 */
export function withFields(batch: Batch, fields: Schema): Batch {
  const columns = batch.columns.map((column, index) => {
    const type = fields[index]?.type ?? column.type
    if (type === column.type || sameType(type, column.type)) return column
    if (layout(type) !== layout(column.type)) {
      throw new TidemillError(
        'batch.shape',
        `column ${fields[index]?.name} is ${printType(column.type)}: cannot be taken as ${printType(type)}`,
      )
    }
    return { ...column, type }
  })
  return makeBatch(fields, columns, batch.rows)
}

function layout(type: DataType): string {
  if (typeof type === 'object') {
    if ('list' in type || 'map' in type) return printType(type)
    if ('struct' in type) return printType({ struct: type.struct.map(field => ({ ...field, name: '', nullable: true })) })
    if ('decimal' in type) return `scale ${type.decimal[1]}`
  }
  // Days, intervals and whole numbers of 128 bits mean what their type says.
  return type === 'date' || type === 'interval' || type === 'time'
    ? type
    : type === 'timestamp' || type === 'datetime'
      ? 'micros'
      : storageOf(type)
}
