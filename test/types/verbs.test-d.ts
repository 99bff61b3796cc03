/** What the verbs of tables do to the columns the compiler knows, and which mistakes do not compile. */
import { expectTypeOf, test } from 'vitest'
import { count, type Dataset } from 'tidemill'
import type { LocalDateTime } from '../../src/schema/index.ts'

interface Sale {
  id: number
  city: string | null
  price: number | null
  at: Date
  tags: string[]
  weights: number[] | null
  address: { street: string; zip: number } | null
}
declare const sales: Dataset<Sale>
declare const quotes: Dataset<{ city: string; quoted: Date; bid: number }>
declare const clocks: Dataset<{ at: LocalDateTime; n: bigint }>

test('verbs give the rows they say', () => {
  const casted = sales.cast({ id: 'string' }).select('id')
  expectTypeOf(casted.rows).returns.resolves.toEqualTypeOf<{ id: string }[]>()
  const tried = sales.tryCast({ id: 'float64' }).select('id')
  expectTypeOf(tried.rows).returns.resolves.toEqualTypeOf<{ id: number | null }[]>()
  const numbers = sales.selectTypes('number')
  expectTypeOf(numbers.rows).returns.resolves.toEqualTypeOf<{ id: number; price: number | null }[]>()
  const flat = sales.unnest('address', { prefix: 'a_' }).select('a_zip')
  expectTypeOf(flat.rows).returns.resolves.toEqualTypeOf<{ a_zip: number | null }[]>()
  const group = sales.cut('price', [0, 1, 2], { into: 'class', labels: ['low', 'high'] }).select('class')
  expectTypeOf(group.rows).returns.resolves.toEqualTypeOf<{ class: 'low' | 'high' | null }[]>()
  const found = sales.select('id', 'city', 'at').joinAsOf(quotes, { on: 'city', at: { at: 'quoted' }, within: '5m' })
  expectTypeOf(found.rows).returns.resolves.toEqualTypeOf<{ id: number; city: string | null; at: Date; bid: number | null }[]>()
  const days = sales.resample('at', '1d', r => ({ n: count(), total: r.price.sum() }), { by: 'city' })
  expectTypeOf(days.rows).returns.resolves.toEqualTypeOf<{ city: string | null; at: Date; n: number; total: number | null }[]>()
  const rolled = sales.groupBy('city').rollup(() => ({ n: count() }), { level: 'level' })
  expectTypeOf(rolled.rows).returns.resolves.toEqualTypeOf<{ city: string | null; level: string; n: number }[]>()
  const all = quotes.union(sales.select('city', 'id'), { missing: 'null' })
  expectTypeOf(all.rows).returns.resolves.toEqualTypeOf<
    { city: string | null; quoted: Date | null; bid: number | null; id: number | null }[]
  >()
  expectTypeOf(sales.column('price')).resolves.toEqualTypeOf<(number | null)[]>()
  const outer = sales.explode(['tags', 'weights'], { outer: true }).select('tags', 'weights')
  expectTypeOf(outer.rows).returns.resolves.toEqualTypeOf<{ tags: string | null; weights: number | null }[]>()
})

test('wrong names and wrong types do not compile', () => {
  // @ts-expect-error no such column
  void (() => sales.topK(3, 'prices'))
  // @ts-expect-error no such column
  void (() => sales.distinct('town', { keep: 'last', orderBy: 'id' }))
  // @ts-expect-error no such column
  void (() => sales.distinct('city', { orderBy: 'prices' }))
  // @ts-expect-error not a column of numbers
  void (() => sales.cut('city', [0, 1], { into: 'class' }))
  // @ts-expect-error not a column of numbers
  void (() => sales.qcut('city', 4, { into: 'class' }))
  // @ts-expect-error not a column of numbers
  void (() => sales.clip({ city: [0, 1] }))
  // @ts-expect-error not a column of moments
  void (() => sales.resample('price', '1d', () => ({ n: count() })))
  // @ts-expect-error no such period
  void (() => sales.resample('at', 'fortnight', () => ({ n: count() })))
  // @ts-expect-error no such column
  void (() => clocks.resample('at', '1h', r => ({ n: r.m.sum() })))
  // @ts-expect-error a column without structs
  void (() => sales.unnest('tags'))
  // @ts-expect-error no such type
  void (() => sales.cast({ id: 'integer' }))
  // @ts-expect-error no such column
  void (() => sales.fillNull(['prices'], { strategy: 'mean' }))
  // @ts-expect-error no such strategy
  void (() => sales.fillNull(['price'], { strategy: 'ffill' }))
  // @ts-expect-error values of another type
  void (() => sales.replace({ price: [['a', 'b']] }))
  // @ts-expect-error the other side has other columns
  void (() => sales.intersect(quotes))
  // @ts-expect-error both sides have the column city, and there is no suffix
  void (() => sales.joinAsOf(quotes, { at: { at: 'quoted' } }))
  // @ts-expect-error no such promise
  void (() => sales.join(quotes, { on: 'city', validate: 'one-to-none' }))
  // @ts-expect-error no such key
  void (() => sales.groupBy('city').groupingSets([['town']], () => ({ n: count() })))
  // @ts-expect-error no such column
  void (() => sales.column('prices'))
})
