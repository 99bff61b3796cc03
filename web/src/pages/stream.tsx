import type { VNode } from 'preact'
import type { JobDetail } from '../api/answers.ts'
import { lasted } from '../format/time.ts'
import { type Bottleneck, bottleneckOf } from '../graph/bottleneck.ts'
import { Icon } from '../parts/icon.tsx'
import { ProblemBox } from '../parts/problem.tsx'
import { JobState } from '../parts/state.tsx'
import { useFeed } from '../parts/use-feed.ts'
import { go, usePlace } from '../router/location.ts'
import { Page } from '../shell/page.tsx'
import { isActive } from '../state/feed.ts'
import { Checkpoints } from './stream/checkpoints.tsx'
import { GraphCard } from './stream/graph-card.tsx'
import { History } from './stream/history.tsx'
import { Aside, Sinks } from './stream/sinks.tsx'
import { StopDialog } from './stream/stop-dialog.tsx'
import { StreamTiles } from './stream/tiles.tsx'

/** One job, live: what it reads and writes a second, what holds it back, whether it could go on from a crash. */
export function StreamPage({ name }: { readonly name: string }): VNode {
  const live = useFeed(name)
  const { job } = live.feed
  const { hash } = usePlace()
  return (
    <Page page="stream" title={name} above={[['Streams', '/streams']]} code={codeOf(name)} live={live}>
      <Head name={name} job={job} />
      {live.refused === undefined ? null : <ProblemBox error={live.refused} />}
      {job === undefined ? null : <Known job={job} />}
      {hash === 'stop' && job !== undefined ? <StopDialog job={job} /> : null}
    </Page>
  )
}

function heldBy(job: JobDetail): Bottleneck | undefined {
  return isActive(job.state) ? bottleneckOf(job) : undefined
}

function Head({ name, job }: { readonly name: string; readonly job: JobDetail | undefined }): VNode {
  if (job === undefined)
    return (
      <div class="head">
        <h1>{name}</h1>
      </div>
    )
  return (
    <div class="head">
      <div class="title">
        <h1>{name}</h1>
        <JobState state={job.state} heldBy={heldBy(job)?.steps.join(', ')} />
      </div>
      <div class="facts">
        <span>
          {isActive(job.state) ? 'up' : 'ran'} <b>{lasted(job.updatedAt - job.startedAt)}</b>
        </span>
        <span>
          embedded, <b>{job.threads}</b> {job.threads === 1 ? 'thread' : 'threads'}
        </span>
        <span>
          process <b>{job.pid}</b>
        </span>
        <span class={job.restarts > 0 ? 't-warn' : undefined}>
          <b>{job.restarts}</b> {job.restarts === 1 ? 'restart' : 'restarts'}
        </span>
      </div>
      <div class="acts">
        {isActive(job.state) && job.state !== 'stopping' ? (
          <button type="button" class="btn" onClick={() => go('#stop')}>
            <Icon name="stop" />
            Stop
          </button>
        ) : null}
      </div>
    </div>
  )
}

function Known({ job }: { readonly job: JobDetail }): VNode {
  return (
    <>
      {job.error === null ? null : (
        <div class="error">
          <span class="codeid">{job.error.code}</span>
          <b>{job.error.message}</b>
          {job.error.hint === undefined ? null : <span>{job.error.hint}</span>}
          {sinceOf(job.state) === undefined ? null : <span>{sinceOf(job.state)}</span>}
        </div>
      )}
      <StreamTiles job={job} />
      <GraphCard job={job} held={heldBy(job)} />
      <History points={job.history} />
      <div class="grid even">
        <Checkpoints job={job} />
        <Sinks job={job} />
        <Aside job={job} />
      </div>
    </>
  )
}

/** What became of the job after what went wrong last. */
function sinceOf(state: JobDetail['state']): string | undefined {
  if (state === 'restarting') return 'The job starts again from its last checkpoint.'
  return isActive(state) ? 'The job goes on since; this is what went wrong last.' : undefined
}

function codeOf(name: string): { readonly shell: string; readonly typescript: string; readonly http: string } {
  const path = `/api/jobs/${encodeURIComponent(name)}`
  return {
    shell: `tidemill jobs top ${name}`,
    typescript: `const tm = await tidemill({ workspace: '.tidemill' })\nawait tm.jobs.get(${JSON.stringify(name)})\nawait tm.jobs.stop(${JSON.stringify(name)})`,
    http: `GET  ${path}\nGET  /api/events?job=${encodeURIComponent(name)}    # server-sent events: status, then changes\nPOST ${path}/stop`,
  }
}
