import type { DataType } from '../schema/index.ts'

/** True for a type that can say when something happened: microseconds since 1970, of the world or of a wall clock. */
export function isEvent(type: DataType): boolean {
  return type === 'timestamp' || type === 'datetime'
}
