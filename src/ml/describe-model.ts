import type { Description } from '../display/index.ts'
import { formatNumber } from '../display/index.ts'
import { type FittedStep, kindNamed } from './kinds/index.ts'
import type { ModelData } from './model-data.ts'

/** What a model is, and the numbers it learnt: a line for each feature. */
export function describeModel(data: ModelData): Description {
  const kind = kindNamed(data.kind)
  const { json, tensors } = kind.store(data.state)
  const names = data.features.map(field => field.name)
  const perFeature = Object.entries(tensors).filter(([, tensor]) => tensor.values.length === names.length)
  const scalars = Object.entries(json).filter(([, value]) => typeof value === 'number' || typeof value === 'boolean')
  return {
    kind: 'group',
    title: `${data.kind} (${kind.role(data.state)})`,
    items: [
      {
        kind: 'keyValues',
        pairs: [
          ...(data.target === undefined ? [] : [['target', data.target.name] as const]),
          ['learnt from', `${data.rows} rows`],
          ...stepNames(json),
          ...unsettled(data).map(note => ['note', note] as const),
          ...scalars.map(([name, value]) => [name, typeof value === 'number' ? formatNumber(value) : String(value)] as const),
        ],
      },
      {
        kind: 'table',
        columns: [
          { name: 'feature', type: '', align: 'left' },
          ...perFeature.map(([name]) => ({ name: label(json, name), type: '', align: 'right' as const })),
        ],
        rows: names.map((name, i) => [name, ...perFeature.map(([, tensor]) => formatNumber(tensor.values[i] as number))]),
        total: names.length,
        shown: names.length,
      },
    ],
  }
}

/** What stopped before it was done, in the model or a step of it. */
function unsettled({ kind, state }: Pick<ModelData, 'kind' | 'state'>): readonly string[] {
  const {
    converged,
    iterations,
    steps = [],
    parts = [],
  } = state as {
    readonly converged?: boolean
    readonly iterations?: number
    readonly steps?: readonly FittedStep[]
    readonly parts?: readonly FittedStep[]
  }
  const own = converged === false ? [`${kind} did not settle in ${iterations} iterations: scale the features, or raise maxIterations`] : []
  return [...own, ...[...steps, ...parts].flatMap(unsettled)]
}

type Json = Readonly<Record<string, unknown>>

/** The steps of a pipeline, the parts of columns. */
function stepsOf(json: Json): readonly { readonly name: string; readonly kind: string }[] {
  const steps = json['steps'] ?? json['parts']
  return Array.isArray(steps) ? (steps as { name: string; kind: string }[]) : []
}

function stepNames(json: Json): readonly (readonly [string, string])[] {
  const list = stepsOf(json)
  return list.length === 0 ? [] : [['steps' in json ? 'steps' : 'parts', list.map(step => `${step.name}: ${step.kind}`).join(', ')]]
}

/** `0.scale` of a pipeline is `<name of step 0>.scale`. */
function label(json: Json, tensor: string): string {
  const [, index, rest] = /^(\d+)\.(.*)$/.exec(tensor) ?? []
  const step = index === undefined ? undefined : stepsOf(json)[Number(index)]
  return step === undefined || rest === undefined ? tensor : `${step.name}.${rest}`
}
