/** Which type an operator gives, and which types may meet. */
import { type DataType, familyOf, isInteger, rangeOf, sameType } from '../schema/index.ts'

/**
 * The type in which two values are compared, or of which both are a case; undefined when they do not belong together. Integers meet floats, but an exact
 * `bigint` or decimal does not turn into a float in silence, and days, wall clocks and instants do not mix.
 */
export function operandType(a: DataType, b: DataType): DataType | undefined {
  if (a === b) return a
  if (a === 'unknown' || b === 'unknown') return 'unknown'
  if (a === 'null') return b
  if (b === 'null') return a
  const family = familyOf(a)
  if (family !== familyOf(b)) return undefined
  if (family === 'number') return commonNumber(a, b)
  if (sameType(a, b)) return a
  if (family === 'text') return 'string'
  if (typeof a === 'object' && typeof b === 'object' && 'list' in a && 'list' in b) {
    const item = operandType(a.list, b.list)
    return item === undefined ? undefined : { list: item }
  }
  return undefined
}

function isReal(type: DataType): boolean {
  return type === 'float64' || type === 'float32'
}

function commonNumber(a: DataType, b: DataType): DataType | undefined {
  if (typeof a === 'object' || typeof b === 'object') {
    if (isReal(a) || isReal(b)) return undefined
    const [x, y] = [digits(a), digits(b)]
    const scale = Math.max(x.scale, y.scale)
    return { decimal: [Math.min(38, Math.max(x.whole, y.whole) + scale), scale] }
  }
  const real = isReal(a) || isReal(b)
  if (a === 'bigint' || b === 'bigint' || a === 'uint64' || b === 'uint64') return real ? undefined : 'bigint'
  return real ? 'float64' : 'int64'
}

/** The type of `add`, `sub`, `mul` and `mod`; undefined when the two do not mix. Decimals get the digits their results can need, 38 at most. */
export function arithmeticType(op: 'add' | 'sub' | 'mul' | 'mod', a: DataType, b: DataType): DataType | undefined {
  if (a === 'unknown' || b === 'unknown') return 'unknown'
  if (typeof a !== 'object' && typeof b !== 'object') return a === b ? a : commonNumber(a === 'null' ? b : a, b === 'null' ? a : b)
  if (a === 'float64' || b === 'float64') return undefined
  if (a === 'null' || b === 'null') return a === 'null' ? b : a
  const [x, y] = [digits(a), digits(b)]
  if (op === 'mul') return { decimal: [Math.min(38, x.whole + x.scale + y.whole + y.scale), Math.min(38, x.scale + y.scale)] }
  const scale = Math.max(x.scale, y.scale)
  const carry = op === 'mod' ? 0 : 1
  return { decimal: [Math.min(38, Math.max(x.whole, y.whole) + scale + carry), scale] }
}

function digits(type: DataType): { readonly whole: number; readonly scale: number } {
  if (typeof type === 'object' && 'decimal' in type) return { whole: type.decimal[0] - type.decimal[1], scale: type.decimal[1] }
  const range = rangeOf(type)
  return { whole: range === undefined ? 19 : String(range[1]).length, scale: 0 }
}

/**
 * True when `cast` and `tryCast` know the way: everything that has one text can be text; texts can be everything but lists, structs and maps; numbers are no instants.
 */
export function canCast(from: DataType, to: DataType): boolean {
  if (from === 'unknown' || from === 'null' || to === 'unknown' || sameType(from, to)) return true
  if (to === 'null') return false
  const [a, b] = [familyOf(from), familyOf(to)]
  if (a === 'text') return b !== 'list' && b !== 'struct' && b !== 'map'
  if (b === 'text') return a !== 'list' && a !== 'struct' && a !== 'map'
  if (a === 'boolean') return isInteger(to) || isReal(to)
  if (a === 'time' && b === 'clock') return from !== 'date'
  if (typeof from === 'object' && typeof to === 'object' && 'list' in from && 'list' in to) return canCast(from.list, to.list)
  return a === b && (a === 'number' || a === 'time')
}
