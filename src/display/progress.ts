import { channels, listen, type ProgressEvent } from '../channels/index.ts'
import type { Clock } from '../time/index.ts'
import type { ProgressDescription } from './description.ts'
import { progressLine } from './terminal.ts'

export interface ProgressOptions {
  readonly stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number }
  readonly clock: Clock
  /** Prints nothing. Default: false. */
  readonly quiet?: boolean | undefined
}

/** A terminal line is drawn again at most so often; a plain line is printed at most so often. */
const redrawMs = 100
const lineMs = 5_000

interface Running {
  readonly started: number
  readonly rows: number
  readonly bytes: number
  printed: number
  lines: number
}

/**
 * Shows the progress events of this process: one line that changes on a terminal, a plain line every five seconds where output is piped, nothing
 * when quiet. Gives back the function that ends it and clears the line.
 *
 * @example
 * const stop = progressReporter({ stream: process.stderr, clock: systemClock, quiet: false })
 */
export function progressReporter({ stream, clock, quiet }: ProgressOptions): () => void {
  if (quiet === true) return () => undefined
  const runs = new Map<string, Running>()
  let drawnAt = Number.NEGATIVE_INFINITY
  let onLine: string | undefined

  const clear = (): void => {
    if (onLine !== undefined) stream.write('\r\u001b[K')
    onLine = undefined
  }
  const redraw = (event: ProgressEvent, running: Running, now: number): void => {
    if (now - drawnAt < redrawMs) return
    drawnAt = now
    // A terminal that does not know its size says 0.
    const width = Math.max(20, (stream.columns || 80) - 1)
    stream.write(`\r${progressLine(facts(event, running, now), width)}\u001b[K`)
    onLine = event.run
  }
  const print = (event: ProgressEvent, running: Running, now: number): void => {
    // Short work prints nothing; of long work the end is told as well.
    const due = event.done === true ? running.lines > 0 : now - running.printed >= lineMs
    if (!due) return
    running.printed = now
    running.lines++
    stream.write(`${progressLine(facts(event, running, now), 200)}\n`)
  }

  const stop = listen(channels.progress, event => {
    const now = clock.monotonic()
    const key = `${event.run}\n${event.label}`
    const running = runs.get(key) ?? { started: now, rows: event.rows ?? 0, bytes: event.bytes ?? 0, printed: now, lines: 0 }
    runs.set(key, running)
    if (stream.isTTY !== true) print(event, running, now)
    else if (event.done !== true) redraw(event, running, now)
    if (event.done !== true) return
    runs.delete(key)
    if (onLine === event.run) clear()
  })
  return () => {
    stop()
    clear()
    runs.clear()
  }
}

/** What an event says, and the rate and time left since the first event of its run. */
function facts(event: ProgressEvent, running: Running, now: number): ProgressDescription {
  const seconds = (now - running.started) / 1000
  const known = seconds >= 0.5
  const { rows, bytes, fraction } = event
  return {
    kind: 'progress',
    label: event.label,
    fraction,
    rows,
    bytes,
    done: event.done,
    rowsPerSecond: known && rows !== undefined ? (rows - running.rows) / seconds : undefined,
    bytesPerSecond: known && bytes !== undefined ? (bytes - running.bytes) / seconds : undefined,
    secondsLeft: known && fraction !== undefined && fraction > 0.01 ? (seconds / fraction) * (1 - fraction) : undefined,
  }
}
