import type { Column } from '../../batch/index.ts'
import type { DataType } from '../../schema/index.ts'
import type { Accumulator } from '../accumulators.ts'
import type { StateReader, StateWriter } from '../state-bytes.ts'
import { longer, withValues } from './arrays.ts'
import { wholeColumn } from './columns.ts'

export class Counts implements Accumulator {
  readonly #type: DataType
  #counts: Float64Array = new Float64Array(8)

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
