import { TidemillError } from '../errors/index.ts'
import { type DataType, familyOf, type Field, isInteger, printField } from '../schema/index.ts'

/** The names of tensor types in the Open Inference Protocol that are served. */
export type Datatype = NumericDatatype | 'BOOL' | 'BYTES'
export type NumericDatatype = 'UINT8' | 'UINT16' | 'UINT32' | 'UINT64' | 'INT8' | 'INT16' | 'INT32' | 'INT64' | 'FP32' | 'FP64'

/** The numbers that each can hold; a float can hold all. */
const numeric: Readonly<Record<NumericDatatype, readonly [number, number] | undefined>> = Object.freeze({
  UINT8: [0, 2 ** 8 - 1],
  UINT16: [0, 2 ** 16 - 1],
  UINT32: [0, 2 ** 32 - 1],
  // JSON numbers are doubles: beyond 2^53 they are not the ones that were sent.
  UINT64: [0, Number.MAX_SAFE_INTEGER],
  INT8: [-(2 ** 7), 2 ** 7 - 1],
  INT16: [-(2 ** 15), 2 ** 15 - 1],
  INT32: [-(2 ** 31), 2 ** 31 - 1],
  INT64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  FP32: undefined,
  FP64: undefined,
})

/** All that a tensor of a request may be. */
export const datatypes: readonly Datatype[] = Object.freeze(['BOOL', ...(Object.keys(numeric) as NumericDatatype[]), 'BYTES'])

/** True for a text that names one of `datatypes`. */
export function isDatatype(text: string): text is Datatype {
  return (datatypes as readonly string[]).includes(text)
}

/** True for the types of numbers. */
export function isNumeric(datatype: Datatype): datatype is NumericDatatype {
  return datatype !== 'BOOL' && datatype !== 'BYTES'
}

/** The smallest and largest number of an integer type; undefined for floats. */
export function rangeOf(datatype: NumericDatatype): readonly [number, number] | undefined {
  return numeric[datatype]
}

/** How a column is written as a tensor. @throws server.tensor for a column that the protocol has no type for */
export function datatypeOf({ name, type, nullable }: Field): 'FP64' | 'INT64' | 'BOOL' | 'BYTES' {
  const found = simple(type) ?? (typeof type === 'object' && 'list' in type ? simple(type.list) : undefined)
  if (found !== undefined) return found
  throw new TidemillError('server.tensor', `column that no tensor can hold: ${printField({ name, type, nullable })}`)
}

function simple(type: DataType): 'FP64' | 'INT64' | 'BOOL' | 'BYTES' | undefined {
  if (type === 'float64' || type === 'float32') return 'FP64'
  if (isInteger(type) && type !== 'uint64') return 'INT64'
  if (type === 'boolean') return 'BOOL'
  return familyOf(type) === 'text' ? 'BYTES' : undefined
}
