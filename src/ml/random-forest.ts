import { estimator } from './estimator.ts'
import { learnTrees } from './learn-trees.ts'
import { type Rules, withDefaults } from './params.ts'
import {
  type ClassCriterion,
  type ForestParams,
  forestRules,
  type MaxFeatures,
  mustBeCriterion,
  mustBeMaxFeatures,
  treeDefaults,
  triesOf,
} from './tree-params.ts'
import type { Estimator } from './types.ts'

export interface ForestClassifierParams extends ForestParams {
  /** What makes a split good. Default: `gini`. */
  criterion: ClassCriterion
  /** Features tried at a node. Default: `sqrt`; `auto`, of old versions of scikit-learn, is read as `sqrt`, with a note. */
  maxFeatures: MaxFeatures | 'auto'
}
export interface ForestRegressorParams extends ForestParams {
  /** Features tried at a node. Default: `all`. */
  maxFeatures: MaxFeatures
}

const classifierDefaults: ForestClassifierParams = { trees: 100, criterion: 'gini', maxFeatures: 'sqrt', bootstrap: true, ...treeDefaults }
const classifierRules: Rules<ForestClassifierParams> = {
  ...forestRules,
  criterion: mustBeCriterion,
  maxFeatures: value => (value === 'auto' ? undefined : mustBeMaxFeatures(value)),
}
const regressorDefaults: ForestRegressorParams = { trees: 100, maxFeatures: 'all', bootstrap: true, ...treeDefaults }
const regressorRules: Rules<ForestRegressorParams> = { ...forestRules, maxFeatures: mustBeMaxFeatures }

/**
 * A random forest for labels: adds `prediction`, the label with the greatest mean share over the trees, and `probabilities`, these shares in the order of
 * `model.classes`.
 *
 * Input: numeric features without NULLs; a target of text, booleans or whole numbers. A feature with more than 256 different values is cut into 256 ranges of
 * about the same number of rows; with fewer the trees are exact. The bits depend on the rows, their order and the seed, not on the number of workers.
 * A NULL feature gives a NULL prediction. Source: Breiman, "Random forests" (2001); splits and defaults as scikit-learn 1.9.
 *
 * @example
 * const model = await randomForestClassifier({ trees: 200, seed: 42 }).fit(train, { target: 'species' })
 * const { accuracy } = await model.evaluate(test)
 * @throws ml.param when it is made, and what `fit` throws
 */
export function randomForestClassifier(params: Partial<ForestClassifierParams> = {}): Estimator<'classifier', ForestClassifierParams> {
  const complete = withDefaults('randomForestClassifier', classifierDefaults, classifierRules, params)
  const { trees, bootstrap, criterion, maxFeatures } = complete
  return estimator({
    role: 'classifier',
    kind: 'randomForestClassifier',
    params: complete,
    notes: maxFeatures === 'auto' ? ["maxFeatures 'auto' is read as 'sqrt', which it meant for classifiers until scikit-learn 1.3"] : [],
    learn: source => learnTrees(source, { role: 'classifier', trees, bootstrap, criterion, params: complete, tries: triesOf(maxFeatures) }),
    with: changed => randomForestClassifier({ ...complete, ...changed }),
  })
}

/**
 * A random forest for numbers: adds `prediction`, the mean over the trees.
 *
 * Input: numeric features and target without NULLs. Ranges, bits, NULLs and source as `randomForestClassifier`; splits lessen the squared error.
 *
 * @example
 * const model = await randomForestRegressor({ trees: 100, minLeaf: 5 }).fit(train, { target: 'price' })
 * @throws ml.param when it is made, and what `fit` throws
 */
export function randomForestRegressor(params: Partial<ForestRegressorParams> = {}): Estimator<'regressor', ForestRegressorParams> {
  const complete = withDefaults('randomForestRegressor', regressorDefaults, regressorRules, params)
  const { trees, bootstrap, maxFeatures } = complete
  return estimator({
    role: 'regressor',
    kind: 'randomForestRegressor',
    params: complete,
    learn: source =>
      learnTrees(source, { role: 'regressor', trees, bootstrap, criterion: 'squaredError', params: complete, tries: triesOf(maxFeatures) }),
    with: changed => randomForestRegressor({ ...complete, ...changed }),
  })
}
