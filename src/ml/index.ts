/** Floor 5: estimators, pipelines, models as data, persistence. `kinds/` holds each kind of fitted model: pure functions over plain state. */
export type { AnyEstimator, AnyModel, Estimator, FitOptions, Metrics, Model, Role, SqlDialect } from './types.ts'
export { standardScaler, type ScalerParams } from './standard-scaler.ts'
export { minMaxScaler, type MinMaxParams } from './min-max-scaler.ts'
export { oneHotEncoder, type EncoderParams } from './one-hot-encoder.ts'
export { imputer, type ImputerParams } from './imputer.ts'
export { linearRegression, type LinearParams } from './linear-regression.ts'
export { logisticRegression, type LogisticParams } from './logistic-regression.ts'
export {
  decisionTreeClassifier,
  type DecisionTreeClassifierParams,
  decisionTreeRegressor,
  type DecisionTreeRegressorParams,
} from './decision-tree.ts'
export { type ForestClassifierParams, type ForestRegressorParams, randomForestClassifier, randomForestRegressor } from './random-forest.ts'
export type { ClassCriterion, ForestParams, MaxFeatures, TreeParams } from './tree-params.ts'
export { pipeline, type Steps } from './pipeline.ts'
export { columns, type Part, type Parts, type Transformer } from './columns.ts'
export { loadModel } from './load-model.ts'
export { minMaxScale, standardize } from './scale-values.ts'
export { revive } from './revive.ts'
export type { RegressionErrors } from './statistics/errors.ts'
