/** What aggregates and windows give, and what they refuse, to the compiler. */
import { col, count, countDistinct, cumeDist, type Dataset, ntile } from 'tidemill'
import { expectTypeOf, test } from 'vitest'

interface Sale {
  readonly city: string
  readonly name: string | null
  readonly price: number
  readonly rooms: number | null
  readonly sold: boolean
  readonly at: Date
}
declare const sales: Dataset<Sale>
type RowOf<D> = D extends Dataset<infer R> ? R : never

test('statistics of groups', () => {
  const made = sales.groupBy('city').agg(r => ({
    skew: r.price.skew(),
    sd: r.price.stddevPop(),
    corr: r.price.correlation(r.rooms),
    weighted: r.price.weightedMean(r.rooms),
    quartiles: r.price.quantiles([0.25, 0.75]),
    dearest: r.city.argMax(r.price),
    names: r.name.stringAgg(', ', { orderBy: r.at.desc() }),
    bins: r.price.histogram({ low: 0, high: 10, bins: 2 }),
    share: r.sold.mean(),
    pairs: countDistinct(r.city, r.rooms),
    some: r.rooms.approxCountDistinct(),
    usual: r.name.mode(),
  }))
  expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
    city: string
    skew: number | null
    sd: number
    corr: number | null
    weighted: number | null
    quartiles: number[]
    dearest: string | null
    names: string | null
    bins: { readonly low: number; readonly high: number; readonly count: number }[]
    share: number
    pairs: number
    some: number
    usual: string | null
  }>()
})

test('windows', () => {
  const made = sales.select(r => {
    const window = { partitionBy: r.city, orderBy: r.at }
    return {
      share: cumeDist().over(window),
      quarter: ntile(4).over(window),
      before: r.price.lag(1, 0).over(window),
      known: r.rooms.lag(1, { skipNulls: true }).over(window),
      first: r.price.firstValue().over(window),
      past: r.price.lastValue().over({ ...window, rows: [-2, -1] }),
      near: r.price.mean().over({ orderBy: r.price, range: [-5, 5] }),
      others: r.price.mean().over({ partitionBy: r.city, exclude: 'current' }),
      counted: count().over({ partitionBy: r.city, exclude: 'current' }),
      week: r.price.mean().rolling('7d', window),
      total: r.price.cumSum(window),
      change: r.price.change(window),
      faded: r.price.ewmMean({ span: 3 }).over(window),
    }
  })
  expectTypeOf<RowOf<typeof made>>().toEqualTypeOf<{
    share: number
    quarter: number
    before: number
    known: number | null
    first: number
    past: number | null
    near: number
    others: number | null
    counted: number
    week: number | null
    total: number
    change: number | null
    faded: number
  }>()
})

test('what means nothing is refused', () => {
  // @ts-expect-error text has no skewness
  sales.agg(r => ({ x: r.city.skew() }))
  // @ts-expect-error nor a correlation with text
  sales.agg(r => ({ x: r.price.correlation(r.city) }))
  // @ts-expect-error an aggregate of an aggregate
  sales.agg(r => ({ x: r.price.covariance(r.rooms.sum()) }))
  // @ts-expect-error cumulative sums want an order
  sales.select(r => ({ x: r.price.cumSum({ partitionBy: r.city }) }))
  // @ts-expect-error a rolling column is none: aggregate it
  sales.select(r => ({ x: r.price.rolling(3, { orderBy: r.at }) }))
  // @ts-expect-error the default of a number is no text
  sales.select(r => ({ x: r.price.lag(1, 'none').over({ orderBy: r.at }) }))
  // @ts-expect-error one way of saying how fast it forgets
  sales.select(r => ({ x: r.price.ewmMean({}).over({ orderBy: r.at }) }))
})

test('columns by name take them all', () => {
  sales.agg(() => ({ a: col('price').correlation(col('rooms')), b: col('price').approxQuantile(0.5), c: col('city').stringAgg() }))
  sales.select(() => ({
    a: col('price').cumSum({ orderBy: col('at') }),
    b: col('price')
      .mean()
      .rolling(3, { orderBy: col('at') }),
  }))
})
