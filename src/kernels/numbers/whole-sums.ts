import type { Column } from '../../batch/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { CallNode } from '../../expr/index.ts'
import { type DataType, printType } from '../../schema/index.ts'
import type { Accumulator } from '../accumulators.ts'
import type { StateReader, StateWriter } from '../state-bytes.ts'
import { longer, wholeNumbers, withValues } from './arrays.ts'
import { realColumn, wholeColumn } from './columns.ts'

/** Exact sums: a double while it is a safe integer; what grows beyond is added up apart. */
export class WholeSums implements Accumulator {
  readonly #node: CallNode
  #counts: Float64Array = new Float64Array(8)
  #sums: Float64Array = new Float64Array(8)
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
