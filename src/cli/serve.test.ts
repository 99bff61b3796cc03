import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { linearRegression } from '../ml/index.ts'
import { openWorkspace } from '../models/index.ts'
import { dashboardFolder, type JobList, jobsFolder, requestBody } from '../server/index.ts'
import { tidemill } from '../session/index.ts'
import { readJobs } from '../telemetry/index.ts'

const main = join(import.meta.dirname, 'main.ts')
const ownToken = 'x9-Kd_72bQwLmZ0pRtYvHsNcGfJaEu4i'
const hasCurl = spawnSync('curl', ['--version']).status === 0
let folder: string
let predicted: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-serve-'))
  await using tm = await tidemill()
  const data = await tm.read(
    rows(
      [1, 2, 3, 4].map(x => ({ "o'clock": x, size: x * x, price: 3 * x + 0.1 * x * x })),
      { schema: { "o'clock": 'float64', size: 'int64', price: 'float64' } },
    ),
  )
  const model = await linearRegression().fit(data, { target: 'price' })
  predicted = model.predict({ "o'clock": 7, size: 5 }).prediction
  for (const name of ['saved', 'damaged']) await model.save(join(folder, name))
  const [tensor = ''] = (await readdir(join(folder, 'damaged'))).filter(name => name.endsWith('.bin'))
  await truncate(join(folder, 'damaged', tensor), 3)
  await using workspace = await openWorkspace(join(folder, '.tidemill'))
  await workspace.models.register('price', model)
  await workspace.models.promote('price', 'champion', 1, { reason: 'the only one' })
  await using empty = await openWorkspace(join(folder, 'empty'))
  await empty.models.list()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Started {
  readonly child: ChildProcess
  readonly url: string
  /** All that it printed, up to now. */
  output(): string
  readonly ended: Promise<number | null>
}

/** A server in a process of its own, from the moment it has told all there is to tell. */
async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const child = run(['serve', '--port', '0', ...args], env)
  let text = ''
  child.stdout?.on('data', chunk => (text += chunk))
  child.stderr?.on('data', chunk => (text += chunk))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const told = new Promise<void>(resolve => child.stdout?.on('data', () => text.includes('curl') && resolve()))
  await Promise.race([told, ended])
  const url = /http:\/\/[\d.]+:\d+/.exec(text)?.[0]
  if (url === undefined) throw new Error(`it did not start: ${text}`)
  return { child, url, output: () => text, ended }
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const { TIDEMILL_TOKEN: _, ...rest } = process.env
  return spawn(process.execPath, ['--conditions=tidemill-source', main, ...args], { cwd: folder, env: { ...rest, ...env } })
}

/** What a command that ends by itself says, and its exit code. */
async function failing(...args: string[]): Promise<string> {
  const child = run(['serve', ...args])
  let text = ''
  child.stderr?.on('data', chunk => (text += chunk))
  child.stdout?.on('data', chunk => (text += chunk))
  const [code] = (await once(child, 'close')) as [number]
  return `${code} ${text.trim()}`
}

const infer = async (url: string, token: string, model = 'price'): Promise<unknown> => {
  const needs = [
    { name: "o'clock", type: 'float64', nullable: false },
    { name: 'size', type: 'int64', nullable: false },
  ] as const
  const answer = await fetch(`${url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(requestBody({ needs }, [{ "o'clock": 7, size: 5 }])),
  })
  return answer.ok ? ((await answer.json()) as { outputs: { data: number[] }[] }).outputs[0]?.data[0] : answer.status
}

test('the models of the workspace are served behind a token that is shown once, until Ctrl-C', async () => {
  const server = await start([])
  try {
    expect(server.output()).toMatch(/serving 1 model at http:\/\/127\.0\.0\.1:\d+: price/)
    const token = /^TOKEN=(tm_[\w-]{43})$/m.exec(server.output())?.[1] ?? 'no token'
    expect(server.output().split(token)).toHaveLength(2)
    expect(await infer(server.url, token)).toBe(predicted)
    expect(await infer(server.url, token, 'price@champion')).toBe(predicted)
    expect(await infer(server.url, 'tm_wrong')).toBe(401)
    server.child.kill('SIGINT')
    expect(await server.ended).toBe(0)
    expect(server.output()).toMatch(/stopping; press Ctrl-C again to force/)
    expect(server.output().split(token)).toHaveLength(2)
  } finally {
    server.child.kill('SIGKILL')
  }
})

test.skipIf(!hasCurl)('the two lines it prints can be pasted into a shell as they stand', async () => {
  const server = await start([])
  try {
    const lines = server.output().split('\n')
    const pasted = ['TOKEN=', 'curl '].map(word => lines.find(one => one.startsWith(word)) ?? `exit 9 # no ${word}`)
    const shell = spawn('sh', ['-c', pasted.join('\n')])
    let answer = ''
    shell.stdout.on('data', chunk => (answer += chunk))
    await once(shell, 'close')
    expect(JSON.parse(answer)).toMatchObject({ model_name: 'price', outputs: [{ name: 'prediction', shape: [1] }] })
  } finally {
    server.child.kill('SIGKILL')
  }
})

test('saved models are served without a workspace, under the token of the environment, which is never shown', async () => {
  const server = await start(['--model', 'price=saved', '--model', `other=${join(folder, 'saved')}`], { TIDEMILL_TOKEN: ownToken })
  try {
    expect(server.output()).toMatch(/serving 2 models at .*: price, other/)
    expect(server.output()).toContain('$TIDEMILL_TOKEN')
    expect(await infer(server.url, ownToken)).toBe(predicted)
    expect(await infer(server.url, ownToken, 'other@1')).toBe(predicted)
    server.child.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.output()).not.toContain(ownToken)
  } finally {
    server.child.kill('SIGKILL')
  }
})

test('a port in use is named with one that is free', async () => {
  const other: Server = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const said = await failing('--model', 'price=saved', '--port', String(port))
  other.close()
  expect(said).toMatch(
    new RegExp(
      `^1 error: port in use: ${port} \\(free: \\d+\\)\nhint: stop the other program, or listen on port \\d+\ncode: server\\.port-in-use$`,
    ),
  )
})

test('what cannot be served is named in a line, and nothing is started', async () => {
  await mkdir(join(folder, 'bare'), { recursive: true })
  await writeFile(join(folder, 'bare', 'notes.txt'), 'x')
  for (const [args, want] of [
    [['--model', 'price=nowhere'], /^1 error: no model folder: nowhere\n/],
    [['--model', 'price=damaged'], /^1 error: damaged model file: damaged.*\.bin \(it has 3 bytes, not \d+\)\n/],
    [['--model', 'price'], /^2 error: --model wants NAME=FOLDER, as price=models\/price, not price\n/],
    [['--model', 'a=saved', '--model', 'a=saved'], /^2 error: --model names a twice\n/],
    [['--model', '../x=saved'], /^1 error: bad model name: \.\.\/x\n/],
    [['--model', 'a=saved', '--workspace', '.tidemill'], /^2 error: --workspace and --model together/],
    [['--workspace', 'nowhere'], /^1 error: no workspace: nowhere\nhint: .*--model price=models\/price\n/],
    [['--workspace', 'bare'], /^1 error: no workspace: bare\n/],
    [['--workspace', 'empty'], /^1 error: workspace without models, runs and streams: there is nothing to serve\n/],
    [['--port', '99999'], /^2 error: --port must be a whole number from 0 to 65535, not 99999\n/],
    [['--port', 'http'], /^2 error: --port must be a whole number from 0 to 65535, not http\n/],
    [['--model', 'a=saved', '--port', '0', '--host', '203.0.113.7'], /^1 error: address that cannot be listened on: 203\.0\.113\.7:0 /],
    [['--model', 'a=saved', '--allow-host', 'http://x'], /^1 error: host name of the wrong form: http:\/\/x\n/],
  ] as const) {
    const said = await failing(...args)
    expect(said, args.join(' ')).toMatch(want)
    expect(said).not.toMatch(/\n\s+at /)
  }
})

test('a weak token of the environment is refused and not told', async () => {
  const child = run(['serve', '--model', 'price=saved', '--port', '0'], { TIDEMILL_TOKEN: 'hunter2' })
  let text = ''
  child.stderr?.on('data', chunk => (text += chunk))
  expect(await once(child, 'close')).toEqual([1, null])
  expect(text).toMatch(/^error: TIDEMILL_TOKEN: weak token: 7 characters \(at least 32\)\nhint: /)
  expect(text).not.toContain('hunter2')
})

test('a damaged model of a workspace is told of, and the others are served', async () => {
  const path = join(folder, 'partly')
  {
    await using tm = await tidemill()
    const data = await tm.read(
      rows(
        [
          { x: 1, y: 1 },
          { x: 2, y: 2 },
        ],
        { schema: { x: 'float64', y: 'float64' } },
      ),
    )
    const model = await linearRegression().fit(data, { target: 'y' })
    await using workspace = await openWorkspace(path)
    await workspace.models.register('broken', model)
    await workspace.models.register('whole', model)
  }
  const version = join(path, 'models', 'broken', '1')
  await truncate(join(version, 'model.json'), 10)
  const server = await start(['--workspace', 'partly'])
  try {
    expect(server.output()).toMatch(/warning: not served: .*broken/)
    expect(server.output()).toMatch(/serving 1 model at .*: whole\n/)
    server.child.kill('SIGINT')
    expect(await server.ended).toBe(0)
  } finally {
    server.child.kill('SIGKILL')
  }
})

test('a workspace of streams alone is served: they are listed, watched and stopped, and Ctrl-C ends it while a page listens', async () => {
  const jobs = jobsFolder(join(folder, 'streams'))
  const program = join(import.meta.dirname, 'fixtures', 'job.ts')
  const job = spawn(process.execPath, ['--conditions=tidemill-source', program, jobs, 'alerts'], { stdio: 'ignore' })
  let server: Started | undefined
  try {
    const jobEnded = once(job, 'close')
    while ((await readJobs(jobs)).length === 0) await new Promise<void>(resolve => void setImmediate(resolve))
    server = await start(['--workspace', 'streams'])
    const { url } = server
    expect(server.output()).toMatch(/^serving 1 stream at http:\/\/127\.0\.0\.1:\d+\n/)
    expect(server.output()).toContain(`curl -sS '${url}/api/jobs' -H "Authorization: Bearer $TOKEN"`)
    const token = /^TOKEN=(tm_[\w-]{43})$/m.exec(server.output())?.[1] ?? 'no token'
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const listed = (await (await fetch(`${url}/api/jobs`, { headers })).json()) as JobList
    expect(listed.jobs).toMatchObject([{ name: 'alerts', state: 'running' }])
    const events = await fetch(`${url}/api/events?job=alerts`, { headers })
    expect((await fetch(`${url}/api/jobs/alerts/stop`, { method: 'POST', headers, body: '{}' })).status).toBe(202)
    expect(await jobEnded).toEqual([0, null])
    let heard = ''
    const decoder = new TextDecoder()
    const reader = (events.body as ReadableStream<Uint8Array>).getReader()
    while (!heard.includes('"state":"stopped"')) heard += decoder.decode((await reader.read()).value, { stream: true })
    server.child.kill('SIGINT')
    expect(await server.ended).toBe(0)
    while (!(await reader.read()).done) continue
  } finally {
    job.kill('SIGKILL')
    server?.child.kill('SIGKILL')
  }
})

test('a workspace of runs alone is served: they are what somebody wants to look at', async () => {
  const workspace = await openWorkspace(join(folder, 'tries'))
  await workspace.experiment('price').run(async run => run.log({ mse: 1 }))
  await workspace.close()
  const server = await start(['--workspace', 'tries'])
  try {
    expect(server.output()).toMatch(/^serving runs at http:\/\/127\.0\.0\.1:\d+\n/)
  } finally {
    server.child.kill('SIGINT')
    expect(await server.ended).toBe(0)
  }
})

test('the link to the dashboard signs in once; where the dashboard was not built, that is said', async () => {
  const server = await start([])
  try {
    const link = /^http:\/\/127\.0\.0\.1:\d+\/sign-in#once=(.*)$/m.exec(server.output())
    if (!existsSync(join(dashboardFolder(), 'index.html'))) {
      expect(link).toBeNull()
      expect(server.output()).toContain('note: the dashboard was not built: npm run build:web')
      return
    }
    const enter = (): Promise<Response> =>
      fetch(`${server.url}/api/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ once: link?.[1] }),
      })
    const answer = await enter()
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect((await fetch(`${server.url}/api/overview`, { headers: { cookie } })).status).toBe(200)
    expect((await enter()).status).toBe(401)
    expect(await (await fetch(`${server.url}/`)).text()).toMatch(/<!doctype html>/i)
  } finally {
    server.child.kill('SIGKILL')
  }
})
