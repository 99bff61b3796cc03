/** What plain JavaScript lets through: each mistake is told with what was given and how to write it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import * as face from './index.ts'
import { failure } from '../../test/house/failure.ts'

// As a program without types sees them.
const { column, each, expectThat, fresh, profile, rowCount } = face as any
let tm: Session
let orders: any
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false })
  orders = await tm.read(rows([{ id: 1, amount: 2.5 }]))
})
afterAll(() => tm.close())

const mistakes: readonly (readonly [string, () => unknown, string, string])[] = [
  ['expectThat()', () => expectThat(), 'expectThat wants a table, not undefined', 'expectThat(orders, ['],
  [
    'expectThat of a promise',
    () => expectThat(tm.read(rows([{ id: 1 }])), []),
    'expectThat wants a table, not a promise',
    'await forgotten',
  ],
  ['expectThat of rows', () => expectThat([{ id: 1 }], []), 'expectThat wants a table, not an array', 'tm.read(rows(items))'],
  ['expectThat without checks', () => expectThat(orders), 'expectThat wants an array of checks, not undefined', 'expectThat(orders, ['],
  ['one check without brackets', () => expectThat(orders, column('id').unique()), 'not one check', 'put it into [ ]'],
  ['a column without a check', () => expectThat(orders, [column('id')]), 'check 1 of expectThat is a column without a check', '.notNull()'],
  ['a count without bounds', () => expectThat(orders, [rowCount()]), 'check 1 of expectThat is a count without bounds', 'between(1, 1e6)'],
  [
    'a condition for a check',
    () => expectThat(orders, [column('id').unique(), (r: any) => r.id.gt(1)]),
    'check 2 of expectThat is a function',
    'each(r =>',
  ],
  ['a text for a check', () => expectThat(orders, ['id']), 'check 1 of expectThat is no check: "id"', 'expectThat(orders, ['],
  ['options that are none', () => expectThat(orders, [], 5), 'expectThat wants an object of options, not 5', 'expectThat(orders, ['],
  ['column()', () => column(), 'column wants the name of a column, not undefined', "column('amount')"],
  ["between('a', 'b')", () => column('id').between('a', 'b'), 'id: between wants two numbers or two dates, not "a"', 'between(0, 100)'],
  ['between(0)', () => column('id').between(0), 'id: between wants two numbers or two dates, not undefined', 'between(0, 100)'],
  ["matches('x')", () => column('id').matches('x'), 'id: matches wants a regular expression, not "x"', 'matches(/^[A-Z]+$/)'],
  ["oneOf('x')", () => column('id').oneOf('x'), 'id: oneOf wants an array of values, not "x"', "oneOf(['a', 'b'])"],
  [
    "rowCount().between('1', 2)",
    () => rowCount().between('1', 2),
    'row count: between wants two numbers, not "1"',
    'rowCount().between(1, 1e6)',
  ],
  ["fresh('at')", () => fresh('at'), 'at: fresh wants a duration, not undefined', "fresh('at', '1d')"],
  ["each('x')", () => each('id > 1'), 'each wants a condition, not "id > 1"', 'each(r =>'],
  ['profile()', () => profile(), 'profile wants a table, not undefined', 'await profile(orders)'],
  [
    'profile of a promise',
    () => profile(Promise.resolve(orders)),
    'profile wants a table, not a promise: await it first',
    'await forgotten',
  ],
]
for (const [title, make, message, hint] of mistakes)
  test(`${title} says what was given and how to write it`, async () => {
    const error = await failure(make)
    expect(error.message).toContain(message)
    expect(['plan.argument', 'quality.check']).toContain(error.code)
    expect(error.hint).toContain(hint)
  })

test('a misspelt column of a check is told with the names that are near', async () => {
  expect(await failure(() => expectThat(orders, [column('amont').unique()]))).toMatchObject({
    code: 'expr.unknown-column',
    message: expect.stringContaining('unknown column: amont (have id, amount)'),
    hint: 'did you mean amount?',
  })
})
