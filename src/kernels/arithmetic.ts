/** Arithmetic: plain IEEE for floats in the order of the tree; integers and decimals are exact, and an error outside their type. */
import { type Column, validBit } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { CallNode } from '../expr/index.ts'
import { type DataType, isInt64, printType } from '../schema/index.ts'
import { type Kernel, perRow } from './kernel.ts'
import { decimalText, doubles, ints, jointValidity, longs, numberAs, plainColumn, reader, scaleOf, type Vector } from './vector.ts'

type Operation = 'add' | 'sub' | 'mul' | 'mod'

/** `+ - *` and the remainder. */
export function arithmetic(op: Operation): Kernel {
  return (node, [a, b], rows) => {
    if (a === undefined || b === undefined) throw new TidemillError('expr.argument', `${op} needs two operands`)
    const validity = jointValidity([a, b], rows)
    if (node.type === 'float64') return plainColumn('float64', rows, float(op, doubles(a, rows), doubles(b, rows), rows), validity)
    if (node.type === 'int32') return plainColumn('int32', rows, int32(op, ints(a, rows), ints(b, rows), rows, validity), validity)
    if (isInt64(node.type))
      return plainColumn(node.type, rows, int64(op, longs(a, rows), longs(b, rows), rows, validity, node.type), validity)
    return decimals(op, node, a, b, rows)
  }
}

function float(op: Operation, x: Float64Array, y: Float64Array, rows: number): Float64Array {
  const out = new Float64Array(rows)
  switch (op) {
    case 'add':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) + (y[i] as number)
      break
    case 'sub':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) - (y[i] as number)
      break
    case 'mul':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) * (y[i] as number)
      break
    case 'mod':
      for (let i = 0; i < rows; i++) out[i] = (x[i] as number) % (y[i] as number)
  }
  return out
}

function int32(op: Operation, x: ArrayLike<number>, y: ArrayLike<number>, rows: number, validity: Uint8Array | undefined): Int32Array {
  const out = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const a = x[i] as number
    const b = y[i] as number
    // A product of two int32 may lose digits as a double, but only far outside int32.
    const value = op === 'add' ? a + b : op === 'sub' ? a - b : op === 'mul' ? a * b : a % b
    out[i] = value
    if (value !== (value | 0) && validBit(validity, i)) throw op === 'mod' ? zero(a) : overflow(op, a, b, 'int32')
  }
  return out
}

function int64(
  op: Operation,
  x: BigInt64Array,
  y: BigInt64Array,
  rows: number,
  validity: Uint8Array | undefined,
  type: DataType,
): BigInt64Array {
  const out = new BigInt64Array(rows)
  switch (op) {
    case 'add':
      for (let i = 0; i < rows; i++) {
        const a = x[i] as bigint
        const b = y[i] as bigint
        const value = BigInt.asIntN(64, a + b)
        out[i] = value
        // The sign is wrong just when both operands have the other sign.
        if (BigInt.asIntN(64, (a ^ value) & (b ^ value)) < 0n && validBit(validity, i)) throw overflow(op, a, b, type)
      }
      break
    case 'sub':
      for (let i = 0; i < rows; i++) {
        const a = x[i] as bigint
        const b = y[i] as bigint
        const value = BigInt.asIntN(64, a - b)
        out[i] = value
        if (BigInt.asIntN(64, (a ^ b) & (a ^ value)) < 0n && validBit(validity, i)) throw overflow(op, a, b, type)
      }
      break
    case 'mul':
      for (let i = 0; i < rows; i++) {
        const value = (x[i] as bigint) * (y[i] as bigint)
        out[i] = value
        if (out[i] !== value && validBit(validity, i)) throw overflow(op, x[i] as bigint, y[i] as bigint, type)
      }
      break
    case 'mod':
      for (let i = 0; i < rows; i++) {
        const b = y[i] as bigint
        if (b !== 0n) out[i] = (x[i] as bigint) % b
        else if (validBit(validity, i)) throw zero(x[i] as bigint)
      }
  }
  return out
}

function decimals(op: Operation, node: CallNode, a: Vector, b: Vector, rows: number): Column {
  const [precision, scale] = decimalOf(node.type)
  const limit = 10n ** BigInt(precision)
  const [left, right] = [scaleOf(a.type), scaleOf(b.type)]
  const [x, y] = op === 'mul' ? [1n, 1n] : [10n ** BigInt(scale - left), 10n ** BigInt(scale - right)]
  // Beyond 38 digits the type keeps fewer than the product has.
  const cut = op === 'mul' ? 10n ** BigInt(Math.max(0, left + right - scale)) : 1n
  return perRow(() => (p: bigint | number, q: bigint | number) => {
    const [m, n] = [BigInt(p) * x, BigInt(q) * y]
    if (op === 'mod' && n === 0n) throw zero(decimalText(m, scale))
    const value = op === 'add' ? m + n : op === 'sub' ? m - n : op === 'mul' ? divideHalfUp(m * n, cut) : m % n
    if (value >= limit || value <= -limit) throw overflow(op, decimalText(BigInt(p), left), decimalText(BigInt(q), right), node.type)
    return value
  })(node, [a, b], rows)
}

function decimalOf(type: DataType): readonly [number, number] {
  return typeof type === 'object' && 'decimal' in type ? type.decimal : [38, 0]
}

/** Half away from zero. */
export function divideHalfUp(value: bigint, by: bigint): bigint {
  if (by === 1n) return value
  const half = value < 0n ? -by / 2n : by / 2n
  return (value + half) / by
}

/** Real division. */
export const div: Kernel = (_, [a, b], rows) => {
  if (a === undefined || b === undefined) throw new TidemillError('expr.argument', 'div needs two operands')
  const [x, y] = [doubles(a, rows), doubles(b, rows)]
  const out = new Float64Array(rows)
  for (let i = 0; i < rows; i++) out[i] = (x[i] as number) / (y[i] as number)
  return plainColumn('float64', rows, out, jointValidity([a, b], rows))
}

/** A kernel of doubles. */
export function ofDoubles(f: (x: number, y: number) => number): Kernel {
  return (_, args, rows) => {
    const [x, y = x] = args.map(arg => doubles(arg, rows))
    const out = new Float64Array(rows)
    if (x !== undefined && y !== undefined) for (let i = 0; i < rows; i++) out[i] = f(x[i] as number, y[i] as number)
    return plainColumn('float64', rows, out, jointValidity(args, rows))
  }
}

/** As C's pow, which the engines use: 1 to any power is 1, and so is -1 to an infinite one. */
export function power(x: number, y: number): number {
  return x === 1 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y)) ? 1 : x ** y
}

/** `neg` and `abs`: the least integer has no opposite. */
export function signed(op: 'neg' | 'abs'): Kernel {
  return (node, args, rows) => {
    if (node.type === 'float64') return ofDoubles(op === 'neg' ? x => -x : Math.abs)(node, args, rows)
    return perRow(() => (x: number | bigint) => {
      const value = op === 'neg' || x < 0 ? -x : x
      if (node.type === 'int32' && value !== ((value as number) | 0)) throw overflow(op, x, undefined, node.type)
      if (isInt64(node.type) && BigInt.asIntN(64, value as bigint) !== value) throw overflow(op, x, undefined, node.type)
      return value === 0 ? 0 : value
    })(node, args, rows)
  }
}

/** Keeps a number between two limits; NaN counts as above. */
export const clip: Kernel = (node, args, rows) => {
  const { low, high } = node.options ?? {}
  const least = low === undefined ? undefined : (numberAs(low, node.type) as number | bigint | undefined)
  const most = high === undefined ? undefined : (numberAs(high, node.type) as number | bigint | undefined)
  if ((low !== undefined && least === undefined) || (high !== undefined && most === undefined))
    throw new TidemillError('expr.argument', `limit that does not fit: clip(${low}, ${high}) of ${printType(node.type)}`)
  return perRow(() => (x: number | bigint) => {
    if (least !== undefined && x < least) return least
    if (most !== undefined && (x > most || Number.isNaN(x))) return most
    return x
  })(node, args, rows)
}

export const isNan: Kernel = (node, args, rows) => {
  const [a] = args
  if (a === undefined || a.type !== 'float64') return perRow(() => () => false)(node, args, rows)
  const read = reader(a)
  return plainColumn(
    'boolean',
    rows,
    Uint8Array.from({ length: rows }, (_, i) => Number(Number.isNaN(read(i)))),
    jointValidity(args, rows),
  )
}

function zero(dividend: number | bigint | string): TidemillError {
  return new TidemillError('expr.division-by-zero', `remainder of a division by zero: ${dividend} mod 0`, {
    hint: 'keep the zeros out with a filter, or use when(...)',
  })
}

const signs: Readonly<Record<string, string>> = { add: '+', sub: '-', mul: '*' }

/** The error for a result outside its type. */
export function overflow(op: string, a: number | bigint | string, b: number | bigint | string | undefined, type: DataType): TidemillError {
  const text = b === undefined ? `${op}(${a})` : `${a} ${signs[op] ?? op} ${b}`
  return new TidemillError('expr.overflow', `integer overflow: ${text} is no ${printType(type)}`, {
    hint: type === 'int32' ? "cast to 'int64' first" : "cast to 'float64' first, which rounds",
    details: { operation: op, type: printType(type) },
  })
}
