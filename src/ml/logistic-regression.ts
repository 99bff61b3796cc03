import { TidemillError } from '../errors/index.ts'
import { estimator } from './estimator.ts'
import { mustBeBoolean, mustBeCount, mustBePositive, type Rules, withDefaults } from './params.ts'
import { learnLogistic } from './solve/learn-logistic.ts'
import type { Estimator } from './types.ts'

export interface LogisticParams {
  /** The weight of the data against the penalty: smaller holds the coefficients closer to 0. Default: 1. */
  c: number
  /** `l2`: half the squared length of the coefficients is added to what is made small; the constant is not penalised. Default: `l2`. */
  penalty: 'l2' | 'none'
  /** Learn a constant too. Default: true. */
  intercept: boolean
  /** `balanced`: each class weighs the same in all, however many rows it has. Default: `none`. */
  classWeight: 'none' | 'balanced'
  /** It ends when no slope of what is made small is greater, relative to the rows. Default: 1e-6. */
  tolerance: number
  /** Default: 1000. */
  maxIterations: number
}

const defaults: LogisticParams = { c: 1, penalty: 'l2', intercept: true, classWeight: 'none', tolerance: 1e-6, maxIterations: 1_000 }
const rules: Rules<LogisticParams> = {
  c: mustBePositive,
  penalty: value => (value === 'l2' || value === 'none' ? undefined : "must be 'l2' or 'none'"),
  intercept: mustBeBoolean,
  classWeight: value => (value === 'none' || value === 'balanced' ? undefined : "must be 'none' or 'balanced'"),
  tolerance: mustBePositive,
  maxIterations: mustBeCount,
}

/**
 * Logistic regression for labels: adds `prediction` and `probabilities`, in the order of `model.classes`.
 *
 * Input: numeric features without NULLs, best scaled; a target of text, booleans or whole numbers with at least two labels. Two labels have one score, more have
 * one each (softmax). Makes `c * sum of log loss + |coefficients|^2 / 2` small, as scikit-learn does, by L-BFGS over blocks of rows: memory does not grow with the
 * rows beyond 256 MiB a step, the bits do not depend on how they are cut.
 *
 * @example
 * const model = await pipeline({ scale: standardScaler(), fit: logisticRegression() }).fit(train, { target: 'risk' })
 * @throws ml.param when it is made; ml.no-labels for one label only; and what `fit` throws
 */
export function logisticRegression(params: Partial<LogisticParams> = {}): Estimator<'classifier', LogisticParams> {
  const complete = withDefaults('logisticRegression', defaults, rules, params)
  return estimator({
    role: 'classifier',
    kind: 'logisticRegression',
    params: complete,
    learn: source => {
      const { classes = [] } = source
      if (classes.length < 2)
        throw new TidemillError('ml.no-labels', `the target has one label only: ${classes.map(String).join(', ')}`, {
          hint: 'there is nothing to tell apart',
        })
      return learnLogistic(() => source.blocks(), {
        ...complete,
        features: source.features,
        classes,
        weighted: source.weight,
        signal: source.signal,
      })
    },
    with: changed => logisticRegression({ ...complete, ...changed }),
  })
}
