import type { VNode } from 'preact'
import type { KeptList } from '../api/answers.ts'
import { Empty, ProblemBox } from '../parts/problem.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { Page } from '../shell/page.tsx'
import { KeptTable } from './kept-table.tsx'

const code = {
  shell: 'tidemill runs list',
  typescript:
    "const tm = await tidemill({ workspace: '.tidemill' })\nawait tm.runs.list({ kind: 'query' })\nawait tm.runs.list({ kind: 'mapreduce' })",
  http: 'GET /api/kept?limit=100',
}

/** The newest kept runs of tables and MapReduce jobs. */
export function KeptRunsPage(): VNode {
  const { value, error } = useAnswer<KeptList>('/api/kept?limit=100')
  return (
    <Page page="kept-runs" title="Kept runs" code={code}>
      <div class="head">
        <h1>Kept runs</h1>
        {value === undefined ? null : (
          <div class="facts">
            <span>
              the newest <b>{value.runs.length}</b> of tables and MapReduce jobs
            </span>
          </div>
        )}
      </div>
      {error === undefined ? null : <ProblemBox error={error} />}
      {value === undefined ? null : <Known list={value} />}
    </Page>
  )
}

function Known({ list: { runs, damaged } }: { readonly list: KeptList }): VNode {
  return (
    <>
      {damaged.length === 0 ? null : (
        <div class="error">
          <b>damaged files of {damaged.length === 1 ? 'a run' : `${damaged.length} runs`}</b>
          <span>{damaged.join(', ')}: remove them with tidemill runs remove ID, or put back a copy</span>
        </div>
      )}
      <section class="card">
        {runs.length === 0 ? (
          <Empty title="No run was kept in this workspace" command="await byRegion.rows({ keep: 'by-region' })">
            A kept run has its program, inputs, plan, figures and rows; tm.runs.get(name) reopens it.
          </Empty>
        ) : (
          <KeptTable runs={runs} now={Date.now()} />
        )}
      </section>
    </>
  )
}
