/** What the dashboard asks for: a real workspace with runs, models and a job behind a real server. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { linearRegression } from '../ml/index.ts'
import { lazyWorkspace, openWorkspace, type Workspace } from '../models/index.ts'
import { tokens } from '../security/index.ts'
import { tidemill } from '../session/index.ts'
import { type JobStatus, jobStatusWriter, statusFile, StatusKeeper, stopAsked } from '../telemetry/index.ts'
import { ask } from './fixtures/ask.ts'
import {
  app,
  jobsFolder,
  type KeptDetail,
  type KeptList,
  listen,
  type Listening,
  type ModelDetail,
  type Overview,
  type RunDetail,
  type RunList,
} from './index.ts'

const known = tokens()
const { token } = known.issue({ name: 'test' })
let folder: string
let workspace: Workspace
let server: Listening
let status: JobStatus
const faults: unknown[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-api-'))
  await using tm = await tidemill({ folder: join(folder, 'session') })
  const data = await tm.read(
    rows(
      [1, 2, 3].map(x => ({ x, y: 2 * x })),
      { schema: { x: 'float64', y: 'float64' } },
    ),
  )
  workspace = await openWorkspace(join(folder, 'riverside'))
  const done = await workspace.experiment('lines').run(async run => {
    run.param({ intercept: true })
    run.log({ r2: 0.5 })
    await run.artifact('notes.txt', 'hello')
    return linearRegression().fit(data, { target: 'y' })
  })
  await workspace
    .experiment('broken')
    .run(() => {
      throw new Error('no such <b>column</b>')
    })
    .catch(() => undefined)
  await workspace.models.register('price', done.model)
  await workspace.models.register('price', done.model, { description: 'again' })
  await workspace.models.promote('price', 'champion', 2, { reason: 'newer' })
  status = await writeJob('alerts')
  server = await listen(app({ tokens: known, workspace, report: error => void faults.push(error) }))
})
afterAll(async () => {
  await server.close()
  await workspace.close()
  await rm(folder, { recursive: true, force: true })
})

/** A job of this process, as it writes its status. */
async function writeJob(name: string): Promise<JobStatus> {
  const keeper = new StatusKeeper({
    name,
    threads: 2,
    checkpointMs: 1000,
    steps: [
      { id: 'in', kind: 'source', label: 'ndjson.follow', stage: 0, parallelism: 1 },
      { id: 'score', kind: 'map', label: 'map', stage: 1, parallelism: 1 },
      { id: 'out', kind: 'sink', label: 'parquet', stage: 1, parallelism: 1, guarantee: 'exactly-once', target: 'out' },
    ],
    edges: [
      { from: 'in', to: 'score', how: 'key' },
      { from: 'score', to: 'out', how: 'forward' },
    ],
  })
  keeper.enter('running')
  keeper.checkpoint({ seq: 3, epoch: 3, ms: 12, bytes: 345 })
  const made = { ...keeper.status(), startedAt: 1 }
  await jobStatusWriter(join(jobsFolder(workspace.folder), name)).write(made)
  return made
}
async function get<T>(path: string): Promise<T> {
  const answer = await ask(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, ...(JSON.parse(answer.text) as object) } as T
}
const post = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await ask(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, ...(JSON.parse(answer.text) as object) }
}

test('kept runs are told with program, plan, inputs, figures and first rows; a damaged one does not hide the others', async () => {
  await using tm = await tidemill({ folder: join(folder, 'session'), workspace: workspace.folder, workers: 1 })
  const table = await tm.read(
    rows([
      { region: 'a', n: 1 },
      { region: null, n: 2 },
    ]),
  )
  const { id } = await tm.keep(table, { name: 'small', rows: 1 })
  const counted = await tm.mapReduce(rows([{ word: 'x' }, { word: 'x' }]), {
    *map(row) {
      yield [row.word, 1] as const
    },
    reduce: (word, parts) => ({ word, n: [...parts].length }),
    keep: 'counted',
  })
  expect(await get<KeptList>('/api/kept')).toMatchObject({
    status: 200,
    runs: [
      { name: 'counted', kind: 'mapreduce', status: 'finished', rows: 1 },
      { name: 'small', kind: 'query', status: 'finished', rows: 2 },
    ],
    damaged: [],
  })
  expect(await get<KeptDetail>(`/api/kept/${id}`)).toMatchObject({
    plan: { fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) as string, optimised: expect.stringContaining('scan rows') as string },
    figures: { rows: 2, leftOut: 0 },
    result: {
      rows: 1,
      whole: false,
      columns: [
        { name: 'region', type: 'string' },
        { name: 'n', type: 'float64' },
      ],
      first: [['a', '1']],
    },
    job: null,
    program: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  })
  expect(await get<KeptDetail>(`/api/kept/${counted.report.run}`)).toMatchObject({
    job: { functions: [{ part: 'map' }, { part: 'reduce' }], report: { map: { items: 2 }, shuffle: { pairs: 2 } } },
    result: { first: [['x', '2']] },
  })
  await writeFile(join(workspace.folder, 'kept', id, 'run.json'), '{')
  expect(await get<KeptList>('/api/kept?limit=5')).toMatchObject({ runs: [{ name: 'counted' }], damaged: [id] })
  const problem = await get(`/api/kept/${id}`)
  expect(problem).toMatchObject({ status: 409, code: 'runs.damaged' })
  expect(JSON.stringify(problem)).not.toContain(folder)
  for (const wrong of ['nothing', '..%2F..%2Fkept', '%2e%2e']) expect(await get(`/api/kept/${wrong}`)).toMatchObject({ status: 404 })
  expect(await get('/api/kept?limit=0')).toMatchObject({ status: 400 })
})

test('the overview tells of jobs, runs, models and the machine', async () => {
  const overview = await get<Overview>('/api/overview')
  expect(overview).toMatchObject({
    status: 200,
    tidemill: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    workspace: basename(workspace.folder),
    jobs: [
      {
        name: 'alerts',
        state: 'running',
        steps: 3,
        bottleneck: null,
        checkpoints: { taken: 1, failed: 0, last: { seq: 3, ms: 12, bytes: 345 } },
      },
    ],
    runs: [
      { experiment: 'broken', status: 'failed', failure: 'no such <b>column</b>', kind: null },
      { experiment: 'lines', status: 'finished', failure: null, params: { intercept: true }, metrics: { r2: 0.5 }, target: 'y', rows: 3 },
    ],
    models: [{ name: 'price', versions: 2, aliases: { champion: 2 }, target: 'y' }],
    machine: { node: process.versions.node, platform: process.platform },
  })
  // Whole paths stay with the server.
  expect(JSON.stringify(overview)).not.toContain(folder)
})

test('runs are listed by experiment and to a limit, and one is told in full', async () => {
  expect((await get<RunList>('/api/runs')).runs.map(run => run.experiment)).toEqual(['broken', 'lines'])
  expect((await get<RunList>('/api/runs?limit=1')).runs).toHaveLength(1)
  const [lines] = (await get<RunList>('/api/runs?experiment=lines')).runs
  expect(await get<RunDetail>(`/api/runs/${lines?.id}`)).toMatchObject({
    status: 'finished',
    features: ['x'],
    artifacts: [{ name: 'notes.txt', bytes: 5 }],
    environment: { node: process.versions.node },
  })
  for (const limit of ['0', '1001', '-1', 'x', '1.5', ''])
    expect(await get(`/api/runs?limit=${limit}`)).toMatchObject({ status: 400, code: 'server.body' })
  expect(await get('/api/runs/nothing')).toMatchObject({ status: 404, code: 'models.unknown-run' })
  expect(await get('/api/runs/..%2f..')).toMatchObject({ status: 404 })
})

test('a model is told with its versions and how its aliases moved', async () => {
  expect(await get<ModelDetail>('/api/models/price')).toMatchObject({
    status: 200,
    aliases: { champion: 2 },
    versions: [
      { number: 2, description: 'again', aliases: ['champion'] },
      { number: 1, description: null, aliases: [], metrics: { r2: 0.5 } },
    ],
    history: [{ alias: 'champion', action: 'promote', from: null, to: 2, reason: 'newer' }],
  })
  expect(await get('/api/models/prize')).toMatchObject({ status: 404, code: 'models.unknown-model', hint: 'did you mean price?' })
})

test('the models of the workspace predict, too', async () => {
  expect(await get('/v2/models')).toEqual({ status: 200, models: ['price'] })
})

test('a job is told as it wrote itself; one that is not there or cannot be read is told apart', async () => {
  expect(await get('/api/jobs/alerts')).toEqual(JSON.parse(JSON.stringify({ status: 200, ...status })))
  expect(await get('/api/jobs/alert')).toMatchObject({ status: 404, code: 'stream.unknown-job', hint: 'did you mean alerts?' })
  expect(await get('/api/jobs/..')).toMatchObject({ status: 404 })
  const path = join(jobsFolder(workspace.folder), 'torn')
  await writeJob('torn')
  await writeFile(join(path, statusFile), '{"version":1')
  try {
    expect(await get('/api/jobs/torn')).toMatchObject({ status: 503, code: 'telemetry.damaged' })
    await writeFile(join(path, statusFile), '{"version":9}')
    expect(await get('/api/jobs/torn')).toMatchObject({ status: 409, code: 'telemetry.version' })
    expect(await get('/api/jobs')).toMatchObject({
      jobs: [{ name: 'torn', state: 'lost', error: { code: 'telemetry.version' } }, { name: 'alerts' }],
    })
  } finally {
    await rm(path, { recursive: true })
  }
})

test('a job is asked to stop, and the one that has ended is left alone', async () => {
  expect(await post('/api/jobs/alerts/stop', { drain: true })).toEqual({ status: 202, name: 'alerts', state: 'running' })
  expect(await stopAsked(join(jobsFolder(workspace.folder), 'alerts'))).toEqual({ drain: true })
  expect(await post('/api/jobs/alerts/stop', {})).toMatchObject({ status: 202 })
  expect(await stopAsked(join(jobsFolder(workspace.folder), 'alerts'))).toEqual({ drain: false })
  for (const body of [{ drain: 'yes' }, { force: true }, []])
    expect(await post('/api/jobs/alerts/stop', body)).toMatchObject({ status: 400 })
  expect(await post('/api/jobs/nothing/stop', {})).toMatchObject({ status: 404 })
  await jobStatusWriter(join(jobsFolder(workspace.folder), 'done')).write({ ...status, name: 'done', state: 'finished' })
  expect(await post('/api/jobs/done/stop', {})).toMatchObject({ status: 409, code: 'stream.closed' })
})

test('metrics tell of the server and its jobs, in the format of Prometheus', async () => {
  const { headers, text } = await ask(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(text).toMatch(/^tidemill_http_requests_total\{route="\/api\/jobs\/:name",method="GET",status="200"\} \d+$/m)
  expect(text).toMatch(/^tidemill_http_requests_total\{route="\/api\/jobs\/:name",method="GET",status="404"\} \d+$/m)
  expect(text).toMatch(/^tidemill_http_request_seconds_bucket\{route="\/api\/overview",le="\+Inf"\} \d+$/m)
  expect(text).toMatch(/^tidemill_job_state\{job="alerts",state="running"\} 1$/m)
  // Every line is a comment or a sample, each metric is told of once, and no path of an asker is in it.
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? (NaN|[-+]?(Inf|\d\S*)))$/)
  const types = text.match(/^# TYPE \w+/gm) ?? []
  expect(new Set(types).size).toBe(types.length)
  expect(text).not.toContain('nothing')
})

test('a folder of jobs without a model or a run is no fault', async () => {
  const bare = lazyWorkspace(join(folder, 'bare'), { existing: true })
  const other = await listen(app({ tokens: known, workspace: bare, report: error => void faults.push(error) }))
  const read = async (path: string): Promise<unknown> =>
    JSON.parse((await ask(`${other.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).text)
  try {
    expect(await read('/api/overview')).toMatchObject({ workspace: 'bare', jobs: [], runs: [], models: [] })
    expect(await read('/api/runs/x')).toMatchObject({ code: 'models.unknown-run' })
    expect(await read('/api/models/x')).toMatchObject({ code: 'models.unknown-model' })
    expect(await read('/v2/models')).toEqual({ models: [] })
    expect(await read('/v2/models/x')).toMatchObject({ code: 'models.unknown-model' })
  } finally {
    await other.close()
    await bare.close()
  }
})

test('a server without a workspace has nothing to list', async () => {
  const other = await listen(app({ tokens: known }))
  const read = async (path: string): Promise<unknown> =>
    JSON.parse((await ask(`${other.url}${path}`, { headers: { authorization: `Bearer ${token}` } })).text)
  try {
    expect(await read('/api/overview')).toMatchObject({ workspace: null, jobs: [], runs: [], models: [] })
    expect(await read('/api/jobs/x')).toMatchObject({ code: 'stream.unknown-job' })
    expect(await read('/api/runs/x')).toMatchObject({ code: 'models.unknown-run' })
  } finally {
    await other.close()
  }
})

test('none of this was a fault of the server', () => {
  expect(faults).toEqual([])
})
