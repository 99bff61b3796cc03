/** What a run logs, written down in the background: in order, many at a time, and every failure told. */
import { TidemillError } from '../../errors/index.ts'
import type { MetricRow, Writing } from '../database/tables.ts'
import type { Ground } from '../ground.ts'

/** One step of writing. */
type Write = (writing: Writing) => Promise<void>
/** A point before it has its place. */
export type Point = Pick<MetricRow, 'name' | 'step' | 'value' | 'at'>
export interface RunLog {
  /** Metrics are gathered, so that a loop of a million steps makes few statements. */
  metrics(points: readonly Point[]): void
  write(work: Write): void
  /** Waits until all is on the disk. @throws what the writing threw */
  drain(): Promise<void>
  /** From now on nothing more is taken. */
  end(): void
}

/** Rows of one statement; SQLite takes 32 766 values. */
const rowsAtOnce = 2_000

export function makeRunLog(ground: Ground, run: string): RunLog {
  let metrics: MetricRow[] = []
  let writes: Write[] = []
  let seq = 0
  let going: Promise<void> | undefined
  let failure: { readonly error: unknown } | undefined
  let ended = false
  const check = (): void => {
    if (ended)
      throw new TidemillError('models.closed', `run has ended: ${run}`, {
        hint: 'log inside of the body of the run, and await what it does',
      })
  }
  const start = (): void => {
    going ??= flush().finally(() => {
      going = undefined
    })
  }
  async function flush(): Promise<void> {
    // What is logged in one go is written in one go.
    await Promise.resolve()
    while ((metrics.length > 0 || writes.length > 0) && failure === undefined) {
      const [rows, works] = [metrics, writes]
      metrics = []
      writes = []
      try {
        await ground.use(db =>
          db.transaction().execute(async writing => {
            await writePoints(writing, rows)
            for (const work of works) await work(writing)
          }),
        )
      } catch (error) {
        failure = { error }
      }
    }
  }
  return {
    metrics(points) {
      check()
      for (const point of points) metrics.push({ run, seq: seq++, ...point })
      start()
    },
    write(work) {
      check()
      writes.push(work)
      start()
    },
    async drain() {
      await going
      if (failure !== undefined) throw failure.error
    },
    end() {
      ended = true
    },
  }
}

async function writePoints(writing: Writing, rows: readonly MetricRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    await writing
      .insertInto('run_metrics')
      .values(rows.slice(from, from + rowsAtOnce))
      .execute()
  for (const { run, name, value } of new Map(rows.map(row => [row.name, row])).values())
    await writing
      .insertInto('run_latest')
      .values({ run, name, value })
      .onConflict(there => there.columns(['run', 'name']).doUpdateSet({ value }))
      .execute()
}
