import type { DataType } from '../schema/index.ts'
import type { Column } from './batch.ts'
import { columnBuilder } from './column-builder.ts'

/**
 * A column of user values; null and undefined are NULL.
 *
 * @example
 * columnFrom('timestamp', [new Date(), '2026-11-21T10:00:00+02:00', null])
 * @throws schema.misfit for a value that does not fit the type
 */
export function columnFrom(type: DataType, values: readonly unknown[]): Column {
  const builder = columnBuilder(type, values.length)
  for (const value of values) builder.push(value)
  return builder.finish()
}

/** A column of physical values (what `rawAt` gives), unchecked; null and undefined are NULL. */
export function columnFromRaw(type: DataType, values: readonly unknown[]): Column {
  const builder = columnBuilder(type, values.length)
  for (const value of values) builder.pushRaw(value)
  return builder.finish()
}
