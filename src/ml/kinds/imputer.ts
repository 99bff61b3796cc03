import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { codedOf, columnOf, type Coded, type Columns, type Kind, type Output, type Values } from './kind.ts'
import { textsIn } from './restore.ts'

/** For each feature the value that stands in for NULL: a text of a column of text, else a number. */
export interface ImputerState {
  readonly features: readonly string[]
  readonly values: readonly (string | number)[]
  /** Whether columns tell where a NULL was. */
  readonly indicator: boolean
}

/** Columns without NULLs. */
export const imputerKind: Kind<ImputerState> = Object.freeze({
  kind: 'imputer',
  role: () => 'transformer',
  inputs: state => state.features,
  outputs: state => [
    ...state.features.map((name, i): Output => ({ name, type: typeof state.values[i] === 'string' ? 'string' : 'float64' })),
    ...(state.indicator ? state.features.map((name): Output => ({ name: indicatorName(name), type: 'float64' })) : []),
  ],
  fills: state => state.features,
  predict(state: ImputerState, columns: Columns, rows: number): Columns {
    const out = new Map<string, Values>()
    const missing = new Map<string, Float64Array>()
    for (const [index, name] of state.features.entries()) {
      const value = state.values[index] as string | number
      const gaps = new Float64Array(rows)
      out.set(
        name,
        typeof value === 'string' ? filledTexts(codedOf(columns, name), value, gaps) : filled(columnOf(columns, name), value, gaps),
      )
      missing.set(indicatorName(name), gaps)
    }
    return state.indicator ? new Map([...out, ...missing]) : out
  },
  express(state: ImputerState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> {
    const out = new Map<string, ExprNode>()
    const missing = new Map<string, ExprNode>()
    const [one, zero] = [literalNode(1, 'float64'), literalNode(0, 'float64')]
    for (const [index, name] of state.features.entries()) {
      const from = column(name)
      const value = state.values[index] as string | number
      const isNull = callNode('isNull', [from])
      if (typeof value === 'string') {
        out.set(name, callNode('coalesce', [from, literalNode(value, 'string')]))
        missing.set(indicatorName(name), callNode('case', [isNull, one, zero]))
      } else {
        const to = literalNode(value, 'float64')
        const isNan = callNode('isNan', [from])
        // `isNan` of NULL is NULL, which is not true, so NULL goes on to `coalesce`; the type then says that the result is never NULL.
        out.set(name, callNode('case', [isNan, to, callNode('coalesce', [from, to])]))
        missing.set(indicatorName(name), callNode('case', [isNull, one, isNan, one, zero]))
      }
    }
    return state.indicator ? new Map([...out, ...missing]) : out
  },
  store: state => ({ json: { features: state.features, values: state.values, indicator: state.indicator }, tensors: {} }),
  restore: stored => {
    const features = textsIn(stored, 'features')
    const { values, indicator } = stored.json
    if (!Array.isArray(values) || values.length !== features.length) throw new Error(`values are not those of ${features.length} features`)
    if (!values.every(value => typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))))
      throw new Error('values are neither texts nor finite numbers')
    if (typeof indicator !== 'boolean') throw new Error('indicator is not true or false')
    if (indicator && features.some(name => features.includes(indicatorName(name)))) throw new Error('a feature is called like an indicator')
    return Object.freeze({ features, values: Object.freeze([...(values as (string | number)[])]), indicator })
  },
} satisfies Kind<ImputerState>)

/** The column that tells where another was NULL: `age=NULL`. */
export function indicatorName(feature: string): string {
  return `${feature}=NULL`
}

function filled(from: Float64Array, value: number, gaps: Float64Array): Float64Array {
  const to = new Float64Array(gaps.length)
  for (let row = 0; row < to.length; row++) {
    const x = from[row] as number
    const isGap = Number.isNaN(x)
    to[row] = isGap ? value : x
    if (isGap) gaps[row] = 1
  }
  return to
}

function filledTexts({ codes, values }: Coded, value: string, gaps: Float64Array): Coded {
  const known = values.indexOf(value)
  const fill = known === -1 ? values.length : known
  const to = new Int32Array(gaps.length)
  for (let row = 0; row < to.length; row++) {
    const code = codes[row] as number
    to[row] = code < 0 ? fill : code
    if (code < 0) gaps[row] = 1
  }
  return { codes: to, values: known === -1 ? [...values, value] : values }
}
