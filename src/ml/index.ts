/** Floor 5: estimators, pipelines, models as data, persistence. `kinds/` holds each kind of fitted model: pure functions over plain state. */
export type { AnyEstimator, AnyModel, Estimator, FitOptions, Fitted, Label, Metrics, Model, Role, SqlDialect, Takes } from './types.ts'
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
export { estimatorFrom } from './estimator-table.ts'
export type { EstimatorData, PartData } from './estimator-data.ts'
export {
  type FoldOptions,
  type Folds,
  type GivenFolds,
  givenFolds,
  type KFold,
  kFold,
  type StratifiedKFold,
  stratifiedKFold,
} from './folds/index.ts'
export { gridSearch, type ScoredCandidate, type Search, type SearchOptions, type SearchResult } from './search/grid-search.ts'
export { type CrossOptions, type CrossResult, crossValidate, type OutOfFold } from './search/cross-validate.ts'
export type { SearchProgress } from './search/score-folds.ts'
export type { GridOf } from './search/grid.ts'
export { type FeatureImportance, type ImportanceOptions, permutationImportance } from './inspect/permutation-importance.ts'
export {
  accuracy,
  type AverageOptions,
  averagePrecision,
  balancedAccuracy,
  brier,
  type ClassificationMetrics,
  type Confusion,
  confusion,
  f1,
  kappa,
  type LabelOptions,
  type Labels,
  logLoss,
  mae,
  mape,
  maxError,
  mcc,
  medianAbsoluteError,
  mse,
  precision,
  type Probabilities,
  type ProbabilityOptions,
  r2,
  recall,
  rmse,
  rocAuc,
  type RocCurve,
  rocCurve,
  type ScoreOptions,
  type ScorerName,
  type Weighted,
} from './metrics/index.ts'
export { loadModel } from './load-model.ts'
export { minMaxScale, standardize } from './scale-values.ts'
export { revive } from './revive.ts'
export type { RegressionErrors } from './statistics/errors.ts'
