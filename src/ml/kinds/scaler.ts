import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { columnOf, type Columns, type Kind, numberOutputs } from './kind.ts'
import { tensorOf, textsIn, vectorIn } from './restore.ts'

/** `(x - offset) / scale`. */
export interface ScalerState {
  readonly features: readonly string[]
  readonly offset: readonly number[]
  readonly scale: readonly number[]
}

/** Columns shifted by a number and divided by another. */
export const standardScalerKind: Kind<ScalerState> = Object.freeze({
  kind: 'standardScaler',
  role: () => 'transformer',
  inputs: state => state.features,
  outputs: state => numberOutputs(state.features),
  predict(state: ScalerState, columns: Columns, rows: number): Columns {
    const out = new Map<string, Float64Array>()
    for (const [index, name] of state.features.entries()) {
      const from = columnOf(columns, name)
      const to = new Float64Array(rows)
      const offset = state.offset[index] as number
      const scale = state.scale[index] as number
      for (let row = 0; row < rows; row++) to[row] = ((from[row] as number) - offset) / scale
      out.set(name, to)
    }
    return out
  },
  express(state: ScalerState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> {
    return new Map(
      state.features.map((name, index) => [name, scaled(column(name), state.offset[index] as number, state.scale[index] as number)]),
    )
  },
  store: state => ({
    json: { features: state.features },
    tensors: { offset: tensorOf(state.offset), scale: tensorOf(state.scale) },
  }),
  restore: stored => {
    const features = textsIn(stored, 'features')
    const scale = vectorIn(stored, 'scale', features.length)
    if (scale.includes(0)) throw new Error('scale holds a zero')
    return Object.freeze({ features, offset: vectorIn(stored, 'offset', features.length), scale })
  },
} satisfies Kind<ScalerState>)

/** `(x - offset) / scale`, always both operations, so that every reader does the same. */
export function scaled(x: ExprNode, offset: number, scale: number): ExprNode {
  return callNode('div', [callNode('sub', [x, literalNode(offset, 'float64')]), literalNode(scale, 'float64')])
}
