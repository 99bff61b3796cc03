import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { columnOf, type Columns, type Kind } from './kind.ts'
import { numberIn, tensorOf, textsIn, vectorIn } from './restore.ts'

/** `intercept + x0 * coef0 + x1 * coef1 + ...`, summed from the left. */
export interface LinearState {
  readonly features: readonly string[]
  readonly coef: readonly number[]
  readonly intercept: number
}

/** A weighted sum of the features. */
export const linearRegressionKind: Kind<LinearState> = Object.freeze({
  kind: 'linearRegression',
  role: () => 'regressor',
  inputs: state => state.features,
  outputs: () => [{ name: 'prediction', type: 'float64' }],
  predict(state: LinearState, columns: Columns, rows: number): Columns {
    const sum = new Float64Array(rows).fill(state.intercept)
    for (const [index, name] of state.features.entries()) {
      const x = columnOf(columns, name)
      const coef = state.coef[index] as number
      for (let row = 0; row < rows; row++) sum[row] = (sum[row] as number) + (x[row] as number) * coef
    }
    return new Map([['prediction', sum]])
  },
  express(state: LinearState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> {
    let sum: ExprNode = literalNode(state.intercept, 'float64')
    for (const [index, name] of state.features.entries()) {
      sum = callNode('add', [sum, callNode('mul', [column(name), literalNode(state.coef[index] as number, 'float64')])])
    }
    return new Map([['prediction', sum]])
  },
  store: state => ({
    json: { features: state.features, intercept: state.intercept },
    tensors: { coef: tensorOf(state.coef) },
  }),
  restore: stored => {
    const features = textsIn(stored, 'features')
    return Object.freeze({ features, coef: vectorIn(stored, 'coef', features.length), intercept: numberIn(stored, 'intercept') })
  },
} satisfies Kind<LinearState>)
