import type { ExprNode } from '../../expr/index.ts'
import type { Columns, Kind, Label, Output, Role, Stored, Tensor, Values } from './kind.ts'
import { textsIn } from './restore.ts'

/** Fitted steps in order; a step reads what the ones before it wrote. */
export interface PipelineState {
  /** The columns the whole reads from the data. */
  readonly features: readonly string[]
  readonly steps: readonly FittedStep[]
}
export interface FittedStep {
  readonly name: string
  readonly kind: string
  readonly state: object
}

/** Steps one after the other. `find` gives the kind of a step: the table of kinds holds this one too, so it is handed in. */
export function pipelineKind(find: (kind: string) => Kind): Kind<PipelineState> {
  const last = (state: PipelineState): FittedStep => state.steps[state.steps.length - 1] as FittedStep
  const role = (state: PipelineState): Role => find(last(state).kind).role(last(state).state)
  return Object.freeze({
    kind: 'pipeline',
    role,
    inputs: state => state.features,
    outputs: state => outputsOf(find, state),
    classes: (state): readonly Label[] => find(last(state).kind).classes?.(last(state).state) ?? [],
    fills: state => filledBy(find, state),
    predict(state: PipelineState, columns: Columns, rows: number): Columns {
      const known = new Map(columns)
      for (const step of state.steps) for (const [name, column] of find(step.kind).predict(step.state, known, rows)) known.set(name, column)
      return new Map(outputsOf(find, state).map(({ name }) => [name, known.get(name) as Values]))
    },
    express(state: PipelineState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> | undefined {
      const known = new Map(state.features.map(name => [name, column(name)]))
      for (const step of state.steps) {
        const written = find(step.kind).express(step.state, name => known.get(name) ?? column(name))
        if (written === undefined) return undefined
        for (const [name, expr] of written) known.set(name, expr)
      }
      const made = outputsOf(find, state).flatMap(({ name }) => {
        const expr = known.get(name)
        return expr === undefined ? [] : ([[name, expr]] as const)
      })
      return new Map(made)
    },
    store: state => {
      const tensors: Record<string, Tensor> = {}
      const steps = state.steps.map((step, index) => {
        const stored = find(step.kind).store(step.state)
        for (const [name, tensor] of Object.entries(stored.tensors)) tensors[`${index}.${name}`] = tensor
        return { name: step.name, kind: step.kind, state: stored.json }
      })
      return { json: { features: state.features, steps }, tensors }
    },
    restore: stored => restorePipeline(find, stored),
  } satisfies Kind<PipelineState>)
}

/** The features after a step: those it does not read pass, those it reads give way to what it writes. */
export function featuresAfter(features: readonly string[], inputs: readonly string[], outputs: readonly Output[]): readonly string[] {
  const read = new Set(inputs)
  const written = new Set(outputs.map(output => output.name))
  const kept = features.filter(name => !read.has(name) || written.has(name))
  return [...kept, ...[...written].filter(name => !kept.includes(name))]
}

/** What the last step predicts; of transformers only, all that is left in the end. */
function outputsOf(find: (kind: string) => Kind, state: PipelineState): readonly Output[] {
  const known = new Map<string, Output>()
  let features = state.features
  for (const step of state.steps) {
    const kind = find(step.kind)
    const outputs = kind.outputs(step.state)
    if (kind.role(step.state) !== 'transformer') return outputs
    features = featuresAfter(features, kind.inputs(step.state), outputs)
    for (const output of outputs) known.set(output.name, output)
  }
  return features.flatMap(name => known.get(name) ?? [])
}

/** A column whose first reader fills it. */
function filledBy(find: (kind: string) => Kind, state: PipelineState): readonly string[] {
  return state.features.filter(name => {
    const reader = state.steps.find(step => find(step.kind).inputs(step.state).includes(name))
    return reader !== undefined && (find(reader.kind).fills?.(reader.state).includes(name) ?? false)
  })
}

function restorePipeline(find: (kind: string) => Kind, stored: Stored): PipelineState {
  const features = textsIn(stored, 'features')
  const { steps } = stored.json
  if (!Array.isArray(steps) || steps.length === 0) throw new Error('a pipeline without steps')
  const restored = steps.map((step: unknown, index): FittedStep => {
    if (!isStored(step)) throw new Error(`step ${index} of the pipeline has no name, kind and state`)
    return Object.freeze({
      name: step.name,
      kind: step.kind,
      state: find(step.kind).restore({ json: step.state, tensors: tensorsUnder(stored, `${index}.`) }),
    })
  })
  const known = new Set<string>(features)
  for (const [index, step] of restored.entries()) {
    const kind = find(step.kind)
    for (const name of kind.inputs(step.state))
      if (!known.has(name)) throw new Error(`step ${step.name} reads ${name}, which no step before it gives`)
    for (const { name } of kind.outputs(step.state)) known.add(name)
    if (index < restored.length - 1 && kind.role(step.state) !== 'transformer')
      throw new Error(`step ${step.name} is not the last but predicts`)
  }
  return Object.freeze({ features, steps: Object.freeze(restored) })
}

/** The tensors of one step or part, by their own names. */
export function tensorsUnder(stored: Stored, prefix: string): Readonly<Record<string, Tensor>> {
  const tensors: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(stored.tensors)) if (name.startsWith(prefix)) tensors[name.slice(prefix.length)] = tensor
  return tensors
}

/** A named step as it was written down. */
export function isStored(step: unknown): step is { name: string; kind: string; state: Record<string, unknown> } {
  if (typeof step !== 'object' || step === null || !('name' in step) || !('kind' in step) || !('state' in step)) return false
  return typeof step.name === 'string' && typeof step.kind === 'string' && typeof step.state === 'object' && step.state !== null
}
