import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, rows } from '../connectors/index.ts'
import { type Session, tidemill } from '../session/index.ts'

let folder = ''
let tm: Session
const open = (): Promise<Session> => tidemill({ workers: 1, folder: join(folder, 'work') })
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-checkpoint-'))
  tm = await open()
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

test('a checkpoint outlives the session, and is found again by another when asked', async () => {
  const path = join(folder, 'in.csv')
  await writeFile(path, 'a,b\n1,x\n2,\n3,z\n')
  const made = async (session: Session, reuse: boolean) => (await session.read(csv(path))).filter(r => r['a'].gt(1)).checkpoint({ reuse })
  const first = await made(tm, true)
  const wanted = [
    { a: 2, b: null },
    { a: 3, b: 'z' },
  ]
  expect([first.reused, await first.rows()]).toEqual([false, wanted])
  const other = await open()
  const second = await made(other, true)
  expect([second.reused, second.path, await second.rows()]).toEqual([true, first.path, wanted])
  expect((await made(other, false)).reused).toBe(false)
  // Other rows under the same name are other rows.
  await writeFile(path, 'a,b\n1,x\n2,\n3,z\n4,w\n')
  const third = await made(other, true)
  expect([third.reused, await third.count()]).toEqual([false, 3])
  // A damaged note is no note.
  await writeFile(
    `${third.path}.checkpoint.json`,
    (await readFile(`${third.path}.checkpoint.json`, 'utf8')).replace('"version":1', '"version":2'),
  )
  const last = await made(other, true)
  expect(last.reused).toBe(false)
  await last[Symbol.asyncDispose]()
  expect(await readdir(join(folder, 'work', 'checkpoints'))).toEqual([])
  await other.close()
})

test('a checkpoint does not write over a file that is none', async () => {
  const path = join(folder, 'mine.parquet')
  const table = await tm.read(rows([{ a: 1 }]))
  await writeFile(path, 'mine')
  await expect(table.checkpoint({ path })).rejects.toMatchObject({ code: 'connectors.exists' })
  expect(await readFile(path, 'utf8')).toBe('mine')
})

test('rows that are not in files cannot be told from those of before', async () => {
  const cached = await (await tm.read(rows([{ a: 1 }]))).cache()
  await expect(cached.checkpoint({ reuse: true })).rejects.toMatchObject({ code: 'plan.argument' })
  expect(await (await cached.checkpoint()).rows()).toEqual([{ a: 1 }])
  await cached[Symbol.asyncDispose]()
})
