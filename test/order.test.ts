/** The verbs whose pages say that the order of the rows stays: behind a `sort` it does, over rows enough for several threads and with windows that go through them by partitions. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../src/connectors/index.ts'
import { type Dataset, rowNumber, type Session, struct, tidemill } from '../src/index.ts'
import { minMaxScaler } from '../src/ml/index.ts'
import { verbGroups } from '../tools/docs/verbs/index.ts'
import { kept, keptBehindWindows } from '../tools/docs/verbs/types.ts'

const count = 200_000
const schema = { n: 'int64', kind: 'int64', x: 'float64?', text: 'string', pair: struct({ a: 'int64' }) } as const
type Sorted = Dataset<{ n: number; kind: number; x: number | null; text: string; pair: { a: number } }>

let tm: Session
let sorted: Sorted
beforeAll(async () => {
  tm = await tidemill({ workers: 2, typesFile: false })
  // 7919 is prime to the count: every number once, far from their places.
  const all = Array.from({ length: count }, (_, place) => {
    const n = (place * 7919) % count
    return { n, kind: n % 17, x: n % 5 === 0 ? null : n / 2, text: String(n), pair: { a: n } }
  })
  sorted = ((await tm.read(rows(all, { schema: schema as never }))) as unknown as Sorted).sort('n')
}, 60_000)
afterAll(() => tm.close())

type Made = Dataset<any> | Promise<Dataset<any>>
/** Each with the column by which the rows were sorted, under the name `n`. */
const cases: Readonly<Record<string, (t: Sorted) => Made>> = {
  select: t => t.select(r => ({ n: r.n, place: rowNumber().over({ partitionBy: r.kind, orderBy: r.x }) })),
  withColumns: t => t.withColumns(r => ({ total: r.x.sum().over({ partitionBy: r.kind }) })),
  filter: t => t.filter(r => rowNumber().over({ partitionBy: r.kind, orderBy: r.n.desc() }).lt(1000)),
  drop: t => t.drop('text'),
  rename: t => t.rename({ kind: 'sort' }),
  reorder: t => t.reorder('x'),
  selectTypes: t => t.selectTypes('number'),
  cast: t => t.cast({ kind: 'string' }),
  tryCast: t => t.tryCast({ text: 'int64' }),
  as: t => t.as({ n: 'float64', kind: 'string', x: 'float64?', text: 'string', pair: struct({ a: 'int64' }) } as never),
  unnest: t => t.unnest('pair'),
  fillNull: t => t.fillNull(['x'], { strategy: 'forward', orderBy: 'n', by: ['kind'] }),
  dropNulls: t => t.dropNulls('x'),
  replace: t => t.replace({ kind: [[3, 300]] }),
  clip: t => t.clip({ kind: [2, 4] }),
  cut: t => t.cut('kind', [0, 3, 20], { into: 'size' }),
  qcut: t => t.qcut('x', 4, { into: 'quarter', by: ['kind'] }),
  map: t => t.map(row => ({ n: row.n, twice: row.kind * 2 }), { schema: { n: 'int64', twice: 'int64' } }),
  flatMap: t => t.flatMap(row => [{ n: row.n }, { n: row.n }], { schema: { n: 'int64' } }),
  mapBatches: t => t.mapBatches(batch => Array.from(batch.column('n'), n => ({ n })), { schema: { n: 'int64' } }),
  transform: async t => t.transform(await minMaxScaler().fit(t, { columns: ['kind'] })),
}

const promised = verbGroups.flatMap(group => group.verbs).filter(({ order }) => order === kept || order === keptBehindWindows)

test('every verb of which that is said has a case', () => {
  expect(promised.map(({ name }) => name).filter(name => !Object.hasOwn(cases, name))).toEqual([])
  expect(promised.length).toBeGreaterThan(18)
})

async function falls(table: Dataset<any>): Promise<number> {
  const found = (await table.rows()) as readonly { readonly n: number }[]
  expect(found.length).toBeGreaterThan(1000)
  return found.filter((row, at) => at > 0 && row.n < (found[at - 1]?.n ?? 0)).length
}

for (const { name } of promised)
  test(`${name} keeps the order of a sort`, async () => {
    expect(await falls(await (cases[name] as (t: Sorted) => Made)(sorted))).toBe(0)
  }, 60_000)

test('rows are chosen and counted in the order of the sort, behind a window too', async () => {
  const placed = sorted.withColumns(r => ({ place: rowNumber().over({ orderBy: r.kind }) }))
  const places = async (table: Dataset<any>): Promise<readonly number[]> =>
    ((await table.rows()) as readonly { readonly n: number }[]).map(row => row.n)
  expect(await places(placed.limit(4))).toEqual([0, 1, 2, 3])
  expect(await places(placed.tail(3))).toEqual([count - 3, count - 2, count - 1])
  expect(await places(placed.slice(5, -(count - 8)))).toEqual([5, 6, 7])
  expect(
    await placed
      .withRowIndex('at')
      .filter(r => r.at.ne(r['n']))
      .count(),
  ).toBe(0)
  expect(await places(placed.sample({ rows: 2000 }, { seed: 1 }))).toEqual(
    (await places(placed.sample({ rows: 2000 }, { seed: 1 }))).toSorted((a, b) => a - b),
  )
  const joined = placed.select('n', 'place').limit(1000).join(sorted.select('n', 'kind'), { on: 'n' })
  expect(await joined.filter(r => r.n.gte(1000)).count()).toBe(0)
}, 60_000)
