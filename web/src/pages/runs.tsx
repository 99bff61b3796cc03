import type { VNode } from 'preact'
import type { RunList } from '../api/answers.ts'
import { ProblemBox } from '../parts/problem.tsx'
import { useAnswer } from '../parts/use-answer.ts'
import { Page } from '../shell/page.tsx'
import { NoRuns } from './first-things.tsx'
import { RunTable } from './run-table.tsx'

const code = {
  shell: 'curl -H "Authorization: Bearer $TIDEMILL_TOKEN" ' + `${location.origin}/api/runs`,
  typescript: "const tm = await tidemill({ workspace: '.tidemill' })\nawait tm.runs.list({ limit: 100 })",
  http: 'GET /api/runs?limit=100',
}

/** The newest runs of all experiments. */
export function RunsPage(): VNode {
  const { value, error } = useAnswer<RunList>('/api/runs?limit=100')
  return (
    <Page page="runs" title="Experiments" code={code}>
      <div class="head">
        <h1>Experiments</h1>
        {value === undefined ? null : (
          <div class="facts">
            <span>
              the newest <b>{value.runs.length}</b> runs
            </span>
          </div>
        )}
      </div>
      {error === undefined ? null : <ProblemBox error={error} />}
      {value === undefined ? null : (
        <section class="card">
          {value.runs.length === 0 ? <NoRuns /> : <RunTable label="Runs" runs={value.runs} now={Date.now()} />}
        </section>
      )}
    </Page>
  )
}
