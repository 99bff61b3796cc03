import { estimator } from './estimator.ts'
import { learnTrees } from './learn-trees.ts'
import { type Rules, withDefaults } from './params.ts'
import {
  type ClassCriterion,
  type MaxFeatures,
  mustBeCriterion,
  mustBeMaxFeatures,
  treeDefaults,
  type TreeParams,
  treeRules,
  triesOf,
} from './tree-params.ts'
import type { Estimator } from './types.ts'

export interface DecisionTreeRegressorParams extends TreeParams {
  /** Features tried at a node. Default: `all`. */
  maxFeatures: MaxFeatures
}
export interface DecisionTreeClassifierParams extends DecisionTreeRegressorParams {
  /** What makes a split good. Default: `gini`. */
  criterion: ClassCriterion
}

const regressorDefaults: DecisionTreeRegressorParams = { maxFeatures: 'all', ...treeDefaults }
const regressorRules: Rules<DecisionTreeRegressorParams> = { ...treeRules, maxFeatures: mustBeMaxFeatures }
const classifierDefaults: DecisionTreeClassifierParams = { criterion: 'gini', ...regressorDefaults }
const classifierRules: Rules<DecisionTreeClassifierParams> = { ...regressorRules, criterion: mustBeCriterion }

/**
 * One tree of yes-or-no questions for labels: adds `prediction` and `probabilities`, the shares of the labels among the rows of the leaf.
 *
 * Input: numeric features without NULLs; a target of text, booleans or whole numbers. Ranges of values, bits and NULLs as `randomForestClassifier`. Where
 * features split equally well, `seed` decides. Source: Breiman and others, "Classification and regression trees" (1984).
 *
 * @example
 * const model = await decisionTreeClassifier({ maxDepth: 4 }).fit(train, { target: 'species' })
 * @throws ml.param when it is made, and what `fit` throws
 */
export function decisionTreeClassifier(
  params: Partial<DecisionTreeClassifierParams> = {},
): Estimator<'classifier', DecisionTreeClassifierParams> {
  const complete = withDefaults('decisionTreeClassifier', classifierDefaults, classifierRules, params)
  const { criterion, maxFeatures } = complete
  return estimator({
    role: 'classifier',
    kind: 'decisionTreeClassifier',
    params: complete,
    learn: source =>
      learnTrees(source, { role: 'classifier', trees: 1, bootstrap: false, criterion, params: complete, tries: triesOf(maxFeatures) }),
    with: changed => decisionTreeClassifier({ ...complete, ...changed }),
  })
}

/**
 * One tree of yes-or-no questions for numbers: adds `prediction`, the mean of the rows of the leaf.
 *
 * Input: numeric features and target without NULLs. Otherwise as `decisionTreeClassifier`; splits lessen the squared error.
 *
 * @example
 * const model = await decisionTreeRegressor({ maxDepth: 6, minLeaf: 20 }).fit(train, { target: 'price' })
 * @throws ml.param when it is made, and what `fit` throws
 */
export function decisionTreeRegressor(
  params: Partial<DecisionTreeRegressorParams> = {},
): Estimator<'regressor', DecisionTreeRegressorParams> {
  const complete = withDefaults('decisionTreeRegressor', regressorDefaults, regressorRules, params)
  const { maxFeatures } = complete
  return estimator({
    role: 'regressor',
    kind: 'decisionTreeRegressor',
    params: complete,
    learn: source =>
      learnTrees(source, {
        role: 'regressor',
        trees: 1,
        bootstrap: false,
        criterion: 'squaredError',
        params: complete,
        tries: triesOf(maxFeatures),
      }),
    with: changed => decisionTreeRegressor({ ...complete, ...changed }),
  })
}
