import type { ExprNode } from '../../expr/index.ts'
import type { Kind, Numbers, Role, Stored, Tensor } from './kind.ts'
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
  const role = (state: PipelineState): Role => {
    const last = state.steps[state.steps.length - 1] as FittedStep
    return find(last.kind).role(last.state)
  }
  return Object.freeze({
    kind: 'pipeline',
    role,
    inputs: state => state.features,
    outputs: state => outputsOf(find, state),
    predict(state: PipelineState, columns: Numbers, rows: number): Numbers {
      const known = new Map(columns)
      for (const step of state.steps) for (const [name, column] of find(step.kind).predict(step.state, known, rows)) known.set(name, column)
      return new Map(outputsOf(find, state).map(name => [name, known.get(name) as Float64Array]))
    },
    express(state: PipelineState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> {
      const known = new Map(state.features.map(name => [name, column(name)]))
      for (const step of state.steps) {
        const written = find(step.kind).express(step.state, name => known.get(name) ?? column(name))
        for (const [name, expr] of written) known.set(name, expr)
      }
      return new Map(outputsOf(find, state).map(name => [name, known.get(name) as ExprNode]))
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

/** What the last step predicts; of transformers only, all that any step wrote. */
function outputsOf(find: (kind: string) => Kind, state: PipelineState): readonly string[] {
  const steps = state.steps.map(step => ({ role: find(step.kind).role(step.state), outputs: find(step.kind).outputs(step.state) }))
  const last = steps[steps.length - 1]
  if (last !== undefined && last.role !== 'transformer') return last.outputs
  return [...new Set(steps.flatMap(step => step.outputs))]
}

function restorePipeline(find: (kind: string) => Kind, stored: Stored): PipelineState {
  const features = textsIn(stored, 'features')
  const { steps } = stored.json
  if (!Array.isArray(steps) || steps.length === 0) throw new Error('a pipeline without steps')
  const restored = steps.map((step: unknown, index): FittedStep => {
    if (!isStored(step)) throw new Error(`step ${index} of the pipeline has no name, kind and state`)
    const tensors: Record<string, Tensor> = {}
    const prefix = `${index}.`
    for (const [name, tensor] of Object.entries(stored.tensors)) if (name.startsWith(prefix)) tensors[name.slice(prefix.length)] = tensor
    return Object.freeze({ name: step.name, kind: step.kind, state: find(step.kind).restore({ json: step.state, tensors }) })
  })
  const known = new Set<string>(features)
  for (const [index, step] of restored.entries()) {
    const kind = find(step.kind)
    for (const name of kind.inputs(step.state))
      if (!known.has(name)) throw new Error(`step ${step.name} reads ${name}, which no step before it gives`)
    for (const name of kind.outputs(step.state)) known.add(name)
    if (index < restored.length - 1 && kind.role(step.state) !== 'transformer')
      throw new Error(`step ${step.name} is not the last but predicts`)
  }
  return Object.freeze({ features, steps: Object.freeze(restored) })
}

function isStored(step: unknown): step is { name: string; kind: string; state: Record<string, unknown> } {
  if (typeof step !== 'object' || step === null || !('name' in step) || !('kind' in step) || !('state' in step)) return false
  return typeof step.name === 'string' && typeof step.kind === 'string' && typeof step.state === 'object' && step.state !== null
}
