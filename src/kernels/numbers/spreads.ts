import type { Column } from '../../batch/index.ts'
import type { CallNode } from '../../expr/index.ts'
import type { Accumulator } from '../accumulators.ts'
import type { StateReader, StateWriter } from '../state-bytes.ts'
import { columnVector, doubles } from '../vector.ts'
import { longer, withValues } from './arrays.ts'
import { realColumn } from './columns.ts'

const huge = 1e150
const hugeUnit = 1e200

/** Welford's steps, Chan's merge: no difference of large sums. Once there was a value whose square is beyond a double, all is in units of `hugeUnit`. */
export class Spreads implements Accumulator {
  readonly #root: boolean
  /** What the squares are divided by: the count, less one of a sample. */
  readonly #less: 0 | 1
  #counts: Float64Array = new Float64Array(8)
  #means: Float64Array = new Float64Array(8)
  #squares: Float64Array = new Float64Array(8)
  /** Bit 1: in huge units; bit 2: a value was not finite. */
  #marks: Uint8Array = new Uint8Array(8)

  constructor(node: CallNode) {
    this.#root = node.op === 'stddev' || node.op === 'stddevPop'
    this.#less = node.op === 'stddev' || node.op === 'variance' ? 1 : 0
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
      if (count <= this.#less) return undefined
      const marks = this.#marks[group] as number
      if (marks & 2) return Number.NaN
      const variance = (this.#squares[group] as number) / (count - this.#less)
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
