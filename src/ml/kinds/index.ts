/** The table of kinds: what this version can predict with. */
import { TidemillError } from '../../errors/index.ts'
import { columnsKind } from './columns.ts'
import { imputerKind } from './imputer.ts'
import type { Kind } from './kind.ts'
import { linearRegressionKind } from './linear.ts'
import { logisticRegressionKind } from './logistic.ts'
import { minMaxScalerKind } from './min-max.ts'
import { oneHotEncoderKind } from './one-hot.ts'
import { pipelineKind } from './pipeline.ts'
import { standardScalerKind } from './scaler.ts'
import {
  decisionTreeClassifierKind,
  decisionTreeRegressorKind,
  randomForestClassifierKind,
  randomForestRegressorKind,
} from './tree-ensemble.ts'

export type { Coded, Columns, Kind, Label, Lists, Output, Role, Tensor, Values } from './kind.ts'
export { type ColumnsState, namesTwice } from './columns.ts'
export { type ImputerState, indicatorName } from './imputer.ts'
export type { LinearState } from './linear.ts'
export type { MinMaxState } from './min-max.ts'
export { type Category, compareCategories, nameTwice, oneHotName, type OneHotState } from './one-hot.ts'
export { featuresAfter, type FittedStep, type PipelineState } from './pipeline.ts'
export type { ScalerState } from './scaler.ts'
export type { TreeEnsembleState } from './tree-ensemble.ts'

const kinds: Readonly<Record<string, Kind>> = Object.freeze({
  standardScaler: standardScalerKind,
  minMaxScaler: minMaxScalerKind,
  linearRegression: linearRegressionKind,
  logisticRegression: logisticRegressionKind,
  decisionTreeClassifier: decisionTreeClassifierKind,
  decisionTreeRegressor: decisionTreeRegressorKind,
  randomForestClassifier: randomForestClassifierKind,
  randomForestRegressor: randomForestRegressorKind,
  oneHotEncoder: oneHotEncoderKind,
  imputer: imputerKind,
  pipeline: pipelineKind(kindNamed),
  columns: columnsKind(kindNamed),
})

/** The kind of this name. @throws ml.unknown-kind when this version has none */
export function kindNamed(name: string): Kind {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (kind !== undefined) return kind
  throw new TidemillError('ml.unknown-kind', `unknown model kind: ${name} (have ${Object.keys(kinds).join(', ')})`, {
    details: { kind: name },
    hint: 'the model was written by a newer version: update tidemill',
  })
}
