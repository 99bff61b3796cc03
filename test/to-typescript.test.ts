/** The law of `toTypeScript`: print a plan, run the program, and the table has the same fingerprint. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { csv, ndjson, parquet, rows } from '../src/connectors/index.ts'
import {
  calendarDate,
  coalesce,
  col,
  count,
  type Dataset,
  decimal,
  list,
  lit,
  localDateTime,
  rank,
  type Session,
  sql,
  tidemill,
  timeOfDay,
  when,
} from '../src/index.ts'
import { fingerprint, type Plan } from '../src/plan/index.ts'
import { sections } from '../tools/docs/coming-from/sections.ts'
import { openTables, type Tables } from '../tools/docs/coming-from/tables.ts'
import { mustRun } from './house/run.ts'
import { root } from './house/tree.ts'
import { runPrograms } from './programs/run-programs.ts'

let tm: Session
let tables: Tables
let folder: string

beforeAll(async () => {
  await mkdir(join(root, 'out'), { recursive: true })
  // Inside the repository, so that `tidemill` is this package.
  folder = await mkdtemp(join(root, 'out/programs-'))
  await writeFile(join(folder, 'orders.csv'), 'id;region;amount;day\n1;west;2,5;2026-01-01\n2;east;3;2026-01-02\n3;west;;2026-02-01\n')
  await writeFile(join(folder, 'log.ndjson'), '{"id":1,"tags":["a","b"],"at":"2026-01-01T00:00:00Z"}\n{"id":2,"tags":[],"at":null}\n')
  tm = await tidemill({ workers: 1 })
  tables = await openTables(tm)
  await tables.sales.write(parquet(join(folder, 'sales.parquet')))
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

/** Checks the law for all of them at once, as a process takes its time to start. */
async function lawful(given: Readonly<Record<string, { readonly plan: Plan; toTypeScript(): string }>>): Promise<void> {
  const programs = Object.fromEntries(Object.entries(given).map(([name, table]) => [name, table.toTypeScript()]))
  const found = await runPrograms(folder, programs)
  const wrong = Object.entries(given).flatMap(([name, { plan }]) =>
    found[name] === fingerprint(plan) ? [] : [`${name}: ${found[name] ?? 'no table'}\n${programs[name] ?? ''}`],
  )
  expect(wrong.join('\n\n')).toBe('')
}

test('every row of the page for those who come from pandas prints as a program that makes the same plan', async () => {
  const given: Record<string, Dataset<unknown>> = {}
  for (const { title, rows: all } of sections)
    for (const { what, tidemill: make } of all) {
      const answer = await make(tables)
      // Functions are told apart by the file they stand in.
      if (typeof answer === 'object' && 'plan' in answer && !what.includes('your own function'))
        given[`${title}: ${what}`] = answer as Dataset<unknown>
    }
  expect(Object.keys(given).length).toBeGreaterThan(90)
  await lawful(given)
}, 120_000)

test('files, options, verbs and values of every kind print as programs that make the same plans', async () => {
  const at = (name: string): string => join(folder, name)
  const orders = await tm.read(csv(at('orders.csv'), { names: 'camelCase', nulls: ['', 'NA'] }))
  const log = await tm.read(ndjson(at('log.ndjson'), { schema: { id: 'int64', tags: list('string'), at: 'timestamp?' } }))
  const sales = await tm.read(parquet(at('sales.parquet')))
  const odd = await tm.read(rows([{ 'unit price': 1.5, "it's `x`": 'a\u2028b', r: 1, '1': 2, '0': 3 }]))
  const { orders: typed, customers, trades, quotes } = tables
  const values = await tm.read(
    rows(
      [
        {
          d: decimal(150n, 2),
          day: calendarDate(2026, 1, 2),
          clock: timeOfDay(1, 2, 3),
          wall: localDateTime(2026, 1, 2, 3),
          at: new Date(0),
          big: 5n,
        },
      ],
      {
        schema: { d: 'decimal(10,2)', day: 'date', clock: 'time', wall: 'datetime', at: 'timestamp', big: 'bigint' },
      },
    ),
  )
  const people = await tm.read(rows([{ name: 'a', address: { city: 'x', zip: 1 } }]))
  const expensive = typed.filter(r => r.amount.gt(20)).withColumns(r => ({ total: r.amount.mul(r.quantity) }))
  await lawful({
    csv: orders.filter(r => r.amount.gt(2.5).and(r.day.gte('2026-01-02'))),
    ndjson: log.explode('tags').filter(r => r.at.isNotNull()),
    parquet: sales.sort('city'),
    'odd names': odd.withColumns(() => ({ sum: col('unit price').add(col('1')), "it's": lit("it's") })).select('0', '1', 'unit price'),
    'odd names made': odd.select('r', r => ({ '7': r['unit price'], a: lit('column_0_'), '3': r['1'] })),
    constants: values.withColumns(() => ({
      a: calendarDate(2026, 2, 3),
      b: new Date('2026-01-01T00:00:00.123Z'),
      c: decimal(-150n, 2),
      d: null,
      e: -0,
      f: Number.NaN,
      g: 5n,
      h: true,
      i: "a'b\n",
    })),
    comparisons: values.filter(r =>
      r.d
        .gt(1.5)
        .and(r.day.lt(calendarDate(2027, 1, 1)))
        .and(r.clock.gt('01:00:00'))
        .and(r.wall.lt('2027-01-01T00:00:00'))
        .and(r.at.eq(new Date(0)))
        .and(r.big.lt(9n)),
    ),
    'used twice': expensive.join(
      expensive.groupBy('region').agg(r => ({ mean: r.total.mean() })),
      { on: 'region' },
    ),
    'used twice, joined to itself': expensive
      .select('id', 'region')
      .join(expensive.select('region', 'status'), { on: 'region', validate: 'one-to-many' }),
    sql: (await tm.sql('select region, count(*) as n from o group by region', { tables: { o: expensive } })).sort('n'),
    'sql template': (
      await tm.sql`select ${sql.id('region')}, count(*) as n, '\`\${' as t from ${expensive} where total > ${1.5} and status in ${['paid', "o'n"]} and regexp_matches(status, '\d|a') group by 1`
    ).sort('n'),
    'sql with a schema': await tm.sql("select 1 as a, 'x' as b", { schema: { a: 'int32', b: 'string' } }),
    as: typed.select('id', 'amount').as({ id: 'int64', amount: 'float64' }),
    cast: log.cast({ id: 'string', tags: list('string') }).tryCast({ id: 'int32' }),
    'cast of an expression': log.select(r => ({ a: r.tags.cast(list('string')), b: r.id.cast('decimal(18,2)') })),
    split: typed.split({ train: 0.75, 'the rest': 0.25 }, { seed: 7, stratify: 'region' })['the rest'],
    'split by time': typed.split({ before: 0.5, after: 0.5 }, { inOrderOf: 'placed' }).after,
    'split by group': typed.split({ a: 0.5, b: 0.5 }, { seed: 1, together: 'region' }).a,
    'split by rows': typed.split({ kind: 'rows', rows: { test: [1, 3], train: 'rest' } }).train,
    sample: typed.sample({ fraction: 0.5 }, { seed: 3, by: 'region' }),
    'sample put back': typed.sample({ rows: 20 }, { replacement: true }),
    rollup: typed.groupBy('region', r => ({ month: r.placed.truncate('month') })).rollup(() => ({ n: count() }), { level: 'level' }),
    cube: typed.groupBy('region', 'status').cube(r => ({ n: r.amount.sum() })),
    replace: typed.replace({
      status: [
        ['paid', null],
        ['open', 'o'],
      ],
      quantity: [[1, 10]],
      amount: new Map([[20, 21]]),
    }),
    cut: typed.cut('amount', [-Infinity, 0, 50.5, Infinity], { into: 'class', closed: 'left' }),
    qcut: typed.qcut('amount', [0, 0.5, 1], { into: 'half', labels: ['low', 'high'], by: 'region' }),
    clip: typed.clip({ amount: [null, 100], quantity: [1, null] }),
    fillNull: typed.fillNull({ amount: 0, product: col('status') }),
    'fillNull from rows': typed.fillNull(['amount', 'product'], {
      strategy: 'backward',
      orderBy: [r => r.placed.desc(), 'id'],
      by: 'region',
    }),
    resample: typed.resample('placed', '12h', r => ({ n: count(), total: r.amount.sum() }), {
      by: 'region',
      fill: 0,
      origin: '2026-01-01T06:00:00Z',
    }),
    'resample by month': typed.resample('placed', 'month', r => ({ n: r.id.count() }), { fill: 'forward', timeZone: 'Europe/Berlin' }),
    joinAsOf: trades.joinAsOf(quotes, { at: 'time', on: 'symbol', direction: 'nearest', within: '90s', how: 'inner' }),
    joinWhere: typed.joinWhere(customers, (o, c) => o.customer.lt(c.customer).and(c.city.eq('Bonn')), { suffix: '_c' }),
    describe: typed.describe({ percentiles: [0.25, 0.99] }),
    correlation: typed.correlation({ columns: ['amount', 'quantity'], method: 'spearman' }),
    counts: typed
      .nullCounts()
      .union(typed.valueCounts('region').select(r => ({ column: r.region, nulls: r.count, share: lit(null).cast('float64') }))),
    distinct: typed.distinct('region', { keep: 'last', orderBy: [r => r.amount.desc({ nulls: 'first' }), 'id'] }),
    order: typed
      .sort(
        'region',
        r => r.amount.desc({ nulls: 'first' }),
        r => r.quantity.mul(2),
      )
      .limit(3, { offset: 1 })
      .tail(2),
    window: typed.withColumns(r => ({
      place: rank().over({ partitionBy: r.region, orderBy: [r.amount.desc(), r.id] }),
      m: r.amount.mean().rolling('7d', { orderBy: r.placed }),
    })),
    case: typed.select('id', r => ({
      c: when(r.amount.gt(50), coalesce(r.product, r.status))
        .when(r.quantity.in([1, 2]), 'x')
        .end(),
    })),
    lists: log.select(r => ({ a: r.tags.map(tag => tag.upper()), b: r.tags.filter(tag => tag.ne('a')).length() })),
    unnest: people.unnest('address', { prefix: 'at_' }).rename(name => name.toUpperCase()),
    topK: typed.topK(2, r => r.amount.asc(), { per: 'region', ties: 'all' }),
    'dropNulls, at least': typed.dropNulls({ atLeast: 1, columns: ['amount', 'product'] }),
    reorder: typed.reorder('status', 'id').drop('tags').selectTypes('number', 'time'),
  })
}, 120_000)

test('a program reads as one would write it', () => {
  const { orders, customers } = tables
  const text = orders
    .filter(r => r.amount.gt(10).and(r.status.eq('paid')))
    .join(customers, { on: 'customer', how: 'left' })
    .groupBy('city')
    .agg(r => ({ n: count(), total: r.amount.sum() }))
    .sort(r => r.total.desc())
    .toTypeScript()
  expect(text.split('\n').filter(line => !line.startsWith('  {'))).toEqual([
    "import { count, list, tidemill } from 'tidemill'",
    "import { rows } from 'tidemill/connectors'",
    '',
    'const tm = await tidemill()',
    'const source = await tm.read(rows([',
    expect.stringMatching(/^\], \{ schema: \{ id: 'int32', customer: 'int32\?', .*tags: list\('string'\) \} \}\)\)$/),
    'const source2 = await tm.read(rows([',
    expect.stringMatching(/^\], \{ schema: .* \}\)\)$/),
    'const table = source',
    '  .filter(r => r.amount.gt(10).and(r.status.eq("paid")))',
    "  .join(source2, { on: 'customer', how: 'left' })",
    "  .groupBy('city').agg(r => ({ n: count(), total: r.amount.sum() }))",
    '  .sort(r => r.total.desc())',
    'await table.show()',
    'await tm.close()',
    '',
  ])
})

const rate = 1.19
function taxed(amount: number): number {
  return amount * rate
}

test('functions are printed with what they use of their file, and run', async () => {
  const { sales } = tables
  const alone = sales.map(row => ({ city: row.city, text: `(${row.jan};${row.feb})` }))
  const helped = sales.map((row, { more }: { more: number }) => ({ city: row.city, price: taxed(row.jan) + more }), { with: { more: 1 } })
  expect(alone.toTypeScript()).toMatch(/\.map\(\(?row\)? => \(\{ city: row\.city, text: `/)
  const text = helped.toTypeScript().replace('await table.show()', 'console.log(JSON.stringify(await table.column("price")))')
  await writeFile(join(folder, 'helped.ts'), text)
  const { out } = await mustRun(process.execPath, ['--conditions=tidemill-source', 'helped.ts'], { cwd: folder, env: {} })
  expect(JSON.parse(out.trim())).toEqual(await helped.column('price' as never))
}, 60_000)

test('what no text makes again is an error that says what to do', async () => {
  const many = await tm.read(rows(Array.from({ length: 1001 }, (_, i) => ({ i }))))
  expect(() => many.toTypeScript()).toThrow(/rows in memory are too many for a program: 1001/)
})
