/** What a job did: figures of its phases, tasks and parts. */
import { type Description, formatCount, formatSize, type Shown, showing } from '../display/index.ts'
import type { TaskFigures } from './crew.ts'

export interface PhaseReport {
  readonly phase: 'map' | 'reduce'
  readonly tasks: number
  /** Rows or lines of `map`, keys of `reduce`. */
  readonly items: number
  /** Wall time from the first task to the last. */
  readonly ms: number
  /** Time of all tasks together. */
  readonly taskMs: number
  /** Tries that failed and were made again. */
  readonly retries: number
  /** Tasks given to a second thread because they lagged. */
  readonly reissued: number
}
/** What was dealt to one part. */
export interface PartReport {
  readonly part: number
  /** Pairs, after `combine`. */
  readonly pairs: number
  readonly bytes: number
  readonly keys: number
  readonly ms: number
}
export interface JobFigures {
  /** Id of the run, as in progress and events; with `keep` the one that `tm.runs.get` knows. */
  readonly run: string
  readonly workers: number
  readonly ms: number
  readonly input: { readonly items: number /** Of files that workers read themselves. */; readonly bytes: number | undefined }
  readonly map: PhaseReport
  readonly shuffle: {
    /** Pairs that `map` gave. */
    readonly pairs: number
    /** Pairs after `combine`: what is sorted and merged. */
    readonly combined: number
    readonly bytes: number
    /** Runs on disk, and their bytes. */
    readonly spilledRuns: number
    readonly spilledBytes: number
  }
  readonly reduce: PhaseReport
  /** The largest part against their mean, in pairs: 1 is even. */
  readonly skew: number
  readonly parts: readonly PartReport[]
  readonly counters: Readonly<Record<string, number>>
  /** Items passed over because their function failed. */
  readonly failed: { readonly map: number; readonly reduce: number }
  readonly tasks: readonly TaskFigures[]
}
/** The figures of a job that ended, with `show`, `console.log` and notebooks. */
export interface JobReport extends JobFigures, Shown {}

/** Figures that show themselves. */
export function jobReport(figures: JobFigures): JobReport {
  return Object.freeze({ ...figures, ...showing(() => described(figures)) })
}

function described(report: JobFigures): Description {
  const { map, shuffle, reduce, parts, counters, failed } = report
  const phase = (one: PhaseReport): (string | null)[] => [
    one.phase,
    formatCount(one.tasks),
    formatCount(one.items),
    seconds(one.ms),
    seconds(one.taskMs),
    formatCount(one.retries),
    formatCount(one.reissued),
  ]
  const largest = parts.toSorted((a, b) => b.pairs - a.pairs).slice(0, 5)
  const named = Object.entries(counters).map(([name, count]) => [name, formatCount(count)] as const)
  const items: Description[] = [
    {
      kind: 'table',
      title: `map-reduce on ${report.workers} workers, ${seconds(report.ms)}, run ${report.run}`,
      columns: [
        { name: 'phase', type: '', align: 'left' },
        ...['tasks', 'items', 'wall', 'task time', 'retries', 'reissued'].map(name => ({ name, type: '', align: 'right' as const })),
      ],
      rows: [phase(map), phase(reduce)],
      shown: 2,
    },
    {
      kind: 'keyValues',
      title: 'shuffle',
      pairs: [
        ['pairs', formatCount(shuffle.pairs)],
        ['after combine', formatCount(shuffle.combined)],
        ['bytes', formatSize(shuffle.bytes)],
        ['spilled', `${formatSize(shuffle.spilledBytes)} in ${formatCount(shuffle.spilledRuns)} runs`],
        ['skew (largest part / mean)', report.skew.toFixed(2)],
        ['failed items', `${formatCount(failed.map)} in map, ${formatCount(failed.reduce)} in reduce`],
      ],
    },
    {
      kind: 'table',
      title: parts.length > largest.length ? 'largest parts' : 'parts',
      columns: ['part', 'pairs', 'keys', 'bytes', 'reduce'].map(name => ({ name, type: '', align: 'right' as const })),
      rows: largest.map(({ part, pairs, keys, bytes, ms }) => [
        String(part),
        formatCount(pairs),
        formatCount(keys),
        formatSize(bytes),
        seconds(ms),
      ]),
      total: parts.length,
      shown: largest.length,
    },
    ...(named.length === 0 ? [] : [{ kind: 'keyValues' as const, title: 'counters', pairs: named }]),
  ]
  return { kind: 'group', items }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}
