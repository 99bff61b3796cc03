import type { Description } from '../display/index.ts'
import { formatNumber } from '../display/index.ts'
import { kindNamed } from './kinds/index.ts'
import type { ModelData } from './model-data.ts'

/** What a model is, and the numbers it learnt: a line for each feature. */
export function describeModel(data: ModelData): Description {
  const kind = kindNamed(data.kind)
  const { json, tensors } = kind.store(data.state)
  const names = data.features.map(field => field.name)
  const perFeature = Object.entries(tensors).filter(([, tensor]) => tensor.values.length === names.length)
  const scalars = Object.entries(json).filter(([, value]) => typeof value === 'number')
  return {
    kind: 'group',
    title: `${data.kind} (${kind.role(data.state)})`,
    items: [
      {
        kind: 'keyValues',
        pairs: [
          ...(data.target === undefined ? [] : [['target', data.target.name] as const]),
          ['learnt from', `${data.rows} rows`],
          ...stepNames(json['steps']),
          ...scalars.map(([name, value]) => [name, formatNumber(value as number)] as const),
        ],
      },
      {
        kind: 'table',
        columns: [
          { name: 'feature', type: '', align: 'left' },
          ...perFeature.map(([name]) => ({ name: label(json['steps'], name), type: '', align: 'right' as const })),
        ],
        rows: names.map((name, i) => [name, ...perFeature.map(([, tensor]) => formatNumber(tensor.values[i] as number))]),
        total: names.length,
        shown: names.length,
      },
    ],
  }
}

function stepsOf(steps: unknown): readonly { readonly name: string; readonly kind: string }[] {
  return Array.isArray(steps) ? (steps as { name: string; kind: string }[]) : []
}

function stepNames(steps: unknown): readonly (readonly [string, string])[] {
  const list = stepsOf(steps)
  return list.length === 0 ? [] : [['steps', list.map(step => `${step.name}: ${step.kind}`).join(', ')]]
}

/** `0.scale` of a pipeline is `<name of step 0>.scale`. */
function label(steps: unknown, tensor: string): string {
  const [, index, rest] = /^(\d+)\.(.*)$/.exec(tensor) ?? []
  const step = index === undefined ? undefined : stepsOf(steps)[Number(index)]
  return step === undefined || rest === undefined ? tensor : `${step.name}.${rest}`
}
