import { type DataType, familyOf } from '../schema/index.ts'

/** What values of a type can do: which methods they have. Days and points in time differ in methods, so `time` is two families here; `clock` is a time of day. */
export type ValueFamily =
  | 'number'
  | 'text'
  | 'boolean'
  | 'date'
  | 'instant'
  | 'clock'
  | 'interval'
  | 'bytes'
  | 'list'
  | 'struct'
  | 'map'
  | 'unknown'

/** The family of a type. */
export function valueFamily(type: DataType): ValueFamily {
  const family = familyOf(type)
  if (family === 'time') return type === 'date' ? 'date' : 'instant'
  return family
}
