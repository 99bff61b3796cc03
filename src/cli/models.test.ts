import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { linearRegression } from '../ml/index.ts'
import { tidemill } from '../session/index.ts'

const main = join(import.meta.dirname, 'main.ts')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-cli-models-'))
  await using tm = await tidemill({ workers: 1, folder: join(folder, '.tidemill'), typesFile: false })
  const table = await tm.read(rows([0, 1, 2].map(x => ({ x, y: 2 * x }))))
  for (let i = 0; i < 3; i++)
    await tm.models.register('price', await linearRegression().fit(table, { target: 'y' }), { metrics: { mse: 0.5 / (i + 1) } })
  await tm.models.promote('price', 'champion', 1, { reason: 'the first' })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Answer {
  readonly code: number
  readonly out: string
  readonly err: string
}
function models(...args: readonly string[]): Promise<Answer> {
  return new Promise(resolve => {
    execFile(process.execPath, ['--conditions=tidemill-source', main, 'models', ...args], { cwd: folder }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

test('models are listed and shown, as text and as JSON', async () => {
  const list = await models()
  expect(list.out).toMatch(/price.*3.*champion 1.*linearRegression/)
  expect(JSON.parse((await models('list', '--json')).out)).toMatchObject([{ name: 'price', versions: 3, aliases: { champion: 1 } }])
  expect((await models('show', 'price')).out).toMatch(/champion.*0.5/)
  expect(JSON.parse((await models('show', 'price@champion', '--json')).out)).toMatchObject({
    number: 1,
    metrics: { mse: 0.5 },
    aliases: ['champion'],
  })
  const { versions } = JSON.parse((await models('show', 'price', '--json')).out) as { versions: { number: number }[] }
  expect(versions.map(version => version.number)).toEqual([3, 2, 1])
})

test('an alias is promoted and rolled back with a reason, and its history told', async () => {
  expect(await models('promote', 'price', 'champion', '3', '--reason', 'lower error')).toEqual({
    code: 0,
    out: 'price@champion is version 3\n',
    err: '',
  })
  expect((await models('rollback', 'price', 'champion', '--reason', 'it drifted')).out).toBe('price@champion is version 1\n')
  const history = JSON.parse((await models('history', 'price', '--json')).out) as { action: string; to: number; reason: string }[]
  expect(history.map(({ action, to, reason }) => [action, to, reason])).toEqual([
    ['rollback', 1, 'it drifted'],
    ['promote', 3, 'lower error'],
    ['promote', 1, 'the first'],
  ])
  expect((await models('history', 'price', 'champion')).out).toMatch(/rollback.*it drifted/)
  expect(await models('rollback', 'price', 'champion', '--reason', 'again')).toMatchObject({
    code: 1,
    err: expect.stringContaining('models.no-history'),
  })
})

test('a wrong command line ends with 2, a thing that is not there with 1, and both say what there is', async () => {
  const usage: readonly (readonly [readonly string[], RegExp])[] = [
    [['shw'], /unknown command: models shw \(have list, show, promote, rollback, history\)/],
    [['show'], /too few arguments: tidemill models show NAME/],
    [['list', 'price'], /too many arguments/],
    [['promote', 'price', 'champion', '1'], /no reason: tidemill models promote NAME ALIAS VERSION --reason TEXT/],
    [['promote', 'price', 'champion', 'one', '--reason', 'x'], /version must be a whole number from 1, not one/],
    [['rollback', 'price', 'champion', '--reason', ' '], /no reason/],
  ]
  for (const [args, message] of usage)
    expect(await models(...args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) })
  const missing: readonly (readonly [readonly string[], RegExp])[] = [
    [['show', 'pric'], /unknown model: pric \(have price\)\nhint: did you mean price\?/],
    [['show', 'price@9'], /unknown version: price@9 \(have 1 to 3\)/],
    [['history', 'price', 'shadow'], /unknown alias: shadow of price \(have champion\)/],
    [['list', '--workspace', 'elsewhere'], /no workspace: .*elsewhere/],
  ]
  for (const [args, message] of missing)
    expect(await models(...args)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(message) })
  expect(await readdir(folder)).toEqual(['.tidemill'])
})

test('a damaged workspace is told in words, with its path', async () => {
  await truncate(join(folder, '.tidemill/tidemill.sqlite'), 5000)
  const { code, err } = await models()
  expect(code).toBe(1)
  expect(err).toMatch(/error: damaged database of the workspace: .*tidemill\.sqlite.*\nhint: .*copy.*\ncode: models\.damaged/)
  expect(err).not.toMatch(/ at /)
})
