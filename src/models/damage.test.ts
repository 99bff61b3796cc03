import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AnyModel } from '../ml/index.ts'
import { hashBytes } from '../storage/index.ts'
import { systemScheduler } from '../time/index.ts'
import { fitLines } from './fixtures/fit-lines.ts'
import { openWorkspace } from './index.ts'

let base: string
let whole: string
let folder: string
let count = 0
let models: readonly AnyModel[]

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tidemill-damage-'))
  models = await fitLines([1, 2, 3])
  whole = join(base, 'whole')
  await using workspace = await openWorkspace(whole)
  for (const model of models) await workspace.models.register('price', model, { metrics: { mse: 1 } })
  await workspace.models.promote('price', 'champion', 2, { reason: 'x'.repeat(200) })
  await workspace.experiment('price').run(async run => {
    for (let step = 0; step < 3000; step++) run.log({ loss: 1 / (step + 1) }, { step })
    await run.artifact('report.html', '<p>fine</p>')
  })
})
beforeEach(async () => {
  folder = join(base, `workspace-${count++}`)
  await cp(whole, folder, { recursive: true })
})
afterAll(() => rm(base, { recursive: true, force: true }))

const database = (): string => join(folder, 'tidemill.sqlite')

const harms: readonly (readonly [string, (bytes: Buffer) => Uint8Array])[] = [
  ['cut in half', bytes => bytes.subarray(0, bytes.length >> 1)],
  ['cut by a byte', bytes => bytes.subarray(0, bytes.length - 1)],
  ['cut to nothing', () => new Uint8Array(0)],
  ['cut to its first page', bytes => bytes.subarray(0, 4096)],
  ['zeroed', bytes => new Uint8Array(bytes.length)],
  ['zeroed at its head', bytes => Uint8Array.from(bytes).fill(0, 0, 100)],
  ['zeroed in the middle', bytes => Uint8Array.from(bytes).fill(0, 8192, 16384)],
  ['made text', () => Buffer.from('hello '.repeat(1000))],
]

test.each(harms)('a database that was %s is told by its path and left as it is', async (_, harm) => {
  const bytes = harm(await readFile(database()))
  await writeFile(database(), bytes)
  await expect(openWorkspace(folder)).rejects.toMatchObject({
    code: 'models.damaged',
    message: expect.stringContaining(database()),
    hint: expect.stringMatching(/copy/),
  })
  expect(hashBytes(await readFile(database()))).toBe(hashBytes(bytes))
})

test('a database that is gone is not made anew, even when the workspace file went with it', async () => {
  await rm(database())
  await expect(openWorkspace(folder)).rejects.toMatchObject({ code: 'models.damaged', message: expect.stringContaining('it is missing') })
  await rm(join(folder, 'workspace.json'))
  await expect(openWorkspace(folder)).rejects.toMatchObject({ code: 'models.damaged', message: expect.stringContaining('it is missing') })
  expect(await readdir(folder)).not.toContain('tidemill.sqlite')
})

test('a database that cannot be looked at is not taken for one that is gone', async () => {
  await rm(database())
  await symlink('tidemill.sqlite', database())
  const refused = { code: 'models.unwritable', message: expect.stringContaining('ELOOP') }
  await expect(openWorkspace(folder)).rejects.toMatchObject(refused)
  await rm(join(folder, 'workspace.json'))
  await expect(openWorkspace(folder)).rejects.toMatchObject(refused)
})

test('a database of another program is not taken over', async () => {
  await rm(folder, { recursive: true })
  await (await openWorkspace(folder)).close()
  await rm(join(folder, 'workspace.json'))
  await rm(database())
  const other = new DatabaseSync(database())
  other.exec('create table mine (x)')
  other.close()
  await expect(openWorkspace(folder)).rejects.toMatchObject({
    code: 'models.damaged',
    message: expect.stringContaining('no database of a workspace'),
  })
  const again = new DatabaseSync(database())
  expect(
    again
      .prepare('select name from sqlite_schema')
      .all()
      .map(row => row['name']),
  ).toEqual(['mine'])
  again.close()
})

test('a workspace file that was changed is told; one that is gone is written again from the database', async () => {
  const path = join(folder, 'workspace.json')
  const text = await readFile(path, 'utf8')
  for (const wrong of ['', text.slice(0, 20), text.replace(/"created": \d/, '"created": 9'), '[]', 'null', '{"format":"other"}']) {
    await writeFile(path, wrong)
    await expect(openWorkspace(folder), wrong).rejects.toMatchObject({ code: 'models.damaged', message: expect.stringContaining(path) })
  }
  await rm(path)
  await using workspace = await openWorkspace(folder)
  expect(await workspace.models.versions('price')).toHaveLength(3)
  expect((await stat(path)).size).toBeGreaterThan(0)
})

test('a workspace or tables of a newer version are refused, and nothing is changed', async () => {
  const path = join(folder, 'workspace.json')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('"version": 1', '"version": 2'))
  await expect(openWorkspace(folder)).rejects.toMatchObject({ code: 'models.version', hint: 'update tidemill' })
  await writeFile(path, text)
  const newer = new DatabaseSync(database())
  newer.exec('pragma user_version = 99')
  newer.close()
  await expect(openWorkspace(folder)).rejects.toMatchObject({
    code: 'models.version',
    message: expect.stringContaining('tables of version 99'),
  })
})

test('a version whose files are missing, cut, changed, swapped or linked is refused by name; the others still load', async () => {
  const version = join(folder, 'models/price/2')
  const [tensor = ''] = (await readdir(version)).filter(name => name.endsWith('.bin'))
  const manifest = await readFile(join(version, 'model.json'), 'utf8')
  const harms: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ['a missing tensor', tensor, () => rm(join(version, tensor))],
    ['a cut tensor', tensor, () => truncate(join(version, tensor), 3)],
    [
      'a flipped byte',
      tensor,
      async () =>
        writeFile(
          join(version, tensor),
          (await readFile(join(version, tensor))).map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
        ),
    ],
    ['a changed manifest', 'model.json', () => writeFile(join(version, 'model.json'), manifest.replace('"rows": 4', '"rows": 5'))],
    [
      'a linked manifest',
      'model.json',
      async () => {
        await rename(join(version, 'model.json'), join(folder, 'elsewhere.json'))
        await symlink(join(folder, 'elsewhere.json'), join(version, 'model.json'))
      },
    ],
    ['a missing folder', '2', () => rm(version, { recursive: true })],
    // A whole model, and the wrong one.
    [
      'the folder of another version',
      '2',
      async () => {
        await rm(version, { recursive: true })
        await cp(join(folder, 'models/price/3'), version, { recursive: true })
      },
    ],
  ]
  for (const [what, named, harm] of harms) {
    await rm(folder, { recursive: true })
    await cp(whole, folder, { recursive: true })
    await harm()
    await using workspace = await openWorkspace(folder)
    for (const reference of ['price@2', 'price@champion'])
      await expect(workspace.models.load(reference), what).rejects.toMatchObject({
        code: 'models.damaged',
        message: expect.stringContaining(`price@2: ${join(version, ...(named === '2' ? [] : [named]))}`),
      })
    expect((await workspace.models.load('price@3')).toJson()).toEqual(models[2]?.toJson())
  }
})

test('a row that was changed by hand does not make another model load', async () => {
  const raw = new DatabaseSync(database())
  const files = String(raw.prepare('select files from versions where number = 3').get()?.['files'])
  raw.prepare('update versions set files = ? where number = 2').run(files)
  raw.close()
  await rm(join(folder, 'models/price/2'), { recursive: true })
  await cp(join(folder, 'models/price/3'), join(folder, 'models/price/2'), { recursive: true })
  await using workspace = await openWorkspace(folder)
  await expect(workspace.models.load('price@2')).rejects.toMatchObject({
    code: 'models.damaged',
    message: expect.stringContaining('digest'),
  })
})

test('files beside a model do not matter', async () => {
  await writeFile(join(folder, 'models/price/2/.DS_Store'), 'x')
  await using workspace = await openWorkspace(folder)
  expect((await workspace.models.load('price@2')).toJson()).toEqual(models[1]?.toJson())
})

test('a file of a run that was changed is refused', async () => {
  await using workspace = await openWorkspace(folder)
  const [run] = await workspace.runs.list()
  const id = run?.id ?? ''
  expect(Buffer.from(await workspace.runs.artifact(id, 'report.html')).toString()).toBe('<p>fine</p>')
  await writeFile(join(folder, 'runs', id, 'report.html'), '<p>fin</p>')
  await expect(workspace.runs.artifact(id, 'report.html')).rejects.toMatchObject({
    code: 'models.damaged',
    message: expect.stringContaining('report.html'),
  })
})

test('a workspace that another process holds for too long is an error that can be tried again', async () => {
  await using workspace = await openWorkspace(folder, { patienceMs: 200 })
  const holder = new DatabaseSync(database())
  holder.exec('begin immediate')
  await expect(workspace.models.promote('price', 'champion', 1, { reason: 'x' })).rejects.toMatchObject({
    code: 'models.busy',
    retryable: true,
  })
  // Reading goes on meanwhile.
  expect(await workspace.models.aliases('price')).toEqual({ champion: 2 })
  holder.exec('rollback')
  holder.close()
  expect((await workspace.models.promote('price', 'champion', 1, { reason: 'x' })).number).toBe(1)
  expect(await workspace.models.history('price')).toHaveLength(2)
})

test('a workspace whose making was cut short anywhere is made whole by the next opening', async () => {
  const cuts: readonly (() => void | Promise<void>)[] = [
    () => undefined,
    () => writeFile(database(), ''),
    () => {
      const raw = new DatabaseSync(database())
      raw.exec('pragma application_id = 0x544d494c; pragma journal_mode = wal')
      raw.close()
    },
    async () => {
      await (await openWorkspace(folder)).close()
      await rm(join(folder, 'workspace.json'))
    },
  ]
  for (const cut of cuts) {
    await rm(folder, { recursive: true })
    await mkdir(join(folder, 'models'), { recursive: true })
    await cut()
    await using workspace = await openWorkspace(folder)
    expect((await workspace.models.register('price', models[0] as AnyModel)).number).toBe(1)
    await using beside = await openWorkspace(folder, { existing: true })
    expect(await beside.models.versions('price')).toHaveLength(1)
  }
})

test('what a run logged and could not be written down fails the run', async () => {
  await using workspace = await openWorkspace(folder, { patienceMs: 100 })
  const holder = new DatabaseSync(database())
  const going = workspace.experiment('held').run(async run => {
    holder.exec('begin immediate')
    run.log({ loss: 1 })
    // Longer than the patience.
    await new Promise<void>(resolve => void systemScheduler.after(600, resolve))
    holder.exec('rollback')
  })
  await expect(going).rejects.toMatchObject({ code: 'models.busy' })
  holder.close()
  expect(await workspace.runs.list({ experiment: 'held' })).toMatchObject([{ status: 'failed', metrics: {} }])
})
