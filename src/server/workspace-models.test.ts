/** A registry behind the server: aliases move, processes come and go, files break; what is served follows. */
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { type AnyModel, linearRegression } from '../ml/index.ts'
import { openWorkspace, type Workspace } from '../models/index.ts'
import { tokens } from '../security/index.ts'
import { tidemill } from '../session/index.ts'
import { app, listen, type Listening, requestBody, workspaceModels } from './index.ts'

let folder: string
let workspace: Workspace
let server: Listening
/** y = 1x, 2x, 3x */
let lines: readonly AnyModel[]
const faults: unknown[] = []
const known = tokens()
const { token } = known.issue({ name: 'test' })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-served-'))
  await using tm = await tidemill()
  const made: AnyModel[] = []
  for (const slope of [1, 2, 3]) {
    const data = await tm.read(
      rows(
        [1, 2, 3].map(x => ({ x, y: slope * x })),
        { schema: { x: 'float64', y: 'float64' } },
      ),
    )
    made.push(await linearRegression().fit(data, { target: 'y' }))
  }
  lines = made
  workspace = await openWorkspace(folder)
  server = await listen(
    app({ models: workspaceModels(workspace.models, { keep: 2 }), tokens: known, report: error => void faults.push(error) }),
  )
})
afterAll(async () => {
  await server.close()
  await workspace.close()
  await rm(folder, { recursive: true, force: true })
})

const get = async (path: string): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${server.url}/v2/models${path}`, { headers: { authorization: `Bearer ${token}` } })
  return { status: answer.status, ...((await answer.json()) as object) }
}
/** Version and prediction for x = 10, rounded. */
const infer = async (reference: string): Promise<string> => {
  const answer = await fetch(`${server.url}/v2/models/${reference}/infer`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(requestBody(lines[0] as AnyModel, [{ x: 10 }])),
  })
  const { model_version, outputs, error } = (await answer.json()) as {
    model_version?: string
    outputs?: { data: number[] }[]
    error?: string
  }
  return error === undefined ? `${model_version}: ${outputs?.[0]?.data[0]?.toFixed(6)}` : `${answer.status} ${error}`
}

test('an empty workspace serves nothing, and a model is there from the moment it is registered', async () => {
  expect(await get('')).toEqual({ status: 200, models: [] })
  expect(await infer('line')).toBe('404 unknown model: line (there is none)')
  await workspace.models.register('line', lines[0] as AnyModel)
  expect(await get('')).toEqual({ status: 200, models: ['line'] })
  expect(await infer('line')).toBe('1: 10.000000')
})

test('promotion and rollback count from the next request on, also from another connection to the folder', async () => {
  await workspace.models.register('line', lines[1] as AnyModel)
  expect(await infer('line')).toBe('2: 20.000000')
  expect(await infer('line@champion')).toBe('404 unknown alias: champion of line (there is none)')
  await workspace.models.promote('line', 'champion', 1, { reason: 'first' })
  expect(await infer('line@champion')).toBe('1: 10.000000')
  await using other = await openWorkspace(folder)
  await other.models.promote('line', 'champion', 2, { reason: 'better' })
  expect(await infer('line@champion')).toBe('2: 20.000000')
  expect(await infer('line%40champion')).toBe('2: 20.000000')
  await other.models.rollback('line', 'champion', { reason: 'worse after all' })
  expect(await infer('line@champion')).toBe('1: 10.000000')
  expect(await infer('line/versions/2')).toBe('2: 20.000000')
  expect(await infer('line@7')).toBe('404 unknown version: line@7 (have 1 to 2)')
  expect(await get('/line@champion')).toMatchObject({
    name: 'line',
    versions: ['1', '2'],
    parameters: { version: '1', aliases: ['champion'] },
  })
})

test('while an alias moves to and fro every answer is that of one version or the other', async () => {
  const seen = new Set<string>()
  let moving = true
  const move = (async () => {
    for (let i = 0; i < 20; i++) await workspace.models.promote('line', 'challenger', 1 + (i % 2), { reason: `move ${i}` })
    moving = false
  })()
  await workspace.models.promote('line', 'challenger', 1, { reason: 'start' })
  while (moving) for (const one of await Promise.all(Array.from({ length: 5 }, () => infer('line@challenger')))) seen.add(one)
  await move
  for (const one of seen) expect(['1: 10.000000', '2: 20.000000']).toContain(one)
})

test('names that are none are refused before a file is touched', async () => {
  for (const [reference, want] of [
    ['..%2f..%2fline', /^400 bad model name: /],
    ['line@..%2fx', /^400 bad alias name: /],
    ['line@@1', /^400 /],
    ['line@0', /^400 /],
    ['%00', /^400 bad model name: /],
    ['x'.repeat(4000), /^400 bad model name: /],
  ] as const)
    expect(await infer(reference), reference).toMatch(want)
})

test('a damaged version is a fault of the server; the others and the alias go on, and a mended one is served again', async () => {
  await workspace.models.register('line', lines[2] as AnyModel)
  const version = join(folder, 'models', 'line', '3')
  const names = await readdir(version)
  const tensor = join(version, names.find(name => name.endsWith('.bin')) ?? 'no tensor')
  const whole = await readFile(tensor)
  await truncate(tensor, 3)
  expect(await infer('line')).toBe('500 the server failed; its log says why')
  expect(await get('/line/ready')).toMatchObject({ status: 500 })
  expect(faults).toHaveLength(2)
  expect(String(faults[0])).toContain('line@3')
  await writeFile(tensor, whole)
  expect(await infer('line')).toBe('3: 30.000000')
  await truncate(tensor, 3)
  expect(await infer('line@champion')).toBe('1: 10.000000')
  expect(await infer('line@2')).toBe('2: 20.000000')
  expect(await infer('line')).toMatch(/^500 /)
  await writeFile(tensor, whole)
})

test('a model that is loaded is kept: its files can go while it is served', async () => {
  expect(await infer('line@3')).toBe('3: 30.000000')
  await rm(join(folder, 'models', 'line', '3'), { recursive: true })
  expect(await infer('line@3')).toBe('3: 30.000000')
  // Two are kept; two others push it out.
  await infer('line@1')
  await infer('line@2')
  expect(await infer('line@3')).toMatch(/^500 /)
})
