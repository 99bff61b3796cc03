import type { ExprNode } from '../../expr/index.ts'
import type { Columns, Kind, Output, Stored, Tensor, Values } from './kind.ts'
import { type FittedStep, isStored, tensorsUnder } from './pipeline.ts'
import { textsIn } from './restore.ts'

/** Fitted parts side by side: all read the data, none reads what another wrote. */
export interface ColumnsState {
  /** All columns that were there; those that no part reads go no further. */
  readonly features: readonly string[]
  readonly parts: readonly FittedStep[]
}

/** Different treatment for different columns. `find` gives the kind of a part: the table of kinds holds this one too, so it is handed in. */
export function columnsKind(find: (kind: string) => Kind): Kind<ColumnsState> {
  return Object.freeze({
    kind: 'columns',
    role: () => 'transformer',
    inputs: state => state.features,
    outputs: state => state.parts.flatMap(part => find(part.kind).outputs(part.state)),
    fills: state => filledBy(find, state),
    predict(state: ColumnsState, columns: Columns, rows: number): Columns {
      const out = new Map<string, Values>()
      for (const part of state.parts) for (const [name, values] of find(part.kind).predict(part.state, columns, rows)) out.set(name, values)
      return out
    },
    express(state: ColumnsState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> | undefined {
      const out = new Map<string, ExprNode>()
      for (const part of state.parts) {
        const written = find(part.kind).express(part.state, column)
        if (written === undefined) return undefined
        for (const [name, expr] of written) out.set(name, expr)
      }
      return out
    },
    store: state => {
      const tensors: Record<string, Tensor> = {}
      const parts = state.parts.map((part, index) => {
        const stored = find(part.kind).store(part.state)
        for (const [name, tensor] of Object.entries(stored.tensors)) tensors[`${index}.${name}`] = tensor
        return { name: part.name, kind: part.kind, state: stored.json }
      })
      return { json: { features: state.features, parts }, tensors }
    },
    restore: stored => restoreColumns(find, stored),
  } satisfies Kind<ColumnsState>)
}

/** Names that two of these outputs have. */
export function namesTwice(outputs: readonly Output[]): readonly string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { name } of outputs) (seen.has(name) ? twice : seen).add(name)
  return [...twice]
}

/** A column that no part reads, or that every part that reads it fills. */
function filledBy(find: (kind: string) => Kind, state: ColumnsState): readonly string[] {
  const parts = state.parts.map(part => ({
    reads: new Set(find(part.kind).inputs(part.state)),
    fills: new Set(find(part.kind).fills?.(part.state)),
  }))
  return state.features.filter(name => parts.every(({ reads, fills }) => !reads.has(name) || fills.has(name)))
}

function restoreColumns(find: (kind: string) => Kind, stored: Stored): ColumnsState {
  const features = textsIn(stored, 'features')
  const { parts } = stored.json
  if (!Array.isArray(parts) || parts.length === 0) throw new Error('columns without parts')
  const restored = parts.map((part: unknown, index): FittedStep => {
    if (!isStored(part)) throw new Error(`part ${index} of the columns has no name, kind and state`)
    const kind = find(part.kind)
    const state = kind.restore({ json: part.state, tensors: tensorsUnder(stored, `${index}.`) })
    if (kind.role(state) !== 'transformer') throw new Error(`part ${part.name} is a ${kind.role(state)}`)
    for (const name of kind.inputs(state))
      if (!features.includes(name)) throw new Error(`part ${part.name} reads ${name}, which is no feature`)
    return Object.freeze({ name: part.name, kind: part.kind, state })
  })
  const state: ColumnsState = Object.freeze({ features, parts: Object.freeze(restored) })
  const twice = namesTwice(restored.flatMap(part => find(part.kind).outputs(part.state)))
  if (twice.length > 0) throw new Error(`two parts write ${twice.join(', ')}`)
  return state
}
