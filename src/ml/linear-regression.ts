import { estimator } from './estimator.ts'
import { learnLinearRegression } from './learners.ts'
import { mustBeBoolean, type Rules, withDefaults } from './params.ts'
import type { Estimator } from './types.ts'

export interface LinearParams {
  /** Learn a constant too. Default: true. */
  intercept: boolean
}

const defaults: LinearParams = { intercept: true }
const rules: Rules<LinearParams> = { intercept: mustBeBoolean }

/**
 * Ordinary least squares: adds a column `prediction`, a weighted sum of the features.
 *
 * Input: numeric features and target without NULLs. Where features depend on each other the answer of least norm is taken, as scikit-learn does;
 * features equal to six digits count as dependent. One pass over the data; memory is the square of the number of features.
 *
 * @example
 * const model = await linearRegression().fit(houses, { target: 'price' })
 * const { r2 } = await model.evaluate(others)
 * @throws ml.param when it is made, and what `fit` throws
 */
export function linearRegression(params: Partial<LinearParams> = {}): Estimator<'regressor', LinearParams> {
  const complete = withDefaults('linearRegression', defaults, rules, params)
  return estimator({
    role: 'regressor',
    kind: 'linearRegression',
    params: complete,
    learn: source => learnLinearRegression(source, complete),
    with: changed => linearRegression({ ...complete, ...changed }),
  })
}
