/** Every page about `tidemill/ml`, in the order of the table of contents. */
import type { MlText } from './text.ts'
import { accuracy } from './accuracy.ts'
import { averagePrecision } from './average-precision.ts'
import { balancedAccuracy } from './balanced-accuracy.ts'
import { brier } from './brier.ts'
import { columns } from './columns.ts'
import { confusion } from './confusion.ts'
import { crossValidate } from './cross-validate.ts'
import { decisionTreeClassifier } from './decision-tree-classifier.ts'
import { decisionTreeRegressor } from './decision-tree-regressor.ts'
import { f1 } from './f1.ts'
import { folds } from './folds.ts'
import { gridSearch } from './grid-search.ts'
import { imputer } from './imputer.ts'
import { kappa } from './kappa.ts'
import { linearRegression } from './linear-regression.ts'
import { logLoss } from './log-loss.ts'
import { logisticRegression } from './logistic-regression.ts'
import { mae } from './mae.ts'
import { mape } from './mape.ts'
import { maxError } from './max-error.ts'
import { mcc } from './mcc.ts'
import { medianAbsoluteError } from './median-absolute-error.ts'
import { minMaxScaler } from './min-max-scaler.ts'
import { mse } from './mse.ts'
import { oneHotEncoder } from './one-hot-encoder.ts'
import { permutationImportance } from './permutation-importance.ts'
import { pipeline } from './pipeline.ts'
import { precision } from './precision.ts'
import { r2 } from './r2.ts'
import { randomForestClassifier } from './random-forest-classifier.ts'
import { randomForestRegressor } from './random-forest-regressor.ts'
import { recall } from './recall.ts'
import { rmse } from './rmse.ts'
import { rocAuc } from './roc-auc.ts'
import { rocCurve } from './roc-curve.ts'
import { standardScaler } from './standard-scaler.ts'

export const mlTexts: readonly MlText[] = [
  standardScaler,
  minMaxScaler,
  imputer,
  oneHotEncoder,
  columns,
  pipeline,
  linearRegression,
  logisticRegression,
  decisionTreeClassifier,
  decisionTreeRegressor,
  randomForestClassifier,
  randomForestRegressor,
  folds,
  crossValidate,
  gridSearch,
  permutationImportance,
  accuracy,
  balancedAccuracy,
  precision,
  recall,
  f1,
  confusion,
  logLoss,
  brier,
  rocAuc,
  rocCurve,
  averagePrecision,
  mcc,
  kappa,
  mse,
  rmse,
  mae,
  r2,
  maxError,
  medianAbsoluteError,
  mape,
]
