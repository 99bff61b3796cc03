import type { Graph, Stage } from '../seams.ts'
import { partitionsOf } from '../sources/index.ts'

/** No more subtasks for a source than it has partitions when the job starts; stages that read it task by task follow. */
export async function fitSources(graph: Graph): Promise<Graph> {
  const stages: Stage[] = []
  for (const stage of graph.stages) {
    // oxlint-disable-next-line no-await-in-loop
    stages.push({ ...stage, parallelism: await widthOf(stage, stages) })
  }
  return { ...graph, stages }
}

async function widthOf(stage: Stage, before: readonly Stage[]): Promise<number> {
  const [input] = stage.inputs
  if (input?.by.kind === 'forward') return before[input.from]?.parallelism ?? stage.parallelism
  if (stage.source === undefined || stage.source.source === 'spout' || stage.parallelism === 1) return stage.parallelism
  const partitions = await partitionsOf(stage.source, stage.parallelism)
  return Math.min(stage.parallelism, Math.max(1, partitions.length))
}
