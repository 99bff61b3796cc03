import { estimator } from './estimator.ts'
import { learnStandardScaler } from './learners.ts'
import { mustBeBoolean, type Rules, withDefaults } from './params.ts'
import type { Estimator } from './types.ts'

export interface ScalerParams {
  /** Subtract the mean. Default: true. */
  withMean: boolean
  /** Divide by the standard deviation. Default: true. */
  withStd: boolean
}

const defaults: ScalerParams = { withMean: true, withStd: true }
const rules: Rules<ScalerParams> = { withMean: mustBeBoolean, withStd: mustBeBoolean }

/**
 * Scales each column to zero mean and unit variance (of the population, as scikit-learn).
 *
 * Input: numeric columns without NULLs. Output: float64 columns of the same names. A constant column becomes 0.
 *
 * @example
 * const scaler = await standardScaler().fit(houses, { columns: ['price'] })
 * const scaled = scaler.transform(houses)
 * @throws ml.param when it is made, and what `fit` throws
 */
export function standardScaler(params: Partial<ScalerParams> = {}): Estimator<'transformer', ScalerParams> {
  const complete = withDefaults('standardScaler', defaults, rules, params)
  return estimator({
    role: 'transformer',
    kind: 'standardScaler',
    params: complete,
    learn: source => learnStandardScaler(source, complete),
    with: changed => standardScaler({ ...complete, ...changed }),
  })
}
