import type { Column } from '../../batch/index.ts'
import type { CallNode } from '../../expr/index.ts'
import type { Accumulator } from '../accumulators.ts'
import type { StateReader, StateWriter } from '../state-bytes.ts'
import { columnVector, doubles } from '../vector.ts'
import { longer, withValues } from './arrays.ts'
import { realColumn } from './columns.ts'

/** Fourth powers of larger values are beyond a double. */
const large = 1e75

/** Skewness and kurtosis: central moments up to the fourth, merged as Pébay does (2008). One value is a group of one. */
export class Moments implements Accumulator {
  readonly #op: CallNode['op']
  /** Count, mean, sums of the second, third and fourth powers of the distances from it; least and greatest. */
  #parts: Float64Array[] = Array.from({ length: 7 }, () => new Float64Array(8))
  /** 1: a value was not finite, or too large. */
  #marks: Uint8Array = new Uint8Array(8)

  constructor(node: CallNode) {
    this.#op = node.op
  }

  reserve(groups: number): void {
    this.#parts = this.#parts.map(part => longer(part, groups))
    this.#marks = longer(this.#marks, groups)
  }

  add(groups: Int32Array, column: Column | undefined): void {
    if (column === undefined || column.type === 'null') return
    const to = withValues(groups, column)
    const values = doubles(columnVector(column), column.length)
    for (let row = 0; row < to.length; row++) {
      const group = to[row] as number
      if (group < 0) continue
      const value = values[row] as number
      if (Math.abs(value) < large) this.#join(group, 1, value, 0, 0, 0, value, value)
      else {
        this.#marks[group] = 1
        const [counts] = this.#parts as Seven
        counts[group] = (counts[group] as number) + 1
      }
    }
  }

  #join(group: number, more: number, mean: number, m2: number, m3: number, m4: number, low: number, high: number): void {
    const [counts, means, seconds, thirds, fourths, lows, highs] = this.#parts as Seven
    const before = counts[group] as number
    const n = before + more
    const delta = mean - (means[group] as number)
    const step = delta / n
    const [own2, own3] = [seconds[group] as number, thirds[group] as number]
    const product = before * more
    fourths[group] =
      (fourths[group] as number) +
      m4 +
      delta * step * step * step * product * (before * before - product + more * more) +
      6 * step * step * (before * before * m2 + more * more * own2) +
      4 * step * (before * m3 - more * own3)
    thirds[group] = own3 + m3 + delta * step * step * product * (before - more) + 3 * step * (before * m2 - more * own2)
    seconds[group] = own2 + m2 + delta * step * product
    means[group] = (means[group] as number) + step * more
    lows[group] = before === 0 ? low : Math.min(lows[group] as number, low)
    highs[group] = before === 0 ? high : Math.max(highs[group] as number, high)
    counts[group] = n
  }

  merge(other: Accumulator, from: number, to: number): void {
    const theirs = other as Moments
    const [count, mean, m2, m3, m4, low, high] = theirs.#parts.map(part => part[from] ?? 0) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    if (count === 0) return
    this.#join(to, count, mean, m2, m3, m4, low, high)
    this.#marks[to] = (this.#marks[to] as number) | (theirs.#marks[from] as number)
  }

  finish(groups: Int32Array): Column {
    const [counts, , seconds, thirds, fourths, lows, highs] = this.#parts as Seven
    const skewed = this.#op === 'skew'
    return realColumn(groups, group => {
      const n = counts[group] ?? 0
      if (n < (skewed ? 3 : 4)) return undefined
      if (this.#marks[group] === 1 || lows[group] === highs[group]) return Number.NaN
      const variance = (seconds[group] as number) / n
      if (skewed) return ((Math.sqrt(n * (n - 1)) / (n - 2)) * (thirds[group] as number)) / n / variance ** 1.5
      return ((n - 1) / ((n - 2) * (n - 3))) * (((n + 1) * (fourths[group] as number)) / n / (variance * variance) - 3 * (n - 1))
    })
  }

  clear(group: number): void {
    for (const part of this.#parts) part[group] = 0
    this.#marks[group] = 0
  }

  save(group: number, out: StateWriter): void {
    out.byte(this.#marks[group] as number)
    for (const part of this.#parts) out.float(part[group] as number)
  }

  load(group: number, from: StateReader): void {
    this.#marks[group] = from.byte()
    for (const part of this.#parts) part[group] = from.float()
  }
}

type Seven = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
