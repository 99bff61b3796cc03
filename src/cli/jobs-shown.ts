/** Jobs as a terminal shows them. */
import { existsSync } from 'node:fs'
import { type Description, formatCount, formatSeconds, formatSize } from '../display/index.ts'
import { isUnderWay, type JobStatus, type StepStatus } from '../telemetry/index.ts'
import { fittingTable, type RankedColumn } from './fitting-columns.ts'

/** Jobs as a table, one a line. `now`: milliseconds since 1970; `width`: cells of the terminal. */
export function jobsTable(jobs: readonly JobStatus[], now: number, width?: number): Description {
  const rows = jobs.map(job => {
    const { name, totals, checkpoints, startedAt, updatedAt, state } = job
    const live = isUnderWay(state)
    return [
      name,
      stateOf(job),
      live ? formatCount(totals.rowsPerSecond) : null,
      millis(totals.latencyMs.p99),
      live ? formatCount(totals.lag) : null,
      moment(totals.watermark),
      `${formatCount(checkpoints.taken)}${checkpoints.failed > 0 ? `, ${formatCount(checkpoints.failed)} failed` : ''}`,
      formatCount(totals.rowsIn),
      formatSeconds(((live ? now : updatedAt) - startedAt) / 1000),
    ]
  })
  const columns = [
    left('name', 0),
    left('state', 1),
    right('rows/s', 2),
    right('p99', 3),
    right('lag', 4),
    left('watermark, UTC', 8),
    right('checkpoints', 6),
    right('rows in', 5),
    right('ran for', 7),
  ]
  return fittingTable(columns, rows.map(dashed), width)
}

/** One job: what it does in a line or two, and its steps. Of one that has ended, no rates: those of its last second say nothing of now. */
export function jobScreen(job: JobStatus, now: number, width?: number): Description {
  const { name, totals, checkpoints, startedAt, updatedAt, state, restarts, steps, error } = job
  const last = checkpoints.recent.at(-1)
  const live = isUnderWay(state)
  const soFar = `${formatCount(totals.rowsIn)} in and ${formatCount(totals.rowsOut)} out${live ? ' so far' : ''}`
  const again = restarts === 0 ? '' : ' (what was read again after a restart counts again)'
  const pairs: (readonly [string, string])[] = [
    ['job', `${name}, ${stateOf(job)}, ran for ${formatSeconds(((live ? now : updatedAt) - startedAt) / 1000)}`],
    ['rows', live ? `${formatCount(totals.rowsPerSecond)}/s in, ${soFar}, lag ${formatCount(totals.lag)}${again}` : `${soFar}${again}`],
    ['latency', `p50 ${millis(totals.latencyMs.p50) ?? '-'}, p99 ${millis(totals.latencyMs.p99) ?? '-'}`],
    ['watermark', totals.watermark === null ? '-' : `${moment(totals.watermark)} UTC`],
    [
      'checkpoints',
      `${formatCount(checkpoints.taken)} taken, ${checkpoints.failed} failed${last === undefined ? '' : `; the last in ${millis(last.ms)}, ${formatSize(last.bytes)}`}; restarts ${restarts}`,
    ],
  ]
  if (totals.late + totals.deadLetters > 0)
    pairs.push(['aside', `late rows ${formatCount(totals.late)}, dead letters ${formatCount(totals.deadLetters)}`])
  if (error !== null) pairs.push(['last error', `${error.message} (${error.code})`])
  if (error?.hint !== undefined) pairs.push(['hint', error.hint])
  const rows = steps.map(step => stepRow(step, live))
  const columns = [
    left('step', 0),
    left('what', 8),
    right('rows/s', 1),
    right('in', 4),
    right('out', 5),
    right('busy', 3),
    right('waits', 2),
    right('lag', 6),
    right('keys', 7),
  ]
  return {
    kind: 'group',
    items: [{ kind: 'keyValues', pairs }, fittingTable(columns, rows.map(dashed), width)],
  }
}

/** What is said where there is no job; a folder that is not there may be a wrong `--workspace`. */
export function noJobs(folder: string): string {
  return existsSync(folder) ? `no jobs in ${folder}` : `no jobs: there is no folder ${folder}`
}

/** One job in a line, for output that is kept: `14:02:11Z alerts running 48.2k rows/s p99 12 ms lag 0`. */
export function jobLine(job: JobStatus, now: number): string {
  const { name, totals, state } = job
  const live = isUnderWay(state)
  const facts = [
    `${new Date(now).toISOString().slice(11, 19)}Z`,
    name,
    stateOf(job),
    `${live ? formatCount(totals.rowsPerSecond) : '-'} rows/s`,
    `p99 ${millis(totals.latencyMs.p99) ?? '-'}`,
    `lag ${live ? formatCount(totals.lag) : '-'}`,
    `in ${formatCount(totals.rowsIn)}`,
    `out ${formatCount(totals.rowsOut)}`,
  ]
  return facts.join('  ')
}

/** The state, and what holds a running job up. */
function stateOf({ state, totals, error }: JobStatus): string {
  if (state === 'running' && totals.backpressure >= 0.1) return `running, waits ${share(totals.backpressure)}`
  return (state === 'failed' || state === 'restarting' || state === 'lost') && error !== null ? `${state}: ${error.code}` : state
}

function stepRow(step: StepStatus, live: boolean): readonly (string | null)[] {
  return [
    step.id,
    step.label,
    live ? formatCount(step.rowsPerSecond) : null,
    formatCount(step.rowsIn),
    formatCount(step.rowsOut),
    live ? share(step.busy) : null,
    live ? share(step.waiting) : null,
    step.lag === null || !live ? null : formatCount(step.lag),
    step.stateKeys === 0 ? null : formatCount(step.stateKeys),
  ]
}

function share(of: number): string {
  return `${Math.round(of * 100)} %`
}

function millis(ms: number | null): string | null {
  if (ms === null) return null
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10_000 ? `${Math.round(ms)} ms` : formatSeconds(ms / 1000)
}

/** Event time, UTC: it may be of any year. */
function moment(ms: number | null): string | null {
  if (ms === null) return null
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date.toISOString().slice(0, 19).replace('T', ' ')
}

/** What is not known is a dash: `NULL` is a word of tables. */
function dashed(row: readonly (string | null)[]): readonly string[] {
  return row.map(cell => cell ?? '-')
}

function left(name: string, rank: number): RankedColumn {
  return { name, type: '', align: 'left', rank }
}

function right(name: string, rank: number): RankedColumn {
  return { name, type: '', align: 'right', rank }
}
