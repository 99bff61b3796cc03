/** What a run says of itself while it goes on, gathered from the channels. */
import { channels, listen } from '../channels/index.ts'
import type { RunProgress, StepProgress } from '../plan/index.ts'
import type { Clock, Scheduler } from '../time/index.ts'
import type { RunFigures } from './types.ts'

/** Milliseconds between two events, at least. */
const everyMs = 200
/** Statements that are written down, the first ones, and characters of each. */
const mostStatements = 100
const longestSql = 20_000

export interface Watch {
  /** The run begins anew. */
  again(): void
  /** Rows came out. */
  add(rows: number): void
  /** Tells the last time, and stops; called again it gives the same. */
  end(): RunFigures
}
export interface WatchOptions {
  readonly run: string
  readonly totalBytes: number | undefined
  readonly onProgress: ((progress: RunProgress) => void) | undefined
  /** Takes what `onProgress` threw. */
  readonly failed: (error: unknown) => void
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** Watches a run by its id. */
export function watchRun({ run, totalBytes, onProgress, failed, clock, scheduler }: WatchOptions): Watch {
  const started = clock.monotonic()
  const cpu = process.cpuUsage()
  const steps = new Map<string, { rows: number; batches: number; ms: number }>()
  const statements: { sql: string; ms: number }[] = []
  let [label, rows, leftOut, memoryBytes, attempt] = ['query', 0, 0, 0, 1]
  let statement: { readonly since: number; fraction: number | undefined } = { since: started, fraction: undefined }

  const memory = (): number => {
    const now = process.memoryUsage.rss()
    memoryBytes = Math.max(memoryBytes, now)
    return now
  }
  const shown = (): readonly StepProgress[] => [...steps].map(([step, figures]) => Object.freeze({ step, ...figures }))
  const tell = (done: boolean): void => {
    const memoryNow = memory()
    if (onProgress === undefined) return
    const now = clock.monotonic()
    const elapsedMs = now - started
    const fraction = done ? 1 : statement.fraction
    const known = fraction !== undefined && fraction > 0.01
    try {
      onProgress(
        Object.freeze({
          run,
          label,
          rows,
          bytes: totalBytes === undefined || fraction === undefined ? undefined : Math.round(totalBytes * fraction),
          totalBytes,
          fraction,
          elapsedMs,
          attempt,
          rowsPerSecond: elapsedMs > 0 ? (rows / elapsedMs) * 1000 : 0,
          secondsLeft: known ? ((now - statement.since) / 1000 / fraction) * (1 - fraction) : undefined,
          leftOut,
          memoryBytes: memoryNow,
          steps: shown(),
          done,
        }),
      )
    } catch (error) {
      failed(error)
    }
  }
  const stops = [
    listen(channels.progress, event => {
      if (event.run !== run) return
      label = event.label
      if (event.done !== true) statement.fraction = event.fraction
    }),
    listen(channels.query, event => {
      if (event.run !== run) return
      if (event.phase === 'start') statement = { since: clock.monotonic(), fraction: undefined }
      else if (statements.length < mostStatements) statements.push({ sql: event.sql.slice(0, longestSql), ms: event.ms ?? 0 })
    }),
    listen(channels.task, event => {
      if (event.run !== run || event.phase === 'start') return
      // `score 17` is the seventeenth batch of `score`.
      const step = event.task.replace(/ \d+$/, '')
      const figures = steps.get(step) ?? { rows: 0, batches: 0, ms: 0 }
      steps.set(step, figures)
      figures.batches++
      figures.rows += event.rows ?? 0
      figures.ms += event.ms ?? 0
    }),
    listen(channels.fault, event => {
      if (event.run === run) leftOut += event.last - event.row + 1
    }),
  ]
  let figures: RunFigures | undefined
  let cancel = scheduler.after(everyMs, function tick() {
    tell(false)
    cancel = scheduler.after(everyMs, tick)
  })
  return {
    again() {
      attempt++
    },
    add(more) {
      rows += more
    },
    end() {
      if (figures !== undefined) return figures
      cancel()
      for (const stop of stops) stop()
      tell(true)
      const { user, system } = process.cpuUsage(cpu)
      figures = {
        rows,
        ms: clock.monotonic() - started,
        cpuMs: (user + system) / 1000,
        memoryBytes,
        leftOut,
        attempts: attempt,
        statements,
        functions: shown(),
      }
      return figures
    },
  }
}
