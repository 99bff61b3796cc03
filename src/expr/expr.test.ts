import { expect, test } from 'vitest'
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import {
  buildCondition,
  buildExprs,
  buildOrder,
  coalesce,
  col,
  type Columns,
  count,
  denseRank,
  kindOf,
  lit,
  percentRank,
  printExpr,
  printOrder,
  rank,
  rowNumber,
  when,
} from './index.ts'

const schema: Schema = [
  { name: 'price', type: 'float64', nullable: false },
  { name: 'rooms', type: 'int64', nullable: true },
  { name: 'small', type: 'int32', nullable: false },
  { name: 'city', type: 'string', nullable: false },
  { name: 'sold', type: 'boolean', nullable: true },
  { name: 'at', type: 'timestamp', nullable: false },
  { name: 'day', type: 'date', nullable: false },
  { name: 'tags', type: { list: 'string' }, nullable: true },
  { name: 'money', type: { decimal: [10, 2] }, nullable: false },
  { name: 'big', type: 'bigint', nullable: false },
  { name: 'place', type: { struct: [{ name: 'zip', type: 'string', nullable: true }] }, nullable: false },
  { name: 'kind', type: { enum: ['a', 'b'] }, nullable: false },
]
type Any = Columns<{ [column: string]: any }>
const row = ['column', 'window'] as const
const group = ['aggregate', 'count'] as const
const filter = (make: (r: Any) => unknown) => buildCondition('filter', schema, false, row, make)
const withColumns = (make: (r: Any) => object) => buildExprs('withColumns', schema, false, row, make)
const agg = (make: (r: Any) => object) => buildExprs('agg', schema, false, group, make)
const one = (make: (r: Any) => unknown) => {
  const node = withColumns(r => ({ x: make(r) }))['x']
  if (node === undefined) throw new Error('no node')
  return node
}
const failure = (run: () => unknown): TidemillError => {
  try {
    run()
  } catch (error) {
    if (error instanceof TidemillError) return error
    throw error
  }
  throw new Error('no error')
}

test('a condition becomes plain data that prints as it was written', () => {
  const node = filter(r => r.price.div(r.rooms).gt(1000).and(r.city.eq('Delft')))
  expect(printExpr(node)).toBe('price.div(rooms).gt(1000).and(city.eq("Delft"))')
  expect(JSON.parse(JSON.stringify(node))).toEqual(node)
  expect(node.type).toBe('boolean')
  expect(node.nullable).toBe(true)
})

test('an aggregation has types and kinds', () => {
  const made = agg(r => ({ mean: r.price.mean(), rooms: r.rooms.sum().div(2), n: count() }))
  expect(made['mean']).toEqual({
    op: 'mean',
    type: 'float64',
    nullable: false,
    args: [{ op: 'column', name: 'price', type: 'float64', nullable: false }],
  })
  expect(made['rooms']?.type).toBe('float64')
  expect(made['n']).toEqual({ op: 'count', args: [], type: 'int64', nullable: false })
})

const mistakes: readonly (readonly [code: string, says: RegExp, run: () => unknown])[] = [
  ['expr.unknown-column', /unknown column: pric \(have price, rooms/, () => filter(r => r.pric.gt(1))],
  ['expr.unknown-method', /no div on string: city \(have/, () => filter(r => r.city.div(2))],
  ['expr.type', /gt on price wants float64, not string: "1"/, () => filter(r => r.price.gt('1'))],
  [
    'expr.kind',
    /filter takes a value per row or a value over a window, but price.mean\(\).gt\(1\) is an aggregate/,
    () => filter(r => r.price.mean().gt(1)),
  ],
  ['expr.kind', /agg takes an aggregate, but mean = price is a value per row/, () => agg(r => ({ mean: r.price }))],
  ['expr.kind', /half an aggregate/, () => agg(r => ({ share: r.price.sum().div(r.price) }))],
  ['expr.literal', /null is no operand/, () => filter(r => r.price.eq(null))],
  ['expr.javascript-operator', /JavaScript operator on price/, () => filter(r => (r.price as unknown as number) > 1)],
  ['expr.javascript-operator', /JavaScript operator on city/, () => withColumns(r => ({ label: `${r.city}!` }))],
  ['expr.constant', /filter got the constant false/, () => filter(r => r.price === 1)],
  ['expr.unused', /condition built but not used: price.gt\(1\)/, () => filter(r => !r.price.gt(1))],
  ['expr.unused', /condition built but not used: price.gt\(1\)/, () => filter(r => r.price.gt(1) && r.rooms.lt(9))],
  ['expr.read-only', /assignment to x of price/, () => withColumns(r => ((r.price.x = 1), { price: r.price }))],
  ['expr.read-only', /assignment to column price/, () => withColumns(r => (((r as Record<string, unknown>)['price'] = 1), { price: 1 }))],
  ['expr.constant', /the constant undefined/, () => filter(() => undefined)],
  ['expr.unused', /rooms.lt\(9\)/, () => filter(r => (r.rooms.lt(9) ? r.price.gt(1) : r.price.gt(2)))],
  ['expr.unused', /price.gt\(1\)/, () => filter(r => void r.price.gt(1))],
  ['expr.type', /filter wants a condition, not float64: price/, () => filter(r => r.price)],
  ['expr.argument', /withColumns got a single value \(price\)/, () => withColumns(r => r.price)],
  ['expr.argument', /async/, () => withColumns(async r => ({ x: r.price }))],
  ['expr.argument', /and takes 1 argument, not 2/, () => filter(r => r.sold.and(r.price.gt(1), r.price.gt(2)))],
  ['expr.kind', /sum\(\) wants a column, but price.sum\(\) is an aggregate/, () => agg(r => ({ x: r.price.sum().sum() }))],
  [
    'expr.kind',
    /max\(\) wants a column, but price.sum\(\).over\(\{ partitionBy: \[city\] \}\) is a window value/,
    () => agg(r => ({ x: r.price.sum().over({ partitionBy: r.city }).max() })),
  ],
  ['expr.kind', /over\(\) wants an aggregate, but price is a column/, () => one(r => r.price.over({ partitionBy: r.city }))],
  ['expr.kind', /rank\(\) without its window/, () => one(() => rank())],
  ['expr.argument', /rank\(\) over a window without orderBy/, () => one(r => rank().over({ partitionBy: r.city } as never))],
  ['expr.unknown-method', /no add on a ranking/, () => one(() => (rank() as any).add(1))],
  ['expr.argument', /when\(\) without its end/, () => one(r => when(r.sold, 1))],
  ['expr.unknown-method', /no add on when\(\)/, () => one(r => (when(r.sold, 1) as any).add(1))],
  ['expr.constant', /when\(\) got the constant false/, () => one(r => when((r.price === 1) as never, 1).end())],
  ['expr.type', /case on "a" wants string, not int64: 1/, () => one(r => when(r.sold, 'a').otherwise(1 as never))],
  ['expr.type', /when wants a condition, not float64/, () => one(r => when(r.price, 'a').end())],
  ['expr.literal', /no literal: an object/, () => one(r => r.price.eq({}))],
  ['expr.literal', /undefined is no value/, () => one(r => r.price.eq(undefined))],
  ['expr.literal', /an invalid Date/, () => one(r => r.at.eq(new Date('no')))],
  ['expr.type', /eq on day wants date, not string: "2026-02-30"/, () => one(r => r.day.eq('2026-02-30'))],
  ['expr.type', /lt on day wants date, not timestamp: at/, () => one(r => r.day.lt(r.at))],
  ['expr.type', /add on money wants decimal\(10,2\), not float64: price/, () => one(r => r.money.add(r.price))],
  ['expr.type', /add on big wants bigint, not float64: price/, () => one(r => r.big.add(r.price))],
  ['expr.type', /no cast from float64 to boolean/, () => one(r => r.price.cast('boolean'))],
  ['expr.type', /no cast from timestamp to int64/, () => one(r => r.at.cast('int64'))],
  ['schema.unknown-type', /int/, () => one(r => r.price.cast('int'))],
  ['expr.argument', /unknown field: town \(have zip\)/, () => one(r => r.place.field('town'))],
  ['expr.argument', /a day has no hour/, () => one(r => r.day.truncate('hour'))],
  ['expr.argument', /unknown unit: days/, () => one(r => r.at.diff(r.at, 'days'))],
  ['expr.argument', /a day moves by whole days/, () => one(r => r.day.plus('1h'))],
  ['expr.argument', /no duration: "1 day"/, () => one(r => r.at.plus('1 day'))],
  ['expr.argument', /plus\(3\) without a unit/, () => one(r => r.at.plus(3))],
  ['expr.argument', /unknown part of a format: %Q/, () => one(r => r.at.format('%Q'))],
  ['expr.argument', /unknown time zone: Mars/, () => one(r => r.at.toDate('Mars'))],
  ['expr.argument', /quantile is a share from 0 to 1, not 90/, () => agg(r => ({ x: r.price.quantile(90) }))],
  ['expr.argument', /first\(\) without an order/, () => agg(r => ({ x: r.price.first({}) }))],
  ['expr.argument', /rows without orderBy/, () => one(r => r.price.sum().over({ rows: [-1, 0] }))],
  ['expr.argument', /range wants one column of time/, () => one(r => r.price.sum().over({ orderBy: r.price, range: ['-1h', 0] }))],
  ['expr.argument', /unknown option of over\(\): partition /, () => one(r => r.price.sum().over({ partition: r.city }))],
  ['expr.argument', /clip from 3 down to 2/, () => one(r => r.price.clip(3, 2))],
  ['expr.argument', /bound of clip that the column cannot have: 0.5/, () => one(r => r.rooms.clip(0.5, 2))],
  ['expr.argument', /split at an empty text/, () => one(r => r.city.split(''))],
  ['expr.argument', /replacement with an unknown reference: \$2/, () => one(r => r.city.replace(/(a)/, '$2'))],
  ['expr.argument', /no group 2: the pattern has 1/, () => one(r => r.city.extract(/(a)/, 2))],
  ['expr.kind', /where\(\) takes a condition on columns/, () => agg(r => ({ x: r.price.sum().where(r.price.sum().gt(1)) }))],
  ['expr.kind', /map\(\) wants a value per item/, () => one(r => r.tags.map(() => r.price.sum()))],
  ['expr.type', /contains on tags wants string, not int64/, () => one(r => r.tags.contains(1))],
]
test.for(mistakes.map(([code, says, run], index) => ({ name: `${index} ${code} ${says.source.slice(0, 40)}`, code, says, run })))(
  'the mistake $name is an error with its line',
  ({ code, says, run }) => {
    const error = failure(run)
    expect(error.message).toMatch(says)
    expect(error.code).toBe(code)
    expect(String(error.details['at'])).toMatch(/expr\/expr\.test\.ts:\d+:\d+$/)
  },
)

test('an unused condition is shown with the line that wrote it', () => {
  const error = failure(() =>
    filter(r => {
      const cheap = r.price.lt(1)
      void cheap
      return r.rooms.gt(2)
    }),
  )
  expect(error.message).toMatch(/written at expr\/expr\.test\.ts:\d+:\d+/)
})

test('a condition used in any place counts as used', () => {
  const big = (r: Any) => r.price.gt(1)
  const built: unknown[] = []
  built.push(filter(r => when(big(r), true).otherwise(false)))
  built.push(filter(r => (rank() as any).over({ partitionBy: big(r), orderBy: [big(r).desc(), r.price] }).lt(3)))
  built.push(filter(r => r.tags.map((item: any) => item.eq('a')).contains(true)))
  built.push(agg(r => ({ x: r.price.sum().where(big(r)), y: r.price.first({ orderBy: big(r) }) })))
  built.push(withColumns(r => ({ a: big(r), b: big(r).isNull(), c: big(r).cast('int64'), d: coalesce(big(r), lit(false)) })))
  built.push(buildOrder(schema, false, (r: Any) => [big(r).asc(), big(r)]))
  expect(built).toHaveLength(6)
})

test('types follow the table: integers, floats, decimals, NULLs', () => {
  const typed = (make: (r: Any) => unknown) => {
    const { type, nullable } = one(make)
    return [type, nullable]
  }
  expect(typed(r => r.small.add(r.small))).toEqual(['int32', false])
  expect(typed(r => r.small.add(1))).toEqual(['int64', false])
  expect(typed(r => r.small.add(r.rooms))).toEqual(['int64', true])
  expect(typed(r => r.small.mul(1.5))).toEqual(['float64', false])
  expect(typed(r => r.rooms.div(2))).toEqual(['float64', true])
  expect(typed(r => r.big.add(1))).toEqual(['bigint', false])
  expect(typed(r => r.big.pow(2))).toEqual(['float64', false])
  expect(typed(r => r.money.add(0.005))).toEqual([{ decimal: [12, 3] }, false])
  expect(typed(r => r.money.mul(r.money))).toEqual([{ decimal: [20, 4] }, false])
  expect(typed(r => r.money.add(r.rooms))).toEqual([{ decimal: [22, 2] }, true])
  expect(typed(r => r.money.round())).toEqual([{ decimal: [11, 2] }, false])
  expect(typed(r => r.rooms.fillNull(0))).toEqual(['int64', false])
  expect(typed(r => r.small.fillNull(0))).toEqual(['int32', false])
  expect(typed(r => r.rooms.tryCast('int32'))).toEqual(['int32', true])
  expect(typed(r => r.city.length())).toEqual(['int64', false])
  expect(typed(r => r.tags.length())).toEqual(['int64', true])
  expect(typed(r => r.city.split(','))).toEqual([{ list: 'string' }, false])
  expect(typed(r => r.tags.at(0))).toEqual(['string', true])
  expect(typed(r => r.tags.map((t: any) => t.length()))).toEqual([{ list: 'int64' }, true])
  expect(typed(r => r.place.field('zip'))).toEqual(['string', true])
  expect(typed(r => r.at.truncate('month'))).toEqual(['timestamp', false])
  expect(typed(r => r.at.toDate('Europe/Amsterdam'))).toEqual(['date', false])
  expect(typed(r => when(r.sold, 1).otherwise(2.5))).toEqual(['float64', false])
  expect(typed(r => when(r.sold, 'a').end())).toEqual(['string', true])
  expect(typed(r => when(r.sold, r.kind).otherwise('c'))).toEqual(['string', false])
  expect(typed(r => r.rooms.sum().over({ partitionBy: r.city }))).toEqual(['int64', true])
  expect(typed(r => r.price.sum().over({ orderBy: r.at, rows: [-6, 0] }))).toEqual(['float64', false])
  expect(typed(r => r.price.sum().over({ orderBy: r.at, rows: [-6, -1] }))).toEqual(['float64', true])
  expect(typed(r => count().over({ orderBy: r.at, rows: [-6, -1] }))).toEqual(['int64', false])
  expect(typed(r => r.price.lag().over({ orderBy: r.at }))).toEqual(['float64', true])
  expect(typed(() => null)).toEqual(['null', true])
  expect(typed(r => r.sold.and(true))).toEqual(['boolean', true])
})

test('totals, lists and filtered aggregates know whether they can be NULL', () => {
  const made = agg(r => ({
    sum: r.small.sum(),
    decimals: r.money.sum(),
    bigs: r.big.sum(),
    some: r.price.sum().where(r.sold),
    n: count().where(r.sold),
    list: r.price.list().where(r.sold),
    share: r.price.sum().div(count()).where(r.sold),
    sd: r.price.stddev(),
  }))
  expect(Object.entries(made).map(([name, node]) => [name, node.type, node.nullable])).toEqual([
    ['sum', 'int64', false],
    ['decimals', { decimal: [38, 2] }, false],
    ['bigs', 'bigint', false],
    ['some', 'float64', true],
    ['n', 'int64', false],
    ['list', { list: 'float64' }, false],
    ['share', 'float64', true],
    ['sd', 'float64', true],
  ])
  expect(printExpr(made['share'] as never)).toBe('price.sum().where(sold).div(count().where(sold))')
})

test('constants take the type of the value beside them', () => {
  const literal = (make: (r: Any) => unknown) => {
    const node = one(make)
    const [, arg] = 'args' in node ? node.args : []
    return arg?.op === 'literal' ? [arg.value, arg.type] : undefined
  }
  expect(literal(r => r.price.gt(1000))).toEqual([1000, 'float64'])
  expect(literal(r => r.small.gt(1000))).toEqual([1000, 'int32'])
  expect(literal(r => r.small.gt(1e10))).toEqual([1e10, 'int64'])
  expect(literal(r => r.big.eq(5))).toEqual([5, 'bigint'])
  expect(literal(r => r.big.eq(9007199254740993n))).toEqual(['9007199254740993', 'bigint'])
  expect(literal(r => r.day.eq('2026-11-21'))).toEqual(['2026-11-21', 'date'])
  expect(literal(r => r.at.gt('2026-11-21T10:00:00+02:00'))).toEqual(['1795248000000000', 'timestamp'])
  expect(literal(r => r.at.gt(new Date(5)))).toEqual(['5000', 'timestamp'])
  expect(literal(r => r.money.mul(1.19))).toEqual(['1.19', { decimal: [3, 2] }])
  expect(literal(r => r.money.gt(5))).toEqual(['5.00', { decimal: [10, 2] }])
  expect(literal(r => r.kind.eq('a'))).toEqual(['a', { enum: ['a', 'b'] }])
  expect(literal(r => r.price.eq(Number.NaN))).toEqual(['NaN', 'float64'])
})

test('kinds: rows and windows go together, aggregates and rows do not', () => {
  const kind = (make: (r: Any) => unknown) => kindOf(one(make))
  expect(kind(() => 1)).toBe('constant')
  expect(kind(r => r.price)).toBe('column')
  expect(kind(r => r.price.sub(r.price.lag().over({ orderBy: r.at })))).toBe('window')
  expect(kindOf(agg(r => ({ x: r.price.sum().add(1) }))['x'] as never)).toBe('aggregate')
})

test('over is pushed down to the aggregates', () => {
  const node = one(r => r.price.sum().div(count()).over({ partitionBy: r.city }))
  expect(printExpr(node)).toBe('price.sum().over({ partitionBy: [city] }).div(count().over({ partitionBy: [city] }))')
  const twice = agg(r => ({ x: r.price.sum().where(r.sold).where(r.price.gt(1)) }))['x']
  expect(printExpr(twice as never)).toBe('price.sum().where(sold.and(price.gt(1)))')
})

test('orders: names, expressions, directions, NULLs', () => {
  expect(buildOrder(schema, false, 'price').map(printOrder)).toEqual(['price'])
  expect(buildOrder(schema, false, (r: Any) => [r.city.desc({ nulls: 'first' }), r.price.neg()]).map(printOrder)).toEqual([
    `city.desc({ nulls: 'first' })`,
    'price.neg()',
  ])
  expect(failure(() => buildOrder(schema, false, 'pric')).code).toBe('expr.unknown-column')
  expect(failure(() => buildOrder(schema, false, () => 'price')).code).toBe('expr.literal')
})

test('an open row takes any name and any method; a closed one checks col() at once', () => {
  const open = buildExprs('withColumns', [], true, row, (r: Any) => ({ x: r.anything.length().add(1), y: col('more').upper() }))
  expect(open['x']?.type).toBe('int64')
  expect(buildExprs('withColumns', [], true, row, (r: Any) => ({ z: r.a.add(r.b) }))['z']?.type).toBe('unknown')
  expect(open['y']?.type).toBe('string')
  expect(printExpr(open['x'] as never)).toBe('anything.length().add(1)')
  expect(one(() => col('tags').length()).type).toBe('int64')
  expect(one(() => col('price').gt(1))).toEqual(one(r => r.price.gt(1)))
  expect(failure(() => one(() => col('pric').gt(1))).message).toMatch(/unknown column: pric/)
  expect(failure(() => one(() => col('city').div(1))).code).toBe('expr.type')
  expect(failure(() => buildExprs('withColumns', [], true, row, (r: Any) => ({ x: r.a.notThere() }))).code).toBe('expr.unknown-method')
})

test('expressions print back in many forms', () => {
  const print = (make: (r: Any) => unknown) => printExpr(one(make))
  expect(print(r => r.city.matches(/^a.b$/i))).toMatch(/^city\.matches\(/)
  expect(print(r => when(r.sold, 'a').when(r.price.gt(1), 'b').otherwise('c'))).toBe(
    'when(sold, "a").when(price.gt(1), "b").otherwise("c")',
  )
  expect(print(r => r.tags.map((item: any) => item.upper()))).toBe('tags.map(item => item.upper())')
  expect(print(r => r.price.in([1, 2]))).toBe('price.in([1, 2])')
  expect(print(r => r.price.cast('int64'))).toBe('price.cast("int64")')
  expect(print(() => lit(1).add(2))).toBe('lit(1).add(2)')
  expect(print(r => coalesce(r.rooms, r.small, lit(0)))).toBe('coalesce(rooms, small, 0)')
  expect(print(r => rowNumber().over({ orderBy: r.price.desc() }))).toBe('rowNumber().over({ orderBy: [price.desc()] })')
  expect(print(r => denseRank().over({ orderBy: r.price }))).toBe('denseRank().over({ orderBy: [price] })')
  expect(print(r => percentRank().over({ orderBy: r.price }))).toBe('percentRank().over({ orderBy: [price] })')
})

test('promises, JSON and consoles may look at a builder', async () => {
  const price = col('price')
  expect(JSON.stringify(price)).toBe('{"op":"column","name":"price","type":"unknown","nullable":true}')
  expect(await Promise.resolve(price)).toBe(price)
  const { inspect } = await import('node:util')
  expect(inspect(price.add(1))).toBe('Expr price.add(1)')
})

test('building is cheap', () => {
  const build = () => {
    for (let i = 0; i < 100; i++) filter(r => r.price.div(r.rooms).gt(1000).and(r.city.eq('Delft')).or(r.small.add(1).lt(5)).and(r.sold))
  }
  build()
  const before = process.cpuUsage()
  build()
  const { user, system } = process.cpuUsage(before)
  // 1000 builder calls; the aim is 10 ms, the limit leaves room for a busy machine.
  expect((user + system) / 1000).toBeLessThan(100)
})
