/** The table of estimators: how each is made again from its data. */
import { TidemillError } from '../errors/index.ts'
import { checkObject } from './check-arguments.ts'
import { columns, type Parts, type Transformer } from './columns.ts'
import { decisionTreeClassifier, decisionTreeRegressor } from './decision-tree.ts'
import type { EstimatorData, PartData } from './estimator-data.ts'
import { imputer } from './imputer.ts'
import { linearRegression } from './linear-regression.ts'
import { logisticRegression } from './logistic-regression.ts'
import { minMaxScaler } from './min-max-scaler.ts'
import { oneHotEncoder } from './one-hot-encoder.ts'
import { pipeline } from './pipeline.ts'
import { randomForestClassifier, randomForestRegressor } from './random-forest.ts'
import { standardScaler } from './standard-scaler.ts'
import type { AnyEstimator } from './types.ts'

/** What stands by itself: made of its parameters. */
const simple: Readonly<Record<string, (params: object) => AnyEstimator>> = Object.freeze({
  standardScaler: params => standardScaler(params),
  minMaxScaler: params => minMaxScaler(params),
  imputer: params => imputer(params),
  oneHotEncoder: params => oneHotEncoder(params),
  linearRegression: params => linearRegression(params),
  logisticRegression: params => logisticRegression(params),
  decisionTreeClassifier: params => decisionTreeClassifier(params),
  decisionTreeRegressor: params => decisionTreeRegressor(params),
  randomForestClassifier: params => randomForestClassifier(params),
  randomForestRegressor: params => randomForestRegressor(params),
})

/** What is made of others. */
const composed: Readonly<Record<string, (parts: readonly PartData[]) => AnyEstimator>> = Object.freeze({
  pipeline: parts => pipeline(Object.fromEntries(parts.map(({ name, use }) => [name, estimatorFrom(use)]))),
  columns: parts => columns(Object.fromEntries(parts.map(part => [part.name, partFrom(part)])) as Parts),
})

/** The names of all estimators that stand by themselves; each has a default for every parameter. */
export const simpleEstimators: readonly string[] = Object.freeze(Object.keys(simple))

/**
 * An estimator again from its data, as a configuration file or another thread has them: the same parameters, and the same bits from the same rows.
 *
 * Parameters that `params` leaves out have their defaults. A `pipeline` or `columns` has its own in its parts; those named in its `params`, by their path, are
 * changed.
 *
 * @example
 * const scale = { kind: 'standardScaler', params: {} }
 * const price = estimatorFrom({ kind: 'pipeline', params: {}, parts: [{ name: 'scale', use: scale }, { name: 'fit', use: { kind: 'linearRegression', params: {} } }] })
 * @throws ml.unknown-kind, ml.param, ml.steps
 */
export function estimatorFrom(data: EstimatorData): AnyEstimator {
  checkObject('estimatorFrom', data, 'the data of an estimator')
  const { kind, params, parts = [] } = data
  if (Object.hasOwn(simple, kind)) return (simple[kind] as (params: object) => AnyEstimator)(params)
  if (Object.hasOwn(composed, kind)) {
    const made = (composed[kind] as (parts: readonly PartData[]) => AnyEstimator)(parts)
    // Its parts have the parameters already; one that they do not have is an error, as anywhere.
    return made.with(params as never)
  }
  const have = [...Object.keys(simple), ...Object.keys(composed)].join(', ')
  throw new TidemillError('ml.unknown-kind', `unknown estimator: ${kind} (have ${have})`, { details: { kind } })
}

function partFrom({ name, of, use }: PartData): { readonly of: readonly string[]; readonly use: Transformer } {
  if (of === undefined) throw new TidemillError('ml.steps', `part ${name} names no columns`)
  // `columns` checks what the part is.
  return { of, use: estimatorFrom(use) as Transformer }
}
