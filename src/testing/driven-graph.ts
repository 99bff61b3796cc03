import type { streamRuntime } from '../engines/embedded/index.ts'

export type Runtime = Awaited<ReturnType<typeof streamRuntime>>
export type Graph = ReturnType<Runtime['compileJob']>
type SinkStep = Graph['stages'][number]['sinks'][number]

/** What the ids of sinks begin with that collect late rows for a driver. */
export const lateRows = 'driver late rows'

/** The graph as a driver runs it: sources may end, all sinks collect, and late rows of every window are collected too. */
export function driven(graph: Graph): Graph {
  const stages = graph.stages.map(stage => {
    const window = stage.steps.find(step => step.kind === 'window')
    const sinks = stage.sinks.map(collecting)
    const late: SinkStep[] =
      window === undefined || sinks.some(sink => sink.on === 'late')
        ? []
        : [
            collecting({
              kind: 'sink',
              id: `${lateRows} ${window.id}`,
              label: 'late rows',
              fields: window.input,
              on: 'late',
              sink: '',
              options: {},
              guarantee: 'exactly-once',
            }),
          ]
    return { ...stage, sinks: [...sinks, ...late], source: stage.source === undefined ? undefined : { ...stage.source, bounded: true } }
  })
  return { ...graph, stages }
}

function collecting(sink: SinkStep): SinkStep {
  return { ...sink, sink: 'collect', options: {}, guarantee: 'exactly-once' }
}
