import type { DataType } from '../../schema/index.ts'
import { type TreeTable, sumTrees } from '../trees/index.ts'
import { columnOf, type Columns, type Kind, type Label, labelType, type Lists, type Values } from './kind.ts'
import { expressTrees } from './tree-express.ts'
import { restoreTrees, storeTrees } from './tree-restore.ts'

/** One tree or many. A class's probability is the mean of its shares in the leaves that a row comes to; a number's prediction the mean of the means there. */
export interface TreeEnsembleState {
  readonly features: readonly string[]
  /** Of a classifier: its labels, in the order of the shares. */
  readonly classes?: readonly Label[] | undefined
  readonly trees: TreeTable
  /** By feature; adds up to 1, or all 0 where no tree has a split. */
  readonly importance: readonly number[]
}

export const decisionTreeClassifierKind: Kind<TreeEnsembleState> = treeKind('decisionTreeClassifier', 'classifier')
export const decisionTreeRegressorKind: Kind<TreeEnsembleState> = treeKind('decisionTreeRegressor', 'regressor')
export const randomForestClassifierKind: Kind<TreeEnsembleState> = treeKind('randomForestClassifier', 'classifier')
export const randomForestRegressorKind: Kind<TreeEnsembleState> = treeKind('randomForestRegressor', 'regressor')

function treeKind(kind: string, role: 'classifier' | 'regressor'): Kind<TreeEnsembleState> {
  return Object.freeze({
    kind,
    role: () => role,
    inputs: state => state.features,
    outputs: state =>
      state.classes === undefined
        ? [{ name: 'prediction', type: predictionType(state) }]
        : [
            { name: 'prediction', type: predictionType(state) },
            { name: 'probabilities', type: { list: 'float64' } },
          ],
    ...(role === 'classifier' ? { classes: (state: TreeEnsembleState) => state.classes ?? [] } : {}),
    predict: predictTrees,
    express: (state, column) => expressTrees(state, column, predictionType(state)),
    store: storeTrees,
    restore: stored => restoreTrees(stored, role),
    importance: state => state.importance,
  } satisfies Kind<TreeEnsembleState>)
}

function predictionType({ classes }: TreeEnsembleState): DataType {
  return classes === undefined ? 'float64' : labelType(classes)
}

/** A row with NaN in any feature has no prediction, also where no tree asks for that feature. */
function predictTrees(state: TreeEnsembleState, columns: Columns, rows: number): Columns {
  const inputs = state.features.map(name => columnOf(columns, name))
  const means = sumTrees(state.trees, inputs, rows)
  const trees = state.trees.starts.length - 1
  const { outputs } = state.trees
  for (let at = 0; at < means.length; at++) means[at] = (means[at] as number) / trees
  for (const column of inputs)
    for (let row = 0; row < rows; row++) if (Number.isNaN(column[row])) means.fill(Number.NaN, row * outputs, (row + 1) * outputs)
  if (state.classes === undefined) return new Map([['prediction', means]])
  const probabilities: Lists = { items: means, width: outputs }
  return new Map<string, Values>([
    ['prediction', { codes: largest(probabilities, rows), values: state.classes }],
    ['probabilities', probabilities],
  ])
}

/** The place of the largest number in each list, the first of equals; -1 where it is NULL. */
function largest({ items, width }: Lists, rows: number): Int32Array {
  const places = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const from = row * width
    let best = 0
    for (let at = 1; at < width; at++) if ((items[from + at] as number) > (items[from + best] as number)) best = at
    places[row] = Number.isNaN(items[from]) ? -1 : best
  }
  return places
}
