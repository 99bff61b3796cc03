import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, rows } from '../../connectors/index.ts'
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
