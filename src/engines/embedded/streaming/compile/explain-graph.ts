import type { JobPlan } from '../../../../plan/index.ts'
import type { Graph, SinkStep, SourceStep, Stage, Step } from '../seams.ts'
import { compileJob } from './compile-job.ts'

/**
 * A job as text: its stages, what each step does and keeps, where rows cross between threads, and what each sink promises from end to end.
 *
 * @example
 * explainGraph(compileJob(plan, { name: 'hot', parallelism: 2 }))
 */
export function explainGraph(graph: Graph): string {
  return graph.stages.map(stage => explainStage(stage, graph).join('\n')).join('\n')
}

/** What a job would do, without a name and before its sources are looked at. */
export function explainJob(plan: JobPlan, parallelism: number): string {
  return explainGraph(compileJob(plan, { name: 'job', parallelism }))
}

function explainStage(stage: Stage, graph: Graph): readonly string[] {
  const lines = [`stage ${stage.index}, ${stage.parallelism} ${stage.parallelism === 1 ? 'task' : 'tasks'}`]
  if (stage.source !== undefined) lines.push(`  ${sourceLine(stage.source)}`)
  for (const { from, by } of stage.inputs) lines.push(`  reads stage ${from} ${how(by)}`)
  for (const step of stage.steps) lines.push(`  ${stepLine(step)}`)
  for (const sink of stage.sinks) lines.push(`  ${sinkLine(sink, graph)}`)
  return lines
}

/** How rows come from another stage: `by key machine`. */
export function how(by: Stage['inputs'][number]['by']): string {
  switch (by.kind) {
    case 'key':
      return by.keys.length === 0 ? 'as one group' : `by key ${by.keys.map(key => key.name).join(', ')}`
    case 'shuffle':
      return 'in turn'
    case 'all':
      return 'each row to every task'
    case 'global':
      return 'all rows to one task'
    case 'forward':
      return 'task by task'
  }
}

function sourceLine({ id, label, fields, time, bounded }: SourceStep): string {
  const columns = fields.map(field => field.name).join(', ')
  const when =
    time === undefined
      ? ''
      : `; event time ${time.column}, up to ${duration(time.latenessMs)} out of order, idle after ${duration(time.idleMs)}`
  return `${id}: ${label} (${columns})${when}${bounded ? '; ends by itself' : ''}`
}

function stepLine(step: Step): string {
  const state = stateOf(step)
  return `${step.id}: ${step.label}${state === undefined ? '' : `; keeps ${state}`}`
}

/** What a step keeps between rows, for how long. */
function stateOf(step: Step): string | undefined {
  switch (step.kind) {
    case 'window':
      return `a group per key and window of ${duration(step.size / 1000)}${step.allowed === 0 ? '' : `, ${duration(step.allowed / 1000)} longer for late rows`}`
    case 'running':
      return `totals per key for ${duration(step.ttl / 1000)}`
    case 'process':
      return `the state of each key for ${duration(step.ttl / 1000)}`
    case 'bolt':
      return 'nothing in checkpoints'
    case 'filter':
    case 'project':
    case 'explode':
    case 'map':
    case 'transform':
      return undefined
  }
}

function sinkLine(sink: SinkStep, graph: Graph): string {
  const what = { rows: '', late: ' of late rows', dead: ' of dead letters' }[sink.on]
  return `${sink.id}: ${sink.label}${what}; ${guaranteeOf(sink, graph)}`
}

/** What a sink promises from end to end: all sources can be read again from a position, so the sink decides. */
export function guaranteeOf(sink: SinkStep, graph: Graph): string {
  const spout = graph.stages.some(stage => stage.source?.source === 'spout')
  return sink.guarantee === 'exactly-once' && spout ? 'exactly-once if the spout gives the same tuples again' : sink.guarantee
}

/** `10 s`, `1.5 min`, `2 h`. */
export function duration(ms: number): string {
  const units = [
    { name: 'd', ms: 86_400_000 },
    { name: 'h', ms: 3_600_000 },
    { name: 'min', ms: 60_000 },
    { name: 's', ms: 1000 },
  ]
  const unit = units.find(other => ms >= other.ms)
  return unit === undefined ? `${ms} ms` : `${Math.round((ms / unit.ms) * 100) / 100} ${unit.name}`
}
