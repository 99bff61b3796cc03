/** What every estimator must keep. */
import type { AnyEstimator } from '../ml/index.ts'
import type { EstimatorContext } from './estimator/context.ts'
import { fileCases } from './estimator/file-cases.ts'
import { learningCases } from './estimator/learning-cases.ts'
import { modelCases } from './estimator/model-cases.ts'
import { predictionCases } from './estimator/prediction-cases.ts'
import { refusalCases } from './estimator/refusal-cases.ts'
import { type Case, runSuite, type SuiteOptions, type SuiteReport } from './suite.ts'

export type { EstimatorContext } from './estimator/context.ts'

/** All cases, in the order of `checkEstimator`. */
export const estimatorCases: readonly Case<EstimatorContext>[] = [
  ...learningCases,
  ...refusalCases,
  ...modelCases,
  ...predictionCases,
  ...fileCases,
]

/**
 * Runs the contract of an estimator on the one at hand: a transformer, an encoder, a regressor, a classifier, a pipeline. What it is asked follows from its
 * role and from what it says it takes.
 *
 * @param make gives the estimator each time it is called; columns that it names are some of `a`, `b` (float64), `n` (int32) and, where it takes text, `t`
 * @param table makes a table of rows on a real engine
 * @param options `gaps` says why cases, by their names, do not hold; one that does hold then fails
 * @example
 * const report = await checkEstimator(() => linearRegression(), async (list, schema) => tm.read(rows(list, { schema })))
 * if (!report.passed) console.log(report.results.filter(result => result.outcome === 'failed'))
 */
export function checkEstimator(
  make: () => AnyEstimator,
  table: EstimatorContext['table'],
  options: SuiteOptions & { readonly gaps?: EstimatorContext['gaps'] } = {},
): Promise<SuiteReport> {
  const { gaps } = options
  const unknown = Object.keys(gaps ?? {}).filter(name => !estimatorCases.some(one => one.name === name))
  if (unknown.length > 0) throw new Error(`no such case: ${unknown.join(', ')}`)
  return runSuite(make().kind, estimatorCases, use => use({ make, table, gaps }), options)
}
