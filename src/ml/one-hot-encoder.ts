import { estimator } from './estimator.ts'
import { learnOneHot } from './learn-one-hot.ts'
import { mustBeCount, mustBeOneOf, type Rules, withDefaults } from './params.ts'
import type { Estimator } from './types.ts'

export interface EncoderParams {
  /** `first`: the first category gets no column, so that the columns of a feature do not add up to 1. Default: none. */
  drop: 'none' | 'first'
  /** What a category means that was not there while learning: a row of zeros, or an error. Default: ignore. */
  unknown: 'ignore' | 'error'
  /** More categories in a column than these are an error. Default: 1000. */
  maxCategories: number
}

const defaults: EncoderParams = { drop: 'none', unknown: 'ignore', maxCategories: 1_000 }
const rules: Rules<EncoderParams> = {
  drop: mustBeOneOf(['none', 'first']),
  unknown: mustBeOneOf(['ignore', 'error']),
  maxCategories: mustBeCount,
}

/**
 * A column of 0 and 1 for each category of each column.
 *
 * Input: columns of text, numbers or booleans (the numbers 0 and 1). Output: float64 columns named `job=admin`, in the order of the features, within one the
 * texts by code point and the numbers upwards. NULL and NaN are no category: a row of zeros. In a pipeline the new columns take the place of the old; `transform`
 * of a table adds them. With `unknown: 'error'` the model has no SQL and runs beside the engine.
 *
 * @example
 * const encoded = (await oneHotEncoder({ drop: 'first' }).fit(credits, { columns: ['purpose'] })).transform(credits)
 * @throws ml.param when it is made; ml.too-many-categories, ml.no-values for a column of NULLs only, plan.duplicate-column, and what `fit` throws;
 *   ml.unknown-category when it predicts
 */
export function oneHotEncoder(params: Partial<EncoderParams> = {}): Estimator<'transformer', EncoderParams, 'any'> {
  const complete = withDefaults('oneHotEncoder', defaults, rules, params)
  return estimator<'transformer', EncoderParams, 'any'>({
    role: 'transformer',
    kind: 'oneHotEncoder',
    params: complete,
    takes: { text: true, missing: true },
    learn: source => learnOneHot(source, complete),
    with: changed => oneHotEncoder({ ...complete, ...changed }),
  })
}
