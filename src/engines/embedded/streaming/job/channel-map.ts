import type { Graph } from '../seams.ts'

/** One channel of a graph: from a subtask of a stage to a subtask that reads it. */
export interface ChannelPlace {
  /** The same number on every thread. */
  readonly id: number
  readonly from: { readonly stage: number; readonly index: number }
  readonly to: { readonly stage: number; readonly index: number }
}

/**
 * All channels of a graph, in the order in which a subtask that reads has them: exchange by exchange, writer by writer.
 */
export function channelsOf(graph: Graph): readonly ChannelPlace[] {
  const found: ChannelPlace[] = []
  for (const stage of graph.stages)
    for (let index = 0; index < stage.parallelism; index++)
      for (const { from } of stage.inputs)
        for (let writer = 0; writer < (graph.stages[from]?.parallelism ?? 0); writer++)
          found.push({ id: found.length, from: { stage: from, index: writer }, to: { stage: stage.index, index } })
  return found
}

/** The thread a subtask runs on. */
export function threadOf(index: number, threads: number): number {
  return index % threads
}
