/** JSON documents and NDJSON, read through a session. */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { place } from './fixtures/place.ts'
import { json, lines, ndjson, readReport } from './index.ts'
import { jsonRecords } from './json-records.ts'

const here = place()
const { file } = here

test('an array of objects, one object, and records at a path are rows', async () => {
  const items = [
    { id: 1, name: 'a "b"', at: '2026-01-02' },
    { id: 2, name: 'c\nd', extra: true },
  ]
  const wanted = [
    { id: 1, name: 'a "b"', at: expect.anything(), extra: null },
    { id: 2, name: 'c\nd', at: null, extra: true },
  ]
  expect(await (await here.tm.read(json(await file('array.json', JSON.stringify(items, undefined, 2))))).rows()).toEqual(wanted)
  expect(await (await here.tm.read(json(await file('one.json', '{"id": 1, "name": "x"}')))).rows()).toEqual([{ id: 1, name: 'x' }])
  const nested = { next: null, before: [{ items: [1] }, '}'], data: { total: 2, items }, after: { data: [] } }
  const path = await file('nested.json.gz', gzipSync(JSON.stringify(nested)))
  expect(await (await here.tm.read(json(path, { records: 'data.items' }))).rows()).toEqual(wanted)
  expect(await (await here.tm.read(json(await file('empty.json', '[]'), { schema: { id: 'int64' } }))).rows()).toEqual([])
})

test.each([
  ['no such name', '{"data": {"total": 1}}', 'data.items', 'no items at data of'],
  ['no object on the way', '{"data": [1]}', 'data.items', 'no object at data of'],
  ['a number', '{"data": 5}', 'data', 'neither an array nor an object'],
  ['numbers', '[1, 2]', undefined, 'record 1 of'],
  ['a document that ends too early', '[{"a": 1}, {"a": ', undefined, 'ends too early'],
  ['an array that is not closed', '[{"a": 1}', undefined, 'ends too early'],
  ['a missing comma', '[{"a": 1} {"a": 2}]', undefined, 'a comma is wanted'],
  ['a broken record', '[{"a": 1}, {"a" 2}]', undefined, 'record 2 of'],
  ['several documents', '{"a": 1}\n{"a": 2}\n', undefined, 'something stands behind the document in line 2'],
  ['a wrong bracket', '[{"a": 1]]', undefined, 'no JSON'],
])('%s is an error that says where', async (name, text, records, message) => {
  const path = await file(`wrong ${name}.json`, text)
  await expect(here.tm.read(json(path, records === undefined ? {} : { records }))).rejects.toMatchObject({
    code: 'connectors.format',
    message: expect.stringContaining(message),
  })
})

test('records come out alike wherever the pieces of the file are cut', async () => {
  const value = fc.letrec(tie => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', ']', ',', '\n', 'é', 'x') }),
      fc.integer(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b"', 'c\\'), tie('any'), { maxKeys: 3 }),
    ),
  })).any
  const record = fc.dictionary(fc.constantFrom('a', 'b', 'c d', '"'), value, { maxKeys: 4 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 5 }),
      fc.boolean(),
      fc.constantFrom(1, 2, 3, 5, 9, 30, 1000),
      value,
      async (records, spaced, size, other) => {
        const bytes = Buffer.from(JSON.stringify({ skip: other, data: { items: records }, more: other }, undefined, spaced ? 1 : undefined))
        const pieces = async function* (): AsyncGenerator<Buffer> {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
        }
        const found: unknown[] = []
        for await (const lines of jsonRecords(pieces(), 'x', ['data', 'items'], new Set()))
          for (const line of lines.slice(0, -1).split('\n')) found.push(JSON.parse(line))
        expect(found).toEqual(JSON.parse(JSON.stringify(records)))
      },
    ),
    { seed: 11, numRuns: 300 },
  )
})

test('nested objects are structs, arrays are lists, a key that an object lacks is NULL', async () => {
  const path = await file(
    'nested.ndjson',
    '{"id":1,"s":{"a":1,"b":"x"},"l":[1,2],"m":[{"k":1.5}]}\n{"id":2,"s":{"b":"y"},"l":[],"m":null}\n{"id":3,"x":[1,"a"]}\n',
  )
  const table = await here.tm.read(ndjson(path))
  expect(table.schema.map(field => field.type)).toEqual([
    'int64',
    {
      struct: [
        { name: 'a', type: 'int64', nullable: true },
        { name: 'b', type: 'string', nullable: true },
      ],
    },
    { list: 'int64' },
    { list: { struct: [{ name: 'k', type: 'float64', nullable: true }] } },
    'json',
  ])
  const rows = await table.select('id', 's', 'l', 'm').rows()
  expect(rows).toEqual([
    { id: 1, s: { a: 1, b: 'x' }, l: [1, 2], m: [{ k: 1.5 }] },
    { id: 2, s: { a: null, b: 'y' }, l: [], m: null },
    { id: 3, s: null, l: null, m: null },
  ])
})

test('a key that comes only far down in an NDJSON file is a column, with its type', async () => {
  const many = Array.from({ length: 40_000 }, (_, i) =>
    JSON.stringify({ id: i, ...(i === 39_990 ? { late: 2.5, 'other.Late': 'x' } : {}) }),
  )
  const path = await file('late.ndjson', `${many.join('\n')}\n`)
  const table = await here.tm.read(ndjson(path, { names: 'camelCase' }))
  expect(table.schema.map(field => [field.name, field.type, field.nullable])).toEqual([
    ['id', 'int64', false],
    ['late', 'float64', true],
    ['otherLate', 'string', true],
  ])
  expect(await table.dropNulls('late').rows()).toEqual([{ id: 39_990, late: 2.5, otherLate: 'x' }])
})

test('decimals in JSON keep all their digits', async () => {
  const digits = '12345678901234567.12345678901'
  const schema = { price: 'decimal(38,11)', id: 'string' } as const
  const path = await file(
    'decimals.ndjson',
    `{"price":${digits},"id":12345678901234567890}\n{"price":0.10,"id":"x"}\n{"price":-0.0000000001,"id":123456789012345678901}\n`,
  )
  const doc = await file(
    'decimals.json',
    `[{"price":${digits},"id":12345678901234567890},{"price":0.10,"id":"x"},{"price":-0.0000000001,"id":123456789012345678901}]`,
  )
  for (const source of [ndjson(path, { schema }), json(doc, { schema })]) {
    const rows = await (await here.tm.read(source)).rows()
    expect(rows.map(row => [String(row.price), row.id])).toEqual([
      [digits, '12345678901234567890'],
      ['0.10000000000', 'x'],
      ['-0.00000000010', '123456789012345678901'],
    ])
  }
})

test('bad lines of NDJSON are left out, counted and kept', async () => {
  const path = await file('bad.ndjson', '{"a":1,"b":"x"}\n{"a":2,\n\n[1]\n{}\n{"a":"many","b":"y"}\n{"c":true,"a":3}')
  const quarantine = join(here.folder, 'bad-lines.ndjson')
  const table = await here.tm.read(ndjson(path, { onBadLine: { quarantine }, schema: { a: 'int64?', b: 'string?', c: 'boolean?' } }))
  expect(await table.rows()).toEqual([
    { a: 1, b: 'x', c: null },
    { a: null, b: null, c: null },
    { a: 3, b: null, c: true },
  ])
  expect(readReport(table)[0]).toMatchObject({ badLines: 3, files: { [path]: 3 } })
  const kept = (await readFile(quarantine, 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { line: number; reason: string })
  expect(kept.map(({ line, reason }) => [line, reason.slice(0, 24)])).toEqual([
    [2, 'no JSON: Expected double'],
    [4, 'no JSON object'],
    [6, 'value does not fit: "man'],
  ])
})

test('NDJSON in UTF-16, zstd and with the name of its file', async () => {
  const utf16 = await file('wide.ndjson', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{"a":"東"}\n', 'utf16le')]))
  expect(await (await here.tm.read(ndjson(utf16))).rows()).toEqual([{ a: '東' }])
  const packed = await file('packed.ndjson.zst', zstdCompressSync('{"a":1}\n{"a":2}\n'))
  expect(await (await here.tm.read(ndjson(packed, { fileName: 'from' }))).rows()).toEqual([
    { a: 1, from: packed },
    { a: 2, from: packed },
  ])
  expect(await (await here.tm.read(lines(await file('packed.txt.zst', zstdCompressSync('x\ny\n'))))).rows()).toEqual([
    { line: 'x' },
    { line: 'y' },
  ])
  expect(
    await (await here.tm.read(lines(await file('latin.txt', Buffer.from('caf\xe9\n', 'latin1')), { encoding: 'latin1' }))).rows(),
  ).toEqual([{ line: 'café' }])
})

test('a JSON document larger than the heap of its reader is read', { timeout: 60_000 }, async () => {
  const path = join(here.folder, 'large.json')
  const items = function* (): Generator<string> {
    yield '{"data":['
    for (let i = 0; i < 500; i++) yield `${i === 0 ? '' : ','}{"id":${i},"text":"${'some words '.repeat(20_000)}"}`
    yield ']}'
  }
  await pipeline(Readable.from(items()), createWriteStream(path))
  const program = `
    import { csv, json } from 'tidemill/connectors'
    import { tidemill } from 'tidemill'
    const tm = await tidemill({ workers: 1, typesFile: false, folder: ${JSON.stringify(join(here.folder, 'work-large'))} })
    const table = await tm.read(json(${JSON.stringify(path)}, { records: 'data' }))
    console.log(JSON.stringify(await table.agg(r => ({ sum: r.id.sum() })).rows()))
    await tm.close()`
  expect(await run(program, ['--max-old-space-size=80'])).toBe('[{"sum":124750}]\n')
})

test('what comes on standard input is read', async () => {
  const program = `
    import { csv, lines } from 'tidemill/connectors'
    import { tidemill } from 'tidemill'
    const tm = await tidemill({ workers: 1, typesFile: false, folder: ${JSON.stringify(join(here.folder, 'work-stdin'))} })
    console.log(JSON.stringify(await (await tm.read(csv('-'))).rows()), await (await tm.read(lines('-'))).count())
    await tm.close()`
  expect(await run(program, [], 'a,b\n1,x\n2,y\n')).toBe('[{"a":1,"b":"x"},{"a":2,"b":"y"}] 3\n')
})

function run(program: string, flags: readonly string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=tidemill-source', ...flags, '--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', code => (code === 0 ? resolve(out) : reject(new Error(`exit ${code}: ${err.slice(-2000)}`))))
  })
}
