import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchFromRows, rowsOf } from '../batch/index.ts'
import { callNode, columnNode, literalNode } from '../expr/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { oneOf, schemaOf } from '../schema/index.ts'
import { runCase, sinkCases, sourceCases } from '../testing/index.ts'
import { rows, sqlite } from './index.ts'
import { driver } from './sqlite-driver.ts'

let folder: string
let tm: Session
let next = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-sqlite-'))
  tm = await tidemill({ workers: 1, workspace: join(folder, 'workspace'), typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})
function made(sql: string): string {
  const path = join(folder, `t${++next}.db`)
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
  return path
}

const schema = schemaOf({ id: 'int64', name: 'string?', x: 'float64?' })
const many = Array.from({ length: 20_000 }, (_, i) => ({ id: i, name: i % 7 === 0 ? null : `name ${i}`, x: i / 4 }))
async function someThings(): Promise<string> {
  const path = join(folder, `t${++next}.db`)
  const typed = rows(many, { schema: { id: 'int64', name: 'string?', x: 'float64?' } })
  await (await tm.read(typed)).write(sqlite(path, { table: 'things' }))
  return path
}

describe('the source sqlite', () => {
  let path = ''
  beforeAll(async () => void (path = await someThings()))
  for (const one of sourceCases)
    test(one.name, async () => {
      const options = { path, table: 'things' }
      const missing = { options: { path, table: 'thigns' }, code: 'connectors.not-found' as const }
      expect(await runCase(one, { driver, options, schema, rows: many, missing } as never)).toBe('passed')
    })
})
describe.each(['fail', 'append'] as const)('the sink sqlite, mode %s', mode => {
  for (const one of sinkCases)
    test(one.name, async () => {
      const at = join(folder, `sink-${++next}`)
      const path = join(at, 'out.db')
      const under = {
        sink: driver,
        options: { path, table: 'things', mode },
        schema,
        batches: [batchFromRows(schema, many.slice(0, 2)), batchFromRows(schema, many.slice(2, 5))],
        one: mode === 'fail',
        remains: async () => (await readdir(at).catch(() => [])) as string[],
        async read() {
          const names = (await readdir(at).catch(() => [])) as string[]
          return names.includes('out.db') ? (await tm.read(sqlite(path, { table: 'things' }))).rows() : []
        },
      }
      expect(await runCase(one, under as never)).toBe('passed')
      // Nothing of ours stays in the user's database.
      if (((await readdir(at).catch(() => [])) as string[]).includes('out.db')) {
        const database = new DatabaseSync(path)
        const tables = database.prepare('SELECT name FROM sqlite_schema').all()
        database.close()
        expect(tables.map(row => row['name']).filter(name => name !== 'things')).toEqual([])
      }
    })
})

test('declared types become ours, and what is declared nothing is found in the values', async () => {
  const path = made(`
    CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT NOT NULL, r REAL, s VARCHAR(20), b BLOB, ok BOOLEAN, d DATE, at DATETIME, z TIMESTAMPTZ, m DECIMAL(10,2), any);
    INSERT INTO t VALUES (1, 9223372036854775807, 1.5, 'ä', x'00ff', 1, '2026-11-21', '2026-11-21 10:30:00', '2026-11-21T10:30:00Z', 12.5, 7);
    INSERT INTO t VALUES (2, -9223372036854775808, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 7.5);
  `)
  const table = await tm.read(sqlite(path, { table: 'T' }))
  expect(Object.fromEntries(table.schema.map(field => [field.name, field.nullable ? [field.type] : field.type]))).toEqual({
    id: 'int64',
    n: 'int64',
    r: ['float64'],
    s: ['string'],
    b: ['bytes'],
    ok: ['boolean'],
    d: ['date'],
    at: ['datetime'],
    z: ['timestamp'],
    m: [{ decimal: [10, 2] }],
    any: ['float64'],
  })
  const big = await tm.read(sqlite(path, { table: 't', schema: { n: 'bigint', m: 'decimal(10,2)?', b: 'bytes?' } }))
  const [one, two] = await big.rows()
  expect([one?.n, two?.n]).toEqual([9223372036854775807n, -9223372036854775808n])
  expect(String(one?.m)).toBe('12.50')
  expect(one?.b).toEqual(new Uint8Array([0, 255]))
  await expect(table.rows()).rejects.toMatchObject({ code: 'schema.unsafe-integer' })
})

test('a query is read, with expressions, and cannot be two statements', async () => {
  const path = await someThings()
  const table = await tm.read(
    sqlite(path, { query: 'with w as (select * from things) select count(*) as n, max(x) as top from w; -- all' }),
  )
  expect(await table.rows()).toEqual([{ n: 20_000, top: 19_999 / 4 }])
  await expect(tm.read(sqlite(path, { query: 'select 1 as a; drop table things' }))).rejects.toMatchObject({ code: 'engine.sql' })
  await expect(tm.read(sqlite(path, { query: 'select 1 as a) ; delete from things; select (1' }))).rejects.toMatchObject({
    code: 'engine.sql',
  })
  await expect(tm.read(sqlite(path, { query: 'select id, id from things' }))).rejects.toMatchObject({ code: 'plan.duplicate-column' })
  expect(await (await tm.read(sqlite(path, { table: 'things' }))).count()).toBe(20_000)
})

test('conditions and limits mean what they mean everywhere, also over odd collations', async () => {
  const path = made(`
    CREATE TABLE t (id INTEGER, s TEXT COLLATE NOCASE);
    INSERT INTO t VALUES (1, 'a'), (2, 'A'), (3, NULL), (4, 'b'), (NULL, 'a');
  `)
  const table = await tm.read(sqlite(path, { table: 't' }))
  expect(await table.filter(r => r['s']!.eq('a') as never).count()).toBe(2)
  expect(await table.filter(r => r['id']!.between(2, 3) as never).count()).toBe(2)
  expect(await table.filter(r => r['s']!.isNull() as never).count()).toBe(1)
  expect(await table.filter(r => r['s']!.lt('a') as never).count()).toBe(1)
  const id = columnNode({ name: 'id', type: 'int64', nullable: true })
  const where = callNode('gt', [id, literalNode(2)])
  let seen = 0
  const asked = { columns: ['id'], where }
  for await (const batch of driver.open({ path, table: 't' }, asked, new AbortController().signal)) seen += rowsOf(batch).length
  // SQLite left out what does not meet the condition.
  expect(seen).toBe(2)
})

test('a value that does not fit its column is an error with its row, and a schema says what it is', async () => {
  const path = made(`CREATE TABLE t (n INTEGER, d DATE); INSERT INTO t VALUES (1, '2026-01-01'), ('many', '2026-01-02'), (3, 1767225600)`)
  await expect((await tm.read(sqlite(path, { table: 't' }))).rows()).rejects.toMatchObject({
    code: 'schema.misfit',
    message: expect.stringMatching(/text "many" in column n is no int64 \(row 2\)/) as string,
  })
  const mixed = made(`CREATE TABLE t (any); INSERT INTO t VALUES (1), ('x')`)
  await expect(tm.read(sqlite(mixed, { table: 't' }))).rejects.toMatchObject({ code: 'schema.misfit' })
})

test('every type is written and read back as it was', async () => {
  const path = join(folder, `t${++next}.db`)
  const shape = {
    i8: 'int8?',
    big: 'bigint?',
    u32: 'uint32?',
    u64: 'uint64?',
    f32: 'float32?',
    f64: 'float64?',
    d38: 'decimal(38,10)?',
    ok: 'boolean?',
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
  } as const
  const one = {
    i8: -128,
    big: -9_223_372_036_854_775_808n,
    u32: 4_294_967_295,
    u64: 18_446_744_073_709_551_615n,
    f32: 0.5,
    f64: 1e300,
    d38: '-1234567890123456789012345678.0123456789',
    ok: true,
    text: 'ä😀\'"\n',
    doc: '{"a":[1,2]}',
    id: '123e4567-e89b-12d3-a456-426614174000',
    bytes: new Uint8Array([0, 255]),
    day: '0001-01-01',
    clock: '23:59:59.999999',
    local: '2026-03-29T02:30:00',
    at: '2262-04-11T23:47:16.854775Z',
    span: 'P1Y2M3DT4H5M6.789S',
    kind: 'b',
  }
  const given = await tm.read(rows([one, Object.fromEntries(Object.keys(one).map(name => [name, null]))], { schema: shape }))
  await given.write(sqlite(path, { table: 'all' }))
  expect(await (await tm.read(sqlite(path, { table: 'all', schema: shape }))).rows()).toEqual(await given.rows())
  const found = await tm.read(sqlite(path, { table: 'all' }))
  expect(
    found.schema.filter(field => ['d38', 'u64', 'doc', 'id', 'clock', 'span', 'at'].includes(field.name)).map(field => field.type),
  ).toEqual(['uint64', { decimal: [38, 10] }, 'json', 'uuid', 'time', 'timestamp', 'interval'])
  expect(JSON.stringify((await found.drop('big').rows())[0])).toBe(JSON.stringify((await given.drop('big').rows())[0]))
})

test('a table that is there is kept, added to or replaced, as a whole', async () => {
  const path = join(folder, `t${++next}.db`)
  const [one, two] = [await tm.read(rows([{ a: 1 }])), await tm.read(rows([{ a: 2 }]))]
  const read = async (): Promise<unknown> => (await tm.read(sqlite(path, { table: 't' }))).rows()
  const report = await one.write(sqlite(path, { table: 't' }))
  expect(report.rows).toBe(1)
  await expect(two.write(sqlite(path, { table: 't' }))).rejects.toMatchObject({ code: 'connectors.exists' })
  await two.write(sqlite(path, { table: 't', mode: 'append' }))
  expect(await read()).toEqual([{ a: 1 }, { a: 2 }])
  await two.write(sqlite(path, { table: 't', mode: 'replace' }))
  expect(await read()).toEqual([{ a: 2 }])
  const other = await tm.read(rows([{ b: 'x' }]))
  await expect(other.write(sqlite(path, { table: 't', mode: 'append' }))).rejects.toMatchObject({ code: 'schema.missing-column' })
  const text = await tm.read(rows([{ a: 'x' }]))
  await expect(text.write(sqlite(path, { table: 't', mode: 'append' }))).rejects.toMatchObject({ code: 'schema.misfit' })
  const bad = text.select(r => ({ a: r.a.cast('int64') }))
  await expect(bad.write(sqlite(path, { table: 't', mode: 'replace' }))).rejects.toMatchObject({ code: expect.any(String) as string })
  const nan = await tm.read(rows([{ a: Number.NaN }]))
  await expect(nan.write(sqlite(path, { table: 't', mode: 'replace' }))).rejects.toMatchObject({ code: 'schema.misfit' })
  expect(await read()).toEqual([{ a: 2 }])
  expect((await readdir(folder)).filter(name => name.startsWith('.tidemill'))).toEqual([])
})

test('rows that are read are those of one moment, whatever is written meanwhile', async () => {
  const path = await someThings()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL')
  const table = await tm.read(sqlite(path, { table: 'things' }))
  let seen = 0
  for await (const row of table) {
    if (seen++ === 0) database.exec('DELETE FROM things WHERE id > 10000')
    expect(row['id']).toBe(seen - 1)
  }
  database.close()
  expect(seen).toBe(20_000)
  expect(await table.count()).toBe(10_001)
})

test('a table that another process holds is an error that says so, and the rows are not lost by half', async () => {
  const path = made('CREATE TABLE t (a REAL); INSERT INTO t VALUES (1)')
  const holder = new DatabaseSync(path)
  holder.exec('BEGIN IMMEDIATE')
  const two = await tm.read(rows([{ a: 2 }]))
  await expect(two.write(sqlite(path, { table: 't', mode: 'append' }))).rejects.toMatchObject({ code: 'engine.locked' })
  holder.exec('ROLLBACK')
  holder.close()
  expect(await (await tm.read(sqlite(path, { table: 't' }))).count()).toBe(1)
  expect((await readdir(folder)).filter(name => name.startsWith('.tidemill'))).toEqual([])
}, 15_000)

test('the main thread goes on while a long query runs, and an abort ends it', async () => {
  const path = made('CREATE TABLE t (a INTEGER)')
  const slow = 'with recursive c(x) as (select 1 union all select x + 1 from c where x < 3000000) select count(*) as n from c'
  const table = await tm.read(sqlite(path, { query: slow, schema: { n: 'int64' } }))
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  expect(await table.rows()).toEqual([{ n: 3_000_000 }])
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(5)
})

test('what is no database, and what is not there, is told by name', async () => {
  const path = join(folder, 'no.db')
  await writeFile(path, 'this is only some text, long enough to be looked at as a database file')
  await expect(tm.read(sqlite(path, { table: 't' }))).rejects.toMatchObject({ code: 'connectors.format' })
  await expect(tm.read(sqlite(join(folder, 'nowhere.db'), { table: 't' }))).rejects.toMatchObject({ code: 'connectors.not-found' })
  const some = made('CREATE TABLE orders (a INTEGER)')
  await expect(tm.read(sqlite(some, { table: 'ordres' }))).rejects.toMatchObject({
    code: 'connectors.not-found',
    message: expect.stringContaining('have orders') as string,
    hint: 'did you mean orders?',
  })
  expect(() => sqlite('a.db', {})).toThrow('a table or a query, not neither')
  expect(() => sqlite('a.db', { table: 'a', query: 'select 1' })).toThrow('not both')
  expect(() => sqlite('a.db', { tabel: 'a' } as never)).toThrow('unknown option: tabel of sqlite')
})
