import type { JobShape, ShapeStep } from '../../../../telemetry/index.ts'
import { guaranteeOf, how } from '../compile/index.ts'
import type { Graph, SinkStep, Stage } from '../seams.ts'

/** What the status tells of a job that does not change while it runs. */
export function jobShape(graph: Graph, { threads, checkpointMs }: { readonly threads: number; readonly checkpointMs: number }): JobShape {
  return {
    name: graph.name,
    threads,
    checkpointMs,
    steps: graph.stages.flatMap(stage => stepsOf(stage, graph)),
    edges: graph.stages.flatMap(stage => edgesOf(stage, graph)),
  }
}

function stepsOf(stage: Stage, graph: Graph): readonly ShapeStep[] {
  const at = { stage: stage.index, parallelism: stage.parallelism }
  const own = [stage.source, ...stage.steps].filter(step => step !== undefined)
  return [
    ...own.map(({ id, kind, label }) => ({ id, kind, label, ...at })),
    ...stage.sinks.map(sink => ({
      id: sink.id,
      kind: 'sink',
      label: sink.label,
      ...at,
      guarantee: guaranteeOf(sink, graph),
      target: targetOf(sink),
      on: sink.on,
    })),
  ]
}

/** Where a sink writes, for people. */
function targetOf({ options, sink }: SinkStep): string {
  if ('path' in options && typeof options.path === 'string') return options.path
  if ('url' in options && typeof options.url === 'string') return new URL(options.url).origin
  return sink
}

function edgesOf(stage: Stage, graph: Graph): JobShape['edges'] {
  const own = [stage.source, ...stage.steps].filter(step => step !== undefined).map(step => step.id)
  const [first] = own
  const last = own.at(-1)
  if (first === undefined || last === undefined) return []
  const window = stage.steps.find(step => step.kind === 'window')?.id ?? last
  return [
    ...stage.inputs.flatMap(({ from, by }) => {
      const before = graph.stages[from]
      const end = before?.steps.at(-1)?.id ?? before?.source?.id
      return end === undefined ? [] : [{ from: end, to: first, how: how(by) }]
    }),
    ...own.slice(1).map((to, index) => ({ from: own[index] ?? first, to, how: 'in place' })),
    ...stage.sinks.map(({ id, on }) => {
      if (on === 'late') return { from: window, to: id, how: 'late rows' }
      return on === 'dead' ? { from: first, to: id, how: 'dead letters' } : { from: last, to: id, how: 'in place' }
    }),
  ]
}
