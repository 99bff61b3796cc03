import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { jobsFolder, jobStatusWriter, readJob, readJobs, StatusKeeper } from '../telemetry/index.ts'
import { systemScheduler } from '../time/index.ts'

const main = join(import.meta.dirname, 'main.ts')
const program = join(import.meta.dirname, 'fixtures', 'job.ts')
const hasScript = spawnSync('sh', ['-c', 'script -qec true /dev/null']).status === 0
let folder: string
const started: ChildProcess[] = []

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-cli-jobs-'))))
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const later = (ms: number): Promise<void> => new Promise(resolve => void systemScheduler.after(ms, resolve))
const workspaceOf = (name: string): string => join(folder, name)

/** A job in a process of its own, from its first status on. */
async function startJob(workspace: string, name: string, ...more: string[]): Promise<ChildProcess> {
  const jobs = jobsFolder(workspaceOf(workspace))
  const child = spawn(process.execPath, ['--conditions=tidemill-source', program, jobs, name, ...more], { stdio: 'inherit' })
  started.push(child)
  while (!(await readJobs(jobs)).some(job => job.name === name)) await later(20)
  return child
}
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', main, 'jobs', ...args], {
    cwd: folder,
    env: { ...process.env, COLUMNS: '140', ...env },
  })
  started.push(child)
  return child
}
/** What a command says, and its exit code. */
async function said(...args: string[]): Promise<{ readonly out: string; readonly err: string; readonly code: number | null }> {
  const child = run(args)
  let out = ''
  let err = ''
  child.stdout?.on('data', chunk => (out += chunk))
  child.stderr?.on('data', chunk => (err += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { out, err, code }
}
/** A job that has ended. */
async function keepEnded(workspace: string, name: string, state: 'finished' | 'failed'): Promise<void> {
  const keeper = new StatusKeeper({ name, threads: 1, checkpointMs: 1000, steps: [], edges: [] })
  keeper.enter(state, state === 'failed' ? { code: 'stream.source-shrank', message: 'file is shorter', hint: 'put the file back' } : null)
  await jobStatusWriter(join(jobsFolder(workspaceOf(workspace)), name)).write(keeper.status())
}

test('jobs are listed, each on a line, also those that have ended', async () => {
  await keepEnded('list', 'yesterday', 'finished')
  await keepEnded('list', 'broken', 'failed')
  await startJob('list', 'alerts')
  const { out, code } = await said('--workspace', 'list')
  expect(code).toBe(0)
  expect(out).toMatch(/name +│ state +│ rows\/s │ +p99 │ lag │ watermark, UTC +│ checkpoints │ rows in │ ran for/)
  expect(out).toMatch(/│ alerts +│ running +│ +\S+ │ 0\.\d ms │ +7 │ 2023-11-14 22:13:20 │ +0 │/)
  expect(out).toMatch(/│ yesterday +│ finished +│ +- │ +- │ +- │ - +│/)
  expect(out).toMatch(/│ broken +│ failed: stream\.source-shrank │/)
  const { out: why } = await said('top', 'broken', '--workspace', 'list', '--once')
  expect(why).toMatch(/^rows +0 in and 0 out$[^]*^last error +file is shorter \(stream\.source-shrank\)\nhint +put the file back$/m)
  const json = JSON.parse((await said('list', '--workspace', 'list', '--json')).out) as Record<string, unknown>[]
  expect(json.map(job => job['name'])).toEqual(expect.arrayContaining(['alerts', 'broken', 'yesterday']))
  expect(json[0]).toMatchObject({ name: 'alerts', state: 'running', totals: { lag: 7, deadLetters: 1 } })
  expect(json[0]).not.toHaveProperty('history')
})

test('a workspace without jobs says so', async () => {
  expect(await said('--workspace', 'nowhere')).toEqual({
    out: `no jobs: there is no folder ${join('nowhere', 'jobs')}\n`,
    err: '',
    code: 0,
  })
  expect(JSON.parse((await said('--workspace', 'nowhere', '--json')).out)).toEqual([])
})

test('a job of another process is stopped, and its end waited for', async () => {
  const job = await startJob('stop', 'alerts', '600')
  const ended = once(job, 'close')
  const { out, code } = await said('stop', 'alerts', '--workspace', 'stop')
  expect(out).toMatch(/^alerts is stopped: \d+ rows in, \d+ out, 1 checkpoint\n$/)
  expect(code).toBe(0)
  expect(await ended).toEqual([0, null])
  expect((await readJob(jobsFolder(workspaceOf('stop')), 'alerts')).state).toBe('stopped')
  // Once more: there is nothing to stop.
  const again = await said('stop', 'alerts', '--workspace', 'stop')
  expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/^error: job alerts does not run: it is stopped\n/) as string })
})

test('a job that does not end in time is told of, and where to look', async () => {
  await startJob('slow', 'alerts', '-1')
  const { err, code } = await said('stop', 'alerts', '--workspace', 'slow', '--timeout', '1')
  expect(err).toMatch(
    /^error: job alerts did not end within 1 s: it is stopping\nhint: it was asked and may still end: tidemill jobs top alerts; its process is \d+\ncode: cli\.jobs\n$/,
  )
  expect(code).toBe(1)
})

test('a job whose process was killed while it was to stop is lost, and that is told', async () => {
  const job = await startJob('killed', 'alerts', '-1')
  const stopped = said('stop', 'alerts', '--workspace', 'killed')
  while ((await readJob(jobsFolder(workspaceOf('killed')), 'alerts')).state !== 'stopping') await later(20)
  job.kill('SIGKILL')
  const { out, err, code } = await stopped
  expect(out).toMatch(/^alerts is lost: /)
  expect(err).toMatch(/^error: job alerts did not end well: it is lost\ncode: cli\.jobs\n$/)
  expect(code).toBe(1)
})

test('one look at all jobs, or at the steps of one', async () => {
  await startJob('look', 'alerts')
  await later(700)
  expect((await said('top', '--once', '--workspace', 'look')).out).toMatch(/│ alerts │ running/)
  const { out } = await said('top', 'alerts', '--once', '--workspace', 'look')
  expect(out).toMatch(/^job +alerts, running, ran for \d+ s$/m)
  expect(out).toMatch(/^latency +p50 0\.1 ms, p99 0\.2 ms$/m)
  expect(out).toMatch(/^aside +late rows 0, dead letters 1$/m)
  expect(out).toMatch(/│ listings │ ndjson\.follow listings\.ndjson │ +\S+ │ +\S+ │ +\S+ │ +\d+ % │ +0 % │ +7 │ +- │/)
  const { out: narrow } = await new Promise<{ out: string }>(resolve => {
    const child = run(['top', 'alerts', '--once', '--workspace', 'look'], { COLUMNS: '40' })
    let text = ''
    child.stdout?.on('data', chunk => (text += chunk))
    child.on('close', () => resolve({ out: text }))
  })
  expect(narrow.split('\n').filter(line => line.startsWith('│') && line.length > 40)).toEqual([])
  expect(narrow).toMatch(/│ step +│ rows\/s │ +busy │ waits │\n[^]* left out: what, in, out, lag, …/)
})

test('where output is piped, top prints a line a job and second, until the job has ended', async () => {
  await startJob('piped', 'alerts')
  const child = run(['top', 'alerts', '--workspace', 'piped'])
  let out = ''
  child.stdout?.on('data', chunk => (out += chunk))
  const ended = once(child, 'close')
  while (out.split('\n').length < 3) await later(50)
  expect((await said('stop', 'alerts', '--workspace', 'piped')).code).toBe(0)
  expect(await ended).toEqual([0, null])
  const lines = out.trimEnd().split('\n')
  for (const line of lines)
    expect(line).toMatch(/^\d\d:\d\d:\d\dZ {2}alerts {2}\w+ {2}\S+ rows\/s {2}p99 0\.2 ms {2}lag [7-] {2}in \S+ {2}out \S+$/)
  expect(lines.at(-1)).toMatch(/stopped {2}- rows\/s .* lag - /)
})

test('Ctrl-C ends top without a word', async () => {
  await startJob('ctrl', 'alerts')
  const child = run(['top', '--workspace', 'ctrl'])
  let out = ''
  child.stdout?.on('data', chunk => (out += chunk))
  child.stderr?.on('data', chunk => (out += chunk))
  const ended = once(child, 'close')
  while (!out.includes('alerts')) await later(20)
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  expect(
    out
      .trimEnd()
      .split('\n')
      .every(line => /^\d\d:\d\d:\d\dZ {2}alerts/.test(line)),
  ).toBe(true)
})

test.skipIf(!hasScript)('on a small terminal the screen fits, q ends it, and the terminal is as it was', async () => {
  await startJob('terminal', 'alerts')
  const command = `stty rows 10 cols 50; exec ${[process.execPath, '--conditions=tidemill-source', main].map(part => `'${part}'`).join(' ')} jobs top alerts --workspace terminal`
  const env = { ...process.env, TERM: 'xterm', NO_COLOR: '1', COMMAND: command }
  const child = spawn('sh', ['-c', 'exec script -qec "$COMMAND" /dev/null'], { cwd: folder, env })
  started.push(child)
  let out = ''
  child.stdout.on('data', chunk => (out += chunk))
  const ended = once(child, 'close')
  // Two screens.
  while (out.split('\u001b[H').length < 3) await later(50)
  child.stdin.write('q')
  expect(await ended).toEqual([0, null])
  expect(out).toMatch(/^\u001b\[\?1049h\u001b\[\?25l\u001b\[H/)
  expect(out).toContain('\u001b[?25h\u001b[?1049l')
  const screen = (out.split('\u001b[H')[1] ?? '').split('\u001b[J')[0]?.replaceAll('\u001b[K', '').split('\r\n') ?? []
  expect(screen.length).toBeLessThanOrEqual(10)
  expect(screen.filter(line => line.length > 50)).toEqual([])
  expect(screen[0]).toMatch(/^job +alerts, running/)
  expect(screen.at(-1)).toBe('q ends')
})

test('what is wrong on the command line is named', async () => {
  await startJob('wrong', 'alerts')
  await writeFile(join(folder, 'wrong', 'jobs', 'notes.txt'), 'x')
  for (const [args, want] of [
    [['pause'], /^2 error: unknown command: jobs pause \(have list, stop, top\)\n/],
    [['stop'], /^2 error: too few arguments: tidemill jobs stop NAME \[--drain\] \[--timeout SECONDS\]\n/],
    [['stop', 'a', 'b'], /^2 error: too many arguments: tidemill jobs stop/],
    [['top', 'a', 'b'], /^2 error: too many arguments: tidemill jobs top/],
    [['stop', 'alerts', '--timeout', 'soon'], /^2 error: --timeout must be whole seconds from 1 to 999999, not soon\n/],
    [['stop', 'alert'], /^1 error: unknown job: alert \(have alerts\)\nhint: did you mean alerts\?\ncode: stream\.unknown-job\n/],
    [['top', 'alert'], /^1 error: unknown job: alert \(have alerts\)\n/],
    [['stop', '../wrong'], /^1 error: unknown job: \.\.\/wrong \(have alerts\)\n/],
  ] as const) {
    const { err, code } = await said(...args, '--workspace', 'wrong')
    expect(`${code} ${err}`, args.join(' ')).toMatch(want)
  }
})
