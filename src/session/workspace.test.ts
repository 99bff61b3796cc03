import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { linearRegression } from '../ml/index.ts'
import { tidemill } from './index.ts'

let base: string
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tidemill-workspace-'))
})
afterAll(() => rm(base, { recursive: true, force: true }))

const points = [0, 1, 2, 3].map(x => ({ x, y: 3 * x - 1 }))

test('a model that is registered and promoted in one session is loaded by its alias in the next, and predicts the same bits', async () => {
  const folder = join(base, 'next')
  const before = await (async () => {
    await using tm = await tidemill({ workers: 1, workspace: folder, typesFile: false })
    const table = await tm.read(rows(points))
    const run = await tm.experiment('price').run(async run => {
      const model = await linearRegression().fit(table, { target: 'y' })
      run.log(await model.evaluate(table))
      return model
    })
    const version = await tm.models.register('price', run.model)
    await tm.models.promote('price', 'champion', version, { reason: 'the first' })
    expect(version.run).toBe(run.id)
    expect((await tm.runs.list()).map(one => one.id)).toEqual([run.id])
    return table.transform(run.model).rows()
  })()
  await using tm = await tidemill({ workers: 1, workspace: folder, typesFile: false })
  const champion = await tm.models.load('price@champion')
  const table = await tm.read(rows(points))
  expect(await table.transform(champion).rows()).toEqual(before)
})

test('the workspace is opened by its first use only, in the folder of the session unless another is named', async () => {
  const folder = join(base, 'lazy')
  const other = join(base, 'other')
  const quiet = await tidemill({ workers: 1, folder, typesFile: false })
  await quiet.read(rows(points))
  await quiet.close()
  await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' })
  await using tm = await tidemill({ workers: 1, folder, typesFile: false })
  expect(await tm.models.list()).toEqual([])
  expect(await readdir(folder)).toContain('workspace.json')
  await using named = await tidemill({ workers: 1, folder, workspace: other, typesFile: false })
  expect(await named.runs.list()).toEqual([])
  expect(await readdir(other)).toContain('workspace.json')
})

test('a closed session has closed its workspace', async () => {
  const folder = join(base, 'closed')
  const tm = await tidemill({ workers: 1, workspace: folder, typesFile: false })
  await tm.models.list()
  await tm.close()
  expect((await readdir(folder)).sort()).toEqual(['models', 'runs', 'tidemill.sqlite', 'workspace.json'])
  await expect(tm.models.list()).rejects.toMatchObject({ code: 'models.closed' })
  expect(() => tm.experiment('x')).toThrow('the session is closed')
  await expect(tidemill({ workspace: 5 as never })).rejects.toMatchObject({ code: 'plan.argument' })
})

test('neither importing the package nor a session loads SQLite or the query builder; the first use of the models does', async () => {
  const program = `
    import { registerHooks } from 'node:module'
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    const state = () => [loaded.some(url => url.includes('/kysely/')), process.moduleLoadList.some(name => name.includes('sqlite'))].join(' ')
    const { tidemill } = await import('tidemill')
    const imported = state()
    const tm = await tidemill({ workers: 1, workspace: process.argv[1], typesFile: false })
    const opened = state()
    await tm.models.list()
    console.log(JSON.stringify([imported, opened, state()]))
    await tm.close()`
  const root = join(import.meta.dirname, '../..')
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=tidemill-source', '--input-type=module', '--eval', program, join(base, 'modules')],
    { cwd: root },
  )
  expect(JSON.parse(stdout)).toEqual(['false false', 'false false', 'true true'])
  expect(stderr).toBe('')
})
