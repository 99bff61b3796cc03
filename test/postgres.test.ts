/**
 * PostgreSQL on a real server: `TIDEMILL_POSTGRES=postgres://user:password@host/database npx vitest run test/postgres.test.ts`, or `npm run test:postgres`, which
 * starts one where its programs are installed. Everything happens in a schema of its own, which is dropped in the end.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchFromRows, rowsOf } from '../src/batch/index.ts'
import { driver } from '../src/connectors/postgres-driver.ts'
import { postgres, rows } from '../src/connectors/index.ts'
import { callNode, columnNode, literalNode } from '../src/expr/index.ts'
import { fingerprint } from '../src/plan/index.ts'
import { type Session, tidemill } from '../src/session/index.ts'
import { schemaOf } from '../src/schema/index.ts'
import { runCase, sinkCases, sourceCases } from '../src/testing/index.ts'

const url = process.env['TIDEMILL_POSTGRES'] ?? ''
const own = `t${randomUUID().slice(0, 8)}`
const why = 'set TIDEMILL_POSTGRES to the URL of a server, or run npm run test:postgres'

describe.skipIf(url === '')(`PostgreSQL${url === '' ? ` (not run: ${why})` : ''}`, () => {
  let tm: Session
  let admin: pg.Client
  let folder: string
  let next = 0
  const fresh = (): string => `${own}.t${++next}`
  const sql = async (text: string): Promise<Record<string, unknown>[]> => (await admin.query<Record<string, unknown>>(text)).rows
  const tables = async (): Promise<unknown[]> =>
    (
      await sql(`select relname from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = '${own}' and relkind = 'r'`)
    ).map(row => row['relname'])
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemill-postgres-'))
    tm = await tidemill({ workers: 1, workspace: join(folder, 'workspace'), typesFile: false })
    admin = new pg.Client({ connectionString: url })
    await admin.connect()
    await admin.query(`create schema ${own}`)
  })
  afterAll(async () => {
    await admin.query(`drop schema ${own} cascade`)
    await admin.end()
    await tm.close()
    await rm(folder, { recursive: true, force: true })
  })

  const schema = schemaOf({ id: 'int64', name: 'string?', x: 'float64?' })
  const many = Array.from({ length: 40_000 }, (_, i) => ({ id: i, name: i % 7 === 0 ? null : `name ${i}`, x: i / 4 }))
  const things = async (): Promise<string> => {
    const table = fresh()
    const given = await tm.read(rows(many, { schema: { id: 'int64', name: 'string?', x: 'float64?' } }))
    await given.write(postgres(url, { table }))
    return table
  }
  const optionsOf = (given: Parameters<typeof postgres>[1]): never => postgres(url, given).options as never

  describe('the source', () => {
    let table = ''
    beforeAll(async () => void (table = await things()))
    for (const one of sourceCases)
      test(one.name, async () => {
        const missing = { options: optionsOf({ table: `${own}.nothing` }), code: 'connectors.not-found' }
        expect(await runCase(one, { driver, options: optionsOf({ table }), schema, rows: many, missing } as never)).toBe('passed')
      })
  })
  describe.each(['fail', 'append'] as const)('the sink, mode %s', mode => {
    for (const one of sinkCases)
      test(one.name, async () => {
        const table = fresh()
        const name = table.split('.')[1] ?? ''
        const before = await tables()
        const under = {
          sink: driver,
          options: optionsOf({ table, mode }),
          schema,
          batches: [batchFromRows(schema, many.slice(0, 2)), batchFromRows(schema, many.slice(2, 5))],
          one: mode === 'fail',
          remains: async () => (await tables()).filter(known => !before.includes(known)),
          read: async () => ((await tables()).includes(name) ? (await tm.read(postgres(url, { table }))).rows() : []),
        }
        expect(await runCase(one, under as never)).toBe('passed')
        expect((await tables()).filter(known => String(known).startsWith('_tidemill'))).toEqual([])
      })
  })

  test('a column that partitions may be called anything', async () => {
    for (const name of ['a$&b', "a$'b", 'a"b', '$1', 'min']) {
      const query = `select i as "${name.replaceAll('"', '""')}" from generate_series(1, 100) i`
      const source = await tm.read(postgres(url, { query, partitionOn: name, partitions: 3 }))
      const found = (await source.column(name)) as Iterable<number>
      expect([...found].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at + 1))
    }
  })

  test('ranges of a column are read side by side, in one snapshot, while others write', async () => {
    const table = await things()
    await sql(`create table ${table}_moved as select * from ${table} where false`)
    let [stop, moves] = [false, 0]
    const writer = (async () => {
      // Rows go from one end to the other: whoever mixes two moments loses some, or sees some twice.
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      while (!stop) {
        await client.query(`update ${table} set id = (id + 10000) % 40000`)
        moves++
      }
      await client.end()
    })()
    try {
      for (let round = 0; round < 3; round++) {
        const source = await tm.read(postgres(url, { table, partitionOn: 'id', partitions: 4 }))
        const ids = (await source.rows()).map(row => Number(row['id']))
        expect(ids.length).toBe(40_000)
        expect(new Set(ids).size).toBe(40_000)
      }
    } finally {
      stop = true
      await writer
    }
    expect(moves).toBeGreaterThan(0)
  }, 60_000)

  test.each(['date', 'timestamp', 'timestamptz', 'smallint', 'integer'])('a column of %s cuts into ranges, with its NULLs', async type => {
    const table = fresh()
    const make = ['smallint', 'integer'].includes(type) ? `i::${type}` : `(timestamp '2026-01-01' + i * interval '37 hours')::${type}`
    await sql(`create table ${table} as select i, case when i % 10 = 0 then null else ${make} end as at from generate_series(1, 1000) i`)
    const source = await tm.read(postgres(url, { table, partitionOn: 'at', partitions: 7 }))
    expect(await source.count()).toBe(1000)
    expect(new Set((await source.rows()).map(row => row['i'])).size).toBe(1000)
  })

  test('every type of the server is one of ours, exactly', async () => {
    const table = fresh()
    await sql(`create type ${own}.mood as enum ('sad', 'glad')`)
    await sql(`create table ${table} (
        b boolean not null, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, n numeric(30,10), wild numeric, t text, v varchar(9), c char(3),
        j json, jb jsonb, u uuid, y bytea, d date, tm time, ts timestamp, tz timestamptz, iv interval, m ${own}.mood, ip inet,
        ai int[], at text[], an numeric(10,2)[], atz timestamptz[])`)
    await sql(`insert into ${table} values (true, -32768, 2147483647, 9007199254740991, 0.1, 1e308, 12345678901234567890.0123456789, 0.1000, 'ä😀', 'v', 'ab',
        '{"a": 1}', '{"b": [1, 2]}', '123e4567-e89b-12d3-a456-426614174000', '\\x00ff', '2026-11-21', '23:59:59.999999', '2026-03-29 02:30:00.000001',
        '2026-03-29 02:30:00+02', 'P1Y2M3DT4H5M6.789S', 'glad', '10.0.0.1/8', '{1,NULL,3}', '{"a,b","c\\"d",NULL}', '{1.10,-2.00}', '{2026-01-01 00:00:00+00}')`)
    await sql(
      `insert into ${table} (b, n, f8, d, ts, tz) values (false, -0.0000000001, 'NaN', '0044-03-15 BC', '0044-03-15 00:00:00 BC', '9999-12-31 23:59:59.999999+00')`,
    )
    await sql(`insert into ${table} (b, n, i8, an) values (false, 0, -9007199254740991, '{}')`)
    const source = await tm.read(postgres(url, { table }))
    expect(
      source.schema.map(field => `${field.name} ${inspect(field.type, { breakLength: Infinity })}${field.nullable ? '?' : ''}`),
    ).toEqual([
      "b 'boolean'",
      "i2 'int16'?",
      "i4 'int32'?",
      "i8 'int64'?",
      "f4 'float32'?",
      "f8 'float64'?",
      'n { decimal: [ 30, 10 ] }?',
      "wild 'string'?",
      "t 'string'?",
      "v 'string'?",
      "c 'string'?",
      "j 'json'?",
      "jb 'json'?",
      "u 'uuid'?",
      "y 'bytes'?",
      "d 'date'?",
      "tm 'time'?",
      "ts 'datetime'?",
      "tz 'timestamp'?",
      "iv 'interval'?",
      "m 'string'?",
      "ip 'string'?",
      "ai { list: 'int32' }?",
      "at { list: 'string' }?",
      'an { list: { decimal: [ 10, 2 ] } }?',
      "atz { list: 'timestamp' }?",
    ])
    const [one, two, three] = (await source.rows()).map(row => JSON.parse(JSON.stringify(row)) as Record<string, unknown>)
    expect(one).toMatchObject({
      i8: 9007199254740991,
      f8: 1e308,
      n: '12345678901234567890.0123456789',
      wild: '0.1000',
      t: 'ä😀',
      c: 'ab ',
      u: '123e4567-e89b-12d3-a456-426614174000',
      d: '2026-11-21',
      tm: '23:59:59.999999',
      m: 'glad',
      ip: '10.0.0.1/8',
      ai: [1, null, 3],
      at: ['a,b', 'c"d', null],
      an: ['1.10', '-2.00'],
    })
    expect(String(one?.['ts'])).toContain('2026-03-29T02:30:00.000001')
    expect(String(one?.['tz'])).toContain('2026-03-29T00:30:00')
    expect(two?.['n']).toBe('-0.0000000001')
    expect(String(two?.['d'])).toBe('-0043-03-15')
    expect(three).toMatchObject({ n: '0.0000000000', i8: -9007199254740991, an: [] })

    // What we write of it is what the server had.
    const copy = `${table}_copy`
    await source.write(postgres(url, { table: copy }))
    const differing = await sql(`select a.n from ${table} a full join ${copy} b on a.n = b.n
        where (a.i8, a.f4, a.wild::text, a.t, a.y, a.d, a.tm, a.ts, a.tz, a.iv, a.ai, a.at, a.an, a.atz, a.u, a.j::text) is distinct from
              (b.i8, b.f4, b.wild, b.t, b.y, b.d, b.tm, b.ts, b.tz, b.iv, b.ai, b.at, b.an, b.atz, b.u, b.j::text)`)
    expect(differing).toEqual([])
  })

  test('a numeric without precision is what the schema says, or an error', async () => {
    const table = fresh()
    await sql(`create table ${table} as select 1.25::numeric as n`)
    const [row] = await (await tm.read(postgres(url, { table, schema: { n: 'decimal(10,2)' } }))).rows()
    expect(String(row?.n)).toBe('1.25')
    const narrow = await tm.read(postgres(url, { table, schema: { n: 'decimal(10,1)' } }))
    await expect(narrow.rows()).rejects.toMatchObject({ code: 'schema.misfit' })
  })

  test.each([
    ["date 'infinity'", 'infinite date'],
    ["timestamptz '-infinity'", 'infinite timestamp'],
    ["'NaN'::numeric(5,2)", 'numeric NaN'],
    ["time '24:00'", '24:00:00'],
    ["'{{1,2},{3,4}}'::int[]", 'array of 2 dimensions'],
  ])('%s is refused, with its row and column', async (value, what) => {
    const source = await tm.read(postgres(url, { query: `select ${value} as x` }))
    await expect(source.rows()).rejects.toMatchObject({ code: 'schema.misfit', message: expect.stringContaining(what) as string })
    await expect(source.rows()).rejects.toThrow('column x, row 1')
  })

  test('columns, conditions and limits are the server’s to apply, and mean what they mean everywhere', async () => {
    const table = fresh()
    await sql(
      `create table ${table} as select i as id, case when i % 5 = 0 then null else chr(64 + i % 26) end as s, date '2026-01-01' + i as d from generate_series(1, 1000) i`,
    )
    const letters = Array.from({ length: 1000 }, (_, at) => at + 1)
      .filter(i => i % 5 !== 0)
      .map(i => String.fromCharCode(64 + (i % 26)))
    const source = await tm.read(postgres(url, { table }))
    expect(await source.filter(r => r['id']!.gt(990) as never).count()).toBe(10)
    expect(await source.filter(r => r['s']!.eq('A') as never).count()).toBe(letters.filter(letter => letter === 'A').length)
    expect(await source.filter(r => r['s']!.lt('B') as never).count()).toBe(letters.filter(letter => letter < 'B').length)
    expect(await source.filter(r => r['s']!.isNull() as never).count()).toBe(200)
    const where = callNode('in', [columnNode({ name: 'id', type: 'int32', nullable: true }), literalNode(7), literalNode(8)])
    const batches = driver.open(optionsOf({ table }), { columns: ['id'], where }, new AbortController().signal)
    const seen: object[] = []
    for await (const batch of batches) seen.push(...rowsOf(batch))
    expect(seen).toEqual([{ id: 7 }, { id: 8 }])
  })

  test('a reader that leaves, and one that is aborted, end their work on the server', async () => {
    const slow = 'select i, pg_sleep(0.01) as nap from generate_series(1, 1000000) i'
    const busy = async (): Promise<number> =>
      Number(
        (await sql(`select count(*) as n from pg_stat_activity where state = 'active' and query like 'COPY%pg_sleep(0.01)%'`))[0]?.['n'],
      )
    const stop = new AbortController()
    const source = await tm.read(postgres(url, { query: slow, schema: { i: 'int32?' } }))
    const reading = source.rows({ signal: stop.signal })
    const outcome = reading.then(
      () => 'read',
      (error: { code: string }) => error.code,
    )
    for (let wait = 0; wait < 200 && (await busy()) === 0; wait++) await new Promise(done => setTimeout(done, 20))
    expect(await busy()).toBe(1)
    stop.abort()
    expect(await outcome).toBe('engine.cancelled')
    for (let wait = 0; wait < 100 && (await busy()) > 0; wait++) await new Promise(done => setTimeout(done, 20))
    expect(await busy()).toBe(0)
  }, 20_000)

  test('modes: what is there is kept, added to, replaced or merged by key, as a whole', async () => {
    const table = fresh()
    const shape = { id: 'int64', v: 'string?' } as const
    const give = async (items: object[], options: object): Promise<void> => {
      await (await tm.read(rows(items, { schema: shape }))).write(postgres(url, { table, ...options }))
    }
    const read = (): Promise<unknown> => sql(`select id::int, v from ${table} order by id, v`)
    await give(
      [
        { id: 1, v: 'a' },
        { id: 2, v: 'b' },
      ],
      { mode: 'upsert', key: 'id' },
    )
    await expect(give([{ id: 3, v: 'c' }], {})).rejects.toMatchObject({ code: 'connectors.exists' })
    await give(
      [
        { id: 2, v: 'B' },
        { id: 3, v: 'c' },
      ],
      { mode: 'upsert', key: ['id'] },
    )
    expect(await read()).toEqual([
      { id: 1, v: 'a' },
      { id: 2, v: 'B' },
      { id: 3, v: 'c' },
    ])
    // A row in the middle that the table refuses: nothing of it stays.
    await expect(
      give(
        [
          { id: 9, v: 'x' },
          { id: 1, v: 'y' },
        ],
        { mode: 'append' },
      ),
    ).rejects.toMatchObject({ code: 'engine.data' })
    expect(await read()).toHaveLength(3)
    await sql(`grant select on ${table} to public`)
    await give([{ id: 7, v: 'tab\tline\nback\\slash' }], { mode: 'replace' })
    expect(await read()).toEqual([{ id: 7, v: 'tab\tline\nback\\slash' }])
    // Its grants and keys are still there.
    expect(await sql(`select has_table_privilege('public', '${table}', 'select') as ok`)).toEqual([{ ok: true }])
    await expect(give([{ id: 1, v: 'a\0b' }], { mode: 'append' })).rejects.toMatchObject({ code: 'schema.misfit' })
    const other = await tm.read(rows([{ w: 1.5 }]))
    await expect(other.write(postgres(url, { table, mode: 'append' }))).rejects.toMatchObject({ code: 'schema.missing-column' })
    await other.write(postgres(url, { table, mode: 'replace' }))
    expect(await sql(`select * from ${table}`)).toEqual([{ w: 1.5 }])
    expect((await tables()).filter(known => String(known).startsWith('_tidemill'))).toEqual([])
  })

  test('readers see the old rows or the new, never a mixture', async () => {
    const table = fresh()
    const version = async (v: number): Promise<void> => {
      const items = Array.from({ length: 2000 }, () => ({ v }))
      await (await tm.read(rows(items))).write(postgres(url, { table, mode: 'replace' }))
    }
    await version(0)
    let stop = false
    const seen = new Set<string>()
    const reader = (async () => {
      while (!stop) seen.add(JSON.stringify(await sql(`select count(*)::int as n, count(distinct v)::int as versions from ${table}`)))
    })()
    for (let v = 1; v <= 8; v++) await version(v)
    stop = true
    await reader
    expect([...seen]).toEqual(['[{"n":2000,"versions":1}]'])
  }, 30_000)

  test('of a writer that is killed nothing stays but a whole stage, which a later write drops; that of one who lives stays', async () => {
    const table = fresh()
    const stages = async (): Promise<string[]> => (await tables()).map(String).filter(name => name.startsWith('_tidemill_stage_'))
    const write = (name: string): Promise<unknown> =>
      tm.read(rows([{ a: 1 }])).then(one => one.write(postgres(url, { table: `${own}.${name}` })))
    /** Another process, up to the end of its COPY or in the middle of it. */
    const begun = async (whole: boolean): Promise<ChildProcess> => {
      const child = spawn(process.execPath, ['--conditions=tidemill-source', '--input-type=module', '-e', writerProgram(table, whole)], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TIDEMILL_POSTGRES: url },
      })
      await once(child.stdout as NodeJS.ReadableStream, 'data')
      return child
    }
    const killed = async (child: ChildProcess): Promise<void> => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await killed(await begun(false))
    await expect.poll(stages).toEqual([])
    const child = await begun(true)
    const [stage = '', ...others] = await stages()
    expect([stage.length, others]).toEqual([48, []])
    const old = async (): Promise<unknown> =>
      sql(`comment on table ${own}."${stage}" is 'tidemill stage of a write, whole since 2020-01-01 00:00:00'`)
    // Long since, but its writer lives and may commit it.
    await old()
    await write('while_it_lives')
    expect(await stages()).toEqual([stage])
    await killed(child)
    await expect
      .poll(async () => (await sql(`select pg_try_advisory_lock(hashtextextended('${stage}', 0)) as free`))[0]?.['free'])
      .toBe(true)
    await sql(`select pg_advisory_unlock(hashtextextended('${stage}', 0))`)
    // Of an epoch, or another's: nobody but who made it knows whether it is wanted.
    await sql(`comment on table ${own}."${stage}" is null`)
    await write('without_a_mark')
    expect(await stages()).toEqual([stage])
    await old()
    await write('afterwards')
    expect(await stages()).toEqual([])
  }, 60_000)

  test('a stage that the server emptied in a crash is noticed', async () => {
    const table = fresh()
    const options = optionsOf({ table })
    const writer = await driver.writer(options, schema, { job: 'j', generation: 0, subtask: 0 })
    await writer.write(batchFromRows(schema, many.slice(0, 3)))
    const token = await writer.cut(0)
    await sql(`truncate ${(token.data as { stage: string }).stage}`)
    await expect(driver.commit(options, token)).rejects.toMatchObject({ code: 'engine.incomplete' })
    await driver.forget(options, token)
    expect(await tables()).not.toContain(table.split('.')[1])
  })

  test('the password is nowhere to be seen', async () => {
    const at = new URL(url)
    at.password = 'hunter2secret'
    const source = postgres(at.href, { table: 'orders' })
    const shows = [
      inspect(source, { depth: 9, showHidden: true }),
      JSON.stringify(source),
      String(source),
      inspect({ ...source.options }, { depth: 9 }),
    ]
    for (const text of shows) expect(text).not.toContain('hunter2secret')
    const error = await tm.read(source).catch((caught: unknown) => caught as Error & { code: string; toJSON(): unknown })
    expect((error as { code: string }).code).toBe('connectors.unreadable')
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('hunter2secret')
    const table = await things()
    const good = await tm.read(postgres(url, { table }))
    const { password } = new URL(url)
    expect(String(await good.explain())).not.toContain(`:${password}@`)
    expect(inspect(good.plan, { depth: 12 })).not.toContain(`:${password}@`)
    const elsewhere = postgres(at.href, { table })
    expect(fingerprint({ ...(good.plan as object), source: elsewhere } as never)).toBe(
      fingerprint({ ...(good.plan as object), source: postgres(url, { table }) } as never),
    )
  })

  test('names with capitals, dots and quotes are found; mistakes are told', async () => {
    await sql(`create table ${own}."Odd.Na""me" ("A ""b""" int, c int)`)
    await sql(`insert into ${own}."Odd.Na""me" values (1, 2)`)
    expect(await (await tm.read(postgres(url, { table: `${own}."Odd.Na""me"` }))).rows()).toEqual([{ 'A "b"': 1, c: 2 }])
    await expect(tm.read(postgres(url, { query: 'select 1 as a, 2 as a' }))).rejects.toMatchObject({ code: 'plan.duplicate-column' })
    await expect(tm.read(postgres(url, { query: 'selec 1' }))).rejects.toMatchObject({ code: 'engine.sql' })
    await expect(tm.read(postgres('postgres://me@127.0.0.1:1/x', { table: 'a' }))).rejects.toMatchObject({
      code: 'connectors.unreadable',
    })
    const table = await tm.read(postgres(url, { query: 'select 1::float8 as a', partitionOn: 'a' }))
    await expect(table.rows()).rejects.toMatchObject({ code: 'connectors.option' })
  })

  test('a query cannot write, and cannot be two statements', async () => {
    const table = await things()
    const deleting = postgres(url, {
      query: `with gone as (delete from ${table} returning *) select * from gone`,
      schema: { id: 'int64' },
    })
    await expect((await tm.read(deleting)).rows()).rejects.toMatchObject({ code: 'engine.sql' })
    const two = postgres(url, {
      query: `select 1 as a) as q; delete from ${table}; select * from (select 1 as a`,
      schema: { a: 'int32' },
    })
    await expect((await tm.read(two)).rows()).rejects.toMatchObject({ code: 'engine.sql' })
    expect(await sql(`select count(*)::int as n from ${table}`)).toEqual([{ n: 40_000 }])
  })
})

test('what is wrong with an address or an option is told before anything is asked, without the address', () => {
  const at = 'postgres://me:hunter2@db/shop'
  expect(() => postgres('mysql://me:hunter2@db/shop', { table: 'a' })).toThrow('postgres wants a URL')
  for (const make of [() => postgres(`${at}?sslmode=maybe`, { table: 'a' }), () => postgres('me:hunter2@db', { table: 'a' })])
    expect(make).toThrow(expect.not.stringContaining('hunter2') as never)
  expect(() => postgres(at, {})).toThrow('a table or a query, not neither')
  expect(() => postgres(at, { table: 'a; drop table b' })).toThrow('no name of a table')
  expect(() => postgres(at, { table: 'a', partitions: 3 })).toThrow('partitions')
  expect(() => postgres(at, { table: 'a', mode: 'upsert' })).toThrow('belong together')
  expect(() => postgres(at, { table: 'a', tls: { verfy: false } as never })).toThrow('unknown option: verfy')
})

/** A program that writes up to the end of its COPY, or into it, and waits to be killed. */
function writerProgram(table: string, whole: boolean): string {
  const module = (path: string): string => JSON.stringify(new URL(`../src/${path}`, import.meta.url).href)
  return `
    import { driver } from ${module('connectors/postgres-driver.ts')}
    import { postgres } from ${module('connectors/index.ts')}
    import { batchFromRows } from ${module('batch/index.ts')}
    import { schemaOf } from ${module('schema/index.ts')}
    const schema = schemaOf({ id: 'int64' })
    const { options } = postgres(process.env.TIDEMILL_POSTGRES, { table: ${JSON.stringify(table)} })
    const writer = await driver.writer(options, schema, { job: 'j', generation: 0, subtask: 0 })
    await writer.write(batchFromRows(schema, Array.from({ length: 50_000 }, (_, id) => ({ id }))))
    ${whole ? 'await writer.cut(0)' : ''}
    process.stdout.write('ready')
    setInterval(() => undefined, 1000)
  `
}
