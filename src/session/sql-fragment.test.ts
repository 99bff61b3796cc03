import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import type { Columns, Expr } from '../expr/index.ts'
import { fingerprint } from '../plan/index.ts'
import { calendarDate, list } from '../schema/index.ts'
import type { Dataset } from '../dataset/index.ts'
import { type Session, sql, tidemill } from './index.ts'

let tm: Session
type Person = { name: string; age: number; at: Date }
let people: Dataset<Person>
beforeAll(async () => {
  tm = await tidemill({ workers: 1 })
  people = await tm.read(
    rows(
      [
        { name: 'Ann', age: 31, at: new Date('2026-03-01T23:30:00Z') },
        { name: "O'Hara", age: 58, at: new Date('2026-07-01T23:30:00Z') },
      ],
      { schema: { name: 'string', age: 'int64', at: 'timestamp' } },
    ),
  )
})
afterAll(() => tm.close())

test('a piece of SQL is a column among others', async () => {
  const found = people.withColumns(r => ({
    start: sql('string')`regexp_extract(${r.name}, ${'^[A-Z]'})`,
    next: sql('int64')`${r.age} + ${1}`.add(1),
  }))
  expectTypeOf(found).toEqualTypeOf<Dataset<{ name: string; age: number; at: Date; start: string | null; next: number | null }>>()
  expect(await found.select('start', 'next').rows()).toEqual([
    { start: 'A', next: 33 },
    { start: 'O', next: 60 },
  ])
})

test('it stands in filters, sorts, keys and around aggregates', async () => {
  expect(
    await people
      .filter(r => sql('boolean')`${r.name} in ${['Ann', 'Bob']}`)
      .select('name')
      .rows(),
  ).toEqual([{ name: 'Ann' }])
  expect(
    await people
      .sort(r => sql('int64')`length(${r.name})`.desc())
      .select('name')
      .head(1)
      .rows(),
  ).toEqual([{ name: "O'Hara" }])
  const totals = people
    .groupBy(r => ({ decade: sql('int64')`${r.age} // 10` }))
    .agg(r => ({ mean: sql('float64')`round(${r.age.mean()}, ${1})` }))
  expect(await totals.sort('decade').rows()).toEqual([
    { decade: 3, mean: 31 },
    { decade: 5, mean: 58 },
  ])
})

test('values are bound, whatever is in them, also in names of columns', async () => {
  const wicked = [`'`, `'); drop table x; --`, '$1', '~gap0~', '"~gap0~"', '\\', '${x}', '`', 'a\u0001\n\u2028"', '💧']
  for (const value of wicked) {
    const found = people.head(1).select(r => ({ back: sql('string')`${value} || ${r.name}`, own: sql('string')`concat('~gap', ${value})` }))
    expect(await found.rows()).toEqual([{ back: `${value}Ann`, own: `~gap${value}` }])
    const named = (await tm.read(rows([{ [value]: 1 }], { schema: { [value]: 'int64' } }))).select(() => ({
      x: sql('int64')`${sql.id(value)} + 1`,
    }))
    expect(await named.rows()).toEqual([{ x: 2 }])
  }
})

test('instants are instants and days are days', async () => {
  const [row] = await people
    .head(1)
    .select(r => ({
      shown: sql('datetime')`timezone('Europe/Amsterdam', ${r.at})`,
      same: sql('timestamp')`${r.at}`,
      day: sql('date')`${calendarDate(2026, 1, 31)} + 1`,
      days: sql(list('int64'))`list_transform([1, 2], x -> x * ${r.age})`,
    }))
    .rows()
  expect(JSON.parse(JSON.stringify(row))).toEqual({
    shown: '2026-03-02T00:30:00',
    same: '2026-03-01T23:30:00Z',
    day: '2026-02-01',
    days: [31, 62],
  })
})

const refusedTexts: readonly (readonly [string, RegExp, (r: Columns<Person>) => Expr<unknown, 'column'>])[] = [
  ['a subquery', /has a subquery in it/, r => sql('int64')`(select count(*) from read_csv('/etc/passwd'))`.add(r.age)],
  ['more than one expression', /is not one expression|cannot be read/, () => sql('int64')`1), (2`],
  ['a FROM', /is not one expression|cannot be read/, () => sql('int64')`1) from read_text('/etc/passwd') where (true`],
  ['a second statement', /cannot be read|is not one expression/, () => sql('int64')`1); drop table x; select (1`],
  ['a comment over a gap', /gap inside/, r => sql('int64')`1 -- ${r.age}`],
  ['a gap in a text', /gap inside/, r => sql('string')`'${r.name}'`],
  ['a column by name', /names a column: name/, () => sql('string')`upper(name)`],
  ['a parameter of its own', /parameter of its own: \$1/, r => sql('int64')`${r.age} + $1`],
  ['an aggregate', /no value per row: sum/, r => sql('int64')`sum(${r.age})`],
  ['a window', /has a window in it/, r => sql('int64')`sum(${r.age}) over ()`],
  ['a star', /no value per row: count_star/, () => sql('int64')`count(*)`],
  ['chance', /no value per row: random/, () => sql('float64')`random()`],
  ['a setting', /not allowed: current_setting/, () => sql('string')`current_setting('memory_limit')`],
  ['a file', /unknown function|no value per row|not allowed/, () => sql('string')`read_text('/etc/passwd')`],
  ['an unknown function', /unknown function: shout/, r => sql('string')`shout(${r.name})`],
  ['another type', /gives VARCHAR, not float64/, r => sql('float64')`${r.name}`],
  ['a fraction for an integer', /gives DOUBLE, not int64/, r => sql('int64')`${r.age} / 2`],
  ['a wall clock for an instant', /gives TIMESTAMP, not timestamp/, () => sql('timestamp')`TIMESTAMP '2026-01-01 00:00:00'`],
]
for (const [what, message, make] of refusedTexts)
  test(`a fragment with ${what} is refused before the first row`, async () => {
    const found = people.withColumns(r => ({ x: make(r) }))
    await expect(found.rows()).rejects.toMatchObject({ code: 'engine.sql', message: expect.stringMatching(message) as unknown })
    await expect(found.rows()).rejects.toThrow(/at .*sql-fragment\.test\.ts:\d+/)
  })

test('a fragment without a type, or of nothing, is an error when it is written', () => {
  expect(() => (sql as unknown as (text: TemplateStringsArray) => unknown)`1`).toThrow(/without the type of its value/)
  expect(() => sql('int64')``).toThrow(/without a text/)
  expect(() => sql('int64')`1 in ${[]}`).toThrow(/empty list/)
  expect(() => sql('number' as 'int64')`1`).toThrow(/number/)
})

test('it is shown as it was written, in the plan and in the statement, and its program makes the same plan', async () => {
  const found = people.withColumns(r => ({
    near: sql('float64')`jaro_winkler_similarity(${r.name}, ${'Jansen'})`.round(2),
    day: sql('date')`${calendarDate(2026, 1, 31)} + 1`,
  }))
  expect(String(await found.explain())).toContain('near = sql("float64")`jaro_winkler_similarity(${name}, ${"Jansen"})`.round(2)')
  expect(String(await found.explain())).toContain('jaro_winkler_similarity(')
  const program = found.toTypeScript()
  expect(program).toContain("import { calendarDate, sql, tidemill } from 'tidemill'")
  expect(program).toContain(
    'near: sql("float64")`jaro_winkler_similarity(${r.name}, ${"Jansen"})`.round(2), day: sql("date")`${calendarDate(2026, 1, 31)} + 1`',
  )
})

test('other values make another fingerprint', () => {
  const of = (by: number): string => fingerprint(people.select(r => ({ x: sql('int64')`${r.age} + ${by}` })).plan)
  expect(of(1)).toBe(of(1))
  expect(of(1)).not.toBe(of(2))
})

test('a stream, which runs without SQL, refuses it and says so', async () => {
  const made = (await tm.replay(people, { eventTime: 'at' } as never)).withColumns(r => ({ x: sql('int64')`${r.age} + 1` }))
  await expect((async () => made.explain())()).rejects.toThrow(
    /an SQL fragment in a project of a stream, which runs without SQL at .*sql-fragment\.test/,
  )
})
