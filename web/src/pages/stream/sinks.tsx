import type { VNode } from 'preact'
import type { JobDetail } from '../../api/answers.ts'
import { count, short } from '../../format/number.ts'
import { Table } from '../../parts/table.tsx'

/** Where the rows go, and what is promised about them. */
export function Sinks({ job: { steps } }: { readonly job: JobDetail }): VNode {
  return (
    <section class="card w5">
      <header>
        <h2>Sinks</h2>
      </header>
      <Table
        label="Sinks"
        rows={steps.filter(step => step.kind === 'sink')}
        keyOf={step => step.id}
        columns={[
          { title: 'Sink', cell: step => step.id },
          {
            title: 'Delivery',
            cell: step =>
              step.guarantee === null ? (
                '–'
              ) : (
                <span class={step.guarantee === 'exactly-once' ? 'badge ok' : 'badge'}>{step.guarantee.replaceAll('-', ' ')}</span>
              ),
          },
          { title: 'Rows', figures: true, cell: step => count(step.rowsIn) },
          { title: 'To', wrap: true, cell: step => <span class="dim">{step.target ?? step.label}</span> },
        ]}
      />
    </section>
  )
}

/** Rows that took another way: too late for their window, or not to be read. */
export function Aside({ job: { totals } }: { readonly job: JobDetail }): VNode {
  return (
    <section class="card w12">
      <header>
        <h2>Late and put aside</h2>
      </header>
      <Table
        label="Late and put aside"
        rows={[
          { what: 'Late rows', rows: totals.late, means: 'came after their window was closed' },
          { what: 'Dead letters', rows: totals.deadLetters, means: 'could not be read, or a function failed on them' },
        ]}
        keyOf={one => one.what}
        columns={[
          { title: 'What', cell: one => one.what },
          { title: 'Rows', figures: true, cell: one => <span class={one.rows > 0 ? 't-warn strong' : undefined}>{count(one.rows)}</span> },
          {
            title: 'Of all read',
            figures: true,
            cell: one => (totals.rowsIn === 0 ? '–' : `${short((100 * one.rows) / totals.rowsIn)} %`),
          },
          { title: 'Why', wrap: true, cell: one => <span class="dim">{one.means}</span> },
        ]}
      />
    </section>
  )
}
