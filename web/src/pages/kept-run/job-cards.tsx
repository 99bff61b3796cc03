import type { VNode } from 'preact'
import type { KeptDetail } from '../../api/answers.ts'
import { bytes, count } from '../../format/number.ts'
import { lasted } from '../../format/time.ts'
import { Card, TextCard } from '../../parts/card.tsx'
import { Table } from '../../parts/table.tsx'

type Job = NonNullable<KeptDetail['job']>

/** What a MapReduce job did: phases, shuffle, counters, and its functions. */
export function KeptJobCards({ job: { report, functions } }: { readonly job: Job }): VNode {
  return (
    <>
      {report === null ? null : <PhasesCard report={report} />}
      {report === null ? null : <ShuffleCard report={report} />}
      {functions.map(({ part, text }) => (
        <TextCard key={part} title={part} text={text} />
      ))}
    </>
  )
}

function PhasesCard({ report }: { readonly report: NonNullable<Job['report']> }): VNode {
  return (
    <Card title={`Phases on ${report.workers} workers`} wide={6}>
      <Table
        label="Phases"
        rows={[report.map, report.reduce]}
        keyOf={one => one.phase}
        columns={[
          { title: 'Phase', cell: one => one.phase },
          { title: 'Tasks', figures: true, cell: one => count(one.tasks) },
          { title: 'Items', figures: true, cell: one => count(one.items) },
          { title: 'Wall', figures: true, cell: one => lasted(one.ms) },
          { title: 'Task time', figures: true, cell: one => lasted(one.taskMs) },
          { title: 'Retries', figures: true, spare: true, cell: one => count(one.retries) },
        ]}
      />
    </Card>
  )
}

function ShuffleCard({ report: { shuffle, skew, counters, failed } }: { readonly report: NonNullable<Job['report']> }): VNode {
  const facts: readonly (readonly [string, string])[] = [
    ['Pairs', count(shuffle.pairs)],
    ['After combine', count(shuffle.combined)],
    ['Spilled', `${bytes(shuffle.spilledBytes)} in ${count(shuffle.spilledRuns)} runs`],
    ['Largest part against their mean', skew.toFixed(2)],
    ['Failed items', count(failed.map + failed.reduce)],
    ...Object.entries(counters).map(([name, value]) => [name, count(value)] as const),
  ]
  return (
    <Card title="Shuffle and counters" wide={6}>
      <div class="pad">
        <dl class="kvs">{facts.map(([name, text]) => [<dt key={name}>{name}</dt>, <dd key={`${name} is`}>{text}</dd>])}</dl>
      </div>
    </Card>
  )
}
