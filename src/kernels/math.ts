/** Functions of numbers beyond arithmetic. */
import { columnBuilder } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { CallNode, MathFunctionName } from '../expr/index.ts'
import { rangeOf } from '../schema/index.ts'
import { ofDoubles, overflow } from './arithmetic.ts'
import { convertVector, textOf } from './cast.ts'
import { compareRaw } from './compare.ts'
import { type Kernel, perRow } from './kernel.ts'
import { plainColumn, reader, scaleOf, toColumn, columnVector, doubles, jointValidity, type Raw } from './vector.ts'

const degree = 180 / Math.PI

export const math: Readonly<Record<MathFunctionName, Kernel>> = {
  sign: ofDoubles(x => (Number.isNaN(x) ? x : x > 0 ? 1 : x < 0 ? -1 : 0)),
  trunc: (node, args, rows) => {
    if (node.type === 'float64') return ofDoubles(Math.trunc)(node, args, rows)
    const unit = 10n ** BigInt(scaleOf(args[0]?.type ?? 'int64'))
    return perRow(() => (x: number | bigint) => (typeof x === 'number' || unit === 1n ? x : x - (x % unit)))(node, args, rows)
  },
  cbrt: ofDoubles(Math.cbrt),
  sin: ofDoubles(Math.sin),
  cos: ofDoubles(Math.cos),
  tan: ofDoubles(Math.tan),
  asin: ofDoubles(Math.asin),
  acos: ofDoubles(Math.acos),
  atan: ofDoubles(Math.atan),
  atan2: ofDoubles(Math.atan2),
  sinh: ofDoubles(Math.sinh),
  cosh: ofDoubles(Math.cosh),
  tanh: ofDoubles(Math.tanh),
  asinh: ofDoubles(Math.asinh),
  acosh: ofDoubles(Math.acosh),
  atanh: ofDoubles(Math.atanh),
  hypot: ofDoubles(Math.hypot),
  degrees: ofDoubles(x => x * degree),
  radians: ofDoubles(x => x / degree),
  floorDiv: (node, args, rows) => {
    if (node.type === 'float64') return ofDoubles((x, y) => Math.floor(x / y))(node, args, rows)
    return integers((a, b) => {
      if (b === 0n)
        throw new TidemillError('expr.division-by-zero', `division by zero: ${a} floorDiv 0`, {
          hint: 'keep the zeros out with a filter, or use when(...)',
        })
      const whole = a / b
      return a % b !== 0n && a < 0n !== b < 0n ? whole - 1n : whole
    })(node, args, rows)
  },
  isFinite: test(x => Number.isFinite(x)),
  isInfinite: test(x => x === Infinity || x === -Infinity),
  bitAnd: integers((a, b) => a & b),
  bitOr: integers((a, b) => a | b),
  bitXor: integers((a, b) => a ^ b),
  bitNot: integers(a => ~a),
  shiftLeft: (node, args, rows) => {
    const bits = BigInt(node.options?.bits ?? 0)
    return integers(a => a << bits)(node, args, rows)
  },
  shiftRight: (node, args, rows) => {
    const bits = BigInt(node.options?.bits ?? 0)
    return integers(a => a >> bits)(node, args, rows)
  },
  greatest: extreme(1),
  least: extreme(-1),
}

/** Of whole numbers; a result outside the type is an error. */
function integers(f: (a: bigint, b: bigint) => bigint): Kernel {
  return (node, args, rows) => {
    const range = rangeOf(node.type)
    return perRow(() => (a: number | bigint, b: number | bigint = 0) => {
      const value = f(BigInt(a), BigInt(b))
      if (range !== undefined && (value < range[0] || value > range[1])) throw overflow(node.op, a, args[1] && b, node.type)
      return node.type === 'int32' ? Number(value) : value
    })(node, args, rows)
  }
}

function test(f: (x: number) => boolean): Kernel {
  return (_, args, rows) => {
    const data = new Uint8Array(rows)
    const [x] = args.map(arg => doubles(arg, rows))
    if (x !== undefined) for (let i = 0; i < rows; i++) data[i] = Number(f(x[i] as number))
    return plainColumn('boolean', rows, data, jointValidity(args, rows))
  }
}

/** The greatest (1) or the least (-1) of the operands that are not NULL. */
function extreme(sign: 1 | -1): Kernel {
  return (node: CallNode, args, rows) => {
    const { type } = node
    const readers = args.map(arg => {
      const misfit = (value: Raw): Raw => {
        throw overflow(node.op, textOf(value, arg.type), undefined, type)
      }
      return reader(columnVector(convertVector({ ...arg, column: toColumn(arg, rows), constant: false }, type, rows, misfit)))
    })
    const builder = columnBuilder(type, rows)
    for (let i = 0; i < rows; i++) {
      let best: Raw = null
      for (const read of readers) {
        const value = read(i)
        if (value !== null && (best === null || compareRaw(type, value, best) * sign > 0)) best = value
      }
      builder.pushRaw(best)
    }
    return builder.finish()
  }
}
