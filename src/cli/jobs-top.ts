import { renderTerminal } from '../display/index.ts'
import { isUnderWay, type JobStatus, readJob, readJobs } from '../telemetry/index.ts'
import { systemClock, systemScheduler } from '../time/index.ts'
import { jobLine, jobScreen, jobsTable, noJobs } from './jobs-shown.ts'
import { print, printJson, terminalLook } from './output.ts'

const everyMs = 1000
/** Another screen and back, so that what stood on the terminal is there again afterwards; the cursor is hidden meanwhile. */
const enter = '\u001b[?1049h\u001b[?25l'
const leave = '\u001b[?25h\u001b[?1049l'
const home = '\u001b[H'
const restOfLine = '\u001b[K'
const restOfScreen = '\u001b[J'

/**
 * Shows the jobs of a folder, or the steps of one, every second: a screen that is drawn again on a terminal, lines where output is piped. Ends by q or Ctrl-C; of one
 * job also when it has ended.
 *
 * @throws stream.unknown-job
 */
export async function top(
  folder: string,
  name: string | undefined,
  { once, json }: { readonly once: boolean; readonly json: boolean },
): Promise<void> {
  const look = async (): Promise<readonly JobStatus[]> => (name === undefined ? readJobs(folder) : [await readJob(folder, name)])
  if (once || json) {
    const found = await look()
    if (json) printJson(found.map(({ history: _points, ...job }) => job))
    else print(screen(folder, name, found))
    return
  }
  // Before the screen is taken: a name that is not there is an error in words.
  let found = await look()
  const stop = stopping()
  const terminal = process.stdout.isTTY
  if (terminal) process.stdout.write(enter)
  try {
    while (!stop.asked()) {
      if (terminal) draw(screen(folder, name, found))
      else for (const job of found) print(jobLine(job, systemClock.now()))
      if (name !== undefined && !found.some(job => isUnderWay(job.state))) break
      await stop.orAfter(everyMs)
      if (!stop.asked()) found = await look()
    }
  } finally {
    stop.release()
    if (terminal) process.stdout.write(leave)
  }
  // What was seen last stays.
  if (terminal) print(screen(folder, name, found))
}

function screen(folder: string, name: string | undefined, jobs: readonly JobStatus[]): string {
  const now = systemClock.now()
  const look = terminalLook()
  const [job] = jobs
  if (job === undefined) return noJobs(folder)
  return renderTerminal(name === undefined ? jobsTable(jobs, now, look.width) : jobScreen(job, now, look.width), look)
}

/** Over what stood there before, so that nothing flickers; lines beyond the terminal are left out, and said so. */
function draw(text: string): void {
  // A terminal that does not know its size says 0.
  const rows = process.stdout.rows || 24
  const width = terminalLook().width
  const lines = text.split('\n')
  const fitting = lines.length < rows ? lines : [...lines.slice(0, rows - 2), `… ${lines.length - rows + 2} more lines`]
  const shown = [...fitting, 'q ends'].map(line => `${clipped(line, width)}${restOfLine}`)
  process.stdout.write(`${home}${shown.slice(0, rows).join('\n')}${restOfScreen}`)
}

/** A line of facts may be longer than the terminal; it must not wrap. Those with colour are of tables, which fit. */
function clipped(line: string, width: number): string {
  return line.includes('\u001b') || line.length <= width ? line : `${line.slice(0, width - 1)}…`
}

/** Hears q, Ctrl-C and SIGTERM. */
function stopping(): { asked(): boolean; orAfter(ms: number): Promise<void>; release(): void } {
  const { stdin } = process
  let asked = false
  let wake: () => void = () => undefined
  const stop = (): void => {
    asked = true
    wake()
  }
  const key = (typed: Buffer): void => {
    // Ctrl-C is a byte while keys are read one by one.
    if (/[qQ\u0003\u0004]/.test(typed.toString('latin1'))) stop()
  }
  const keys = stdin.isTTY && process.stdout.isTTY
  if (keys) stdin.setRawMode(true).resume().on('data', key)
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop)
  return {
    asked: () => asked,
    orAfter: ms =>
      new Promise<void>(resolve => {
        const cancel = systemScheduler.after(ms, resolve)
        wake = () => {
          cancel()
          resolve()
        }
      }),
    release() {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
      if (keys) stdin.setRawMode(false).off('data', key).pause()
    },
  }
}
