/** A program that does one task after the other for a benchmark: a line `task` comes in, a line of JSON goes out. */
import { writeFileSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** What a task found; both sides must find the same. */
export interface Found {
  readonly rows: number
  readonly sum?: number
}
export interface Taken extends Found {
  readonly cpu: number
  readonly ms: number
  /** See `peakMb`. */
  readonly peak: number
  /** The error, when the task failed. */
  readonly failed?: string
}
/** A task: the work that counts, which gives a way to look at what it made, which does not count. */
export type Task = () => Promise<() => Promise<Found>>

/** Answers until the input ends. */
export async function answerTurns(tasks: Readonly<Record<string, Task>>, close: () => Promise<void>): Promise<void> {
  say({ ready: true })
  for await (const name of createInterface({ input: process.stdin })) {
    const task = tasks[name]
    if (task === undefined) {
      say({ failed: `no task ${name}` })
      continue
    }
    globalThis.gc?.()
    forgetPeak()
    const [start, before] = [performance.now(), process.cpuUsage()]
    try {
      const look = await task()
      const { user, system } = process.cpuUsage(before)
      const taken = { ms: performance.now() - start, cpu: (user + system) / 1000, peak: peakMb() }
      say({ ...taken, ...(await look()) })
    } catch (error) {
      say({ failed: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error) })
    }
  }
  await close()
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** Linux forgets the peak when it is told to. */
export function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // Elsewhere the peak is that of the whole process, or unknown.
  }
}

/** The most resident memory since `forgetPeak`, in MB; 0 where the system does not tell. */
export function peakMb(): number {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024)
  } catch {
    return 0
  }
}
