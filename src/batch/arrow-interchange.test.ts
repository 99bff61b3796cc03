/** Arrow bytes between us and the libraries that others use. */
import * as apache from 'apache-arrow'
import { fromArrow as arqueroFrom, table as arqueroTable, toArrowIPC } from 'arquero'
import { describe, expect, test } from 'vitest'
import { inspect } from 'node:util'
import { oneOf, type Schema, schemaOf } from '../schema/index.ts'
import { batchFromRows } from './batch-from-rows.ts'
import type { Batch } from './batch.ts'
import { arrowSchema, readArrow } from './read-arrow.ts'
import { rowsOf } from './rows-of.ts'
import { toArrow } from './to-arrow.ts'
import { decodeLz4Frame } from './lz4-frame.ts'
import { arrowStream, type ArrowWriting } from './write-arrow.ts'

const schema = [
  ...schemaOf({ id: 'int64', name: 'string?', x: 'float64', ok: 'boolean?', price: 'decimal(30,4)?', day: 'date', at: 'timestamp' }),
  { name: 'tags', type: { list: 'string' }, nullable: true },
] as const
const rows = Array.from({ length: 1000 }, (_, i) => ({
  id: i * 9_007_199,
  name: i % 3 === 0 ? null : `name ${i} äöü 😀`,
  x: i / 7,
  ok: i % 5 === 0 ? null : i % 2 === 0,
  price: i % 4 === 0 ? null : `${i}23456789012345678901.2345`,
  day: '2026-11-21',
  at: `2026-11-21T10:00:00.${String(i).padStart(6, '0')}Z`,
  tags: i % 6 === 0 ? null : ['a', `b${i}`],
}))
const batches = [batchFromRows(schema, rows.slice(0, 400)), batchFromRows(schema, rows.slice(400))]

async function* each(given: readonly Batch[]): AsyncGenerator<Batch> {
  yield* given
}
async function bytesOf(writing: ArrowWriting = {}, given = batches): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of arrowStream(each(given), schema, writing)) pieces.push(piece)
  return new Uint8Array(Buffer.concat(pieces))
}
async function readAll(bytes: Uint8Array, pieceSize = bytes.length, columns?: readonly string[]): Promise<Batch[]> {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += pieceSize) pieces.push(bytes.slice(at, at + pieceSize))
  const read: Batch[] = []
  for await (const batch of readArrow(pieces, { columns })) read.push(batch)
  return read
}
const shown = (given: readonly Batch[]): string => JSON.stringify(given.flatMap(batch => rowsOf(batch)))
const wanted = shown(batches)

describe.each([
  ['a stream', {}],
  ['a file', { format: 'file' }],
  ['a stream with zstd', { compression: 'zstd' }],
  ['a file with zstd', { format: 'file', compression: 'zstd' }],
] as const)('%s of Arrow', (_, writing) => {
  test('is read batch by batch, however its bytes come', async () => {
    const bytes = await bytesOf(writing)
    for (const size of [bytes.length, 4096, 7]) {
      const read = await readAll(bytes, size)
      expect(read.map(batch => batch.rows)).toEqual([400, 600])
      expect(shown(read)).toBe(wanted)
    }
    expect(await arrowSchema([bytes])).toEqual(schema)
  })
  test('gives the asked columns in the asked order', async () => {
    const [first] = await readAll(await bytesOf(writing), 1000, ['x', 'id'])
    expect(first?.fields.map(field => field.name)).toEqual(['x', 'id'])
    expect(rowsOf(first as Batch)[3]).toEqual({ x: 3 / 7, id: 3 * 9_007_199 })
  })
  test('that is cut anywhere is an error, never fewer rows', async () => {
    const bytes = await bytesOf(writing)
    for (const end of [0, 5, 8, 100, 1000, bytes.length >> 1, bytes.length - 9]) {
      const read = readAll(bytes.slice(0, end))
      await expect(read).rejects.toMatchObject({ code: 'batch.corrupt' })
    }
  })
  test('that is damaged is an error or other values, never a crash', async () => {
    const bytes = await bytesOf(writing)
    for (let round = 0; round < 300; round++) {
      const bad = bytes.slice()
      bad[(round * 7919) % bytes.length] = (round * 31) & 255
      const outcome = await readAll(bad).then(
        () => 'read',
        (error: { code?: string }) => error.code,
      )
      expect(['read', 'batch.corrupt', 'batch.shape', 'schema.unknown-type', 'schema.misfit']).toContain(outcome)
    }
  })
})

test.each([
  ['stream', {}],
  ['file', { format: 'file' }],
] as const)('apache-arrow reads our %s, and we read what it writes', async (format, writing) => {
  const table = apache.tableFromIPC(await bytesOf(writing))
  expect(table.numRows).toBe(1000)
  expect(table.batches.length).toBe(2)
  expect(table.get(7)?.toJSON()['name']).toBe('name 7 äöü 😀')
  expect(table.getChild('id')?.get(999)).toBe(999n * 9_007_199n)
  const back = await readAll(apache.tableToIPC(table, format))
  expect(shown(back)).toBe(wanted)
})

test('arquero reads ours, and we read what it writes', async () => {
  const table = arqueroFrom(await bytesOf())
  expect(table.numRows()).toBe(1000)
  expect(table.get('x', 7)).toBe(1)
  expect(table.get('name', 7)).toBe('name 7 äöü 😀')
  const made = toArrowIPC(arqueroTable({ a: [1, 2, 3], b: ['x', 'y', 'x'], c: [true, null, false] }))
  const read = await readAll(made as Uint8Array)
  expect(read.flatMap(batch => rowsOf(batch))).toEqual([
    { a: 1, b: 'x', c: true },
    { a: 2, b: 'y', c: null },
    { a: 3, b: 'x', c: false },
  ])
})

test('every type comes back as it was, with its extremes and NULLs', async () => {
  const all: Schema = [
    ...schemaOf({
      i8: 'int8?',
      i16: 'int16?',
      i32: 'int32?',
      big: 'bigint?',
      u8: 'uint8?',
      u16: 'uint16?',
      u32: 'uint32?',
      u64: 'uint64?',
      f32: 'float32?',
      f64: 'float64?',
      d38: 'decimal(38,10)?',
      text: 'string?',
      doc: 'json?',
      id: 'uuid?',
      bytes: 'bytes?',
      day: 'date?',
      clock: 'time?',
      local: 'datetime?',
      at: 'timestamp?',
      span: 'interval?',
      kind: oneOf('a', 'b').nullable(),
    }),
    { name: 'labels', type: { map: ['string', 'int16'] }, nullable: true },
    { name: 'nested', type: { list: { struct: [{ name: 'x', type: 'uint64', nullable: true }] } }, nullable: true },
  ]
  const one = {
    i8: -128,
    i16: 32_767,
    i32: -2_147_483_648,
    big: -9_223_372_036_854_775_808n,
    u8: 255,
    u16: 65_535,
    u32: 4_294_967_295,
    u64: 18_446_744_073_709_551_615n,
    f32: 0.5,
    f64: -1e308,
    d38: '1234567890123456789012345678.0123456789',
    text: 'ä😀',
    doc: '{"a":[1,2]}',
    id: '123e4567-e89b-12d3-a456-426614174000',
    bytes: new Uint8Array([0, 255]),
    day: '0001-01-01',
    clock: '23:59:59.999999',
    local: '2026-03-29T02:30:00',
    at: '2262-04-11T23:47:16.854775Z',
    span: 'P1Y2M3DT4H5M6.789S',
    kind: 'b',
    labels: new Map([['x', 1]]),
    nested: [{ x: 1n }, { x: null }],
  }
  const given = batchFromRows(all, [one, Object.fromEntries(all.map(field => [field.name, null]))])
  for (const format of ['stream', 'file'] as const) {
    const pieces: Uint8Array[] = []
    for await (const piece of arrowStream(each([given]), all, { format, compression: 'zstd' })) pieces.push(piece)
    const bytes = new Uint8Array(Buffer.concat(pieces))
    const [back] = await readAll(bytes)
    expect(back?.fields).toEqual(all)
    expect(rowsOf(back as Batch)).toEqual(rowsOf(given))
  }
  const table = apache.tableFromIPC(await toArrow([given], all))
  expect(table.schema.fields.map(field => String(field.type))).toMatchInlineSnapshot(`
    [
      "Int8",
      "Int16",
      "Int32",
      "Int64",
      "Uint8",
      "Uint16",
      "Uint32",
      "Uint64",
      "Float32",
      "Float64",
      "Decimal[38e+10]",
      "Utf8",
      "Utf8",
      "Utf8",
      "Binary",
      "Date32<DAY>",
      "Time64<MICROSECOND>",
      "Timestamp<MICROSECOND>",
      "Timestamp<MICROSECOND, UTC>",
      "Interval<MONTH_DAY_NANO>",
      "Utf8",
      "Map<{key:Utf8, value:Int16}>",
      "List<Struct<{x:Uint64}>>",
    ]
  `)
  const [again] = await readAll(apache.tableToIPC(table, 'stream'))
  const names = all.map(field => field.name).filter(name => name !== 'span')
  const pick = (batch: Batch): string[] =>
    rowsOf(batch).map(row =>
      inspect(
        names.map(name => (row as Record<string, unknown>)[name]),
        { depth: 9 },
      ),
    )
  expect(pick(again as Batch)).toEqual(pick(given))
})

test('a dictionary of apache-arrow is read as codes and texts, and a code without a text is an error', async () => {
  const words = apache.vectorFromArray(['b', 'a', null, 'b'], new apache.Dictionary(new apache.Utf8(), new apache.Int8()))
  const bytes = apache.tableToIPC(new apache.Table({ word: words }), 'stream')
  const [batch] = await readAll(bytes, 11)
  expect(batch?.columns[0]?.dictionary?.length).toBe(2)
  expect(rowsOf(batch as Batch)).toEqual([{ word: 'b' }, { word: 'a' }, { word: null }, { word: 'b' }])
})

test('numbers come as the memory they were read into, without a copy', async () => {
  const [batch] = await readAll(await bytesOf())
  const [id, x] = [batch?.columns[0]?.data, batch?.columns[2]?.data]
  expect(x).toBeInstanceOf(Float64Array)
  expect(id?.buffer).toBe(x?.buffer)
})

test('a table without rows keeps its columns', async () => {
  const bytes = await bytesOf({ format: 'file' }, [])
  expect(await arrowSchema([bytes])).toEqual(schema)
  expect(await readAll(bytes)).toEqual([])
  expect(apache.tableFromIPC(bytes).numRows).toBe(0)
})

test('LZ4 frames are read, and damaged ones refused', () => {
  // Made by `lz4 -c` of 'hello hello hello hello hello hello\n'.
  const frame = Uint8Array.from(Buffer.from('04224d186440a7100000006f68656c6c6f2006000650656c6c6f0a0000000053ce9936', 'hex'))
  const made = (): Uint8Array => decodeLz4Frame(frame.slice(), 36)
  expect(Buffer.from(made()).toString()).toBe('hello hello hello hello hello hello\n')
  expect(() => decodeLz4Frame(frame, 35)).toThrow('LZ4')
  for (let at = 0; at < frame.length; at++) {
    const bad = frame.slice()
    bad[at] = 255
    try {
      decodeLz4Frame(bad, 36)
    } catch (error) {
      expect((error as { code: string }).code).toBe('batch.corrupt')
    }
  }
})
