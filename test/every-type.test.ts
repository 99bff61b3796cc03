/** No way in or out loses a value: rows, tables of the engine, files, threads, JSON. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Session, tidemill } from 'tidemill'
import { csv, ndjson, parquet, rows } from 'tidemill/connectors'
import { type DataType, printType } from '../src/schema/index.ts'
import { everyColumn, everyRow, typeCases } from './every-type.ts'

let tm: Session
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-types-'))
  tm = await tidemill({ folder: join(folder, 'store'), typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

/** Declared schemas are objects to users; columns as data pass through. */
const columns = everyColumn as never
const table = async () => tm.read(rows(everyRow, { schema: columns }))
const texts = (all: readonly object[]): readonly string[] => shown(all).map(row => JSON.stringify(row))
/** Kinds of values print alike; what they are counts. */
const shown = (all: readonly object[]): readonly unknown[] =>
  all.map(row => Object.entries(row).map(([name, value]) => `${name} ${show(value)}`))
function show(value: unknown): string {
  if (value === null || typeof value !== 'object') return `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (value instanceof Map) return `map ${[...value].map(([key, item]) => `${show(key)}: ${show(item)}`).join(', ')}`
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if ('toJSON' in value && !Object.hasOwn(value, 'toJSON')) return `${value.constructor.name} ${JSON.stringify(value)}`
  return `{${Object.entries(value)
    .map(([name, item]) => `${name}: ${show(item)}`)
    .join(', ')}}`
}

test('rows put into a table of the engine come back as they were', async () => {
  const data = await table()
  expect(shown(await data.rows())).toEqual(shown(everyRow))
  // A sort goes through the database.
  expect(new Set(texts(await data.sort('int8').rows()))).toEqual(new Set(texts(everyRow)))
})

test('rows kept with the engine are what they were, every type', async () => {
  const sorted = (await table()).sort('int8')
  const wanted = texts(await sorted.rows())
  await using kept = await (await (await table()).cache()).sort('int8').cache()
  expect(texts(await kept.rows())).toEqual(wanted)
  expect(kept.schema).toEqual(sorted.schema)
})

test('Parquet keeps every value and its type; intervals and enumerations are texts there', async () => {
  const path = join(folder, 'all.parquet')
  await (await table()).write(parquet(path))
  const back = await tm.read(parquet(path))
  const told = new Map(back.schema.map(field => [field.name, printType(field.type)]))
  for (const { name, type } of typeCases) {
    const text = name === 'interval' || name === 'enumeration' ? 'string' : name === 'lengths' ? 'list<string>' : undefined
    const wide = name === 'bigint' || name === 'bigs' ? printType(type).replace('bigint', 'int64') : undefined
    expect(`${name} ${told.get(name)}`).toBe(`${name} ${text ?? wide ?? parquetType(type)}`)
  }
  const read = await back
    .withColumns(r => ({
      bigint: r['bigint'].cast('bigint'),
      bigs: r['bigs'].cast({ list: 'bigint' }),
      interval: r['interval'].cast('interval'),
      lengths: r['lengths'].cast({ list: 'interval' }),
    }))
    .rows()
  expect(shown(read)).toEqual(shown(everyRow))
})

/** Fields of structs can always be NULL in files, as here. */
function parquetType(type: DataType): string {
  return printType(type)
}

test('NDJSON read with the same schema keeps every value', async () => {
  const path = join(folder, 'all.ndjson')
  await (await table()).write(ndjson(path))
  expect(shown(await (await tm.read(ndjson(path, { schema: columns }))).rows())).toEqual(shown(everyRow))
})

test('CSV read with the same schema keeps every value; an empty text is a text in quotes', async () => {
  const path = join(folder, 'all.csv')
  await (await table()).write(csv(path))
  expect(shown(await (await tm.read(csv(path, { schema: columns }))).rows())).toEqual(shown(everyRow))
})

test('a function on threads gets the values and gives them back', async () => {
  const mapped = (await table()).map(row => Object.assign({}, row), { schema: columns })
  expect(shown(await mapped.rows())).toEqual(shown(everyRow))
})

test('JSON of the rows, read back with the schema, gives the same values', async () => {
  const data = await table()
  const text = await Response.json(await data.rows()).text()
  const back = await tm.read(rows(JSON.parse(text) as object[], { schema: columns }))
  expect(shown(await back.rows())).toEqual(shown(everyRow))
})

test('JSON of a single row has digits for a bigint, base64 for bytes, and names for what is no finite number', async () => {
  const data = await tm.read(
    rows([{ id: 2n ** 63n - 1n, blob: new Uint8Array([1, 2, 3]), x: Number.NaN, y: -Infinity, inner: { deep: [1n] } }]),
  )
  const [row] = await data.rows()
  expect(JSON.stringify(row)).toBe('{"id":"9223372036854775807","blob":"AQID","x":"NaN","y":"-Infinity","inner":{"deep":["1"]}}')
  expect(Object.keys(row as object)).toEqual(['id', 'blob', 'x', 'y', 'inner'])
})

test('any bigint, decimal, float, instant, time and byte string survives JSON', async () => {
  const spec = {
    b: 'bigint',
    u: 'uint64',
    d: 'decimal(38,6)',
    f: 'float64',
    t: 'timestamp',
    w: 'datetime',
    c: 'time',
    i: 'interval',
    x: 'bytes',
  } as const
  const int = (bits: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: -(2n ** bits), max: 2n ** bits - 1n })
  const micros = int(62n)
  const row = fc.record({
    b: int(63n),
    u: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    d: int(120n),
    f: fc.double({ noDefaultInfinity: false }).map(value => (value === 0 ? 0 : value)),
    t: micros,
    w: micros,
    c: fc.bigInt({ min: 0n, max: 86_399_999_999n }),
    m: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    x: fc.uint8Array(),
  })
  const { columnFromRaw, makeBatch, jsonRowsOf, rowsOf, batchFromRows } = await import('../src/batch/index.ts')
  const { packInterval, schemaOf } = await import('../src/schema/index.ts')
  const schema = schemaOf(spec)
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), raw => {
      const physical = [
        raw.map(r => r.b),
        raw.map(r => r.u),
        raw.map(r => r.d),
        raw.map(r => r.f),
        raw.map(r => r.t),
        raw.map(r => r.w),
        raw.map(r => r.c),
        raw.map(r => packInterval({ months: r.m, days: -r.m | 0, micros: r.t })),
        raw.map(r => r.x),
      ]
      const batch = makeBatch(
        schema,
        schema.map((field, at) => columnFromRaw(field.type, physical[at] as unknown[])),
        raw.length,
      )
      const made = jsonRowsOf(batch)
      const back = rowsOf(batchFromRows(schema, JSON.parse(JSON.stringify(made)) as object[]))
      expect(shown(back)).toEqual(shown(made))
    }),
    { seed: 11, numRuns: 60 },
  )
})

const walls = `
import { mkdtemp, rm, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tidemill } from 'tidemill'
import { csv, ndjson, parquet, rows } from 'tidemill/connectors'
const folder = await mkdtemp(join(tmpdir(), 'tidemill-walls-'))
const tm = await tidemill({ folder: join(folder, 'store'), typesFile: false })
const schema = { wall: 'datetime', clock: 'time', day: 'date', at: 'timestamp' }
const given = ['2026-03-08T02:30:00', '2026-11-01T01:30:00.25', '1883-11-18T12:00:00'].map(wall => ({ wall, clock: '02:30', day: wall.slice(0, 10), at: wall + 'Z' }))
const data = await tm.read(rows(given, { schema }))
const out = [JSON.stringify(await data.rows())]
for (const [make, name] of [[csv, 'a.csv'], [ndjson, 'a.ndjson'], [parquet, 'a.parquet']]) {
  const path = join(folder, name)
  await data.write(make(path))
  if (name !== 'a.parquet') out.push(await readFile(path, 'utf8'))
  out.push(JSON.stringify(await (await tm.read(make(path, name === 'a.parquet' ? {} : { schema }))).rows()))
}
out.push(JSON.stringify(await data.select(r => ({ text: r.wall.cast('string'), hour: r.wall.hour(), same: r.wall.eq('2026-03-08T02:30:00'), next: r.wall.plus('1h'), t: r.at.cast('string'), c: r.wall.cast('time') })).rows()))
out.push(JSON.stringify(await data.map(row => ({ text: String(row.wall), hour: row.wall.hour }), { schema: { text: 'string', hour: 'int64' } }).rows()))
await tm.close()
await rm(folder, { recursive: true, force: true })
console.log(out.join('\\n'))
`

test('a wall clock is the same wherever the program runs', async () => {
  const run = promisify(execFile)
  const texts = await Promise.all(
    ['UTC', 'America/New_York', 'Asia/Tokyo'].map(async TZ => {
      const { stdout } = await run(process.execPath, ['--conditions=tidemill-source', '--input-type=module', '-e', walls], {
        env: { ...process.env, TZ },
        cwd: import.meta.dirname,
      })
      return stdout
    }),
  )
  expect(texts[0]).toContain('"wall":"2026-03-08T02:30:00"')
  expect(texts[0]).toContain('"text":"2026-03-08T02:30:00","hour":2,"same":true,"next":"2026-03-08T03:30:00"')
  expect(texts[1]).toBe(texts[0])
  expect(texts[2]).toBe(texts[0])
})
