import { type DataType, familyOf } from '../schema/index.ts'

/** What values of a type can do: which methods they have. Days and points in time differ in methods, so `time` is two families here. */
export type ValueFamily = 'number' | 'text' | 'boolean' | 'date' | 'instant' | 'bytes' | 'list' | 'struct' | 'unknown'

/** The family of a type. */
export function valueFamily(type: DataType): ValueFamily {
  const family = familyOf(type)
  if (family === 'time') return type === 'date' ? 'date' : 'instant'
  return family
}
