/** The row types verbs make, and the value types expressions make. */
/* oxlint-disable vitest/expect-expect -- the compiler is what asserts here */
import { col, count, list, oneOf, struct, when, type Dataset, type OpenRow, type Row, type Timestamp } from 'tidemill'
import { iris } from 'tidemill/datasets'
import { standardScaler } from 'tidemill/ml'
import { expectTypeOf, test } from 'vitest'
import type { Columns, NumberExpr } from '../../src/expr/index.ts'
import type { RowOf, RowSplit } from '../../src/plan/index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function row<Expected>(): <D>(
  relation: D & (Equal<RowOf<D>, Expected> extends true ? unknown : { expected: Expected; got: RowOf<D> }),
) => void {
  return () => {}
}

const schema = {
  id: 'bigint',
  name: 'string?',
  tags: list('string'),
  kind: oneOf('a', 'b'),
  place: struct({ city: 'string', zip: 'string?' }),
  at: 'timestamp',
} as const
type Declared = Row<typeof schema>
const declared: Equal<
  Declared,
  { id: bigint; name: string | null; tags: string[]; kind: 'a' | 'b'; place: { city: string; zip: string | null }; at: Timestamp }
> = true

declare const t: Dataset<{ k: string; x: number; y: number | null; at: Timestamp }>
declare const u: Dataset<{ k: string; z: boolean }>
declare const open: Dataset<OpenRow>
declare const d: Dataset<Declared>

test('verbs make the rows they say', () => {
  expectTypeOf(declared).toEqualTypeOf<true>()
  row<{ k: string; x: number }>()(t.select('k', 'x'))
  row<{ k: string; twice: number }>()(t.select('k', r => ({ twice: r.x.mul(2) })))
  row<{ k: string; at: Timestamp }>()(t.drop('x', 'y'))
  row<{ key: string; x: number; y: number | null; at: Timestamp }>()(t.rename({ k: 'key' }))
  row<{ k: string; x: string; y: number | null; at: Timestamp }>()(t.withColumns(r => ({ x: r.x.cast('string') })))
  row<{ k: string; n: number; m: number | null }>()(t.groupBy('k').agg(r => ({ n: count(), m: r.y.mean() })))
  row<{ k: string; month: Timestamp; n: number }>()(t.groupBy('k', r => ({ month: r.at.truncate('month') })).agg(() => ({ n: count() })))
  row<{ n: number; m: number | null; perRow: number | null }>()(t.agg(r => ({ n: count(), m: r.x.mean(), perRow: r.x.sum().div(count()) })))
  row<{ k: string; x: number; y: number; at: Timestamp }>()(t.dropNulls())
  row<{ k: string; x: number; y: number; at: Timestamp }>()(t.fillNull({ y: 0 }))
  row<{ k: string; x: number; y: number | null; at: Timestamp; z: boolean }>()(t.join(u, { on: 'k' }))
  row<{ k: string; x: number; y: number | null; at: Timestamp; z: boolean | null }>()(t.join(u, { on: 'k', how: 'left' }))
  row<{ k: string; x: number | null; y: number | null; at: Timestamp | null; z: boolean }>()(t.join(u, { on: 'k', how: 'right' }))
  row<{ k: string; x: number | null; y: number | null; at: Timestamp | null; z: boolean | null }>()(t.join(u, { on: 'k', how: 'full' }))
  row<{ k: string; x: number; y: number | null; at: Timestamp }>()(t.join(u, { on: 'k', how: 'semi' }))
  row<{ k: string; x: number; y: number | null; at: Timestamp; kOther: string; z: boolean }>()(
    t.joinWhere(u, (a, b) => a.k.eq(b.k), { suffix: 'Other' }),
  )
  row<{ k: string; at: Timestamp; name: 'x' | 'y'; value: number | null }>()(
    t.unpivot({ columns: ['x', 'y'], name: 'name', value: 'value' }),
  )
  row<{ k: string; a: number | null; b: number | null }>()(
    t.pivot({ index: 'k', columns: 'k', into: ['a', 'b'], values: r => r.x.sum() }).select('k', 'a', 'b'),
  )
  row<{ tag: string }>()(d.select(r => ({ tag: r.tags })).explode('tag'))
  row<{ city: string; zip: string | null; first: string | null }>()(
    d.select(r => ({ city: r.place.field('city'), zip: r.place.field('zip'), first: r.tags.at(0) })),
  )
  row<{ size: 'big' | 'small' | null }>()(t.select(r => ({ size: when(r.y.gt(1), 'big').when(r.y.gt(0), 'small').end() })))
  row<{ running: number; before: number | null }>()(
    t.select(r => ({
      running: r.x.sum().over({ orderBy: r.at, rows: [-6, 0] }),
      before: r.x.sum().over({ orderBy: r.at, rows: [-6, -1] }),
    })),
  )
  row<{ big: number | null; n: number }>()(
    t
      .groupBy('k')
      .agg(r => ({ big: r.x.sum().where(r.y.gt(0)), n: count().where(r.y.gt(0)) }))
      .drop('k'),
  )
})

test('an open row becomes known where verbs name its columns', () => {
  row<{ a: any; n: number }>()(
    open
      .filter(r => r.whatever.gt(1))
      .groupBy('a')
      .agg(() => ({ n: count() })),
  )
  row<{ a: any; b: string }>()(
    open
      .withColumns(r => ({ b: r.x.cast('string') }))
      .select('a', r => ({ b: r.b.fillNull('') }))
      .as({ a: 'float64', b: 'string' })
      .withColumns(() => ({ a: col('x') })),
  )
})

test('functions over columns fit every table that has the columns', () => {
  const tax = (r: Columns<{ x: number }>): { tax: NumberExpr<number, 'column'> } => ({ tax: r.x.mul(0.2) })
  row<{ k: string; tax: number }>()(t.select('k', tax))
  row<{ k: string; x: number; y: number | null; at: Timestamp; tax: number }>()(t.withColumns(tax))
})

test('a function gets its values by name, and its rows are the row type', () => {
  const rate = 0.25
  row<{ k: string; cost: number }>()(t.map((r, { rate }) => ({ k: r.k, cost: r.x * rate }), { with: { rate } }))
  row<{ part: string }>()(
    t.flatMap((r, { by }) => r.k.split(by).map(part => ({ part })), { with: { by: ',' }, schema: { part: 'string' } }),
  )
  row<{ n: number }>()(t.mapBatches((batch, { plus }) => [{ n: batch.rows + plus }], { with: { plus: 1 }, schema: { n: 'float64' } }))
  row<{ k: string; total: number }>()(
    t
      .groupBy('k')
      .mapGroups((key, rows, { start }) => [{ k: key.k, total: [...rows].reduce((sum, r) => sum + r.x, start) }], { with: { start: 0 } }),
  )
  row<{ twice: number }>()(t.map(async r => ({ twice: r.x * 2 })))
})

test('split by shares and by row numbers has the names of its parts', () => {
  const { train, test: rest } = t.split({ train: 0.8, test: 0.2 }, { seed: 1, stratify: 'k' })
  row<RowOf<typeof t>>()(train)
  row<RowOf<typeof t>>()(rest)
  const byRows: RowSplit<'first' | 'others'> = { kind: 'rows', rows: { first: [0, 1], others: 'rest' } }
  expectTypeOf(t.split(byRows)).toEqualTypeOf<{ readonly first: typeof t; readonly others: typeof t }>()
  row<RowOf<typeof flowers>>()(flowers.split(iris.articleSplit).train)
})

declare const flowers: Dataset<{ sepalLength: number; species: string }>

test('a transformer keeps the row it was given', async () => {
  const scaler = await standardScaler().fit({} as Dataset<{ a: number }>)
  row<{ a: number; name: string }>()(scaler.transform({} as Dataset<{ a: number; name: string }>))
})

test('a cache is a table, and frees its rows when disposed of', async () => {
  await using kept = await t.cache()
  row<{ k: string }>()(kept.select('k'))
})
