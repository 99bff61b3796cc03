import type { streamRuntime } from '../engines/embedded/index.ts'
import { nodesOf, type Plan, type SinkNode, type Spec, verbs } from '../plan/index.ts'

export type Runtime = Awaited<ReturnType<typeof streamRuntime>>
export type Graph = ReturnType<Runtime['compileJob']>
type SinkStep = Graph['stages'][number]['sinks'][number]

/** What the ids of sinks begin with that collect late rows for a driver. */
export const lateRows = 'driver-late-rows'

/** The plan with a sink for what comes out, and one for the late rows of each window that has none of its own. */
export function drivenSinks(plan: Plan, sink: Spec): readonly SinkNode[] {
  const nodes = nodesOf(plan)
  const taken = new Set<Plan>(nodes.flatMap(node => (node.node === 'late' ? [node.input] : [])))
  const windows = nodes.filter(node => node.node === 'aggregate' && node.window !== undefined && !taken.has(node))
  const late = windows.map((window, n) => ({ ...verbs.sink(verbs.late(window, {}), { sink }), stepName: `${lateRows}-${n + 1}` }))
  return [verbs.sink(plan, { sink }), ...late]
}

/** The graph as a driver runs it: sources may end, all sinks collect. */
export function driven(graph: Graph): Graph {
  const stages = graph.stages.map(stage => ({
    ...stage,
    sinks: stage.sinks.map(collecting),
    source: stage.source === undefined ? undefined : { ...stage.source, bounded: true },
  }))
  return { ...graph, stages }
}

function collecting(sink: SinkStep): SinkStep {
  return { ...sink, sink: 'collect', options: {}, guarantee: 'exactly-once' }
}
