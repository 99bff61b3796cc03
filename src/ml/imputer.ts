import { estimator } from './estimator.ts'
import { learnImputer, type Strategy } from './learn-imputer.ts'
import { mustBeBoolean, mustBeOneOf, type Rules, withDefaults } from './params.ts'
import type { Estimator } from './types.ts'

export interface ImputerParams {
  /** What stands in for NULL: the mean, the middle value, or the most frequent one. Default: mean. */
  strategy: Strategy
  /** Also write a column `age=NULL` for each column `age`: 1 where it was NULL, else 0. Default: false. */
  indicator: boolean
}

const defaults: ImputerParams = { strategy: 'mean', indicator: false }
const rules: Rules<ImputerParams> = { strategy: mustBeOneOf(['mean', 'median', 'mode']), indicator: mustBeBoolean }

/**
 * Puts a value where a column has NULL or NaN (they mean the same here): its mean, its median, or its most frequent value.
 *
 * Input: numeric columns; `mode` takes text too. Output: columns of the same names without NULLs, numbers as float64. Of two middle values the median is
 * half of their sum; of several most frequent values `mode` takes the smallest, texts by code point. A `weight` counts a row so often. `median` keeps its
 * columns in memory while it learns (8 bytes a value), `mode` the distinct values.
 *
 * @example
 * const filled = (await imputer({ strategy: 'median' }).fit(blocks, { columns: ['totalBedrooms'] })).transform(blocks)
 * @throws ml.param when it is made; ml.no-values for a column of NULLs only, and what `fit` throws
 */
export function imputer<const S extends Strategy = 'mean'>(
  params: Partial<ImputerParams> & { readonly strategy?: S } = {},
): Estimator<'transformer', ImputerParams, 'mode' extends S ? 'any' : 'numeric'> {
  const complete = withDefaults<ImputerParams>('imputer', defaults, rules, params)
  return estimator<'transformer', ImputerParams, 'mode' extends S ? 'any' : 'numeric'>({
    role: 'transformer',
    kind: 'imputer',
    params: complete,
    takes: { text: complete.strategy === 'mode', missing: true },
    learn: source => learnImputer(source, complete),
    with: changed => imputer({ ...complete, ...changed }) as Estimator<'transformer', ImputerParams, 'mode' extends S ? 'any' : 'numeric'>,
  })
}
