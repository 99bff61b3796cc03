import { estimator } from './estimator.ts'
import { learnMinMaxScaler } from './learners.ts'
import { mustBeFinite, type Rules, throwParams, withDefaults } from './params.ts'
import type { Estimator } from './types.ts'

export interface MinMaxParams {
  /** Where the smallest value goes. Default: 0. */
  low: number
  /** Where the largest value goes. Default: 1. */
  high: number
}

const defaults: MinMaxParams = { low: 0, high: 1 }
const rules: Rules<MinMaxParams> = { low: mustBeFinite, high: mustBeFinite }

/**
 * Brings each column into one range: its smallest value to `low`, its largest to `high`.
 *
 * Input: numeric columns without NULLs. Output: float64 columns of the same names. A constant column becomes `low`; values beyond those seen go
 * beyond the range. A `weight` other than 0 changes nothing.
 *
 * @example
 * const scaler = await minMaxScaler({ low: -1 }).fit(houses, { columns: ['price'] })
 * @throws ml.param when it is made, and what `fit` throws
 */
export function minMaxScaler(params: Partial<MinMaxParams> = {}): Estimator<'transformer', MinMaxParams> {
  const complete = withDefaults('minMaxScaler', defaults, rules, params)
  const width = complete.high - complete.low
  if (!(width > 0 && Number.isFinite(width)))
    throwParams('minMaxScaler', [`high must be above low (low ${complete.low}, high ${complete.high})`])
  return estimator({
    role: 'transformer',
    kind: 'minMaxScaler',
    params: complete,
    learn: source => learnMinMaxScaler(source, complete),
    with: changed => minMaxScaler({ ...complete, ...changed }),
  })
}
