/** Descriptions of sources of streams. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchFromRows } from '../batch/index.ts'
import { schemaOf } from '../schema/index.ts'
import { loadFunction } from '../workers/index.ts'
import type { HostFunction } from '../workers/index.ts'
import { followAsTable, generate, ndjson, prepareFollow, prepareSource, replaySpec } from './index.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-stream-sources-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))
const schema = { at: 'timestamp', value: 'float64?' } as const

describe('a followed file', () => {
  test('is plain data, and ndjson is still the table', () => {
    expect(ndjson.follow('in/*.ndjson', { schema, until: 'end' })).toMatchObject({
      kind: 'follow',
      options: { path: 'in/*.ndjson', until: 'end', schema: schemaOf(schema) },
    })
    expect(ndjson.follow('in.ndjson').options).toEqual({ path: 'in.ndjson' })
    expect(ndjson('in.ndjson', { mode: 'replace' })).toMatchObject({ kind: 'ndjson', options: { path: 'in.ndjson', mode: 'replace' } })
  })

  test('is the table of the same files', () => {
    expect(followAsTable(ndjson.follow('in.ndjson', { schema, names: 'camelCase', until: 'end' }))).toMatchObject({
      kind: 'ndjson',
      options: { path: 'in.ndjson', schema: schemaOf(schema), names: 'camelCase' },
    })
  })

  test('is prepared: where it lies, its columns, keys that are called otherwise', async () => {
    const path = join(folder, 'a.ndjson')
    await writeFile(path, '{"house_age":1,"x":2}\n')
    const declared = await prepareFollow(ndjson.follow(path, { schema: { houseAge: 'int64', later: 'string?' }, names: 'camelCase' }))
    expect(declared.options).toMatchObject({
      path,
      rename: { house_age: 'houseAge' },
      schema: schemaOf({ houseAge: 'int64', later: 'string?' }),
    })
    const learnt = schemaOf({ house_age: 'int64', x: 'int64' })
    expect((await prepareFollow(ndjson.follow(path), learnt)).options).toEqual({ path, schema: learnt })
    await expect(prepareFollow(ndjson.follow(path))).rejects.toMatchObject({ code: 'stream.argument' })
  })

  test('need not be there yet when a folder is followed and its columns are declared; a file by its name must be', async () => {
    const empty = join(folder, 'empty')
    await mkdir(empty)
    expect((await prepareFollow(ndjson.follow(empty, { schema }))).options).toMatchObject({ path: empty })
    expect((await prepareFollow(ndjson.follow(join(empty, '*.ndjson'), { schema }))).options).toMatchObject({
      path: join(empty, '*.ndjson'),
    })
    await writeFile(join(empty, 'new.ndjson'), '')
    expect((await prepareFollow(ndjson.follow(join(empty, 'new.ndjson'), { schema }))).options).toMatchObject({
      path: join(empty, 'new.ndjson'),
    })
    await expect(prepareFollow(ndjson.follow(join(empty, 'newt.ndjson'), { schema }))).rejects.toMatchObject({
      code: 'connectors.not-found',
    })
    await expect(prepareFollow(ndjson.follow(join(folder, 'nothing', '*.ndjson'), { schema }))).rejects.toMatchObject({
      code: 'connectors.not-found',
    })
  })

  test('that is no NDJSON is refused before anything runs', async () => {
    const path = join(folder, 'bad.ndjson')
    await writeFile(path, 'machine,value\n')
    await expect(prepareFollow(ndjson.follow(path, { schema }))).rejects.toMatchObject({ code: 'connectors.format' })
  })

  test('in which a line is broken is followed: which one is for the stream to tell', async () => {
    const path = join(folder, 'partly.ndjson')
    await writeFile(path, 'starting up\n{"machine":"a","value":1}\n')
    await expect(prepareFollow(ndjson.follow(path, { schema }))).resolves.toMatchObject({ kind: 'follow' })
    await expect(prepareFollow(ndjson.follow(path, { schema, names: 'camelCase' }))).rejects.toMatchObject({ code: 'connectors.format' })
  })

  test.each([
    [{ untill: 'end' }, /unknown option: untill of ndjson.follow/],
    [{ until: 'tomorrow' }, /until must be 'end'/],
    [{ mode: 'replace' }, /unknown option: mode/],
  ])('refuses options that do not exist: %j', (options, message) => {
    expect(() => ndjson.follow('a.ndjson', options as object)).toThrow(message)
  })

  test('cannot be compressed', () => {
    expect(() => ndjson.follow('a.ndjson.gz')).toThrow(/compressed/)
  })
})

const factor = 3

describe('generated rows', () => {
  test('are described by a function that can travel', async () => {
    const spec = generate({ schema: { n: 'int64', x: 'int64' }, rows: 10, rate: 2.5 }, n => ({ n, x: factor * n }))
    const { fn, ...options } = spec.options as { readonly fn: HostFunction }
    expect(options).toEqual({ schema: schemaOf({ n: 'int64', x: 'int64' }), rows: 10, rate: 2.5 })
    expect((await loadFunction(fn))(5)).toEqual({ n: 5, x: 15 })
    expect(structuredClone(options)).toEqual(options)
  })

  test('refuse a rate and a number of rows that mean nothing', () => {
    for (const rate of [0, -1, Number.NaN, Infinity, '5'])
      expect(() => generate({ schema: { n: 'int64' }, rate: rate as number }, n => ({ n }))).toThrow(
        /rate of generate must be a positive number/,
      )
    for (const rows of [-1, 1.5, '5'])
      expect(() => generate({ schema: { n: 'int64' }, rows: rows as number }, n => ({ n }))).toThrow(/rows must be a whole number/)
    expect(() => generate({ schema: { n: 'int64' } }, 5 as never)).toThrow(/wants a function/)
  })

  test('refuse a function that uses a variable around it', () => {
    const local = Math.sqrt(2)
    expect(() => generate({ schema: { n: 'float64' } }, n => ({ n: n * local }))).toThrow(
      expect.objectContaining({ code: 'workers.captured' }),
    )
  })
})

describe('a replay', () => {
  test('is plain data', () => {
    const fields = schemaOf({ n: 'int64', time: 'timestamp' })
    const stamp = { column: 'time', start: 0, perSecond: 10 }
    const batch = batchFromRows(schemaOf({ n: 'int64' }), [{ n: 1 }])
    expect(replaySpec({ batches: [batch] }, { schema: fields, rows: 1, rate: 5, stamp }).options).toEqual({
      batches: [batch],
      schema: fields,
      rows: 1,
      rate: 5,
      stamp,
    })
    expect(replaySpec({ path: '/a', hash: 'b' }, { schema: fields, rows: 1 }).options).toEqual({
      path: '/a',
      hash: 'b',
      schema: fields,
      rows: 1,
    })
  })

  test('refuses a rate that means nothing, and times in a column that does not exist', () => {
    const fields = schemaOf({ n: 'int64' })
    expect(() => replaySpec({ batches: [] }, { schema: fields, rows: 0, rate: 0 })).toThrow(/rate of replay/)
    expect(() => replaySpec({ batches: [] }, { schema: fields, rows: 0, stamp: { column: 'time', start: 0, perSecond: 1 } })).toThrow(
      /not in the schema: time/,
    )
  })
})

test('sources of streams are left alone when tables are prepared', async () => {
  const spec = ndjson.follow('nowhere.ndjson')
  expect(await prepareSource(spec)).toBe(spec)
})
