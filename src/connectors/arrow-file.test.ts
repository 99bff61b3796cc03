import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as apache from 'apache-arrow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchFromRows } from '../batch/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { schemaOf } from '../schema/index.ts'
import { runCase, sinkCases, sourceCases } from '../testing/index.ts'
import { driver as bytesDriver } from './arrow-bytes-driver.ts'
import { ArrowHeld } from './arrow-bytes.ts'
import { driver } from './arrow-file-driver.ts'
import { arrow, fromArrow, rows } from './index.ts'

let folder: string
let tm: Session
let next = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-arrow-'))
  tm = await tidemill({ workspace: join(folder, 'workspace'), typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

const schema = schemaOf({ id: 'int64', name: 'string?', x: 'float64' })
const many = Array.from({ length: 40_000 }, (_, i) => ({ id: i, name: i % 7 === 0 ? null : `name ${i}`, x: i / 3 }))

async function written(options: object = {}): Promise<string> {
  const path = join(folder, `t${++next}.arrow`)
  await (await tm.read(rows(many, { schema: { id: 'int64', name: 'string?', x: 'float64' } }))).write(arrow(path, options))
  return path
}

describe.each([
  ['a file', {}],
  ['a stream', { format: 'stream' }],
  ['a file with zstd', { compression: 'zstd' }],
] as const)('the source arrow of %s', (_, options) => {
  for (const one of sourceCases)
    test(one.name, async () => {
      const path = await written(options)
      const under = {
        driver,
        options: { path },
        schema,
        rows: many,
        missing: { options: { path: `${path}.no` }, code: 'connectors.not-found' as const },
      }
      expect(await runCase(one, under as never)).toBe('passed')
    })
})
describe('the source fromArrow', () => {
  for (const one of sourceCases)
    test(one.name, async () => {
      const bytes = await readFile(await written())
      const under = { driver: bytesDriver, options: { held: new ArrowHeld(bytes), digest: '' }, schema, rows: many }
      expect(await runCase(one, under as never)).toBe('passed')
    })
})
describe('the sink arrow', () => {
  for (const one of sinkCases)
    test(one.name, async () => {
      const at = join(folder, `sink-${++next}`)
      const path = join(at, 'out.arrow')
      const batches = [batchFromRows(schema, many.slice(0, 2)), batchFromRows(schema, many.slice(2, 5))]
      const under = {
        sink: driver,
        options: { path },
        schema,
        batches,
        one: true,
        remains: async () => (await readdir(at).catch(() => [])) as string[],
        async read() {
          const names = (await readdir(at).catch(() => [])) as string[]
          return names.includes('out.arrow') ? (await tm.read(arrow(path))).rows() : []
        },
      }
      expect(await runCase(one, under as never)).toBe('passed')
    })
})

test('what was written is read back, by us and by apache-arrow', async () => {
  for (const options of [{}, { format: 'stream' }] as const) {
    const path = await written(options)
    expect(await (await tm.read(arrow(path))).rows()).toEqual(many)
    expect(apache.tableFromIPC(await readFile(path)).numRows).toBe(many.length)
  }
})

test('columns are asked for by name, conditions and limits hold, in any engine step', async () => {
  const table = await tm.read(arrow(await written({ compression: 'zstd' })))
  const some = await table
    .filter(r => r.id.gt(39_990))
    .select('x', 'id')
    .sort('id')
    .limit(2)
    .rows()
  expect(some).toEqual([
    { x: 39_991 / 3, id: 39_991 },
    { x: 39_992 / 3, id: 39_992 },
  ])
  expect(await table.count()).toBe(40_000)
})

test('an output that is there is an error unless it may be replaced, and an error leaves what was there', async () => {
  const path = await written()
  const table = await tm.read(rows([{ a: 1 }]))
  await expect(table.write(arrow(path))).rejects.toMatchObject({ code: 'connectors.exists' })
  await table.write(arrow(path, { mode: 'replace' }))
  expect(await (await tm.read(arrow(path))).rows()).toEqual([{ a: 1 }])
  const bad = (await tm.read(rows([{ a: 'x' }]))).select(r => ({ a: r.a.cast('int64') }))
  await expect(bad.write(arrow(path, { mode: 'replace' }))).rejects.toMatchObject({ code: expect.any(String) as string })
  expect(await (await tm.read(arrow(path))).rows()).toEqual([{ a: 1 }])
  expect((await readdir(folder)).filter(name => name.startsWith('.tidemill'))).toEqual([])
})

test('a file that is cut short, empty or something else says so with its name', async () => {
  const path = await written()
  const bytes = await readFile(path)
  await writeFile(path, bytes.subarray(0, bytes.length - 100))
  await expect(tm.read(arrow(path))).rejects.toMatchObject({ code: 'connectors.format', message: expect.stringContaining(path) as string })
  await writeFile(path, '')
  await expect(tm.read(arrow(path))).rejects.toMatchObject({ code: 'connectors.empty' })
  await writeFile(path, 'price,rooms\n1,2\n')
  await expect(tm.read(arrow(path))).rejects.toMatchObject({ code: 'connectors.format' })
})

test('a stream that is cut in the middle fails when it is read', async () => {
  const path = await written({ format: 'stream' })
  const bytes = await readFile(path)
  await writeFile(path, bytes.subarray(0, bytes.length >> 1))
  const table = await tm.read(arrow(path))
  await expect(table.rows()).rejects.toMatchObject({ code: 'connectors.format' })
})

test('files of a folder are read in order; other columns in one of them are an error', async () => {
  const at = join(folder, 'several')
  await (await tm.read(rows([{ a: 1 }]))).write(arrow(join(at, '1.arrow')))
  await (await tm.read(rows([{ a: 2 }]))).write(arrow(join(at, '2.arrow')))
  expect(await (await tm.read(arrow(at))).rows()).toEqual([{ a: 1 }, { a: 2 }])
  await (await tm.read(rows([{ b: 2 }]))).write(arrow(join(at, '3.arrow')))
  await expect(tm.read(arrow(join(at, '*.arrow')))).rejects.toMatchObject({ code: 'connectors.format' })
})

test('a mistake in the options is told before anything is read', () => {
  expect(() => arrow('a.arrow', { compresion: 'zstd' } as never)).toThrow('unknown option: compresion of arrow')
  expect(() => arrow('a.arrow', { compression: 'lz4' } as never)).toThrow("compression must be 'zstd'")
  expect(() => arrow('a.arrow.gz')).toThrow('not compressed as a whole')
  expect(() => fromArrow('bytes' as never)).toThrow('fromArrow wants bytes')
})

test('bytes in pieces are a table; their fingerprint tells bytes apart', async () => {
  const table = await tm.read(rows([{ a: 1 }, { a: 2 }]))
  const back = await tm.read(fromArrow(table.arrowStream()))
  expect(await back.rows()).toEqual([{ a: 1 }, { a: 2 }])
  expect(await back.filter(r => r['a']?.gt(1) as never).count()).toBe(1)
  const [one, two] = [fromArrow(await table.toArrow()), fromArrow(await table.limit(1).toArrow())]
  expect(one.options).not.toEqual(two.options)
})
