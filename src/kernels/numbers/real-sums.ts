import type { Column } from '../../batch/index.ts'
import type { CallNode } from '../../expr/index.ts'
import type { Accumulator } from '../accumulators.ts'
import type { StateReader, StateWriter } from '../state-bytes.ts'
import { longer, withValues } from './arrays.ts'
import { realColumn } from './columns.ts'

/** Sums and means of doubles, added in the order of the rows. */
export class RealSums implements Accumulator {
  readonly #mean: boolean
  /** Sum and count of a group side by side, so that a row waits for memory once. */
  #pairs: Float64Array = new Float64Array(16)

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
