import type { VNode } from 'preact'
import type { KeptItem } from '../api/answers.ts'
import { count } from '../format/number.ts'
import { lasted, when } from '../format/time.ts'
import { KeptState } from '../parts/state.tsx'
import { Table } from '../parts/table.tsx'
import { keptPath } from '../router/route.ts'

/** What a person calls the kind of a kept run. */
export const kinds: Readonly<Record<KeptItem['kind'], string>> = { query: 'table', mapreduce: 'MapReduce' }

/** Kept runs, the newest first. */
export function KeptTable({ runs, now }: { readonly runs: readonly KeptItem[]; readonly now: number }): VNode {
  return (
    <Table
      label="Kept runs"
      rows={runs}
      keyOf={run => run.id}
      columns={[
        {
          title: 'Name',
          cell: run => (
            <a class="name" href={keptPath(run.id)} title={run.id}>
              {run.name}
            </a>
          ),
        },
        { title: 'State', cell: run => <KeptState status={run.status} /> },
        { title: 'Kind', cell: run => kinds[run.kind] },
        { title: 'Rows', figures: true, cell: run => count(run.rows) },
        { title: 'Took', figures: true, cell: run => lasted(run.ms) },
        { title: 'Processor', figures: true, spare: true, cell: run => lasted(run.cpuMs) },
        { title: 'By', spare: true, cell: run => run.by },
        { title: 'Started', figures: true, cell: run => when(run.started, now) },
      ]}
    />
  )
}
