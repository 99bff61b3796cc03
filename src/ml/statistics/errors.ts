import type { Batch } from '../../batch/index.ts'
import type { Statistic } from '../../plan/index.ts'
import { decodeNumbers, encodeNumbers, numbersAt } from './fold.ts'
import { type Moments, moments } from './moments.ts'

/** How far predictions are from the truth. */
export interface RegressionErrors {
  readonly rows: number
  /** Share of the variance that is explained: 1 at best; NaN for one row; of a constant target 1 when every prediction is right, else 0. */
  readonly r2: number
  /** Mean of the squared errors. */
  readonly mse: number
  /** Root of `mse`, in units of the target. */
  readonly rmse: number
  /** Mean of the absolute errors. */
  readonly mae: number
}
interface State {
  readonly squared: number
  readonly absolute: number
  readonly target: Moments
}

/** Errors of a block whose columns are: the target, its prediction. */
export function regressionErrors(): Statistic<State, RegressionErrors> {
  const target = moments(1)
  const merge = (a: State, b: State): State => ({
    squared: a.squared + b.squared,
    absolute: a.absolute + b.absolute,
    target: target.merge(a.target, b.target),
  })
  return {
    init: () => ({ squared: 0, absolute: 0, target: target.init() }),
    update: (state, batch) => merge(state, { ...ofBlock(batch), target: target.update(target.init(), batch) }),
    merge,
    finish(state) {
      const { rows } = state.target
      const total = state.target.squares[0] as number
      const mse = state.squared / rows
      return { rows, r2: share(rows, state.squared, total), mse, rmse: Math.sqrt(mse), mae: state.absolute / rows }
    },
    encode: state => encodeNumbers([[state.squared, state.absolute], numbersOf(target.encode(state.target))]),
    decode(bytes) {
      const head = decodeNumbers(bytes.subarray(0, 16), [2])[0] as Float64Array
      return { squared: head[0] as number, absolute: head[1] as number, target: target.decode(bytes.subarray(16)) }
    },
  }
}

function ofBlock(block: Batch): { readonly squared: number; readonly absolute: number } {
  const truth = numbersAt(block, 0)
  const prediction = numbersAt(block, 1)
  let squared = 0
  let absolute = 0
  for (let row = 0; row < truth.length; row++) {
    const error = (truth[row] as number) - (prediction[row] as number)
    squared += error * error
    absolute += Math.abs(error)
  }
  return { squared, absolute }
}

function share(rows: number, squared: number, total: number): number {
  if (rows < 2) return Number.NaN
  if (total === 0) return squared === 0 ? 1 : 0
  return 1 - squared / total
}

function numbersOf(bytes: Uint8Array): Float64Array {
  return decodeNumbers(bytes, [bytes.byteLength / 8])[0] as Float64Array
}
