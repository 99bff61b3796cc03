import { expect, test } from 'vitest'
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import { buildExprs, col, countDistinct, cumeDist, type Kind, ntile, printExpr } from './index.ts'

const schema: Schema = [
  { name: 'price', type: 'float64', nullable: false },
  { name: 'rooms', type: 'int64', nullable: true },
  { name: 'amount', type: { decimal: [10, 2] }, nullable: false },
  { name: 'city', type: 'string', nullable: false },
  { name: 'sold', type: 'boolean', nullable: false },
  { name: 'at', type: 'timestamp', nullable: false },
]
// Written as somebody does who has no types.
const build = (kinds: readonly Kind[], open: boolean, make: (r: any) => unknown) =>
  buildExprs('withColumns', schema, open, kinds, (r: never) => ({ x: make(r) }))['x'] as NonNullable<ReturnType<typeof buildExprs>[string]>
const row = (make: (r: any) => unknown) => build(['column', 'window'], false, make)
const agg = (make: (r: any) => unknown) => build(['aggregate', 'count'], false, make)
const typed = (node: { readonly type: unknown; readonly nullable: boolean }): unknown => [node.type, node.nullable]

const mistakes: readonly (readonly [code: string, message: RegExp, make: () => unknown])[] = [
  ['expr.unknown-method', /no skew on string/, () => agg(r => r.city.skew())],
  ['expr.unknown-method', /no mean on string/, () => agg(r => r.city.mean())],
  ['expr.unknown-method', /no stringAgg on float64/, () => agg(r => r.price.stringAgg())],
  ['expr.type', /correlation on price wants number, not string: city/, () => agg(r => r.price.correlation(r.city))],
  ['expr.type', /bitOrAgg wants an integer, not float64/, () => agg(r => r.price.bitOrAgg())],
  ['expr.kind', /covariance\(\) wants a column, but rooms.sum\(\) is an aggregate/, () => agg(r => r.price.covariance(r.rooms.sum()))],
  ['expr.kind', /countDistinct\(\) wants a column/, () => agg(r => countDistinct(r.city, r.price.sum()))],
  ['expr.argument', /countDistinct\(\) of nothing/, () => agg(() => countDistinct())],
  ['expr.argument', /approxQuantile is a share from 0 to 1, not 50/, () => agg(r => r.price.approxQuantile(50))],
  ['expr.argument', /quantiles of no shares/, () => agg(r => r.price.quantiles([]))],
  ['expr.argument', /quantiles are shares from 0 to 1, not 2/, () => agg(r => r.price.quantiles([0.5, 2]))],
  ['expr.argument', /quantiles wants an array of shares, not 0.5/, () => agg(r => r.price.quantiles(0.5))],
  ['expr.argument', /edges of a histogram ascend: 1 after 2/, () => agg(r => r.price.histogram({ edges: [0, 2, 1] }))],
  ['expr.argument', /histogram without two edges/, () => agg(r => r.price.histogram({ edges: [1] }))],
  ['expr.argument', /histogram takes 1 to 1000 bins, not 1001/, () => agg(r => r.price.histogram({ low: 0, high: 1, bins: 1001 }))],
  ['expr.argument', /histogram from 1 to 1/, () => agg(r => r.price.histogram({ low: 1, high: 1, bins: 3 }))],
  ['expr.argument', /high of histogram wants a number/, () => agg(r => r.price.histogram({ low: 1, bins: 3 }))],
  ['expr.argument', /unknown option of list: by \(have orderBy, distinct\)/, () => agg(r => r.price.list({ by: r.at }))],
  ['expr.argument', /list of distinct values in the order of at/, () => agg(r => r.price.list({ distinct: true, orderBy: r.at }))],
  ['expr.argument', /distinct of list is true or false, not 1/, () => agg(r => r.price.list({ distinct: 1 }))],
  ['expr.argument', /ntile takes buckets from 1, not 0/, () => row(r => ntile(0).over({ orderBy: r.at }))],
  ['expr.argument', /nthValue takes the number of a row from 1, not 1.5/, () => row(r => r.price.nthValue(1.5).over({ orderBy: r.at }))],
  [
    'expr.argument',
    /lag\(1\) over a frame: it looks at the whole partition/,
    () => row(r => r.price.lag().over({ orderBy: r.at, rows: [-1, 0] })),
  ],
  ['expr.type', /lag on price wants float64, not string: "none"/, () => row(r => r.price.lag(1, 'none').over({ orderBy: r.at }))],
  [
    'expr.argument',
    /range wants one column of numbers in orderBy, not timestamp/,
    () => row(r => r.price.sum().over({ orderBy: r.at, range: [-5, 5] })),
  ],
  ['expr.argument', /bound of range between integers: -0.5/, () => row(r => r.price.sum().over({ orderBy: r.rooms, range: [-0.5, 0] }))],
  ['expr.argument', /a duration and a number/, () => row(r => r.price.sum().over({ orderBy: r.at, range: ['-1h', 5] }))],
  [
    'expr.argument',
    /exclude is "me" \(have current, group, ties\)/,
    () => row(r => r.price.mean().over({ partitionBy: r.city, exclude: 'me' })),
  ],
  [
    'expr.argument',
    /exclude in an ordered window without a frame/,
    () => row(r => r.price.mean().over({ orderBy: r.at, exclude: 'group' })),
  ],
  ['expr.argument', /cumSum without an order/, () => row(r => r.price.cumSum({ partitionBy: r.city }))],
  ['expr.argument', /unknown option of cumSum: rows/, () => row(r => r.price.cumSum({ orderBy: r.at, rows: [0, 1] }))],
  ['expr.argument', /change takes a whole number of rows from 1, not 0/, () => row(r => r.price.change({ orderBy: r.at, rows: 0 }))],
  ['expr.kind', /rolling\(\) wants an aggregate, but price is a column/, () => row(r => r.price.rolling(3, { orderBy: r.at }))],
  [
    'expr.argument',
    /rolling takes a number of rows from 1 or a duration, not 0/,
    () => row(r => r.price.mean().rolling(0, { orderBy: r.at })),
  ],
  [
    'expr.argument',
    /minRows of rolling: 4 \(a whole number up to 3\)/,
    () => row(r => r.price.mean().rolling(3, { orderBy: r.at, minRows: 4 })),
  ],
  [
    'expr.argument',
    /rolling over a duration is not centred/,
    () => row(r => r.price.mean().rolling('3d', { orderBy: r.at, center: true })),
  ],
  [
    'expr.argument',
    /ewmMean takes one of alpha, span, halfLife and com, not alpha and span/,
    () => row(r => r.price.ewmMean({ alpha: 0.5, span: 3 }).over({ orderBy: r.at })),
  ],
  ['expr.argument', /alpha is above 0 and at most 1, not 2/, () => row(r => r.price.ewmMean({ alpha: 2 }).over({ orderBy: r.at }))],
  ['expr.argument', /span of ewmMean is at least 1, not 0.5/, () => row(r => r.price.ewmMean({ span: 0.5 }).over({ orderBy: r.at }))],
  ['expr.argument', /alpha too small: 0.001/, () => row(r => r.price.ewmMean({ alpha: 0.001 }).over({ orderBy: r.at }))],
  ['expr.kind', /cumeDist\(\) without its window/, () => row(() => cumeDist())],
]
test.each(mistakes)('%s: %s', (code, message, make) => {
  let error: unknown
  try {
    make()
  } catch (thrown) {
    error = thrown
  }
  if (!(error instanceof TidemillError)) throw new Error('no error', { cause: error })
  expect(error.code).toBe(code)
  expect(error.message).toMatch(message)
  // Where it was written: a line of this file.
  expect(JSON.stringify(error.details)).toMatch(/aggregates\.test\.ts/)
})

test('types: what can be NULL says so, what is counted cannot', () => {
  expect(typed(agg(r => r.price.skew()))).toEqual(['float64', true])
  expect(typed(agg(r => r.price.stddevPop()))).toEqual(['float64', false])
  expect(typed(agg(r => r.rooms.approxCountDistinct()))).toEqual(['int64', false])
  expect(typed(agg(r => r.amount.product()))).toEqual(['float64', false])
  expect(typed(agg(r => r.price.quantiles([0.5])))).toEqual([{ list: 'float64' }, false])
  expect(typed(agg(r => r.city.argMax(r.rooms)))).toEqual(['string', true])
  expect(typed(agg(r => r.city.argMax(r.price)))).toEqual(['string', false])
  expect(typed(agg(r => r.sold.sum()))).toEqual(['int64', false])
  expect(typed(agg(r => r.sold.mode()))).toEqual(['boolean', false])
  expect(typed(row(r => r.price.lag(1, 0).over({ orderBy: r.at })))).toEqual(['float64', false])
  expect(typed(row(r => r.price.lag(1, r.rooms).over({ orderBy: r.at })))).toEqual(['float64', true])
  expect(typed(row(r => r.price.firstValue().over({ orderBy: r.at })))).toEqual(['float64', false])
  expect(typed(row(r => r.price.firstValue().over({ orderBy: r.at, rows: [1, 2] })))).toEqual(['float64', true])
  expect(typed(row(r => r.price.mean().over({ partitionBy: r.city, exclude: 'current' })))).toEqual(['float64', true])
  expect(typed(row(r => r.price.mean().rolling(3, { orderBy: r.at })))).toEqual(['float64', true])
  expect(typed(row(r => r.price.cumSum({ orderBy: r.at })))).toEqual(['float64', false])
  expect(typed(row(r => r.price.change({ orderBy: r.at })))).toEqual(['float64', true])
})

test('they print as they are written', () => {
  const printed = (make: (r: any) => unknown): string => printExpr(make === undefined ? agg(make) : agg(make))
  expect(printed(r => r.city.stringAgg(', ', { orderBy: r.at.desc() }))).toBe('city.stringAgg(", ", { orderBy: [at.desc()] })')
  expect(printed(r => r.price.histogram({ low: 0, high: 4, bins: 2 }))).toBe('price.histogram({ edges: [0,2,4] })')
  expect(printed(r => r.price.quantiles([0.25, 0.75]))).toBe('price.quantiles([0.25,0.75])')
  expect(printed(r => countDistinct(r.city, r.sold))).toBe('countDistinct(city, sold)')
  expect(printExpr(row(r => r.price.lag(2, 0, { skipNulls: true }).over({ orderBy: r.at })))).toBe(
    'price.lag(2, 0, { skipNulls: true }).over({ orderBy: [at] })',
  )
  expect(printExpr(row(r => ntile(4).over({ orderBy: r.price })))).toBe('ntile(4).over({ orderBy: [price] })')
  expect(printExpr(row(r => r.price.sum().over({ orderBy: r.at, range: ['-90m', 0], exclude: 'current' })))).toBe(
    'price.sum().over({ orderBy: [at], range: ["-90m", 0], exclude: "current" })',
  )
  expect(printExpr(row(r => r.price.sum().over({ orderBy: r.price, range: [-1.5, 'unbounded'] })))).toBe(
    'price.sum().over({ orderBy: [price], range: [-1.5, "unbounded"] })',
  )
  expect(printExpr(row(r => r.price.ewmMean({ span: 3 }).over({ orderBy: r.at })))).toMatch(
    /^price\.ewmMean\(\{ alpha: 0\.5, adjust: true \}\)/,
  )
})

test('columns of unknown type take them too', () => {
  const open = (make: () => unknown) => build(['aggregate', 'count'], true, make)
  expect(open(() => col('a').correlation(col('b'))).type).toBe('float64')
  expect(open(() => col('a').argMax(col('b'))).type).toBe('unknown')
  expect(
    build(['column', 'window'], true, () =>
      col('a')
        .lag(1, 0)
        .over({ orderBy: col('b') }),
    ).nullable,
  ).toBe(true)
})
