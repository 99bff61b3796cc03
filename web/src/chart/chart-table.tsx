import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { short } from '../format/number.ts'
import { clock } from '../format/time.ts'
import { Table } from '../parts/table.tsx'
import type { LiveChartProps } from './live-chart.tsx'
import { tableRows } from './series.ts'

/** The figures of a chart as rows. They stand still: a table that is read must not move. */
export function ChartTable({ title, times, lines }: Omit<LiveChartProps, 'id'>): VNode {
  const [kept, keep] = useState(() => tableRows(times, lines))
  return (
    <div class="chart-table">
      <Table
        label={title}
        rows={kept}
        keyOf={row => String(row.at)}
        columns={[
          { title: 'At', cell: row => clock(row.at) },
          ...lines.map((line, i) => ({
            title: line.name,
            figures: true,
            cell: (row: (typeof kept)[number]) => short(row.values[i] ?? null),
          })),
        ]}
      />
      <div class="more">
        <span>as of {clock(kept[0]?.at ?? null)}</span>
        <button type="button" class="btn tiny" onClick={() => keep(tableRows(times, lines))}>
          Newer figures
        </button>
      </div>
    </div>
  )
}
