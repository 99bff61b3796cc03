import type { Column } from '../../batch/index.ts'
import type { CallNode } from '../../expr/index.ts'
import type { Accumulator } from '../accumulators.ts'
import type { Batch } from '../../batch/index.ts'
import type { StateReader, StateWriter } from '../state-bytes.ts'
import { columnVector, doubles } from '../vector.ts'
import { longer, withValues } from './arrays.ts'
import { realColumn } from './columns.ts'

/** Covariances and correlations: co-moments by Welford's steps, merged as Chan does. What passes the largest double stays infinite or becomes NaN, and tells so. */
export class Pairs implements Accumulator {
  readonly #op: CallNode['op']
  /** Count, means of both, squares of both, products. */
  #parts: Float64Array[] = Array.from({ length: 6 }, () => new Float64Array(8))
  /** 1: a value was not finite. */
  #marks: Uint8Array = new Uint8Array(8)

  constructor(node: CallNode) {
    this.#op = node.op
  }

  reserve(groups: number): void {
    this.#parts = this.#parts.map(part => longer(part, groups))
    this.#marks = longer(this.#marks, groups)
  }

  add(groups: Int32Array, column: Column | undefined, _: Batch, [other]: readonly Column[] = []): void {
    if (column === undefined || other === undefined || column.type === 'null' || other.type === 'null') return
    const to = withValues(withValues(groups, column), other)
    const xs = doubles(columnVector(column), column.length)
    const ys = doubles(columnVector(other), other.length)
    const [counts, meansX, meansY, squaresX, squaresY, products] = this.#parts as Six
    for (let row = 0; row < to.length; row++) {
      const group = to[row] as number
      if (group < 0) continue
      const [x, y] = [xs[row] as number, ys[row] as number]
      const count = (counts[group] as number) + 1
      counts[group] = count
      if (!(Number.isFinite(x) && Number.isFinite(y))) {
        this.#marks[group] = 1
        continue
      }
      const deltaX = x - (meansX[group] as number)
      const deltaY = y - (meansY[group] as number)
      const meanX = (meansX[group] as number) + deltaX / count
      const meanY = (meansY[group] as number) + deltaY / count
      meansX[group] = meanX
      meansY[group] = meanY
      squaresX[group] = (squaresX[group] as number) + deltaX * (x - meanX)
      squaresY[group] = (squaresY[group] as number) + deltaY * (y - meanY)
      products[group] = (products[group] as number) + deltaX * (y - meanY)
    }
  }

  merge(other: Accumulator, from: number, to: number): void {
    const theirs = other as Pairs
    const more = theirs.#parts[0]?.[from] ?? 0
    if (more === 0) return
    const [counts, meansX, meansY, squaresX, squaresY, products] = this.#parts as Six
    const [, theirX, theirY, theirSquaresX, theirSquaresY, theirProducts] = theirs.#parts as Six
    const before = counts[to] as number
    const count = before + more
    const deltaX = (theirX[from] as number) - (meansX[to] as number)
    const deltaY = (theirY[from] as number) - (meansY[to] as number)
    const share = (before * more) / count
    squaresX[to] = (squaresX[to] as number) + (theirSquaresX[from] as number) + deltaX * deltaX * share
    squaresY[to] = (squaresY[to] as number) + (theirSquaresY[from] as number) + deltaY * deltaY * share
    products[to] = (products[to] as number) + (theirProducts[from] as number) + deltaX * deltaY * share
    meansX[to] = (meansX[to] as number) + (deltaX * more) / count
    meansY[to] = (meansY[to] as number) + (deltaY * more) / count
    counts[to] = count
    this.#marks[to] = (this.#marks[to] as number) | (theirs.#marks[from] as number)
  }

  finish(groups: Int32Array): Column {
    const [counts, , , squaresX, squaresY, products] = this.#parts as Six
    return realColumn(groups, group => {
      const count = counts[group] ?? 0
      if (count < (this.#op === 'covariancePop' ? 1 : 2)) return undefined
      if (this.#marks[group] === 1) return Number.NaN
      const product = products[group] as number
      if (this.#op === 'correlation') {
        const [x, y] = [Math.sqrt(squaresX[group] as number), Math.sqrt(squaresY[group] as number)]
        // Rounding may pass 1 by a hair.
        return Number.isFinite(x) && Number.isFinite(y) ? Math.max(-1, Math.min(1, product / x / y)) : Number.NaN
      }
      const covariance = product / (this.#op === 'covariancePop' ? count : count - 1)
      return Number.isFinite(covariance) ? covariance : Number.NaN
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

type Six = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
