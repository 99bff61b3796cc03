import type { Column } from '../../batch/index.ts'
import type { CallNode } from '../../expr/index.ts'
import type { DataType } from '../../schema/index.ts'
import type { Accumulator } from '../accumulators.ts'
import { compareNumbers } from '../compare.ts'
import type { StateReader, StateWriter } from '../state-bytes.ts'
import { longer, wholeNumbers, withValues } from './arrays.ts'
import { realColumn, wholeColumn } from './columns.ts'

/** Least or greatest values; of equal ones the first. Integers beyond 2^53 are kept apart. */
export class Extremes implements Accumulator {
  readonly #type: DataType
  readonly #greatest: boolean
  #seen: Uint8Array = new Uint8Array(8)
  #values: Float64Array = new Float64Array(8)
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
