import type { VNode } from 'preact'
import type { RunItem } from '../api/answers.ts'
import { count, figure } from '../format/number.ts'
import { lasted, when } from '../format/time.ts'
import { useHeld, Waiting } from '../parts/held.tsx'
import { RunState } from '../parts/state.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { runPath } from '../router/route.ts'

const idOf = (run: RunItem): string => run.id

/** Runs, the newest first. Those that come while the page is open wait behind a button, so that no row moves. */
export function RunTable({
  label,
  runs,
  now,
  brief = false,
}: {
  readonly label: string
  readonly runs: readonly RunItem[]
  readonly now: number
  readonly brief?: boolean
}): VNode {
  const held = useHeld(runs, idOf)
  const columns: readonly Column<RunItem>[] = [
    {
      title: 'Experiment',
      cell: run => (
        <a class="name" href={runPath(run.id)} title={run.experiment}>
          {run.experiment}
        </a>
      ),
    },
    { title: 'State', cell: run => <RunState status={run.status} /> },
    { title: 'Model', spare: true, cell: run => run.kind ?? '–' },
    { title: 'Target', spare: true, cell: run => run.target ?? '–' },
    { title: 'Figures', wrap: true, cell: run => <Figures metrics={run.metrics} most={brief ? 2 : 4} /> },
    { title: 'Rows', figures: true, spare: true, cell: run => count(run.rows) },
    { title: 'Took', figures: true, spare: true, cell: run => (run.ended === null ? '–' : lasted(run.ended - run.started)) },
    { title: 'Started', figures: true, cell: run => when(run.started, now) },
  ]
  return (
    <>
      <Waiting held={held} />
      <Table
        label={label}
        columns={brief ? columns.filter(({ title }) => title !== 'Target' && title !== 'Rows') : columns}
        rows={held.shown}
        keyOf={idOf}
      />
    </>
  )
}

function Figures({ metrics, most }: { readonly metrics: RunItem['metrics']; readonly most: number }): VNode {
  const all = Object.entries(metrics)
  return (
    <span class="dim">
      {all.slice(0, most).map(([name, value], i) => (
        <span key={name}>
          {i === 0 ? '' : ' · '}
          {name} <b class="strong">{figure(value)}</b>
        </span>
      ))}
      {all.length > most ? ` · ${all.length - most} more` : null}
    </span>
  )
}
