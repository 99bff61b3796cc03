import { expect, test } from 'vitest'
import { buildCondition, buildExprs, callNode, columnNode, literalNode } from '../expr/index.ts'
import { nodesOf } from './inputs.ts'
import type { Plan } from './nodes.ts'
import { optimise } from './optimise.ts'
import { printPlan } from './print.ts'
import { verbs } from './verbs/index.ts'

const int = (name: string) => ({ name, type: 'int64', nullable: true }) as const
const scan = (table: string, columns: readonly string[]): Plan => verbs.scan({ kind: 'test', options: { table } }, columns.map(int))
const one = scan('one', ['a', 'b', 'c'])
const two = scan('two', ['a', 'd', 'b'])

const filter = (plan: Plan, make: (r: any) => unknown): Plan =>
  verbs.filter(plan, { where: buildCondition('filter', plan.fields, plan.open, ['column', 'window'], make as (r: never) => unknown) })
const withColumns = (plan: Plan, make: (r: any) => object): Plan =>
  verbs.withColumns(plan, {
    columns: Object.entries(buildExprs('withColumns', plan.fields, plan.open, ['column', 'window'], make as (r: never) => object)).map(
      ([name, expr]) => ({ name, expr }),
    ),
  })
const lines = (plan: Plan): string[] => printPlan(optimise(plan)).split('\n')

test('a condition on a made column reaches the scan, and columns nobody reads are not read', () => {
  const plan = filter(
    withColumns(one, r => ({ e: r.a.add(1) })),
    r => r.e.gt(2),
  )
  expect(lines(verbs.select(plan, { columns: ['e'] }))).toEqual(['project e = a.add(1)', 'scan test (a) where a.add(1).gt(2)'])
})

test('conditions that meet become one', () => {
  expect(
    nodesOf(
      optimise(
        filter(
          filter(one, r => r.a.gt(1)),
          r => r.b.gt(1),
        ),
      ),
    ).map(node => node.node),
  ).toEqual(['scan'])
})

test('a condition over a key goes below the aggregate and into one side of a join', () => {
  const joined = verbs.join(one, { other: two, on: [['a', 'a']], suffix: 'Of' })
  expect(lines(filter(joined, r => r.d.gt(1)))).toEqual(['join inner on a', '├ scan test (a, b, c)', '└ scan test (a, d, b) where d.gt(1)'])
  const sums = verbs.aggregate(one, { keys: ['a'], aggs: [{ name: 't', expr: callNode('sum', [columnNode(int('b'))]) }] })
  expect(lines(filter(sums, r => r.a.gt(1)))[1]).toBe('scan test (a, b) where a.gt(1)')
})

test('a condition stays above limits, windows and splits', () => {
  expect(lines(filter(verbs.limit(one, { rows: 3 }), r => r.a.gt(1)))[0]).toBe('filter a.gt(1)')
  expect(
    lines(
      filter(
        withColumns(one, r => ({ w: r.a.sum().over({ partitionBy: r.b }) })),
        r => r.a.gt(1),
      ),
    )[0],
  ).toBe('filter a.gt(1)')
})

test('a condition on nothing stays above the one row of a whole table', () => {
  const count = verbs.aggregate(one, { keys: [], aggs: [{ name: 'n', expr: callNode('count', []) }] })
  expect(lines(verbs.filter(count, { where: literalNode(false) }))[0]).toMatch(/^filter/)
})

test('a window is never put into a window', () => {
  const inner = withColumns(one, r => ({ w: r.a.sum().over({ partitionBy: r.b }) }))
  expect(
    lines(
      verbs.select(
        withColumns(inner, r => ({ v: r.w.sum().over({ partitionBy: r.c }) })),
        { columns: ['v'] },
      ),
    ),
  ).toHaveLength(3)
})

test('counting rows reads one column', () => {
  const count = verbs.aggregate(
    withColumns(one, r => ({ e: r.a.add(1) })),
    { keys: [], aggs: [{ name: 'n', expr: callNode('count', []) }] },
  )
  expect(lines(count).at(-1)).toBe('scan test (a)')
})

test('neighbouring projects become one, but never by doing work twice', () => {
  const once = withColumns(
    withColumns(one, r => ({ e: r.a.add(1) })),
    r => ({ f: r.e.add(1) }),
  )
  expect(lines(verbs.select(once, { columns: ['f'] }))).toEqual(['project f = a.add(1).add(1)', 'scan test (a)'])
  expect(lines(verbs.select(once, { columns: ['e', 'f'] }))).toHaveLength(3)
})

test('a column declared without NULLs is checked before rows are left out by it', () => {
  const plan = verbs.as(one, { schema: [{ name: 'a', type: 'int64', nullable: false }, int('b')] })
  expect(lines(filter(plan, r => r.a.gt(1)))[0]).toBe('filter a.gt(1)')
  expect(lines(filter(plan, r => r.b.gt(1)))[1]).toContain('where b.gt(1)')
})

test('a step that is read twice stays one step', () => {
  const map = verbs.map(one, { mode: 'each', fn: { name: 'f', module: '', hash: 'h' }, declared: [int('a'), int('m')] })
  const joined = verbs.join(
    filter(map, r => r.m.gt(1)),
    { other: filter(map, r => r.m.gt(2)), on: [['a', 'a']], suffix: 'Of' },
  )
  expect(nodesOf(optimise(joined)).filter(node => node.node === 'map')).toHaveLength(1)
})

test('a scan is told how many rows are wanted', () => {
  const plan = optimise(verbs.limit(verbs.select(one, { columns: ['a'] }), { rows: 10, offset: 5 }))
  expect(nodesOf(plan)[0]).toMatchObject({ node: 'scan', limit: 15 })
})

test('a chain of 1000 verbs is optimised, and a value that grows with every step is not written out', () => {
  let plan = one
  let doubled = one
  for (let index = 0; index < 1000; index++) {
    plan = filter(
      withColumns(plan, r => ({ a: r.a.add(1) })),
      r => r.a.gt(index),
    )
    if (index < 200) doubled = withColumns(doubled, r => ({ a: r.a.add(r.a) }))
  }
  const before = process.cpuUsage().user
  optimise(plan)
  optimise(filter(doubled, r => r.a.gt(1)))
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(20)
})
