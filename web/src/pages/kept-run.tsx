import type { VNode } from 'preact'
import type { KeptDetail } from '../api/answers.ts'
import { bytes, count } from '../format/number.ts'
import { lasted } from '../format/time.ts'
import { Card, TextCard } from '../parts/card.tsx'
import { CommitFacts, EnvironmentFacts } from '../parts/made-of.tsx'
import { NotKnownYet, RunHead } from '../parts/run-head.tsx'
import { KeptState } from '../parts/state.tsx'
import { Table } from '../parts/table.tsx'
import { Amount, Tile } from '../parts/tile.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { Page } from '../shell/page.tsx'
import { KeptJobCards } from './kept-run/job-cards.tsx'
import { kinds } from './kept-table.tsx'

/** One kept run: figures, first rows, plan, inputs, program. */
export function KeptRunPage({ id }: { readonly id: string }): VNode {
  const path = `/api/kept/${encodeURIComponent(id)}`
  const { value, error } = useAnswer<KeptDetail>(path)
  const code = {
    shell: `tidemill runs show ${id}`,
    typescript: `const tm = await tidemill({ workspace: '.tidemill' })\nconst run = await tm.runs.get(${JSON.stringify(id)})\nawait (await run.result()).show()`,
    http: `GET ${path}`,
  }
  return (
    <Page page="kept-run" title={value?.name ?? 'Kept run'} above={[['Kept runs', '/kept']]} code={code}>
      <NotKnownYet title="Kept run" known={value !== undefined} error={error} />
      {value === undefined ? null : <Known run={value} />}
    </Page>
  )
}

function Known({ run }: { readonly run: KeptDetail }): VNode {
  const { figures, result, plan, program, job } = run
  return (
    <>
      <RunHead title={run.name} state={<KeptState status={run.status} />} run={run} kind={kinds[run.kind]} />
      <div class="tiles">
        <Tile label="Rows">
          <Amount text={count(figures.rows)} />
        </Tile>
        <Tile label="Took">
          <Amount text={lasted(figures.ms)} />
        </Tile>
        <Tile label="Processor">
          <Amount text={lasted(figures.cpuMs)} />
        </Tile>
        <Tile label="Memory of the process">
          <Amount text={bytes(figures.memoryBytes)} />
        </Tile>
      </div>
      <div class="grid even">
        {result === null ? null : <RowsCard result={result} />}
        {job === null ? null : <KeptJobCards job={job} />}
        <TextCard title={result === null && run.status !== 'failed' ? 'Plan, without kept rows' : 'Plan'} text={plan.optimised} />
        <InputsCard run={run} />
        <MadeOf run={run} />
        {figures.functions.length === 0 || job !== null ? null : <FunctionsCard functions={figures.functions} />}
        {plan.engine === '' ? null : <TextCard title="For the engine" text={plan.engine} />}
        {program.text === null ? null : <TextCard title="Program" text={program.text} />}
      </div>
    </>
  )
}

function RowsCard({ result }: { readonly result: NonNullable<KeptDetail['result']> }): VNode {
  const shown = result.first.length
  const rows = result.first.map((cells, index) => ({ cells, index }))
  const numeric = (type: string): boolean => /^u?int|^float|^decimal/.test(type)
  return (
    <section class="card w12">
      <header>
        <h2>First rows</h2>
        <div class="acts">
          {shown} of {count(result.rows)} kept{result.whole ? '' : ', there were more'}, {bytes(result.bytes)}
        </div>
      </header>
      <Table
        label="First rows"
        rows={rows}
        keyOf={row => String(row.index)}
        columns={result.columns.map(({ name, type }, at) => ({
          title: name,
          figures: numeric(type),
          cell: (row: (typeof rows)[number]) => row.cells[at] ?? <span class="faint">NULL</span>,
        }))}
      />
    </section>
  )
}

function InputsCard({ run: { inputs, moreInputs } }: { readonly run: KeptDetail }): VNode {
  return (
    <Card title={moreInputs === 0 ? 'Inputs' : `Inputs, and ${moreInputs} more`} wide={6}>
      <Table
        label="Inputs"
        rows={inputs}
        keyOf={input => `${input.kind} ${input.name}`}
        columns={[
          { title: 'Name', wrap: true, cell: input => input.name },
          { title: 'Kind', cell: input => input.kind },
          { title: 'Size', figures: true, cell: input => bytes(input.bytes) },
          { title: 'sha256', spare: true, cell: input => (input.sha256 === null ? '–' : <code>{input.sha256.slice(0, 12)}…</code>) },
        ]}
      />
    </Card>
  )
}

function FunctionsCard({ functions }: { readonly functions: KeptDetail['figures']['functions'] }): VNode {
  return (
    <Card title="Functions" wide={6}>
      <Table
        label="Functions"
        rows={functions}
        keyOf={one => one.step}
        columns={[
          { title: 'Function', cell: one => one.step },
          { title: 'Rows', figures: true, cell: one => count(one.rows) },
          { title: 'Time on threads', figures: true, cell: one => lasted(one.ms) },
        ]}
      />
    </Card>
  )
}

function MadeOf({ run }: { readonly run: KeptDetail }): VNode {
  const { environment, figures, wrote } = run
  return (
    <Card title="Made of" wide={6}>
      <div class="pad">
        <dl class="kvs">
          <dt>Run</dt>
          <dd>
            <code>{run.id}</code>
          </dd>
          {run.program.path === null ? null : <dt>Program</dt>}
          {run.program.path === null ? null : <dd>{run.program.path}</dd>}
          <CommitFacts code={run} />
          <dt>Plan</dt>
          <dd>
            <code>{run.plan.fingerprint.slice(0, 16)}</code>
          </dd>
          {wrote === null ? null : <dt>Wrote</dt>}
          {wrote === null ? null : (
            <dd>
              {count(wrote.rows)} rows, {wrote.files} files, {bytes(wrote.bytes)}
            </dd>
          )}
          {figures.leftOut === 0 ? null : <dt>Left out</dt>}
          {figures.leftOut === 0 ? null : <dd>{count(figures.leftOut)} rows</dd>}
          <EnvironmentFacts environment={environment} />
        </dl>
      </div>
    </Card>
  )
}
