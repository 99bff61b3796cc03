import { columnNode } from '../../../../expr/index.ts'
import { lower, type Named, nodesOf, type Plan, type SinkNode } from '../../../../plan/index.ts'
import type { Schema } from '../../../../schema/index.ts'
// Not by their faces, here and in steps.ts: to explain a job, neither operators nor sinks are loaded.
import { sinkStepOf } from '../sinks/sink-step.ts'
import { deadLetterFields, type Exchange, type SinkStep, type SourceStep, type Stage, type Step } from '../seams.ts'
import { checkNodes } from './check-nodes.ts'
import { type Draft, draftStages } from './draft.ts'
import { keysOf } from './keys.ts'
import { narrow, type Narrowed } from './narrow.ts'
import { type StepIds, stepIds } from './step-ids.ts'
import { stepOf } from './steps.ts'

/**
 * The stages of a stream plan. Steps stand as they were written; models that are expressions have become projects; columns that nobody reads are left out.
 *
 * @throws stream.unsupported, stream.unbounded, stream.argument naming the step and where it was written
 */
export function compileStream(sinks: readonly SinkNode[], parallelism: number): readonly Stage[] {
  const nodes = lowered(sinks)
  checkNodes(nodes)
  const drafts = draftStages(nodes)
  const narrowed = narrow(drafts)
  const ids = stepIds(nodes.flatMap(node => node.stepName ?? []))
  const stages: Stage[] = []
  for (const draft of drafts) stages.push(stageOf(draft, { narrowed, ids, stages, drafts, parallelism }))
  return stages
}

/** Every node once, inputs first. All sinks are lowered in one go: what two of them share stays one. */
function lowered(sinks: readonly SinkNode[]): readonly Plan[] {
  const all: Plan = { node: 'union', inputs: sinks, fields: [], open: false }
  const root = lower(all)
  return nodesOf(root).filter(node => node !== root)
}

interface Around {
  readonly narrowed: readonly Narrowed[]
  readonly ids: StepIds
  /** Those made so far. */
  readonly stages: readonly Stage[]
  readonly drafts: readonly Draft[]
  readonly parallelism: number
}

function stageOf(draft: Draft, around: Around): Stage {
  const { ids, narrowed, stages } = around
  const columns = narrowed[draft.index] ?? { input: new Set<string>(), output: new Set<string>(), steps: [] }
  const source = draft.source === undefined ? undefined : sourceStep(draft, columns.input, ids)
  const before = draft.input === undefined ? undefined : stages[draft.input.from.index]
  let fields = source?.fields ?? (before === undefined ? [] : fieldsOf(before))
  const steps: Step[] = []
  for (const [index, { node, onError }] of draft.steps.entries()) {
    const id = ids.take(kindOf(node), node.stepName, node.at)
    const step = stepOf(node, { id, input: fields, wanted: columns.steps[index] ?? new Set(), onError })
    steps.push(step)
    fields = step.fields
  }
  const cut = handOn(draft, around.drafts, columns.output, fields, ids)
  if (cut !== undefined) steps.push(cut)
  return {
    index: draft.index,
    inputs: exchangesOf(draft),
    source,
    steps,
    sinks: sinkSteps(draft, fields, steps, ids),
    parallelism: widthOf(draft, before, around.parallelism),
  }
}

function sourceStep(draft: Draft, wanted: ReadonlySet<string>, ids: StepIds): SourceStep | undefined {
  if (draft.source === undefined) return undefined
  const { scan, time, onBroken } = draft.source
  const { fn, ...options } = scan.source.options as { readonly fn?: SourceStep['fn'] }
  const needed = scan.fields.filter(field => wanted.has(field.name) || field.name === time?.column)
  return {
    kind: 'source',
    id: ids.take('source', scan.stepName ?? time?.stepName, scan.at),
    label: labelOf(scan.source.kind, options),
    fields: needed.length > 0 ? needed : scan.fields.slice(0, 1),
    source: scan.source.kind,
    options,
    ...(fn === undefined ? {} : { fn }),
    ...(time === undefined ? {} : { time: { column: time.column, latenessMs: time.latenessMs, idleMs: time.idleMs } }),
    bounded: isBounded(scan.source.kind, options),
    onBroken,
  }
}

function labelOf(kind: string, options: object): string {
  const path = 'path' in options && kind !== 'replay' ? options.path : undefined
  return typeof path === 'string' ? `${kind} ${path.split(/[\\/]/).slice(-2).join('/')}` : kind
}

/** True for a source that ends by itself. */
function isBounded(kind: string, options: object): boolean {
  if (kind === 'follow') return 'until' in options && options.until === 'end'
  if (kind === 'generate') return 'rows' in options && options.rows !== undefined
  return kind === 'replay'
}

/** Leaves out columns that no stage behind reads, before rows cross to another thread. */
function handOn(draft: Draft, drafts: readonly Draft[], wanted: ReadonlySet<string>, fields: Schema, ids: StepIds): Step | undefined {
  const crosses = drafts.some(other => other.input?.from === draft && other.input.by === 'key')
  if (!crosses || draft.sinks.some(sink => sink.on === 'rows')) return undefined
  const some = fields.filter(field => wanted.has(field.name))
  const needed = some.length > 0 ? some : fields.slice(0, 1)
  if (needed.length === fields.length) return undefined
  const columns = needed.map((field): Named => ({ name: field.name, expr: columnNode(field) }))
  const label = `select ${needed.map(field => field.name).join(', ')}`
  return { kind: 'project', id: ids.take('select', undefined, undefined), label, fields: needed, columns }
}

function exchangesOf(draft: Draft): readonly Exchange[] {
  if (draft.input === undefined) return []
  const { from, by } = draft.input
  return [{ from: from.index, by: by === 'key' ? { kind: 'key', keys: keysOf(draft) } : { kind: 'forward' } }]
}

function widthOf(draft: Draft, before: Stage | undefined, parallelism: number): number {
  if (draft.input?.by === 'forward') return before?.parallelism ?? parallelism
  if (draft.input?.by === 'key') return keysOf(draft).length === 0 ? 1 : parallelism
  // A table that is replayed and a generator have one part each; a followed folder is asked when the job starts.
  const kind = draft.source?.scan.source.kind
  return kind === 'follow' || kind === 'pushed' ? parallelism : 1
}

function sinkSteps(draft: Draft, fields: Schema, steps: readonly Step[], ids: StepIds): readonly SinkStep[] {
  const lateFields = steps.find(step => step.kind === 'window')?.input ?? []
  return draft.sinks.map(({ on, spec, node }) =>
    sinkStepOf(spec, {
      on,
      id: ids.take(spec.kind, node.node === 'sink' ? node.stepName : undefined, node.at),
      fields: on === 'rows' ? fields : on === 'late' ? lateFields : deadLetterFields,
    }),
  )
}

function kindOf(node: Draft['steps'][number]['node']): string {
  if (node.node !== 'aggregate') return node.node
  return node.window === undefined ? 'running' : 'window'
}

/** The columns of the last step of a stage, or of its source. */
export function fieldsOf(stage: Stage): Schema {
  return stage.steps.at(-1)?.fields ?? stage.source?.fields ?? []
}
