import type { Graph, StreamSink } from '../seams.ts'
import { loadSinks, makeSink, type SinkPlace } from '../sinks/index.ts'

/** The sinks of a graph by the id of their step. */
export async function openSinks(graph: Graph, place: SinkPlace): Promise<ReadonlyMap<string, StreamSink>> {
  const steps = graph.stages.flatMap(stage => stage.sinks)
  await loadSinks(steps)
  return new Map(steps.map(step => [step.id, makeSink(step, { name: graph.name, ...place })]))
}
