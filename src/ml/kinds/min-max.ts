import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { columnOf, type Columns, type Kind, numberOutputs } from './kind.ts'
import { numberIn, tensorOf, textsIn, vectorIn } from './restore.ts'
import { scaled } from './scaler.ts'

/** `(x - min) / range * width + low`: first the share of the range that was seen, then the range asked for. */
export interface MinMaxState {
  readonly features: readonly string[]
  readonly min: readonly number[]
  readonly range: readonly number[]
  readonly low: number
  readonly width: number
}

/** Columns brought into one range. */
export const minMaxScalerKind: Kind<MinMaxState> = Object.freeze({
  kind: 'minMaxScaler',
  role: () => 'transformer',
  inputs: state => state.features,
  outputs: state => numberOutputs(state.features),
  predict(state: MinMaxState, columns: Columns, rows: number): Columns {
    const out = new Map<string, Float64Array>()
    for (const [index, name] of state.features.entries()) {
      const from = columnOf(columns, name)
      const to = new Float64Array(rows)
      const min = state.min[index] as number
      const range = state.range[index] as number
      for (let row = 0; row < rows; row++) to[row] = (((from[row] as number) - min) / range) * state.width + state.low
      out.set(name, to)
    }
    return out
  },
  express(state: MinMaxState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> {
    const out = new Map<string, ExprNode>()
    for (const [index, name] of state.features.entries()) {
      const share = scaled(column(name), state.min[index] as number, state.range[index] as number)
      out.set(name, callNode('add', [callNode('mul', [share, literalNode(state.width, 'float64')]), literalNode(state.low, 'float64')]))
    }
    return out
  },
  store: state => ({
    json: { features: state.features, low: state.low, width: state.width },
    tensors: { min: tensorOf(state.min), range: tensorOf(state.range) },
  }),
  restore: stored => {
    const features = textsIn(stored, 'features')
    const range = vectorIn(stored, 'range', features.length)
    if (range.includes(0)) throw new Error('range holds a zero')
    const min = vectorIn(stored, 'min', features.length)
    return Object.freeze({ features, min, range, low: numberIn(stored, 'low'), width: numberIn(stored, 'width') })
  },
} satisfies Kind<MinMaxState>)
