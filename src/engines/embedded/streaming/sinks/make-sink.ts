import { TidemillError } from '../../../../errors/index.ts'
import type { SinkStep, StreamSink } from '../seams.ts'
import { collectSink } from './collect-sink.ts'
import { consoleSink } from './console-sink.ts'
import { fileSink, type FileSinkOptions } from './file-sink.ts'
import { loadParquet } from './parquet-encoder.ts'
import type { SinkPlace } from './place.ts'
import { webhookSink } from './webhook-sink.ts'

const kinds: Readonly<Record<string, (step: SinkStep, at: SinkPlace) => StreamSink>> = {
  file: fileSink,
  webhook: webhookSink,
  console: consoleSink,
  collect: collectSink,
}

/** The sink of a step. For writers of Parquet call `loadSinks` before. */
export function makeSink(step: SinkStep, at: SinkPlace): StreamSink {
  const make = kinds[step.sink]
  if (make === undefined)
    throw new TidemillError('stream.unsupported', `unknown sink: ${step.sink} (have ${Object.keys(kinds).join(', ')})`, {
      details: { sink: step.sink },
    })
  return make(step, at)
}

/** Loads what the writers of these sinks need; once a thread. */
export async function loadSinks(steps: readonly SinkStep[]): Promise<void> {
  if (steps.some(step => step.sink === 'file' && (step.options as FileSinkOptions).format === 'parquet')) await loadParquet()
}
