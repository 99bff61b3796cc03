import type { VNode } from 'preact'
import { ProblemBox } from '../parts/problem.tsx'
import { useFeed } from '../parts/use-feed.ts'
import { Page } from '../shell/page.tsx'
import { NoJobs } from './first-things.tsx'
import { JobTable } from './job-table.tsx'

const code = {
  shell: 'tidemill jobs',
  typescript: "const tm = await tidemill({ workspace: '.tidemill' })\nawait tm.jobs.list()",
  http: 'GET /api/jobs',
}

/** All jobs of the workspace. */
export function StreamsPage(): VNode {
  const live = useFeed()
  const { overview } = live.feed
  return (
    <Page page="streams" title="Streams" code={code} live={live}>
      <div class="head">
        <h1>Streams</h1>
      </div>
      {live.refused === undefined ? null : <ProblemBox error={live.refused} />}
      {overview === undefined ? null : (
        <section class="card">{overview.jobs.length === 0 ? <NoJobs /> : <JobTable label="Streams" jobs={overview.jobs} />}</section>
      )}
    </Page>
  )
}
