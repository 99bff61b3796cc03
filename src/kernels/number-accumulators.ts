/** Aggregates of numbers and instants: states in typed arrays, one place a group, and one loop for each kind of array. */
import { type Column, columnFromRaw, nullCount, setValid, validBit } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { CallNode } from '../expr/index.ts'
import { type DataType, isInt64, isInteger, printType } from '../schema/index.ts'
import type { Accumulator } from './accumulators.ts'
import { compareNumbers } from './compare.ts'
import type { StateReader, StateWriter } from './state-bytes.ts'
import { columnVector, doubles, plainColumn } from './vector.ts'

/** The accumulator of a call that typed arrays can hold; undefined for the others. */
export function numberAccumulator(node: CallNode): Accumulator | undefined {
  if (node.op === 'count') return new Counts(node.type)
  const of = node.args[0]?.type
  if (of === undefined) return undefined
  const whole = isInteger(of)
  switch (node.op) {
    case 'sum':
    case 'mean':
      if (of === 'float64') return new RealSums(node)
      return whole ? new WholeSums(node) : undefined
    case 'min':
    case 'max':
      return of === 'float64' || whole || of === 'timestamp' || of === 'datetime' || of === 'date' ? new Extremes(node) : undefined
    case 'stddev':
    case 'variance':
      return new Spreads(node)
    default:
      return undefined
  }
}

type Numbers = Float64Array

function longer<A extends Float64Array | Uint8Array>(array: A, length: number): A {
  if (array.length >= length) return array
  const made = new (array.constructor as new (length: number) => A)(Math.max(length, 2 * array.length))
  made.set(array)
  return made
}

/** The groups of the rows whose value is not NULL; -1 for the others. */
function withValues(groups: Int32Array, column: Column): Int32Array {
  if (nullCount(column) === 0) return groups
  const { validity, type } = column
  return groups.map((group, row) => (type === 'null' || !validBit(validity, row) ? -1 : group))
}

/** Whole numbers as doubles. `exact`: none of them is beyond 2^53. */
function wholeNumbers({ data, length }: Column): { readonly values: ArrayLike<number>; readonly exact: boolean } {
  if (!(data instanceof BigInt64Array)) return { values: data as Int32Array, exact: true }
  // By two halves of 32 bits: reading a bigint would make an object for each.
  const halves = new Int32Array(data.buffer, data.byteOffset, 2 * length)
  const values = new Float64Array(length)
  let exact = true
  for (let i = 0; i < length; i++) {
    const high = halves[2 * i + 1] as number
    values[i] = high * 4_294_967_296 + ((halves[2 * i] as number) >>> 0)
    if (high >= 0x20_0000 || high <= -0x20_0000) exact = false
  }
  return { values, exact }
}

class Counts implements Accumulator {
  readonly #type: DataType
  #counts: Numbers = new Float64Array(8)

  constructor(type: DataType) {
    this.#type = type
  }

  reserve(groups: number): void {
    this.#counts = longer(this.#counts, groups)
  }

  add(groups: Int32Array, column: Column | undefined): void {
    const counts = this.#counts
    const to = column === undefined ? groups : withValues(groups, column)
    for (let row = 0; row < to.length; row++) {
      const group = to[row] as number
      if (group >= 0) counts[group] = (counts[group] as number) + 1
    }
  }

  merge(other: Accumulator, from: number, to: number): void {
    this.#counts[to] = (this.#counts[to] as number) + ((other as Counts).#counts[from] ?? 0)
  }

  finish(groups: Int32Array): Column {
    const counts = this.#counts
    return wholeColumn(
      this.#type,
      groups.length,
      i => counts[groups[i] as number] ?? 0,
      () => true,
    )
  }

  clear(group: number): void {
    this.#counts[group] = 0
  }

  save(group: number, out: StateWriter): void {
    out.float(this.#counts[group] as number)
  }

  load(group: number, from: StateReader): void {
    this.#counts[group] = from.float()
  }
}

/** Sums and means of doubles, added in the order of the rows. */
class RealSums implements Accumulator {
  readonly #mean: boolean
  /** Sum and count of a group side by side, so that a row waits for memory once. */
  #pairs: Numbers = new Float64Array(16)

  constructor(node: CallNode) {
    this.#mean = node.op === 'mean'
  }

  reserve(groups: number): void {
    this.#pairs = longer(this.#pairs, 2 * groups)
  }

  add(groups: Int32Array, column: Column | undefined): void {
    if (column === undefined || column.type === 'null') return
    const to = withValues(groups, column)
    const values = column.data as Float64Array
    const pairs = this.#pairs
    for (let row = 0; row < to.length; row++) {
      const group = to[row] as number
      if (group < 0) continue
      pairs[2 * group] = (pairs[2 * group] as number) + (values[row] as number)
      pairs[2 * group + 1] = (pairs[2 * group + 1] as number) + 1
    }
  }

  merge(other: Accumulator, from: number, to: number): void {
    // Proved by the aggregator: both were made for the same call.
    const theirs = (other as RealSums).#pairs
    for (const part of [0, 1]) this.#pairs[2 * to + part] = (this.#pairs[2 * to + part] as number) + (theirs[2 * from + part] ?? 0)
  }

  finish(groups: Int32Array): Column {
    return realColumn(groups, group => {
      const count = this.#pairs[2 * group + 1] ?? 0
      if (count === 0) return undefined
      const sum = this.#pairs[2 * group] as number
      return this.#mean ? sum / count : sum
    })
  }

  clear(group: number): void {
    this.#pairs.fill(0, 2 * group, 2 * group + 2)
  }

  save(group: number, out: StateWriter): void {
    out.float(this.#pairs[2 * group] as number)
    out.float(this.#pairs[2 * group + 1] as number)
  }

  load(group: number, from: StateReader): void {
    this.#pairs[2 * group] = from.float()
    this.#pairs[2 * group + 1] = from.float()
  }
}

/** Exact sums: a double while it is a safe integer; what grows beyond is added up apart. */
class WholeSums implements Accumulator {
  readonly #node: CallNode
  #counts: Numbers = new Float64Array(8)
  #sums: Numbers = new Float64Array(8)
  readonly #beyond = new Map<number, bigint>()

  constructor(node: CallNode) {
    this.#node = node
  }

  reserve(groups: number): void {
    this.#counts = longer(this.#counts, groups)
    this.#sums = longer(this.#sums, groups)
  }

  add(groups: Int32Array, column: Column | undefined): void {
    if (column === undefined || column.type === 'null') return
    const to = withValues(groups, column)
    const { values, exact } = wholeNumbers(column)
    const counts = this.#counts
    const sums = this.#sums
    for (let row = 0; row < to.length; row++) {
      const group = to[row] as number
      if (group < 0) continue
      counts[group] = (counts[group] as number) + 1
      const value = values[row] as number
      const sum = (sums[group] as number) + value
      if (sum <= Number.MAX_SAFE_INTEGER && sum >= -Number.MAX_SAFE_INTEGER && (exact || Number.isSafeInteger(value))) sums[group] = sum
      else this.#addBeyond(group, BigInt(column.data[row] as number | bigint))
    }
  }

  merge(other: Accumulator, from: number, to: number): void {
    const theirs = other as WholeSums
    this.#addBeyond(to, theirs.#total(from))
    this.#counts[to] = (this.#counts[to] as number) + (theirs.#counts[from] ?? 0)
  }

  finish(groups: Int32Array): Column {
    if (this.#node.op === 'mean')
      return realColumn(groups, group => {
        const count = this.#counts[group] ?? 0
        return count === 0 ? undefined : Number(this.#total(group)) / count
      })
    const { type } = this.#node
    return wholeColumn(
      type,
      groups.length,
      i => {
        const group = groups[i] as number
        const beyond = this.#beyond.get(group)
        return beyond === undefined ? (this.#sums[group] ?? 0) : within(beyond + BigInt(this.#sums[group] ?? 0), type)
      },
      i => (this.#counts[groups[i] as number] ?? 0) > 0,
    )
  }

  clear(group: number): void {
    this.#counts[group] = 0
    this.#sums[group] = 0
    this.#beyond.delete(group)
  }

  save(group: number, out: StateWriter): void {
    out.float(this.#counts[group] as number)
    out.float(this.#sums[group] as number)
    out.value(this.#beyond.get(group))
  }

  load(group: number, from: StateReader): void {
    this.#counts[group] = from.float()
    this.#sums[group] = from.float()
    const beyond = from.value() as bigint | undefined
    if (beyond === undefined) this.#beyond.delete(group)
    else this.#beyond.set(group, beyond)
  }

  #addBeyond(group: number, value: bigint): void {
    this.#beyond.set(group, (this.#beyond.get(group) ?? 0n) + value)
  }

  #total(group: number): bigint {
    return (this.#beyond.get(group) ?? 0n) + BigInt(this.#sums[group] ?? 0)
  }
}

function within(total: bigint, type: DataType): bigint {
  const limit = typeof type === 'object' && 'decimal' in type ? 10n ** BigInt(type.decimal[0]) : 9_223_372_036_854_775_808n
  if (total < limit && total >= -limit) return total
  throw sumOverflow(total, type)
}

/** The error for a sum outside its type. */
export function sumOverflow(total: bigint, type: DataType): TidemillError {
  return new TidemillError('expr.overflow', `sum outside its type: ${total} is no ${printType(type)}`, {
    hint: "cast to 'float64' before the sum",
  })
}

/** Least or greatest values; of equal ones the first. Integers beyond 2^53 are kept apart. */
class Extremes implements Accumulator {
  readonly #type: DataType
  readonly #greatest: boolean
  #seen: Uint8Array = new Uint8Array(8)
  #values: Numbers = new Float64Array(8)
  readonly #beyond = new Map<number, bigint>()

  constructor(node: CallNode) {
    this.#type = node.type
    this.#greatest = node.op === 'max'
  }

  reserve(groups: number): void {
    this.#seen = longer(this.#seen, groups)
    this.#values = longer(this.#values, groups)
  }

  add(groups: Int32Array, column: Column | undefined): void {
    if (column === undefined || column.type === 'null') return
    const to = withValues(groups, column)
    if (column.type === 'float64') return this.#addReals(to, column.data as Float64Array)
    const { values, exact } = wholeNumbers(column)
    if (exact && this.#beyond.size === 0) return this.#addWholes(to, values)
    for (let row = 0; row < to.length; row++)
      if ((to[row] as number) >= 0) this.#take(to[row] as number, BigInt(column.data[row] as number | bigint))
  }

  #addReals(to: Int32Array, values: Float64Array): void {
    const sign = this.#greatest ? 1 : -1
    for (let row = 0; row < to.length; row++) {
      const group = to[row] as number
      if (group >= 0) this.#takeReal(group, values[row] as number, sign)
    }
  }

  #takeReal(group: number, value: number, sign: number): void {
    if (this.#seen[group] === 1 && sign * compareNumbers(value, this.#values[group] as number) <= 0) return
    this.#seen[group] = 1
    this.#values[group] = value
  }

  #addWholes(to: Int32Array, values: ArrayLike<number>): void {
    const greatest = this.#greatest
    const seen = this.#seen
    const best = this.#values
    for (let row = 0; row < to.length; row++) {
      const group = to[row] as number
      if (group < 0) continue
      const value = values[row] as number
      const before = best[group] as number
      if (seen[group] === 1 && (greatest ? value <= before : value >= before)) continue
      seen[group] = 1
      best[group] = value
    }
  }

  #take(group: number, value: bigint): void {
    if (this.#seen[group] === 1) {
      const before = this.#whole(group)
      if (this.#greatest ? value <= before : value >= before) return
    }
    this.#seen[group] = 1
    const number = Number(value)
    if (Number.isSafeInteger(number)) {
      this.#values[group] = number
      this.#beyond.delete(group)
    } else this.#beyond.set(group, value)
  }

  #whole(group: number): bigint {
    return this.#beyond.get(group) ?? BigInt(this.#values[group] as number)
  }

  merge(other: Accumulator, from: number, to: number): void {
    const theirs = other as Extremes
    if (theirs.#seen[from] !== 1) return
    if (this.#type === 'float64') this.#takeReal(to, theirs.#values[from] as number, this.#greatest ? 1 : -1)
    else this.#take(to, theirs.#whole(from))
  }

  finish(groups: Int32Array): Column {
    if (this.#type === 'float64') return realColumn(groups, group => (this.#seen[group] === 1 ? this.#values[group] : undefined))
    return wholeColumn(
      this.#type,
      groups.length,
      i => this.#beyond.get(groups[i] as number) ?? (this.#values[groups[i] as number] as number),
      i => this.#seen[groups[i] as number] === 1,
    )
  }

  clear(group: number): void {
    this.#seen[group] = 0
    this.#beyond.delete(group)
  }

  save(group: number, out: StateWriter): void {
    out.byte(this.#seen[group] as number)
    out.float(this.#values[group] as number)
    out.value(this.#beyond.get(group))
  }

  load(group: number, from: StateReader): void {
    this.#seen[group] = from.byte()
    this.#values[group] = from.float()
    const beyond = from.value() as bigint | undefined
    if (beyond === undefined) this.#beyond.delete(group)
    else this.#beyond.set(group, beyond)
  }
}

const huge = 1e150
const hugeUnit = 1e200

/** Welford's steps, Chan's merge: no difference of large sums. Once there was a value whose square is beyond a double, all is in units of `hugeUnit`. */
class Spreads implements Accumulator {
  readonly #root: boolean
  #counts: Numbers = new Float64Array(8)
  #means: Numbers = new Float64Array(8)
  #squares: Numbers = new Float64Array(8)
  /** Bit 1: in huge units; bit 2: a value was not finite. */
  #marks: Uint8Array = new Uint8Array(8)

  constructor(node: CallNode) {
    this.#root = node.op === 'stddev'
  }

  reserve(groups: number): void {
    this.#counts = longer(this.#counts, groups)
    this.#means = longer(this.#means, groups)
    this.#squares = longer(this.#squares, groups)
    this.#marks = longer(this.#marks, groups)
  }

  add(groups: Int32Array, column: Column | undefined): void {
    if (column === undefined || column.type === 'null') return
    const to = withValues(groups, column)
    const values = doubles(columnVector(column), column.length)
    const [counts, means, squares, marks] = [this.#counts, this.#means, this.#squares, this.#marks]
    for (let row = 0; row < to.length; row++) {
      const group = to[row] as number
      if (group < 0) continue
      const value = values[row] as number
      const count = (counts[group] as number) + 1
      counts[group] = count
      if (!Number.isFinite(value)) {
        marks[group] = (marks[group] as number) | 2
        continue
      }
      if (value >= huge || value <= -huge) this.#inHugeUnits(group)
      const scaled = (marks[group] as number) & 1 ? value / hugeUnit : value
      const delta = scaled - (means[group] as number)
      const mean = (means[group] as number) + delta / count
      means[group] = mean
      squares[group] = (squares[group] as number) + delta * (scaled - mean)
    }
  }

  /** Beside a huge value, squares of usual ones are nothing. */
  #inHugeUnits(group: number): void {
    if ((this.#marks[group] as number) & 1) return
    this.#marks[group] = (this.#marks[group] as number) | 1
    this.#means[group] = (this.#means[group] as number) / hugeUnit
    this.#squares[group] = (this.#squares[group] as number) / hugeUnit / hugeUnit
  }

  merge(other: Accumulator, from: number, to: number): void {
    const theirs = other as Spreads
    const more = theirs.#counts[from] ?? 0
    if (more === 0) return
    if (((this.#marks[to] as number) & 1) !== ((theirs.#marks[from] as number) & 1)) {
      this.#inHugeUnits(to)
      theirs.#inHugeUnits(from)
    }
    const before = this.#counts[to] as number
    const count = before + more
    const delta = (theirs.#means[from] as number) - (this.#means[to] as number)
    this.#squares[to] = (this.#squares[to] as number) + (theirs.#squares[from] as number) + (delta * delta * before * more) / count
    this.#means[to] = (this.#means[to] as number) + (delta * more) / count
    this.#counts[to] = count
    this.#marks[to] = (this.#marks[to] as number) | ((theirs.#marks[from] as number) & 2)
  }

  finish(groups: Int32Array): Column {
    return realColumn(groups, group => {
      const count = this.#counts[group] ?? 0
      if (count < 2) return undefined
      const marks = this.#marks[group] as number
      if (marks & 2) return Number.NaN
      const variance = (this.#squares[group] as number) / (count - 1)
      const unit = marks & 1 ? hugeUnit : 1
      return this.#root ? Math.sqrt(variance) * unit : variance * unit * unit
    })
  }

  clear(group: number): void {
    this.#counts[group] = 0
    this.#means[group] = 0
    this.#squares[group] = 0
    this.#marks[group] = 0
  }

  save(group: number, out: StateWriter): void {
    out.byte(this.#marks[group] as number)
    for (const part of [this.#counts, this.#means, this.#squares]) out.float(part[group] as number)
  }

  load(group: number, from: StateReader): void {
    this.#marks[group] = from.byte()
    for (const part of [this.#counts, this.#means, this.#squares]) part[group] = from.float()
  }
}

/** Doubles; undefined is NULL. */
function realColumn(groups: Int32Array, value: (group: number) => number | undefined): Column {
  const { length } = groups
  const data = new Float64Array(length)
  let validity: Uint8Array | undefined
  for (let i = 0; i < length; i++) {
    const made = value(groups[i] as number)
    if (made === undefined) {
      validity ??= new Uint8Array((length + 7) >> 3).fill(255)
      setValid(validity, i, false)
    } else data[i] = made
  }
  return plainColumn('float64', length, data, validity)
}

/** Whole numbers, numbers where they are safe. */
function wholeColumn(type: DataType, length: number, value: (i: number) => number | bigint, known: (i: number) => boolean): Column {
  if (type === 'int32' || type === 'date') {
    const data = new Int32Array(length)
    const validity = fill(length, known, i => (data[i] = value(i) as number))
    return plainColumn(type, length, data, validity)
  }
  if (!isInt64(type) && type !== 'timestamp' && type !== 'datetime')
    return columnFromRaw(
      type,
      Array.from({ length }, (_, i) => (known(i) ? BigInt(value(i)) : null)),
    )
  const data = new BigInt64Array(length)
  const halves = new Int32Array(data.buffer)
  const validity = fill(length, known, i => {
    const made = value(i)
    if (typeof made === 'bigint') data[i] = made
    else {
      const high = Math.floor(made / 4_294_967_296)
      halves[2 * i] = made - high * 4_294_967_296
      halves[2 * i + 1] = high
    }
  })
  return plainColumn(type, length, data, validity)
}

function fill(length: number, known: (i: number) => boolean, write: (i: number) => void): Uint8Array | undefined {
  let validity: Uint8Array | undefined
  for (let i = 0; i < length; i++) {
    if (known(i)) write(i)
    else {
      validity ??= new Uint8Array((length + 7) >> 3).fill(255)
      setValid(validity, i, false)
    }
  }
  return validity
}
