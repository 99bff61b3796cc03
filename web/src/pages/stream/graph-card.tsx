import type { VNode } from 'preact'
import type { JobDetail } from '../../api/answers.ts'
import { bytes, count, percent, short } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import type { Bottleneck } from '../../graph/bottleneck.ts'
import { Graph } from '../../graph/graph.tsx'
import type { GraphMode, Step } from '../../graph/step-box.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { usePlace, withQuery } from '../../router/location.ts'
import { isActive } from '../../state/feed.ts'

const modes: readonly (readonly [GraphMode, string])[] = [
  ['backpressure', 'Backpressure'],
  ['rate', 'Rows'],
  ['watermark', 'Watermark'],
]

/** The graph of a job, or its steps as a table; one step in full when it is selected; what holds the job back. */
export function GraphCard({ job, held }: { readonly job: JobDetail; readonly held: Bottleneck | undefined }): VNode {
  const place = usePlace()
  const query = new URLSearchParams(place.query)
  const mode = modes.find(([name]) => name === query.get('graph'))?.[0] ?? 'backpressure'
  const asTable = query.get('table') === 'graph'
  const selected = query.get('step') ?? undefined
  const step = job.steps.find(one => one.id === selected)
  const columns = isActive(job.state) ? [...still, ...moving] : still
  return (
    <section class="card">
      <header>
        <h2>Graph</h2>
        <div class="acts">
          <span class="legend">
            <span>
              <i class="key" style={{ '--k': 'var(--c1)' }} />
              busy
            </span>
            <span>
              <i class="key" style={{ '--k': 'var(--c2)' }} />
              waits (backpressure)
            </span>
            <span>
              <i class="key" style={{ '--k': 'var(--well)' }} />
              idle
            </span>
          </span>
          <nav class="seg" aria-label="What the graph shows">
            {modes.map(([name, title]) => (
              <a
                key={name}
                href={withQuery(place, 'graph', name === 'backpressure' ? undefined : name)}
                aria-current={name === mode && !asTable ? 'true' : undefined}
              >
                {title}
              </a>
            ))}
            <a href={withQuery(place, 'table', asTable ? undefined : 'graph')} aria-current={asTable ? 'true' : undefined}>
              Table
            </a>
          </nav>
        </div>
      </header>
      {asTable ? (
        <Table label="Steps of the job" columns={columns} rows={job.steps} keyOf={one => one.id} />
      ) : (
        <Graph job={job} mode={mode} selected={step?.id} />
      )}
      {step === undefined || asTable ? null : <Selected step={step} columns={columns} />}
      {held === undefined ? null : <HeldBy held={held} />}
    </section>
  )
}

const still: readonly Column<Step>[] = [
  { title: 'Step', cell: step => step.id },
  { title: 'Does', cell: step => step.label, wrap: true },
  { title: 'Tasks', figures: true, cell: step => step.parallelism },
  { title: 'Rows in', figures: true, cell: step => count(step.rowsIn) },
  { title: 'Rows out', figures: true, cell: step => count(step.rowsOut) },
  { title: 'Watermark', figures: true, cell: step => when(step.watermark, Date.now()) },
  { title: 'Keys', figures: true, cell: step => count(step.stateKeys) },
  { title: 'State', figures: true, cell: step => bytes(step.stateBytes) },
]
/** Of the last second, so of a job that runs only. */
const moving: readonly Column<Step>[] = [
  { title: 'Rows/s', figures: true, cell: step => short(step.rowsPerSecond) },
  { title: 'Busy', figures: true, cell: step => percent(step.busy) },
  { title: 'Waits', figures: true, cell: step => percent(step.waiting) },
  { title: 'Idle', figures: true, cell: step => percent(step.idle) },
  { title: 'Lag', figures: true, cell: step => short(step.lag) },
]

function Selected({ step, columns }: { readonly step: Step; readonly columns: readonly Column<Step>[] }): VNode {
  return (
    <dl class="kvs selected">
      {columns.map(column => [<dt key={column.title}>{column.title}</dt>, <dd key={`${column.title} is`}>{column.cell(step)}</dd>])}
    </dl>
  )
}

function HeldBy({ held }: { readonly held: Bottleneck }): VNode {
  return (
    <div class="pad">
      <div class="note warn">
        <span>
          <b>{held.steps.join(', ')}</b> {held.steps.length === 1 ? 'holds' : 'hold'} the job back: busy {percent(held.busy)}, waiting{' '}
          {percent(held.waiting)}. {held.held.join(', ')} {held.held.length === 1 ? 'waits' : 'wait'} up to {percent(held.share)} of the
          time.
        </span>
      </div>
    </div>
  )
}
