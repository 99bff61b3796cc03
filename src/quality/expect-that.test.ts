import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { describeValue } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { seededRandom } from '../time/index.ts'
import { column, each, expectThat, fresh, rowCount } from './index.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

const schema = { id: 'int64', email: 'string?', amount: 'float64?', at: 'timestamp?', from: 'int32', to: 'int32?' } as const
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n))
const clock = { now: () => Date.UTC(2026, 0, 10), monotonic: () => 0 }

const orders = () =>
  tm.read(
    rows(
      [
        { id: 1, email: 'a@x', amount: 10, at: day(1), from: 1, to: 2 },
        { id: 2, email: 'nobody', amount: -1, at: day(9), from: 5, to: 2 },
        { id: 1, email: null, amount: 10, at: null, from: 1, to: 1 },
        { id: 3, email: 'c@x', amount: Number.NaN, at: day(3), from: 1, to: null },
        { id: 1, email: 'd@x', amount: null, at: day(2), from: 0, to: 9 },
      ],
      { schema },
    ),
  )

test('every failure is reported at once, with the rows that failed', async () => {
  const report = await expectThat(await orders(), [
    column('amount').between(0, 1e6),
    column('id').unique(),
    column('email').matches(/@/),
    column('email').notNull(),
    column('from').oneOf([0, 1]),
    each<{ from: number; to: number | null }>(r => r.to.gte(r.from)).named('to follows from'),
    rowCount().between(1, 4),
  ])
  expect(report.passed).toBe(false)
  expect(report.checks.map(({ name, passed, seen, failed }) => [name, passed, seen, failed])).toEqual([
    ['amount between 0 and 1000000', false, 5, 2],
    ['id unique', false, 5, 2],
    ['email matches /@/', false, 5, 1],
    ['email not null', false, 5, 1],
    ['from one of 0, 1', false, 5, 1],
    ['to follows from', false, 5, 1],
    ['row count between 1 and 4', false, 5, 1],
  ])
  expect(report.checks[0]?.samples.map(row => row.amount)).toEqual([-1, Number.NaN])
  expect(report.checks[1]?.samples.map(row => row.email)).toEqual([null, 'd@x'])
  expect(Object.keys(report.checks[1]?.samples[0] ?? {})).toEqual(Object.keys(schema))
  expect(report.checks[6]).toMatchObject({ found: '5 rows', samples: [] })
})

test('a NULL passes every check but notNull, NULLs repeat nothing, NaN is not between', async () => {
  const data = await tm.read(
    rows(
      [
        { x: null, t: null },
        { x: null, t: null },
        { x: Number.NaN, t: 'a' },
      ],
      { schema: { x: 'float64?', t: 'string?' } },
    ),
  )
  const report = await expectThat(data, [
    column('x').between(0, 1),
    column('t').matches(/^a$/),
    column('t').oneOf(['a']),
    column('x').unique(),
    column('t').unique(),
    each<{ x: number | null }>(r => r.x.gt(0)),
    column('t').notNull(),
  ])
  expect(report.checks.map(check => check.failed)).toEqual([1, 0, 0, 0, 0, 0, 2])
})

test('quarantine divides the rows: each is in one part, the rejected say why', async () => {
  const report = await expectThat(await orders(), [
    column('amount').between(0, 1e6).atLeast(0.1),
    column('id').unique(),
    column('email').notNull(),
    rowCount().between(100, 200),
  ])
  const { clean, rejected } = report.quarantine()
  expect((await clean.rows()).map(row => row.email)).toEqual(['a@x'])
  expect((await rejected.rows()).map(row => [row.email, row.failedChecks])).toEqual([
    ['nobody', ['amount between 0 and 1000000']],
    [null, ['id unique', 'email not null']],
    ['c@x', ['amount between 0 and 1000000']],
    ['d@x', ['id unique']],
  ])
  expect(clean.schema).toEqual((await orders()).schema)
  expect(rejected.schema.at(-1)).toMatchObject({ name: 'failedChecks', type: { list: 'string' } })
  expect(report.checks[0]?.passed).toBe(true)
})

test('the parts of random tables hold all rows and none twice', async () => {
  const random = seededRandom(11)
  for (let round = 0; round < 5; round++) {
    const list = Array.from({ length: 3_000 }, (_, place) => ({
      place,
      key: random.next() < 0.05 ? null : Math.floor(random.next() * 2_000),
      x: random.next() < 0.1 ? null : random.next(),
    }))
    const data = await tm.read(rows(list, { schema: { place: 'int32', key: 'int64?', x: 'float64?' } }))
    const report = await expectThat(data, [
      column('key').unique(),
      column('x').between(0.1, 1),
      each<{ x: number | null }>(r => r.x.ne(0.5)),
    ])
    const { clean, rejected } = report.quarantine()
    const [kept, left] = [(await clean.rows()).map(row => row.place), (await rejected.rows()).map(row => row.place)]
    expect([...kept, ...left].sort((a, b) => a - b)).toEqual(list.map(row => row.place))
    const seen = new Set<number>()
    const wanted = list.filter(({ key, x }) => {
      const again = key !== null && seen.has(key)
      if (key !== null) seen.add(key)
      return !again && (x === null || x >= 0.1)
    })
    expect(kept).toEqual(wanted.map(row => row.place))
  }
})

test('a share of rows may fail when the check says so', async () => {
  const check = column('amount').between(0, 1e6)
  const shares = [0.6, 0.61].map(share => check.atLeast(share))
  const [enough, tooFew] = (await expectThat(await orders(), [shares[0]?.named('a') ?? check, shares[1]?.named('b') ?? check])).checks
  expect([enough?.passed, enough?.failed, tooFew?.passed]).toEqual([true, 2, false])
})

test('data are fresh when the newest value is not too old', async () => {
  const data = await orders()
  const of = async (within: '1d' | '23h') => (await expectThat(data, [fresh('at', within)], { clock })).checks[0]
  expect(await of('1d')).toMatchObject({ passed: true, found: 'newest is 2026-01-09T00:00:00.000Z' })
  expect(await of('23h')).toMatchObject({ passed: false, failed: 1 })
  const none = await expectThat(
    data.filter(r => r.id.gt(100)),
    [fresh('at', '1d')],
    { clock },
  )
  expect(none.checks[0]).toMatchObject({ passed: false, found: 'no value' })
})

test('an empty table passes the checks of rows', async () => {
  const report = await expectThat(
    (await orders()).filter(r => r.id.gt(100)),
    [column('id').unique(), column('amount').between(0, 1), rowCount().between(0, 0)],
  )
  expect(report.passed).toBe(true)
})

test('checks of a wrong form are refused with the reason', async () => {
  const data = await orders()
  const codes = [
    () => column('amount').between(2, 1),
    () => column('amount').between(Number.NaN, 1),
    () => column('from').oneOf([]),
    () => rowCount().between(2, 1),
    () => rowCount().between(1, 2).atLeast(0.5),
    () => column('id').unique().atLeast(0),
    () => column('id').unique().named(''),
    () => fresh('at', 'soon' as '1d'),
  ].map(make => thrown(make).code)
  expect(new Set(codes)).toEqual(new Set(['quality.check']))
  await expect(expectThat(data, [column('id').unique(), column('id').unique()])).rejects.toMatchObject({
    code: 'quality.check',
    message: 'two checks of one name: id unique',
  })
  await expect(expectThat(data, [fresh('from' as 'at', '1d')])).rejects.toMatchObject({ code: 'quality.check' })
  await expect(expectThat(data, [column('emial').notNull() as never])).rejects.toMatchObject({ code: 'expr.unknown-column' })
  await expect(expectThat(data, [column('emial').unique() as never])).rejects.toMatchObject({ code: 'expr.unknown-column' })
  await expect(expectThat(data, [column('amount').matches(/x/) as never])).rejects.toMatchObject({ code: 'expr.unknown-method' })
  const marked = data.withColumns(() => ({ failedChecks: 1 }))
  const report = await expectThat(marked, [column('id').unique()])
  expect(thrown(() => report.quarantine()).code).toBe('quality.check')
})

test('a check that does not fit the row does not compile', async () => {
  const data = await orders()
  const never = async (): Promise<void> => {
    // @ts-expect-error there is no such column
    await expectThat(data, [column('amont').unique()])
    // @ts-expect-error matches is for text
    await expectThat(data, [column('amount').matches(/x/)])
    // @ts-expect-error fresh is for times
    await expectThat(data, [fresh('amount', '1d')])
  }
  expect(never).toBeTypeOf('function')
})

test('a report describes itself and is JSON', async () => {
  const report = await expectThat(await orders(), [column('id').unique(), rowCount().between(1, 9)])
  expect(describeValue(report)).toMatchObject({
    kind: 'table',
    title: '1 of 2 checks failed',
    rows: [
      ['id unique', 'NO', '5', '2', ''],
      ['row count between 1 and 9', 'yes', '5', '0', '5 rows'],
    ],
  })
  expect(JSON.parse(JSON.stringify(report.toJson()))).toMatchObject({
    passed: false,
    checks: [{ name: 'id unique', failed: 2 }, { passed: true }],
  })
})

function thrown(call: () => unknown): TidemillError {
  try {
    call()
  } catch (error) {
    if (error instanceof TidemillError) return error
    throw error
  }
  throw new Error('it did not throw')
}

test('columns that only a function knows are learnt before the checks', async () => {
  const data = (await orders()).map(row => ({ id: row.id, twice: row.from * 2 }))
  const report = await expectThat(data, [column('id').unique(), column('twice').between(0, 5)])
  expect(report.checks.map(check => check.failed)).toEqual([2, 1])
  const { clean, rejected } = report.quarantine()
  expect([await clean.count(), await rejected.count()]).toEqual([2, 3])
})
