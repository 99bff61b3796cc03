/**
 * One plan over a stream and over a table: each case is written once, run by the test driver over pushed rows and by the engine over the same rows as a
 * table, and gives the same rows. `keys` are the columns by which a stream of corrections is read: the last row of each counts.
 */
import { count, list, oneOf, type Session, type Stream, tidemill, when } from 'tidemill'
import { rows } from 'tidemill/connectors'
import { linearRegression, randomForestRegressor } from 'tidemill/ml'
import { tumbling } from 'tidemill/stream'
import { driver } from 'tidemill/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonical } from '../src/semantics/index.ts'
import { seededRandom } from '../src/time/index.ts'
import { decimal, type Schema } from '../src/schema/index.ts'

const schema = {
  at: 'timestamp',
  wall: 'datetime',
  city: 'string?',
  kind: oneOf('flat', 'house', 'boat'),
  sold: 'boolean?',
  day: 'date?',
  rooms: 'int64?',
  floor: 'int32',
  price: 'float64?',
  paid: 'decimal(12,2)',
  tags: list('string'),
} as const
// As a program without types sees a stream: the verbs are what is compared here.
type Any = any
let tm: Session
let listings: Any
let pushed: readonly object[]
let linear: Any
let forest: Any

function drawn(): object[] {
  const random = seededRandom(2026)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)] as T
  const maybe = <T>(value: T): T | null => (random.next() < 0.15 ? null : value)
  const start = Date.UTC(1969, 11, 31, 23, 40)
  return Array.from({ length: 600 }, (_, index) => ({
    // From before 1970 to after it, in an order that is out by some seconds, with instants that several rows share.
    at: new Date(start + index * 4000 + pick([-3000, 0, 0, 5000])),
    wall: new Date(start + index * 60_000),
    city: maybe(pick(['Delft', 'Gouda', 'Ünna', '大阪', ''])),
    kind: pick(['flat', 'house', 'boat']),
    sold: maybe(random.next() < 0.5),
    day: maybe(pick(['1969-12-31', '1970-01-01', '2024-02-29'])),
    rooms: maybe(Math.floor(random.next() * 8) - 2),
    floor: Math.floor(random.next() * 5) - 1,
    // Quarters, so that sums do not hang on their order.
    price: maybe(pick([0, -0, 0.25, 1e6, -3.5, Number.NaN, Math.floor(random.next() * 4000) / 4])),
    paid: decimal(BigInt(Math.floor(random.next() * 1e6)), 2),
    tags: pick([[], ['new'], ['new', 'garden', ''], ['garden', 'garden']]),
  }))
}

beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false, print: () => undefined })
  const table = await tm.read(rows(drawn(), { schema: schema as never }))
  pushed = (await table.rows()) as object[]
  listings = await tm.replay(table as Any, { eventTime: 'at', lateness: '1m' } as Any)
  const learn: Any = table
    .filter((r: Any) => r.price.isNan().not().and(r.price.isNotNull()))
    .withColumns((r: Any) => ({ area: r.floor.mul(2) }))
  const options: Any = { target: 'price', columns: ['floor', 'area'] }
  linear = await linearRegression().fit(learn, options)
  forest = await randomForestRegressor({ trees: 3, seed: 1 } as Any).fit(learn, options)
})
afterAll(() => tm.close())

interface Case {
  readonly title: string
  readonly plan: (s: Any) => Any
  readonly keys?: readonly string[]
}
const byCity = (s: Any): Any => s.keyBy('city').window(tumbling('1m'))
const cases: readonly Case[] = [
  // Steps row by row
  { title: 'filter', plan: s => s.filter((r: Any) => r.price.gt(100).or(r.city.isNull())) },
  {
    title: 'select and new columns',
    plan: s => s.select('at', 'city', (r: Any) => ({ twice: r.rooms.mul(2), rounded: r.price.round(1) })),
  },
  {
    title: 'columns that replace columns, the event time too',
    plan: s => s.withColumns((r: Any) => ({ at: r.at.plus('1h'), rooms: r.rooms.add(1) })),
  },
  {
    title: 'texts',
    plan: s => s.select((r: Any) => ({ up: r.city.upper(), n: r.city.length(), kind: r.kind.concat('!'), d: r.city.contains('e') })),
  },
  {
    title: 'times',
    plan: s => s.select((r: Any) => ({ bin: r.at.bin('7s'), hour: r.at.truncate('hour'), wall: r.wall.plus('1d'), day: r.day.weekday() })),
  },
  {
    title: 'choices and casts',
    plan: s => s.select((r: Any) => ({ size: when(r.rooms.gt(3), 'large').otherwise('small'), text: r.paid.cast('string') })),
  },
  {
    title: 'decimals and floats',
    plan: s => s.select((r: Any) => ({ half: r.paid.mul(2), nan: r.price.isNan(), clip: r.price.clip(0, 100) })),
  },
  {
    title: 'rename, drop, fillNull, dropNulls',
    plan: s => s.rename({ price: 'cost' }).drop('tags').fillNull({ rooms: 0 }).dropNulls('city'),
  },
  { title: 'explode', plan: s => s.explode('tags').select('tags', 'floor') },
  { title: 'as', plan: s => s.as({ floor: 'float64', city: 'string?', at: 'timestamp' }) },
  { title: 'map', plan: s => s.map((r: Any) => ({ x: r.floor * 2, city: r.city }), { schema: { x: 'float64', city: 'string?' } }) },
  {
    title: 'flatMap',
    plan: s =>
      s.flatMap((r: Any) => r.tags.filter((tag: Any) => tag !== '').map((tag: string) => ({ tag })), { schema: { tag: 'string' } }),
  },
  {
    title: 'a linear model',
    plan: s =>
      s
        .withColumns((r: Any) => ({ area: r.floor.mul(2) }))
        .transform(linear)
        .select('floor', 'prediction'),
  },
  {
    title: 'a forest',
    plan: s =>
      s
        .withColumns((r: Any) => ({ area: r.floor.mul(2) }))
        .transform(forest)
        .select('floor', 'prediction'),
  },

  // Windows by every type of key
  ...['city', 'kind', 'sold', 'day', 'rooms', 'floor', 'price', 'paid'].map(
    (key): Case => ({
      title: `windows by ${key}`,
      plan: s =>
        s
          .keyBy(key)
          .window(tumbling('1m'))
          .agg(() => ({ n: count() })),
    }),
  ),
  {
    title: 'windows by two keys',
    plan: s =>
      s
        .keyBy('kind', 'sold')
        .window(tumbling('5m'))
        .agg((r: Any) => ({ n: count(), sum: r.floor.sum() })),
  },
  { title: 'windows of all rows', plan: s => s.window(tumbling('1m')).agg((r: Any) => ({ n: count(), sum: r.price.sum() })) },
  { title: 'windows of an odd length', plan: s => s.window(tumbling('7s')).agg(() => ({ n: count() })) },
  { title: 'windows with an offset', plan: s => s.window(tumbling('1m', { offset: '13s' })).agg(() => ({ n: count() })) },
  { title: 'windows of a day', plan: s => s.window(tumbling('1d')).agg(() => ({ n: count() })) },

  // Aggregates
  {
    title: 'count of values and under conditions',
    plan: s => byCity(s).agg((r: Any) => ({ all: count(), rooms: r.rooms.count(), many: count().where(r.rooms.gt(2)) })),
  },
  {
    title: 'sum',
    plan: s => byCity(s).agg((r: Any) => ({ rooms: r.rooms.sum(), floor: r.floor.sum(), price: r.price.sum(), paid: r.paid.sum() })),
  },
  { title: 'mean', plan: s => byCity(s).agg((r: Any) => ({ rooms: r.rooms.mean(), floor: r.floor.mean(), price: r.price.mean() })) },
  {
    title: 'min and max of numbers',
    plan: s => byCity(s).agg((r: Any) => ({ a: r.rooms.min(), b: r.price.max(), c: r.paid.min(), d: r.floor.max() })),
  },
  {
    title: 'min and max of times',
    plan: s => byCity(s).agg((r: Any) => ({ a: r.at.min(), b: r.at.max(), c: r.wall.min(), d: r.day.max() })),
  },
  {
    title: 'min and max of texts',
    plan: s =>
      s
        .keyBy('kind')
        .window(tumbling('1m'))
        .agg((r: Any) => ({ a: r.city.min(), b: r.city.max() })),
  },
  {
    title: 'deviation and variance',
    plan: s => byCity(s).agg((r: Any) => ({ a: r.rooms.stddev(), b: r.floor.variance(), c: r.price.stddev() })),
  },
  {
    title: 'median and quantile',
    plan: s => byCity(s).agg((r: Any) => ({ a: r.rooms.median(), b: r.floor.quantile(0.9), c: r.price.median() })),
  },
  {
    title: 'how many different',
    plan: s => byCity(s).agg((r: Any) => ({ a: r.kind.countDistinct(), b: r.price.countDistinct(), c: r.day.countDistinct() })),
  },
  {
    title: 'first and last by an order',
    plan: s => byCity(s).agg((r: Any) => ({ a: r.price.first({ orderBy: [r.wall] }), b: r.kind.last({ orderBy: [r.wall] }) })),
  },
  { title: 'lists', plan: s => byCity(s).agg((r: Any) => ({ rooms: r.rooms.list(), kinds: r.kind.list() })) },
  { title: 'any and all', plan: s => byCity(s).agg((r: Any) => ({ any: r.sold.any(), all: r.sold.all() })) },
  {
    title: 'arithmetic of aggregates',
    plan: s => byCity(s).agg((r: Any) => ({ share: r.rooms.sum().div(count()), spread: r.floor.max().sub(r.floor.min()) })),
  },
  { title: 'aggregates of expressions', plan: s => byCity(s).agg((r: Any) => ({ a: r.rooms.mul(r.floor).sum(), b: r.price.abs().max() })) },

  // Steps around windows
  {
    title: 'steps before a window',
    plan: s =>
      byCity(s.filter((r: Any) => r.floor.gte(0)).withColumns((r: Any) => ({ x: r.floor.add(1) }))).agg((r: Any) => ({ x: r.x.sum() })),
  },
  {
    title: 'steps after a window',
    plan: s =>
      byCity(s)
        .agg(() => ({ n: count() }))
        .filter((r: Any) => r.n.gt(3))
        .withColumns((r: Any) => ({ span: r.windowEnd.diff(r.windowStart, 'second') })),
  },
  {
    title: 'a condition on a key after a window',
    plan: s =>
      byCity(s)
        .agg(() => ({ n: count() }))
        .filter((r: Any) => r.city.eq('Delft')),
  },
  {
    title: 'a map before a window',
    plan: s =>
      s
        .map((r: Any) => ({ c: `${r.city}` }), { schema: { c: 'string' } })
        .keyBy('c')
        .window(tumbling('1m'))
        .agg(() => ({ n: count() })),
  },
  {
    title: 'a map before a window sees its columns and no others',
    plan: s =>
      s
        .select('at', 'floor')
        .map((r: Any) => ({ names: Object.keys(r).join() }), { schema: { names: 'string' } })
        .keyBy('names')
        .window(tumbling('1m'))
        .agg(() => ({ n: count() })),
  },
  {
    title: 'a window of exploded lists',
    plan: s =>
      s
        .explode('tags')
        .keyBy('tags')
        .window(tumbling('2m'))
        .agg(() => ({ n: count() })),
  },
  {
    title: 'a window of a model',
    plan: s =>
      s
        .withColumns((r: Any) => ({ area: r.floor.mul(2) }))
        .transform(linear)
        .keyBy('kind')
        .window(tumbling('2m'))
        .agg((r: Any) => ({ best: r.prediction.max() })),
  },
  {
    title: 'a window of windows',
    plan: s =>
      byCity(s)
        .agg(() => ({ n: count() }))
        .window(tumbling('5m'))
        .agg((r: Any) => ({ most: r.n.max(), windows: count() })),
  },

  // Running totals
  {
    title: 'running totals',
    keys: ['city'],
    plan: s => s.keyBy('city').agg((r: Any) => ({ n: count(), rooms: r.rooms.sum(), high: r.price.max() }), { ttl: '30d' }),
  },
  {
    title: 'running totals by two keys',
    keys: ['kind', 'sold'],
    plan: s => s.keyBy('kind', 'sold').agg((r: Any) => ({ mean: r.floor.mean(), list: r.floor.list() }), { ttl: '30d' }),
  },
]

function texts(given: readonly object[], fields: Schema, keys: readonly string[] | undefined): string[] {
  const cell = (row: object, name: string): string => {
    const field = fields.find(one => one.name === name)
    const value = (row as Record<string, unknown>)[name]
    if (field === undefined) return '?'
    // In which order a list is gathered is not promised.
    const items = typeof field.type === 'object' && 'list' in field.type && Array.isArray(value)
    return items ? canonical(value, field.type).slice(1, -1).split(',').toSorted().join() : canonical(value, field.type)
  }
  const all = given.map(row => fields.map(field => `${field.name}=${cell(row, field.name)}`).join(' '))
  if (keys === undefined) return all.toSorted()
  const last = new Map(given.map((row, index) => [keys.map(key => cell(row, key)).join('|'), all[index] ?? '']))
  return [...last.values()].toSorted()
}

test.each(cases)('$title: a stream and its table give the same rows', async ({ plan, keys }) => {
  const stream: Stream<object> = plan(listings)
  const d = await driver(stream, { parallelism: 2 })
  // In parts, so that what is kept between batches is seen too.
  for (let from = 0; from < pushed.length; from += 97) d.push(listings, pushed.slice(from, from + 97) as never)
  const streamed = d.close().output()
  expect(d.late()).toEqual([])
  const table = await tm.table(stream)
  expect(table.schema).toEqual(stream.schema)
  const tabled = await table.rows()
  expect(tabled.length).toBeGreaterThan(0)
  expect(texts(streamed, stream.schema, keys)).toEqual(texts(tabled, stream.schema, keys))
})

test('the cases can fail: a row more on one side is seen', async () => {
  const stream = listings.window(tumbling('1m')).agg((r: Any) => ({ n: count(), sum: r.floor.sum() }))
  const d = await driver(stream as Stream<object>)
  d.push(listings, [...pushed, pushed[300]] as never)
  const tabled = await (await tm.table(stream as Stream<object>)).rows()
  expect(texts(d.close().output(), stream.schema, undefined)).not.toEqual(texts(tabled, stream.schema, undefined))
})
