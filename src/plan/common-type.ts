import { type DataType, familyOf, isInteger, sameType } from '../schema/index.ts'

/** The type that holds all values of both, when the two belong together: what unions and unpivots cast to. */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (sameType(a, b)) return a
  if (a === 'null' || a === 'unknown') return b
  if (b === 'null' || b === 'unknown') return a
  const family = familyOf(a)
  if (family !== familyOf(b)) return undefined
  if (family === 'text') return 'string'
  if (family === 'list') return commonList(a, b)
  return family === 'number' ? commonNumber(a, b) : undefined
}

function commonNumber(a: DataType, b: DataType): DataType {
  if (a === 'float64' || b === 'float64') return 'float64'
  if (isInteger(a) && isInteger(b)) return a === 'bigint' || b === 'bigint' ? 'bigint' : 'int64'
  const [first, second] = [digitsOf(a), digitsOf(b)]
  const scale = Math.max(first.scale, second.scale)
  return { decimal: [Math.min(38, Math.max(first.whole, second.whole) + scale), scale] }
}

function digitsOf(type: DataType): { readonly whole: number; readonly scale: number } {
  if (typeof type === 'object' && 'decimal' in type) return { whole: type.decimal[0] - type.decimal[1], scale: type.decimal[1] }
  return { whole: type === 'int32' ? 10 : 19, scale: 0 }
}

function commonList(a: DataType, b: DataType): DataType | undefined {
  if (typeof a !== 'object' || typeof b !== 'object' || !('list' in a) || !('list' in b)) return undefined
  const item = commonType(a.list, b.list)
  return item === undefined ? undefined : { list: item }
}
