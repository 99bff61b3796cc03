import type { VNode } from 'preact'
import type { Overview } from '../api/answers.ts'
import { bytes, count, short } from '../format/number.ts'
import { lasted, moment } from '../format/time.ts'
import { ProblemBox } from '../parts/problem.tsx'
import { Amount, Tile } from '../parts/tile.tsx'
import { useFeed } from '../parts/use-feed.ts'
import { modelPath, streamPath } from '../router/route.ts'
import { Page } from '../shell/page.tsx'
import { concernsOf, foremost } from '../state/attention.ts'
import { isActive } from '../state/feed.ts'
import { NoJobs, NoModels, NoRuns } from './first-things.tsx'
import { JobTable } from './job-table.tsx'
import { Aliases } from './model-table.tsx'
import { RunTable } from './run-table.tsx'

const code = {
  shell: 'tidemill jobs',
  typescript: "const tm = await tidemill({ workspace: '.tidemill' })\nawait tm.jobs.list()\nawait tm.models.list()\nawait tm.runs.list()",
  http: 'GET /api/overview\nGET /api/events    # server-sent events: overview',
}

/** So many on the first page; the rooms have them all. */
const mostJobs = 10
const mostConcerns = 8

/** What runs, what is wrong, what there is. */
export function OverviewPage(): VNode {
  const live = useFeed()
  const { overview } = live.feed
  const active = overview?.jobs.filter(job => isActive(job.state)) ?? []
  return (
    <Page page="overview" title="Overview" code={code} live={live}>
      <div class="head">
        <h1>Overview</h1>
        {overview === undefined ? null : (
          <div class="facts">
            <span>{moment(overview.at)}</span>
            <span>
              <b>{active.length}</b> {active.length === 1 ? 'stream' : 'streams'} running
            </span>
          </div>
        )}
      </div>
      {live.refused === undefined ? null : <ProblemBox error={live.refused} />}
      {overview === undefined ? null : <Known overview={overview} />}
    </Page>
  )
}

function Known({ overview }: { readonly overview: Overview }): VNode {
  const { jobs, runs, models, at } = overview
  return (
    <>
      <Tiles overview={overview} />
      <div class="grid">
        <div class="w8 stack">
          <Attention overview={overview} />
          <section class="card brief">
            <header>
              <h2>Streams</h2>
              <div class="acts">
                <a href="/streams">All streams</a>
              </div>
            </header>
            {jobs.length === 0 ? <NoJobs /> : <JobTable label="Streams" jobs={foremost(jobs, mostJobs)} brief />}
          </section>
          <section class="card brief">
            <header>
              <h2>Newest runs</h2>
              <div class="acts">
                <a href="/runs">All runs</a>
              </div>
            </header>
            {runs.length === 0 ? <NoRuns /> : <RunTable label="Newest runs" runs={runs} now={at} brief />}
          </section>
        </div>
        <div class="w4 stack">
          <MachineCard machine={overview.machine} />
          <section class="card">
            <header>
              <h2>Models</h2>
            </header>
            {models.length === 0 ? (
              <NoModels />
            ) : (
              <ul class="list">
                {models.map(model => (
                  <li key={model.name}>
                    <a href={modelPath(model.name)}>{model.name}</a>
                    <Aliases of={model.aliases} />
                    <span class="when">
                      {model.versions} {model.versions === 1 ? 'version' : 'versions'}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      </div>
    </>
  )
}

function Tiles({ overview: { jobs, models, machine } }: { readonly overview: Overview }): VNode {
  const active = jobs.filter(job => isActive(job.state))
  const sum = (of: (totals: (typeof jobs)[number]['totals']) => number): number => active.reduce((all, job) => all + of(job.totals), 0)
  const slowest = active.toSorted((a, b) => (b.totals.latencyMs.p99 ?? -1) - (a.totals.latencyMs.p99 ?? -1))[0]
  const dead = sum(totals => totals.deadLetters)
  return (
    <div class="tiles">
      <Tile label="Streams, rows/s in" below={`${active.length} of ${count(jobs.length)} running`}>
        <Amount text={short(sum(totals => totals.rowsPerSecond))} />
      </Tile>
      <Tile label="Waiting to be read" below="rows, all streams">
        <Amount text={short(sum(totals => totals.lag))} />
      </Tile>
      <Tile label="Worst latency p99" below={slowest === undefined ? 'no stream runs' : slowest.name}>
        <Amount text={lasted(slowest?.totals.latencyMs.p99 ?? null)} />
      </Tile>
      <Tile label="Late and put aside" below={`${count(dead)} dead letters`} grade={dead > 0 ? 'warn' : undefined}>
        <Amount text={short(sum(totals => totals.late) + dead)} />
      </Tile>
      <Tile label="Models" below={`${models.filter(model => 'champion' in model.aliases).length} with a champion`}>
        <Amount text={count(models.length)} />
      </Tile>
      <Tile label="Memory of the server" below={`${machine.processCpus.toFixed(1)} of ${machine.cpus} processors`}>
        <Amount text={bytes(machine.processBytes)} />
      </Tile>
    </div>
  )
}

function Attention({ overview }: { readonly overview: Overview }): VNode | null {
  const concerns = concernsOf(overview.jobs)
  if (concerns.length === 0) return null
  return (
    <section class="card">
      <header>
        <h2>Needs attention</h2>
      </header>
      <ul class="list">
        {concerns.slice(0, mostConcerns).map(({ job, grade, text, since }) => (
          <li key={`${job} ${text}`}>
            <span class={`st ${grade}`}>
              <span class="sr">{grade === 'bad' ? 'broken' : 'warning'}</span>
            </span>
            <span class="what">
              <a href={streamPath(job)}>{job}</a> {text}
            </span>
            {since === undefined ? null : <span class="when">since {moment(since)}</span>}
          </li>
        ))}
      </ul>
      {concerns.length <= mostConcerns ? null : (
        <div class="more">
          <a href="/streams">{count(concerns.length - mostConcerns)} more</a>
        </div>
      )}
    </section>
  )
}

function MachineCard({ machine }: { readonly machine: Overview['machine'] }): VNode {
  const { node, platform, cpus, load, memoryBytes, freeBytes, processBytes, processCpus, uptime } = machine
  const used = memoryBytes - freeBytes
  return (
    <section class="card">
      <header>
        <h2>This machine</h2>
      </header>
      <dl class="kvs pad">
        <dt>Processors</dt>
        <dd>{load === null ? cpus : `${load.toFixed(1)} of ${cpus} in demand`}</dd>
        <dt>Memory</dt>
        <dd>
          {bytes(used)} of {bytes(memoryBytes)}
        </dd>
        <dt>This server</dt>
        <dd>
          {bytes(processBytes)}, {processCpus.toFixed(2)} processors
        </dd>
        <dt>Up</dt>
        <dd>{lasted(uptime * 1000)}</dd>
        <dt>Node</dt>
        <dd>
          {node}, {platform}
        </dd>
      </dl>
    </section>
  )
}
