/** A line means the same in a stream as in a table that the engine reads from the same file. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ndjson } from '../../../../connectors/index.ts'
import { ndjsonDecoder } from '../../../../kernels/index.ts'
import { list, oneOf, schemaOf, type SchemaSpec, struct } from '../../../../schema/index.ts'
import { tidemill } from '../../../../session/index.ts'
import { drain, movableClock, open, stepOf } from './fixtures/place.ts'

let folder: string
let tm: Awaited<ReturnType<typeof tidemill>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-beside-'))
  tm = await tidemill({ workspace: join(folder, 'workspace') })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

const numbers = [
  '0',
  '-0',
  '-0.0',
  '7',
  '-12',
  '1.5',
  '1.50',
  '1.0',
  '-3.25',
  '1e3',
  '1E+2',
  '0.1e-7',
  '1e-5',
  '0.0001',
  '1e15',
  '1e16',
  '123456789.25',
  '1e20',
  '1.7976931348623157e308',
]
const big = [
  '9007199254740993',
  '-9223372036854775808',
  '9223372036854775808',
  '18446744073709551616',
  '12345678901234567890123',
  '0.30000000000000004',
  '2147483648',
  '1e400',
]
const texts = [
  '',
  ' ',
  'a',
  'é€😀',
  'line\nend',
  'quo"te',
  'back\\slash',
  ' 42 ',
  '+5',
  '007',
  '1_000',
  '0x10',
  'inf',
  'NaN',
  'TRUE',
  'yes',
  'AQID',
  '*',
]
const times = [
  '2026-11-21',
  '2026-02-29',
  '2024-02-29',
  '2026-11-21T10:00:00',
  '2026-11-21 10:00',
  '2026-11-21T10:00:00.123456789Z',
  '2026-11-21t10:00:00z',
  '2026-11-21 10:00:00+02:00',
  '2026-11-21T10:00:00-0930',
  '2026-11-21T10:00:00+05',
  '2026-11-21T24:00:00Z',
  '1969-12-31T23:59:59.999999Z',
  '1600-01-01T00:00:00Z',
  '2300-01-01T00:00:00.5Z',
  '2026-11-21T10:00Z',
]
const nested = ['[]', '[1,2]', '["a",null]', '{"x":1,"y":"b"}', '{"x":1}', '{"x":1,"y":null,"z":0}', '[{"x":1.50, "y":"q\\u00e9"}]']
const values = [...numbers, ...big, 'true', 'false', 'null', ...[...texts, ...times].map(text => JSON.stringify(text)), ...nested]
/** What is refused is asked of the engine one by one, so only some: texts that fit no type are compared where texts are parsed. */
const asked = new Set(['1.0', '1e3', '9223372036854775808', 'true', '[1,2]'])

const types: Readonly<Record<string, SchemaSpec[string]>> = {
  int32: 'int32?',
  bigint: 'bigint?',
  float64: 'float64?',
  boolean: 'boolean?',
  string: 'string?',
  timestamp: 'timestamp?',
  datetime: 'datetime?',
  date: 'date?',
  decimal: 'decimal(18,4)?',
  bytes: 'bytes?',
  kind: oneOf('a', 'true', '7').nullable(),
  texts: list('string').nullable(),
  ints: list('int64').nullable(),
  pair: struct({ x: 'float64', y: 'string?' }).nullable(),
}

test.each(Object.keys(types))('every value as %s', async name => {
  const schema = { v: types[name] as 'string', n: 'int64' } as const
  const tell = (one: unknown): string =>
    JSON.stringify(one, (_, part: unknown) =>
      typeof part === 'bigint'
        ? `${part}n`
        : Object.is(part, -0)
          ? '-0'
          : typeof part === 'number' && !Number.isFinite(part)
            ? String(part)
            : part instanceof Uint8Array
              ? [...part]
              : part,
    )
  const read = async (lines: readonly string[]): Promise<{ path: string; table: string | Error }> => {
    const path = join(folder, 'values.ndjson')
    await writeFile(path, `${lines.join('\n')}\n`)
    try {
      return { path, table: tell((await (await tm.read(ndjson(path, { schema }))).rows()).map(row => (row as { v: unknown }).v)) }
    } catch (error) {
      return { path, table: error as Error }
    }
  }
  const stream = async (path: string): Promise<{ rows: unknown[]; dead: number }> => {
    const reader = await open(stepOf('follow', schema, { path, until: 'end' }), movableClock())
    const { rows, dead } = drain(reader, 'values.ndjson')
    reader.close()
    return { rows: rows.map(row => (row as { v: unknown }).v), dead: dead.length }
  }
  const lines = values.map((value, n) => `{"v":${value},"n":${n}}`)
  const decoder = ndjsonDecoder(schemaOf(schema).map(field => ({ key: field.name, field })))
  const isTaken = (line: string): boolean => decoder.decode(Buffer.from(`${line}\n`), 0, Buffer.byteLength(line) + 1, 1).broken.length === 0
  const taken = lines.filter(isTaken)
  const refused = lines.filter((line, n) => !isTaken(line) && asked.has(values[n] as string))
  const { path, table } = await read(taken)
  expect(table).toBe(tell((await stream(path)).rows))
  for (const line of refused) expect((await read([line])).table, line).toMatchObject({ code: 'schema.misfit' })
  expect(taken.length).toBeGreaterThan(1)
})
