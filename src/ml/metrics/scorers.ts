/** The metrics that a search or an importance can score with, by name. */
import { TidemillError } from '../../errors/index.ts'
import { accuracy } from './accuracy.ts'
import { averagePrecision } from './average-precision.ts'
import { balancedAccuracy } from './balanced-accuracy.ts'
import { brier } from './brier.ts'
import { wrongMetric } from './check.ts'
import type { AverageOptions } from './class-counts.ts'
import { f1 } from './f1.ts'
import { kappa } from './kappa.ts'
import { logLoss } from './log-loss.ts'
import { mae } from './mae.ts'
import { mape } from './mape.ts'
import { maxError } from './max-error.ts'
import { mcc } from './mcc.ts'
import { medianAbsoluteError } from './median-absolute-error.ts'
import { mse } from './mse.ts'
import { precision } from './precision.ts'
import { r2 } from './r2.ts'
import { recall } from './recall.ts'
import { rmse } from './rmse.ts'
import { type Scored, scoredAuc, scoredLists } from './scored.ts'

/** A figure of predictions, and which way is better. */
export interface Scorer {
  readonly better: 'higher' | 'lower'
  /** @throws ml.metric when the values do not fit */
  readonly score: (scored: Scored) => number
}

type ByLabels = (truth: Scored['truth'], prediction: Scored['prediction'], options: AverageOptions) => number

/** Of two classes the second is the positive one; of more the mean over those that occur. */
function ofLabels(metric: ByLabels): Scorer {
  return {
    better: 'higher',
    score: ({ truth, prediction, classes, weights }) => metric(truth, prediction, { labels: [...classes.keys()], weights }),
  }
}

function ofProbabilities(better: Scorer['better'], metric: typeof logLoss): Scorer {
  return {
    better,
    score: scored => {
      const lists = scoredLists(scored)
      if (lists === undefined) throw wrongMetric('no probabilities to score')
      return metric(scored.truth, lists, { labels: [...scored.classes.keys()], weights: scored.weights })
    },
  }
}

function ofNumbers(better: Scorer['better'], metric: typeof mse): Scorer {
  return { better, score: ({ truth, prediction, weights }) => metric(truth, prediction, { weights }) }
}

/** NaN where the truth has not both classes, or there are more than two. */
function scoredPrecision(scored: Scored): number {
  const lists = scoredLists(scored)
  if (lists === undefined) throw wrongMetric('no probabilities to score')
  if (scored.classes.length !== 2)
    throw wrongMetric(`averagePrecision of ${scored.classes.length} classes`, {}, 'it is for two; take rocAuc or logLoss')
  if (new Set(scored.truth).size < 2) return Number.NaN
  return averagePrecision(
    scored.truth,
    lists.items.filter((_, i) => i % 2 === 1),
    { labels: [0, 1], weights: scored.weights },
  )
}

export type ClassifierScorer =
  | 'accuracy'
  | 'balancedAccuracy'
  | 'precision'
  | 'recall'
  | 'f1'
  | 'mcc'
  | 'kappa'
  | 'logLoss'
  | 'brier'
  | 'rocAuc'
  | 'averagePrecision'
export type RegressorScorer = 'mse' | 'rmse' | 'mae' | 'r2' | 'maxError' | 'medianAbsoluteError' | 'mape'

const classifier: Readonly<Record<ClassifierScorer, Scorer>> = Object.freeze({
  accuracy: ofLabels(accuracy),
  balancedAccuracy: ofLabels(balancedAccuracy),
  precision: ofLabels(precision),
  recall: ofLabels(recall),
  f1: ofLabels(f1),
  mcc: ofLabels(mcc),
  kappa: ofLabels(kappa),
  logLoss: ofProbabilities('lower', logLoss),
  brier: ofProbabilities('lower', brier),
  rocAuc: { better: 'higher', score: scoredAuc },
  averagePrecision: { better: 'higher', score: scoredPrecision },
})

const regressor: Readonly<Record<RegressorScorer, Scorer>> = Object.freeze({
  mse: ofNumbers('lower', mse),
  rmse: ofNumbers('lower', rmse),
  mae: ofNumbers('lower', mae),
  r2: ofNumbers('higher', r2),
  maxError: ofNumbers('lower', maxError),
  medianAbsoluteError: ofNumbers('lower', medianAbsoluteError),
  mape: ofNumbers('lower', mape),
})

/**
 * The scorers of each role by name. Precision, recall and F1 are of the second of two classes, or means over more; `rocAuc` and
 * `averagePrecision` are NaN where the truth has one class only.
 */
export const scorers: Readonly<{
  classifier: Readonly<Record<ClassifierScorer, Scorer>>
  regressor: Readonly<Record<RegressorScorer, Scorer>>
}> = Object.freeze({ classifier, regressor })

/** What `scoring` may be for estimators of a role. */
export type ScorerName<R extends string = 'classifier' | 'regressor'> = R extends 'classifier'
  ? ClassifierScorer
  : R extends 'regressor'
    ? RegressorScorer
    : never

/** The scorer of this name. @throws ml.param when the role has none of this name */
export function scorerNamed(role: keyof typeof scorers, name: string): Scorer {
  const table: Readonly<Record<string, Scorer>> = scorers[role]
  const found = Object.hasOwn(table, name) ? table[name] : undefined
  if (found === undefined)
    throw new TidemillError('ml.param', `unknown scoring: ${name} (a ${role} has ${Object.keys(table).join(', ')})`, {
      details: { name, role },
    })
  return found
}
