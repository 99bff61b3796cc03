import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parquet, rows } from '../connectors/index.ts'
import { inspected } from '../errors/index.ts'
import { nodesOf } from '../plan/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { memoryStore } from '../storage/index.ts'
import {
  anomalyOf,
  column,
  columns,
  contract,
  contractFrom,
  distribution,
  each,
  expectThat,
  failingSql,
  fresh,
  loadContract,
  populationStability,
  rowCount,
  saveContract,
} from './index.ts'

let tm: Session
let folder: string
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false })
  folder = await mkdtemp(join(tmpdir(), 'tidemill-contract-'))
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

const clock = { now: () => Date.UTC(2026, 0, 10), monotonic: () => 0 }
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n))
const schema = {
  id: 'int64',
  customer: 'int64?',
  city: 'string?',
  amount: 'float64?',
  at: 'timestamp',
  from: 'int32',
  to: 'int32?',
} as const
const orders = () =>
  tm.read(
    rows(
      [
        { id: 1, customer: 7, city: 'Bergen', amount: 10, at: day(1), from: 1, to: 2 },
        { id: 2, customer: 8, city: 'Oslo', amount: -1, at: day(2), from: 5, to: 2 },
        { id: 3, customer: null, city: '', amount: 12, at: day(1), from: 1, to: 1 },
        { id: 4, customer: 9, city: null, amount: null, at: day(3), from: 1, to: null },
        { id: 4, customer: 7, city: 'Bergen', amount: 11, at: day(3), from: 1, to: 9 },
      ],
      { schema },
    ),
  )
const customers = () => tm.read(rows([{ key: 7 }, { key: 7 }, { key: null }, { key: 9 }], { schema: { key: 'int64?' } }))

test('rows are looked up in another table: a NULL passes, keys may be there twice', async () => {
  const report = await expectThat(await orders(), [column('customer').in(await customers(), 'key'), column('id').unique()])
  expect(report.checks.map(check => [check.name, check.failed])).toEqual([
    ['customer in key', 1],
    ['id unique', 1],
  ])
  expect(report.checks[0]?.samples.map(row => row.customer)).toEqual([8])
  const { clean, rejected } = report.quarantine()
  expect((await clean.rows()).map(row => [row.id, row.city])).toEqual([
    [1, 'Bergen'],
    [3, ''],
    [4, null],
  ])
  expect((await rejected.rows()).map(row => row.failedChecks)).toEqual([['customer in key'], ['id unique']])
})

test('several columns are unique together, and a combination with a NULL repeats nothing', async () => {
  const report = await expectThat(await orders(), [columns('id', 'city').unique(), columns('customer', 'city').unique()])
  expect(report.checks.map(check => [check.name, check.failed, check.samples.length])).toEqual([
    ['id, city unique', 0, 0],
    ['customer, city unique', 1, 1],
  ])
})

test('values in order, lengths, types and texts that can be read are checked', async () => {
  const data = await tm.read(
    rows(
      [
        { n: 1, d: '2026-01-01', x: 'a' },
        { n: null, d: '2026-02-31', x: 'b' },
        { n: 3, d: null, x: 'c' },
        { n: 2, d: 'soon', x: 'd' },
        { n: 2, d: '2026-01-05', x: '😀😀' },
      ],
      { schema: { n: 'int64?', d: 'string?', x: 'string' } },
    ),
  )
  const report = await expectThat(data, [
    column('n').increasing(),
    column('n').increasing({ strict: true }).named('n strictly'),
    column('d').parses('date'),
    column('x').length(1, 1),
    column('n').type('int64'),
    column('x').type('date'),
  ])
  expect(report.checks.map(check => [check.failed, check.samples.map(row => row.x)])).toEqual([
    [1, ['d']],
    [2, ['d', '😀😀']],
    [2, ['b', 'd']],
    [1, ['😀😀']],
    [0, []],
    [1, []],
  ])
  expect(report.checks[5]?.found).toBe('x is string')
})

test('figures of a column stay between bounds, and an empty column has none', async () => {
  const data = await orders()
  const figures = (table: typeof data) =>
    expectThat(table, [
      column('amount').mean().between(7, 9),
      column('amount').median().between(0, 10),
      column('amount').quantile(1).between(12, 12),
      column('amount').stddev().between(0, 1),
      column('amount').sum().between(32, 32),
      column('amount').min().between(-1, 0),
      column('city').distinct().between(1, 3),
      column('city').nullShare().between(0, 0.2),
    ])
  expect((await figures(data)).checks.map(check => [check.passed, check.found])).toEqual([
    [true, 'mean is 8'],
    [false, 'median is 10.5'],
    [true, 'quantile is 12'],
    [false, expect.stringMatching(/^stddev is 6\.0553007081949/)],
    [true, 'sum is 32'],
    [true, 'min is -1'],
    [true, 'distinct is 3'],
    [true, 'share of NULLs is 0.2'],
  ])
  const empty = await figures(data.filter(r => r.id.gt(100)))
  expect(empty.checks.map(check => [check.passed, check.found])).toEqual([
    ...Array.from({ length: 6 }, () => [false, 'no value']),
    [false, 'distinct is 0'],
    [true, 'share of NULLs is 0'],
  ])
})

test('a distribution is compared with a table, with its counts, and by its greatest distance', async () => {
  const list = Array.from({ length: 2_000 }, (_, i) => ({ x: (i * 7919) % 1000, c: ['a', 'b', 'c', 'd'][i % 4] as string }))
  const reference = await tm.read(rows(list, { schema: { x: 'float64', c: 'string' } }))
  const half = reference.filter(r => r.x.lt(500))
  const usual = await distribution(reference, 'x')
  expect(usual).toMatchObject({ kind: 'numbers', counts: Array(10).fill(200) })
  const report = await expectThat(half, [
    column('x').like(reference).named('psi'),
    column('x').like(usual, { psi: 10 }),
    column('x').like(reference, { ks: 0.4 }).named('ks'),
    column('c').like(reference),
  ])
  expect(report.checks.map(check => [check.passed, check.found])).toEqual([
    [false, expect.stringContaining('psi 3.797')],
    [true, expect.stringContaining('psi 3.797')],
    [false, expect.stringContaining('ks 0.5000')],
    [true, expect.stringContaining('psi 0')],
  ])
  // Five times (0.1 - 0.2) ln(0.1 / 0.2), and five times (0.1 - 0.0001) ln(0.1 / 0.0001).
  expect(report.checks[0]?.figure).toBeCloseTo(5 * 0.1 * Math.log(2) + 5 * 0.0999 * Math.log(1_000), 12)
  expect(populationStability([10, 20, 70], [12, 18, 70])).toBeCloseTo(0.02 * Math.log(1.2) + 0.02 * Math.log(20 / 18), 12)
  expect(() => populationStability([1], [1, 2])).toThrow(/different lengths/)
})

test('rows of a SELECT are failures, and it sees the named tables only', async () => {
  const tables = { customers: await customers() }
  const data = await orders()
  const unknown = failingSql(
    'select id from data where customer is not null and customer not in (select key from customers where key is not null)',
  )
  const report = await expectThat(data, [unknown.named('known customers'), unknown.atMost(1).named('one may be unknown')], { tables })
  expect(report.checks.map(check => [check.passed, check.failed, check.samples])).toEqual([
    [false, 1, [{ id: 2 }]],
    [true, 1, [{ id: 2 }]],
  ])
  for (const sql of ["select * from read_csv('/etc/passwd')", 'select 1; select 2', 'drop table data', 'select * from other'])
    await expect(expectThat(data, [failingSql(sql)])).rejects.toMatchObject({ code: 'engine.sql' })
})

test('warnings are told and fail nothing; some rows may fail; the score is the mean share', async () => {
  const report = await expectThat(await orders(), [
    column('amount').notNull().severity('warning'),
    column('id').unique().atMost(1),
    rowCount().between(1, 4).severity('info'),
  ])
  expect([report.passed, report.warnings]).toEqual([true, 1])
  expect(report.score).toBeCloseTo((0.8 + 0.8 + 0) / 3, 12)
  expect(report.checks.map(check => check.passed)).toEqual([false, true, false])
  // Only what fails the report rejects rows.
  expect(await report.quarantine().rejected.count()).toBe(1)
})

test('one scan counts for all checks of rows and figures', async () => {
  const data = await orders()
  let runs = 0
  let scans = 0
  const engine: typeof data.engine = {
    ...data.engine,
    run(plan, options) {
      runs++
      scans += nodesOf(plan).filter(node => node.node === 'scan').length
      return data.engine.run(plan, options)
    },
  }
  const watched = { plan: data.plan, engine, schema: data.schema, derive: data.derive.bind(data) } as unknown as typeof data
  const checks = [
    column('amount').between(0, 100),
    column('id').unique(),
    column('at').increasing(),
    column('city').notNull(),
    column('amount').mean().between(0, 1),
    rowCount().between(1, 2),
  ]
  await expectThat(watched, checks, { samples: 0 })
  expect([runs, scans]).toEqual([1, 1])
  runs = 0
  expect((await expectThat(watched, checks)).checks.map(check => check.failed)).toEqual([1, 1, 1, 1, 1, 1])
  expect(runs).toBe(2)
})

const agreed = () =>
  contract({
    name: 'orders',
    version: '2',
    checks: [
      column('id').unique().atMost(1),
      column('amount').between(0, Infinity).severity('warning'),
      column('at').between(day(1), day(31)),
      column('city').oneOf(['Bergen', 'Oslo', '']),
      column('city').matches(/^[A-ZÆ]?/u),
      each<{ from: number; to: number | null }>(r => r.to.gte(r.from).or(r.from.abs().eq(5))).named('to follows from'),
      column('customer').in('customers', 'key').atLeast(0.5),
      fresh('at', '8d'),
      column('amount').mean().between(0, 100),
      failingSql('select * from data where id < 0'),
      rowCount().between(1, 1e6),
    ],
  })

test('a contract means the same after it was saved and read, and its file tells of a change', async () => {
  const path = join(folder, 'orders.contract.json')
  const written = agreed()
  await saveContract(path, written)
  const read = await loadContract(path)
  expect(read.sha256).toBe(written.sha256)
  expect(JSON.stringify(read)).toBe(JSON.stringify(written))
  const options = { tables: { customers: await customers() }, clock }
  const both = await Promise.all([written, read].map(async one => (await expectThat(await orders(), one, options)).toJson()))
  expect(both[0]).toEqual(both[1])
  expect(both[0]).toMatchObject({ passed: true, warnings: 1, contract: { name: 'orders', version: '2' } })
  expect((both[0] as { checks: { failed: number }[] }).checks.map(check => check.failed)).toEqual([1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0])

  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('1000000', '1000'))
  await expect(loadContract(path)).rejects.toMatchObject({ code: 'storage.damaged' })
  // Taken away, the hash is not asked for; the order of keys never counts.
  const { sha256: _, ...open } = JSON.parse(text.replace('1000000', '1000')) as Record<string, unknown>
  expect(contractFrom(open).checks).toHaveLength(11)
})

test('data that do not fit a contract fail it, and the other checks are still made', async () => {
  const report = await expectThat((await orders()).drop('city', 'amount'), agreed(), { tables: { customers: await customers() }, clock })
  expect(report.checks.filter(check => !check.passed).map(check => [check.name, check.found])).toEqual(
    [
      ['amount between 0 and Infinity', 'unknown column: amount (have id, customer, at, from, to)'],
      ['city one of Bergen, Oslo, ', 'unknown column: city (have id, customer, at, from, to)'],
      ['city matches /^[A-ZÆ]?/u', 'unknown column: city (have id, customer, at, from, to)'],
      ['mean amount between 0 and 100', 'unknown column: amount (have id, customer, at, from, to)'],
    ].map(([name, found]) => [name, expect.stringContaining((found as string).slice(0, 20))]),
  )
  expect(await report.quarantine().clean.count()).toBeGreaterThan(0)
  await expect(expectThat(await orders(), agreed())).rejects.toMatchObject({
    code: 'quality.check',
    message: expect.stringContaining('customers'),
  })
})

test('a contract from anywhere is read with care', () => {
  const good = { format: 'tidemill.contract', formatVersion: 1, name: 'a', version: '1', checks: [] as unknown[] }
  const deep = (n: number): object => (n === 0 ? { op: 'column', name: 'x' } : { op: 'not', args: [deep(n - 1)] })
  const bad: readonly unknown[] = [
    null,
    [],
    'x',
    { ...good, format: 'x' },
    { ...good, formatVersion: '1' },
    { ...good, name: 5 },
    { ...good, checks: {} },
    ...[
      null,
      { check: 'eval', code: 'process.exit()' },
      { check: 'constructor' },
      { check: 'notNull' },
      { check: 'notNull', column: '' },
      { check: 'notNull', column: 'a', more: 1 },
      { check: 'notNull', column: 'a', atLeast: 2 },
      { check: 'notNull', column: 'a', severity: 'fatal' },
      { check: 'rowCount', low: 2, high: 1 },
      { check: 'rowCount', low: 2, high: 'many' },
      { check: 'rowCount', low: 1, high: 2, atMost: 3 },
      { check: 'matches', column: 'a', pattern: '(', flags: '' },
      { check: 'oneOf', column: 'a', values: ['a', 1] },
      { check: 'in', column: 'a', table: '', key: 'b' },
      { check: 'fresh', column: 'a', within: 'soon' },
      { check: 'figure', figure: 'mode', column: 'a', low: 0, high: 1 },
      { check: 'like', column: 'a', table: '', psi: 0.2 },
      { check: 'like', column: 'a', table: '', psi: 0.2, reference: { kind: 'numbers', edges: [2, 1], counts: [1, 1, 1] } },
      { check: 'each' },
      { check: 'each', condition: { op: 'sum', args: [{ op: 'column', name: 'x' }] } },
      { check: 'each', condition: { op: 'over', args: [] } },
      { check: 'each', condition: { op: '__proto__', args: [] } },
      { check: 'each', condition: { op: 'truncate', args: [{ op: 'column', name: 'x' }], options: { unit: "day') or (1" } } },
      { check: 'each', condition: deep(300) },
    ].map(check => ({ ...good, checks: [check] })),
  ]
  for (const json of bad) {
    let code: string | undefined
    try {
      contractFrom(json)
    } catch (error) {
      code = (error as { code?: string }).code
    }
    expect([JSON.stringify(json)?.slice(0, 200), code]).toEqual([
      JSON.stringify(json)?.slice(0, 200),
      expect.stringMatching(/^(quality\.|expr\.|schema\.)/),
    ])
  }
  expect(() => contractFrom({ ...good, formatVersion: 2 })).toThrow(/newer contract/)
  expect(String(contractFrom(good)[inspected]())).toContain('contract a 1')
})

test('a table cannot be kept in a contract: it is named', async () => {
  const table = await customers()
  expect(() => contract({ name: 'a', version: '1', checks: [column('customer').in(table, 'key')] })).toThrow(/holds a table/)
  expect(() => contract({ name: 'a', version: '1', checks: [column('key').like(table)] })).toThrow(/holds a table/)
  expect(() => contract({ name: 'a', version: '1', checks: [column('a').unique(), column('a').unique()] })).toThrow(
    /two checks of one name/,
  )
})

test('figures are kept and compared: what was never so before is unusual', async () => {
  const store = memoryStore()
  const history = { store, name: 'orders/daily' }
  const data = await orders()
  const checks = [rowCount().between(0, 1e6), column('amount').notNull().atLeast(0.5)]
  let millis = Date.UTC(2026, 0, 1)
  const at = { now: () => (millis += 86_400_000), monotonic: () => 0 }
  for (let run = 0; run < 6; run++) {
    const report = await expectThat(run % 2 === 0 ? data : data.limit(4), checks, { history, clock: at })
    expect(report.anomalies).toBe(0)
  }
  const none = await expectThat(data.limit(0), checks, { history, clock: at })
  expect([none.passed, none.anomalies]).toEqual([true, 1])
  expect(none.checks[0]?.anomaly).toMatchObject({ figure: 0, runs: 6 })
  const keys: string[] = []
  for await (const { key } of store.list('quality/')) keys.push(key)
  expect(keys).toHaveLength(7)
  expect(keys[0]).toMatch(/^quality\/orders%2Fdaily\/\d{15}-0000\.json$/)
  await store.write(keys[0] as string, Buffer.from('{"format":"tidemill.check-run","version":1,"checks":[]}'))
  await expect(expectThat(data, checks, { history })).rejects.toMatchObject({ code: 'storage.damaged' })
  await expect(expectThat(data, checks, { history: { store } })).rejects.toMatchObject({ code: 'quality.check' })
})

test('a figure is unusual by its distance from the median, in robust deviations', () => {
  expect(anomalyOf(500, [1000, 1010, 990, 1005, 995])?.z).toBeCloseTo((0.6745 * -500) / 5, 9)
  expect(anomalyOf(1020, [1000, 1010, 990, 1005, 995])).toBeUndefined()
  expect(anomalyOf(500, [1000, 1010, 990, 1005])).toBeUndefined()
  expect(anomalyOf(1, [0, 0, 0, 0, 0])?.z).toBe(Number.POSITIVE_INFINITY)
  expect(anomalyOf(0, [0, 0, 0, 0, 0])).toBeUndefined()
  expect(anomalyOf(3, [0, 0, 0, 0, 0, 3])).toMatchObject({ median: 0 })
})

test('rejected rows are written when there are some, and a page holds what values say without running it', async () => {
  const path = join(folder, 'rejected.parquet')
  const data = (await orders()).withColumns(() => ({ note: '<script>alert(1)</script>' }))
  const report = await expectThat(data, [column('amount').between(0, 100).named('<b>amount</b>')], { failedRows: parquet(path) })
  const kept = await (await tm.read(parquet(path))).rows()
  expect(kept).toMatchObject([{ id: 2, failedChecks: ['<b>amount</b>'] }])
  const page = join(folder, 'report.html')
  await report.toHtml(page)
  const html = await readFile(page, 'utf8')
  expect(html).toContain('&lt;script&gt;')
  expect(html).not.toMatch(/<script|<b>|https?:\/\/(?!www\.w3\.org)/)
  await expectThat(data, [column('id').notNull()], { failedRows: parquet(join(folder, 'none.parquet')) })
  await expect(readFile(join(folder, 'none.parquet'))).rejects.toMatchObject({ code: 'ENOENT' })
})
