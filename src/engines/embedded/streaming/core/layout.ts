/** Which subtasks a graph has and which channels join them: the same answer on every thread. */
import type { Exchange, Graph, Stage } from '../seams.ts'

/** The subtasks of one stage that read what another stage writes. */
export interface Route {
  readonly to: number
  readonly exchange: Exchange
  readonly width: number
}

/** `g4-s1-0`: generation, stage, subtask. */
export function subtaskName(generation: number, stage: number, index: number): string {
  return `g${generation}-s${stage}-${index}`
}

/** The exchanges that read a stage, in the order of the stages. */
export function routesOf(graph: Graph, stage: number): readonly Route[] {
  return graph.stages.flatMap(({ index, inputs, parallelism }) =>
    inputs.filter(({ from }) => from === stage).map(exchange => ({ to: index, exchange, width: parallelism })),
  )
}

/** Stages that nobody reads: when all their subtasks have ended, the job has. */
export function lastStages(graph: Graph): readonly Stage[] {
  return graph.stages.filter(({ index }) => routesOf(graph, index).length === 0)
}

/** Names of the subtasks of some stages. */
export function subtaskNames(stages: readonly Stage[], generation: number): readonly string[] {
  return stages.flatMap(({ index, parallelism }) => Array.from({ length: parallelism }, (_, i) => subtaskName(generation, index, i)))
}
