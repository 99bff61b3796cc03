import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, parquet, rows } from '../../connectors/index.ts'
import { type Session, tidemill } from '../../index.ts'

let tm: Session
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-sql-'))
  tm = await tidemill({ folder: join(folder, 'store'), typesFile: false })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})
const houses = () =>
  tm.read(
    rows([
      { city: 'Oslo', price: 3 },
      { city: 'Oslo', price: 5 },
      { city: 'Rome', price: 4 },
    ]),
  )

test('one SELECT over named tables gives a dataset that goes on', async () => {
  const top = await tm.sql('select city, avg(price) as mean, count(*) as n from houses group by city', {
    tables: { houses: await houses() },
  })
  expect(await top.filter(r => r.n.gt(1)).rows()).toEqual([{ city: 'Oslo', mean: 4, n: 2 }])
})

test('a constant with an exponent is a float64, and adds as one', async () => {
  const points = await tm.read(rows([{ x: 7, z: 10 }]))
  // As a decimal the first constant gives another last digit.
  const text = 'select (7.709730329382333e0 + x * 0.010784190197794339e0) + z * -0.01611317162794316e0 as p, 1e400 as far from points'
  const answer = await tm.sql(text, { tables: { points } })
  const p = 7.709730329382333 + 7 * 0.010784190197794339 + 10 * -0.01611317162794316
  expect(await answer.rows()).toEqual([{ p, far: Number.POSITIVE_INFINITY }])
})

test('tables may be plans of their own: joins, common table expressions, windows', async () => {
  const tables = { houses: (await houses()).filter(r => r.price.gt(3)), names: await tm.read(rows([{ city: 'Rome', country: 'Italy' }])) }
  const answer = await tm.sql(
    'with dear as (select *, rank() over (order by price desc) as place from houses) select dear.city, country, place from dear left join names using (city) order by place',
    { tables },
  )
  expect(await answer.rows()).toEqual([
    { city: 'Oslo', country: null, place: 1 },
    { city: 'Rome', country: 'Italy', place: 2 },
  ])
})

test('a file of the machine cannot be read, copied to, or attached', async () => {
  const secret = join(folder, 'secret.csv')
  await writeFile(secret, 'a\n1\n')
  const before = await readdir(folder)
  const attacks = [
    `select * from read_csv('${secret}')`,
    `select * from '${secret}'`,
    `select * from "${secret}"`,
    `select * from read_text('${secret}')`,
    `select * from houses where price in (select a from read_csv('${secret}'))`,
    `with x as (select * from read_csv_auto('${secret}')) select * from x`,
    `select (select content from read_text('${secret}'))`,
    `select * from glob('${folder}/*')`,
    `select * from sniff_csv('${secret}')`,
    `select * from parquet_metadata('${secret}')`,
    `select * from query('select 1')`,
    `select * from query_table(['houses'])`,
    `copy houses to '${folder}/out.csv'`,
    `export database '${folder}/out'`,
    `attach '${folder}/out.duckdb'`,
    `select 1; copy houses to '${folder}/out.csv'`,
    'select 1; select 2',
    'install httpfs',
    'set threads = 1',
    'pragma database_list',
    'show tables',
    'describe houses',
    'explain select 1',
    'call pragma_version()',
    'create secret (type s3)',
    'insert into houses values (1, 2)',
    'drop table houses',
    'select * from duckdb_settings()',
    'select * from duckdb_databases()',
    'select * from information_schema.tables',
    'select * from pg_catalog.pg_class',
    'select * from sqlite_master',
    "select getenv('HOME')",
    "select current_setting('temp_directory')",
    'select * from main.houses',
    'select * from nowhere',
    '',
    '   ;  ',
    'this is no SQL',
  ]
  for (const text of attacks) {
    const error = await tm.sql(text, { tables: { houses: await houses() } }).then(
      () => undefined,
      (cause: unknown) => cause as { readonly code: string; readonly message: string },
    )
    expect(error?.code, text).toBe('engine.sql')
    expect(error?.message, text).not.toContain('content of')
  }
  expect(await readdir(folder)).toEqual(before)
})

test('a table read from a file is there by value', async () => {
  const path = join(folder, 'seen.csv')
  await writeFile(path, 'a,b\n1,x\n2,y\n')
  const seen = await tm.read(csv(path))
  expect(await (await tm.sql('select sum(a) as total from seen', { tables: { seen } })).rows()).toEqual([{ total: 3 }])
})

test('a condition and a limit of the text reach the file of a table', async () => {
  const path = join(folder, "it's [1] large.parquet")
  const wide = await tm.read(
    rows(
      Array.from({ length: 5000 }, (_, at) => ({ id: at, day: new Date(at * 86_400_000), text: `t${at}` })),
      { schema: { id: 'int64', day: 'timestamp', text: 'string' } },
    ),
  )
  await wide.write(parquet(join(folder, 'plain large.parquet')))
  await copyFile(join(folder, 'plain large.parquet'), path)
  for (const file of [join(folder, 'plain large.parquet'), path]) {
    const large = (await tm.read(parquet(file))).filter(r => r['id'].lt(4000)).withColumns(r => ({ twice: r['id'].mul(2) }))
    const few = await tm.sql('select twice, day from large where id >= 10 order by id limit 2', { tables: { large } })
    expect(await few.rows()).toEqual([
      { twice: 20, day: new Date(10 * 86_400_000) },
      { twice: 22, day: new Date(11 * 86_400_000) },
    ])
    expect(
      await (await tm.sql('select count(*) as n, max(rowid) as last from ids', { tables: { ids: large.select('id') } })).rows(),
    ).toEqual([{ n: 4000, last: 3999 }])
  }
})

test('only the columns that a text names are copied, whichever way it names them', async () => {
  const t = (
    await tm.read(
      rows([
        { a: 1, B: 'x', c: { d: 5 }, k: 7 },
        { a: 2, B: 'y', c: { d: 6 }, k: 8 },
      ]),
    )
  ).sort('a')
  const u = (await tm.read(rows([{ k: 8, e: true }]))).sort('k')
  const texts: readonly (readonly [string, readonly object[]])[] = [
    ['select count(*) as n from t', [{ n: 2 }]],
    ['select b from t order by A desc', [{ B: 'y' }, { B: 'x' }]],
    ['select t.c.d as x from t where c.d > 5', [{ x: 6 }]],
    ['select e, b from t join u using (k)', [{ e: true, B: 'y' }]],
    ['select e, b from t natural join u', [{ e: true, B: 'y' }]],
    ['select * exclude (c, k) from t where a = 1', [{ a: 1, B: 'x' }]],
    ["select columns('^a') from t where b = 'x'", [{ a: 1 }]],
    ['select #1 as first from t order by 1', [{ first: 1 }, { first: 2 }]],
    ['select q.w from t as q(v, w) order by v', [{ w: 'x' }, { w: 'y' }]],
    ['select to_json(s)::varchar as j from t as s where a = 1', [{ j: '{"a":1.0,"B":"x","c":{"d":5.0},"k":7.0}' }]],
    ['select a from t where exists (select 1 from u where u.k = t.k)', [{ a: 2 }]],
    ['with x as (select a, k from t) select max(k) as k from x', [{ k: 8 }]],
    [
      'select a, (select count(*) from u where e) as n from t order by sum(k) over (order by b)',
      [
        { a: 1, n: 1 },
        { a: 2, n: 1 },
      ],
    ],
    ['from t select b where a = 2', [{ B: 'y' }]],
  ]
  for (const [text, want] of texts) expect(await (await tm.sql(text, { tables: { t, u } })).rows(), text).toEqual(want)
})

test('a value that does not fit is told with its row, also of the second of two files', async () => {
  await writeFile(join(folder, 'good.csv'), 'a,b\n1,x\n')
  await writeFile(join(folder, 'bad.csv'), 'a,b\n1,x\n2,y\nthree,z\n')
  const [good, bad] = [
    await tm.read(csv(join(folder, 'good.csv'), { schema: { a: 'int64', b: 'string' } })),
    await tm.read(csv(join(folder, 'bad.csv'), { schema: { a: 'int64', b: 'string' } })),
  ]
  const both = await tm.sql('select sum(bad.a) as n from good join bad on good.b <> bad.b', { tables: { good, bad } })
  await expect(both.rows()).rejects.toThrow(/value does not fit: "three" in column a, row 3 of .*bad\.csv/)
})

test('a file that a table reads is no file that a text may name', async () => {
  const path = join(folder, 'mine.csv')
  await writeFile(path, 'a\n1\n')
  const mine = await tm.read(csv(path))
  for (const text of [
    `select * from read_csv('${path}')`,
    `select * from '${path}'`,
    `select (select content from read_text('${path}')) from mine`,
  ])
    await expect(tm.sql(text, { tables: { mine } })).rejects.toMatchObject({ code: 'engine.sql' })
})
