import type { VNode } from 'preact'
import type { JobItem } from '../api/answers.ts'
import { Spark } from '../chart/spark.tsx'
import { short } from '../format/number.ts'
import { lasted } from '../format/time.ts'
import { useHeld, Waiting } from '../parts/held.tsx'
import { JobState } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { streamPath } from '../router/route.ts'
import { isActive } from '../state/feed.ts'

const nameOf = (job: JobItem): string => job.name

/** Jobs with what they do now. Of a job that has ended there are totals only: its last rate is no rate of now. */
export function JobTable({
  label,
  jobs,
  brief = false,
}: {
  readonly label: string
  readonly jobs: readonly JobItem[]
  readonly brief?: boolean
}): VNode {
  const columns: readonly Column<JobItem>[] = [
    {
      title: 'Job',
      cell: job => (
        <a class="name" href={streamPath(job.name)} title={job.name}>
          {job.name}
        </a>
      ),
    },
    { title: 'State', cell: job => <JobState state={job.state} heldBy={job.bottleneck} /> },
    { title: 'Rows/s', figures: true, cell: job => (isActive(job.state) ? short(job.totals.rowsPerSecond) : '–') },
    {
      title: 'Last minute',
      spare: true,
      cell: job =>
        isActive(job.state) ? <Spark values={job.rates} label={`rows read a second by ${job.name} in the last minute`} /> : '–',
    },
    { title: 'Latency p99', figures: true, spare: true, cell: job => lasted(job.totals.latencyMs.p99) },
    { title: 'Lag, rows', figures: true, cell: job => (isActive(job.state) ? short(job.totals.lag) : '–') },
    { title: 'Rows read', figures: true, spare: true, cell: job => short(job.totals.rowsIn) },
    { title: 'Ran for', figures: true, spare: true, cell: job => lasted(job.updatedAt - job.startedAt) },
  ]
  // By name, so that no row moves while figures do.
  const held = useHeld(
    jobs.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    nameOf,
  )
  return (
    <>
      <Waiting held={held} />
      <Table
        label={label}
        columns={brief ? columns.filter(({ title }) => title !== 'Rows read' && title !== 'Ran for') : columns}
        rows={held.shown}
        keyOf={nameOf}
      />
    </>
  )
}
