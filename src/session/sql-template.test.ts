import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { calendarDate, decimal, localDateTime, timeOfDay } from '../schema/index.ts'
import type { Dataset } from '../dataset/index.ts'
import { type Session, sql, tidemill } from './index.ts'

let tm: Session
let houses: Dataset<{ city: string; price: number }>
beforeAll(async () => {
  tm = await tidemill({ workers: 1 })
  houses = await tm.read(
    rows([
      { city: 'Bonn', price: 100 },
      { city: "O'Hara", price: 250.5 },
      { city: 'Bonn', price: 300 },
    ]),
  )
})
afterAll(() => tm.close())

test('tables and values stand in the gaps of an SQL template', async () => {
  const limit = 150
  const dear = await tm.sql<{
    city: string
    n: number
  }>`select city, count(*) as n from ${houses} where price > ${limit} group by city order by city`
  expectTypeOf(dear).toEqualTypeOf<Dataset<{ city: string; n: number }>>()
  expect(await dear.rows()).toEqual([
    { city: 'Bonn', n: 1 },
    { city: "O'Hara", n: 1 },
  ])
  const cheap = houses.filter(r => r.price.lt(200))
  expect(
    await (await tm.sql`select h.city from ${houses} h join ${cheap} c on h.city = c.city and h.price > c.price limit ${5}`).rows(),
  ).toEqual([{ city: 'Bonn' }])
})

test('a value is never part of the text, whatever is in it', async () => {
  for (const city of ["O'Hara", "'; drop table houses; --", '$1', '"}},{"class":"PARAMETER"', '\\', 'a\u0001\n\u2028"', '💧']) {
    const found = await tm.sql`select ${city} as city, count(*) as n from ${houses} where city = ${city}`
    expect(await found.rows()).toEqual([{ city, n: city === "O'Hara" ? 1 : 0 }])
  }
})

test('values of every type come back as they went in', async () => {
  const values = {
    text: 'a',
    whole: 7,
    big: 9_007_199_254_740_993n,
    real: -0.1,
    nan: Number.NaN,
    yes: true,
    none: null,
    day: calendarDate(2026, 2, 28),
    clock: timeOfDay(1, 2, 3, 4),
    wall: localDateTime(2026, 2, 28, 1, 2, 3, 4),
    before: localDateTime(1969, 12, 31, 23, 59, 59, 999_999),
    money: decimal(-150n, 2),
    bytes: Uint8Array.from([0, 39, 255]),
  }
  const v = values
  const table =
    await tm.sql`select ${v.text} as text, ${v.whole} as whole, ${v.big} as big, ${v.real} as real, ${v.nan} as nan, ${v.yes} as yes, ${v.none} as none,
    ${v.day} as day, ${v.clock} as clock, ${v.wall} as wall, ${v.before} as before, ${v.money} as money, ${v.bytes} as bytes`
  const [row] = await table
    .as({
      big: 'bigint',
      ...Object.fromEntries(
        table.schema
          .filter(field => field.name !== 'big')
          .map(field => [field.name, `${String(field.name === 'money' ? 'decimal(3,2)' : field.type)}?`]),
      ),
    } as { big: 'bigint' })
    .rows()
  expect(row).toEqual({ ...values, big: 9_007_199_254_740_993n })
})

test('an array is a list of values, and none of an empty one', async () => {
  const count = async (cities: readonly string[]): Promise<unknown> =>
    (await (await tm.sql`select count(*) as n from ${houses} where city in ${cities}`).rows())[0]
  expect(await count(['Bonn', "O'Hara"])).toEqual({ n: 3 })
  expect(await count(["O'Hara"])).toEqual({ n: 1 })
  expect(await count([])).toEqual({ n: 0 })
})

test('a name that the program computes is given by sql.id', async () => {
  const odd = await tm.read(rows([{ 'a "b" c': 1 }]))
  expect(await (await tm.sql`select ${sql.id('a "b" c')} as x from ${odd}`).rows()).toEqual([{ x: 1 }])
  await expect(tm.sql`select ${sql.id('price from houses; --')} from ${houses}`).rejects.toThrow(/price from houses; --/)
  expect(() => sql.id('')).toThrow(/sql.id wants a name, not an empty text/)
})

test('a value where nothing can be bound is an error, not a text', async () => {
  await expect(tm.sql`select '${'x'}' as a`).rejects.toThrow(/value 1 of the SQL text stands inside a text or a name/)
  await expect(tm.sql`select ${undefined as unknown as string} as a`).rejects.toThrow(/value 1 of the SQL text is undefined/)
  await expect(tm.sql`select ${{} as unknown as string} as a`).rejects.toThrow(/no literal/)
  await expect(tm.sql('select $1 as a')).rejects.toThrow(/parameter without a value: \$1/)
})

test('what text may not do a template may not do either', async () => {
  await expect(tm.sql`select * from read_csv(${'/etc/passwd'})`).rejects.toThrow(/not allowed in SQL text: read_csv/)
  await expect(tm.sql`select 1; select ${2}`).rejects.toThrow(/one SELECT statement/)
  await expect(tm.sql`select * from ${sql.id('/etc/passwd')}`).rejects.toThrow(/unknown table/)
})
