/** The stream that the browser tests watch: made-up readings, a window a second, results to files exactly once, on the threads of a real job. */
import { join } from 'node:path'
import { generate, ndjson } from '../../src/connectors/index.ts'
import { timestampOf } from '../../src/schema/index.ts'
import { tidemill } from '../../src/session/index.ts'
import { tumbling } from '../../src/stream/index.ts'

export interface RunningStream {
  readonly name: string
  end(): Promise<void>
}

/** Starts it in a workspace. Event time began in 2026 and goes as fast as the clock: 200 readings a second. */
export async function startStream(workspace: string): Promise<RunningStream> {
  const tm = await tidemill({ workspace, typesFile: false })
  const readings = await tm.stream(
    generate({ schema: { at: 'timestamp', machine: 'string', celsius: 'float64' }, rate: 200 }, n => ({
      at: timestampOf(BigInt(1_767_225_600_000_000 + 5000 * n)),
      machine: `press-${n % 5}`,
      celsius: 40 + (n % 97) / 3,
    })),
    { eventTime: 'at', lateness: '1s' },
  )
  const job = await readings
    .filter(r => r.celsius.gt(45))
    .keyBy('machine')
    .window(tumbling('1s'))
    .agg(r => ({ mean: r.celsius.mean(), n: r.celsius.count() }))
    .named('window')
    .to(ndjson(join(workspace, 'means')))
    .start({ name: 'machine-means', checkpoint: '1s', parallelism: 2 })
  return {
    name: job.name,
    async end() {
      await tm.close()
    },
  }
}
