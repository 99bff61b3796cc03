import type { VNode } from 'preact'
import type { JobItem } from '../api/answers.ts'
import { Spark } from '../chart/spark.tsx'
import { count, short } from '../format/number.ts'
import { lasted, when } from '../format/time.ts'
import { JobState } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { streamPath } from '../router/route.ts'
import { isActive } from '../state/feed.ts'

/** Jobs with what they do now. Figures of a job that has ended are its last. */
export function JobTable({ label, jobs, now }: { readonly label: string; readonly jobs: readonly JobItem[]; readonly now: number }): VNode {
  const columns: readonly Column<JobItem>[] = [
    { title: 'Job', cell: job => <a href={streamPath(job.name)}>{job.name}</a> },
    { title: 'State', cell: job => <JobState state={job.state} heldBy={job.bottleneck} /> },
    { title: 'Rows/s', figures: true, cell: job => (isActive(job.state) ? short(job.totals.rowsPerSecond) : '–') },
    { title: 'Last minute', spare: true, cell: job => <Spark values={job.rates} label={`rows read a second by ${job.name} in its last minute`} /> },
    { title: 'Latency p99', figures: true, spare: true, cell: job => lasted(job.totals.latencyMs.p99) },
    { title: 'Lag, rows', figures: true, cell: job => short(job.totals.lag) },
    { title: 'Rows read', figures: true, spare: true, cell: job => count(job.totals.rowsIn) },
    { title: 'Started', figures: true, spare: true, cell: job => when(job.startedAt, now) },
  ]
  // By name, so that no row moves while figures do.
  return <Table label={label} columns={columns} rows={jobs.toSorted((a, b) => (a.name < b.name ? -1 : 1))} keyOf={job => job.name} />
}
