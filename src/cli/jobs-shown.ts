/** Jobs as a terminal shows them. */
import { type Description, formatCount, formatSeconds, formatSize, type TableColumn } from '../display/index.ts'
import { isUnderWay, type JobStatus, type StepStatus } from '../telemetry/index.ts'

/** Jobs as a table, one a line. `now`: milliseconds since 1970. */
export function jobsTable(jobs: readonly JobStatus[], now: number): Description {
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
    left('name'),
    left('state'),
    right('rows/s'),
    right('p99'),
    right('lag'),
    left('watermark'),
    right('checkpoints'),
    right('rows in'),
    right('ran for'),
  ]
  return { kind: 'table', columns, rows: rows.map(dashed), shown: rows.length, total: rows.length }
}

/** One job: what it does in a line or two, and its steps. */
export function jobScreen(job: JobStatus, now: number): Description {
  const { name, totals, checkpoints, startedAt, updatedAt, state, restarts, steps, error } = job
  const last = checkpoints.recent.at(-1)
  const pairs: (readonly [string, string])[] = [
    ['job', `${name}, ${stateOf(job)}, ran for ${formatSeconds(((isUnderWay(state) ? now : updatedAt) - startedAt) / 1000)}`],
    [
      'rows',
      `${formatCount(totals.rowsPerSecond)}/s in, ${formatCount(totals.rowsIn)} in and ${formatCount(totals.rowsOut)} out so far, lag ${formatCount(totals.lag)}`,
    ],
    ['latency', `p50 ${millis(totals.latencyMs.p50) ?? '-'}, p99 ${millis(totals.latencyMs.p99) ?? '-'}`],
    ['watermark', moment(totals.watermark) ?? '-'],
    [
      'checkpoints',
      `${formatCount(checkpoints.taken)} taken, ${checkpoints.failed} failed${last === undefined ? '' : `; the last in ${millis(last.ms)}, ${formatSize(last.bytes)}`}; restarts ${restarts}`,
    ],
  ]
  if (totals.late + totals.deadLetters > 0)
    pairs.push(['aside', `late rows ${formatCount(totals.late)}, dead letters ${formatCount(totals.deadLetters)}`])
  if (error !== null) pairs.push(['last error', `${error.message} (${error.code})`])
  const rows = steps.map(stepRow)
  const columns = [
    left('step'),
    left('what'),
    right('rows/s'),
    right('in'),
    right('out'),
    right('busy'),
    right('waits'),
    right('lag'),
    right('keys'),
  ]
  return {
    kind: 'group',
    items: [
      { kind: 'keyValues', pairs },
      { kind: 'table', columns, rows: rows.map(dashed), shown: rows.length, total: rows.length },
    ],
  }
}

/** One job in a line, for output that is kept: `14:02:11 alerts running 48.2k rows/s p99 12 ms lag 0`. */
export function jobLine(job: JobStatus, now: number): string {
  const { name, totals } = job
  const facts = [
    new Date(now).toISOString().slice(11, 19),
    name,
    stateOf(job),
    `${formatCount(totals.rowsPerSecond)} rows/s`,
    `p99 ${millis(totals.latencyMs.p99) ?? '-'}`,
    `lag ${formatCount(totals.lag)}`,
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

function stepRow(step: StepStatus): readonly (string | null)[] {
  return [
    step.id,
    step.label,
    formatCount(step.rowsPerSecond),
    formatCount(step.rowsIn),
    formatCount(step.rowsOut),
    share(step.busy),
    share(step.waiting),
    step.lag === null ? null : formatCount(step.lag),
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

function left(name: string): TableColumn {
  return { name, type: '', align: 'left' }
}

function right(name: string): TableColumn {
  return { name, type: '', align: 'right' }
}
