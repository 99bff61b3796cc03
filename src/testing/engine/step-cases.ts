/** Steps with options of their own: joins in time, subtotals, promises about keys, lists side by side, rows that are put back. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildExprs } from '../../expr/index.ts'
import { cubeSets, type Plan, rollupSets, verbs } from '../../plan/index.ts'
import { list, type SchemaSpec, schemaOf } from '../../schema/index.ts'
import { expectCode, expectRows } from '../expect.ts'
import type { Case } from '../suite.ts'
import { type EngineContext, functionOf, order, type Row, valuesOf } from './context.ts'

const trade = { id: 'int64', symbol: 'string?', at: 'int64?' } as const
const trades = [
  [1, 'A', 10],
  [2, 'A', 4],
  [3, 'B', 7],
  [4, 'C', 9],
  [5, null, 9],
  [6, 'A', null],
] as const
const quote = { symbol: 'string?', at: 'int64?', bid: 'float64' } as const
const quotes = [
  ['A', 5, 1.5],
  ['A', 10, 2.5],
  ['A', 30, 3.5],
  ['B', 8, 4.5],
  ['A', null, 5.5],
  [null, 9, 6.5],
] as const

async function bids(context: EngineContext, options: Partial<Parameters<typeof verbs.joinAsOf>[1]>): Promise<readonly unknown[]> {
  const { engine, table } = context
  const [left, right] = [await table(trade, trades), await table(quote, quotes)]
  const joined = verbs.joinAsOf(left, { other: right, on: [['symbol', 'symbol']], by: ['at', 'at'], ...options })
  return (await valuesOf(engine, order(joined, 'id'))).map(row => [row[0], row.at(-1)])
}

const place = { city: 'string?', year: 'int64', n: 'int64' } as const
const places = [
  ['a', 1, 10],
  ['a', 2, 20],
  [null, 1, 3],
] as const

/** By city, and by city and year: level, total and rows. */
const subtotals = [
  [null, null, '', 33, 3],
  ['a', null, 'city', 30, 2],
  [null, null, 'city', 3, 1],
  ['a', 1, 'city, year', 10, 1],
  ['a', 2, 'city, year', 20, 1],
  [null, 1, 'city, year', 3, 1],
] as const

function totals(plan: Plan, sets: readonly (readonly number[])[]): Plan {
  const made = buildExprs('agg', plan.fields, plan.open, ['aggregate', 'count'], (r: Row) => ({ total: r.n.sum(), rows: r.n.count() }))
  const aggs = Object.entries(made).map(([name, expr]) => ({ name, expr }))
  const grouped = verbs.groupingSets(plan, { keys: ['city', 'year'], aggs, sets, level: 'level' })
  return order(grouped, 'level', 'city', 'year')
}

const faulty = functionOf('faulty', "export const fn = row => { if (row.id === 2) throw new Error('no two'); return { id: row.id } }\n")
const ids: SchemaSpec = { id: 'int64' }

export const stepCases: readonly Case<EngineContext>[] = [
  {
    name: 'a join in time takes the last row at or before each moment; NULL keys and moments have no partner',
    async run(context) {
      expectRows(await bids(context, {}), [
        [1, 2.5],
        [2, null],
        [3, null],
        [4, null],
        [5, null],
        [6, null],
      ])
    },
  },
  {
    name: 'a join in time takes the first row at or after each moment when it is asked to',
    async run(context) {
      expectRows(await bids(context, { direction: 'forward' }), [
        [1, 2.5],
        [2, 1.5],
        [3, 4.5],
        [4, null],
        [5, null],
        [6, null],
      ])
    },
  },
  {
    name: 'a join in time leaves out rows at the very moment when it is asked to',
    async run(context) {
      expectRows(await bids(context, { exact: false }), [
        [1, 1.5],
        [2, null],
        [3, null],
        [4, null],
        [5, null],
        [6, null],
      ])
    },
  },
  {
    name: 'a join in time takes the nearest row, of two as near the earlier, not beyond its distance',
    async run(context) {
      expectRows(await bids(context, { direction: 'nearest', within: 2, how: 'inner' }), [
        [1, 2.5],
        [2, 1.5],
        [3, 4.5],
      ])
    },
  },
  {
    name: 'a join in time goes without keys',
    async run(context) {
      expectRows(await bids(context, { on: [], suffix: 'Of' }), [
        [1, 2.5],
        [2, null],
        [3, 1.5],
        [4, 6.5],
        [5, 6.5],
        [6, null],
      ])
    },
  },
  {
    name: 'subtotals: a key that is left out is NULL, and the level tells it from a group of NULLs',
    async run({ engine, table }) {
      const plan = await table(place, places)
      expectRows(await valuesOf(engine, totals(plan, rollupSets(2))), subtotals)
    },
  },
  {
    name: 'totals of every choice of keys, and of some of them; the total of an empty table is there',
    async run({ engine, table }) {
      const plan = await table(place, places)
      expectRows(await valuesOf(engine, totals(plan, cubeSets(2))), [...subtotals, [null, 1, 'year', 13, 2], [null, 2, 'year', 20, 1]])
      expectRows(await valuesOf(engine, totals(plan, [[1], []])), [
        [null, null, '', 33, 3],
        [null, 1, 'year', 13, 2],
        [null, 2, 'year', 20, 1],
      ])
      expectRows(await valuesOf(engine, totals(await table(place, []), rollupSets(2))), [[null, null, '', null, 0]])
    },
  },
  {
    name: 'what was promised of the keys of a join is checked when it runs; NULL keys are not counted',
    async run({ engine, table }) {
      const once = await table({ id: 'int64?', a: 'string' }, [
        [1, 'x'],
        [null, 'y'],
        [null, 'z'],
      ])
      const twice = await table({ id: 'int64?', b: 'string' }, [
        [1, 'p'],
        [1, 'q'],
        [null, 'r'],
      ])
      const on = [['id', 'id']] as const
      const rows = [
        [1, 'x', 'p'],
        [1, 'x', 'q'],
      ]
      expectRows(await valuesOf(engine, order(verbs.join(once, { other: twice, on, validate: 'one-to-many' }), 'b')), rows)
      await expectCode('plan.join-keys', async () => valuesOf(engine, verbs.join(once, { other: twice, on, validate: 'many-to-one' })))
      await expectCode('plan.join-keys', async () => valuesOf(engine, verbs.join(once, { other: twice, on, validate: 'one-to-one' })))
      await expectCode('plan.join-keys', async () => valuesOf(engine, verbs.join(twice, { other: once, on, validate: 'one-to-many' })))
      expectRows(await valuesOf(engine, order(verbs.join(once, { other: twice, on, manyToMany: 'fail' }), 'b')), rows)
      const both = verbs.rename(twice, { names: { b: 'c' } })
      await expectCode('plan.join-keys', async () => valuesOf(engine, verbs.join(twice, { other: both, on, manyToMany: 'fail' })))
      assert.equal((await valuesOf(engine, verbs.join(twice, { other: both, on, manyToMany: 'warn' }))).length, 4)
    },
  },
  {
    name: 'lists side by side share rows, and a shorter one is filled up; rows without items stay when they are asked to',
    async run({ engine, table }) {
      const plan = await table({ id: 'int64', a: list('int64').nullable(), b: list('string').nullable() }, [
        [1, [10, 20], ['x']],
        [2, [], null],
        [3, null, ['y', null]],
      ])
      const both = { column: 'a', also: ['b'] }
      const items = [
        [1, 10, 'x'],
        [1, 20, null],
        [3, null, 'y'],
        [3, null, null],
      ]
      expectRows(await valuesOf(engine, order(verbs.explode(plan, both), 'id', 'a', 'b')), items)
      expectRows(await valuesOf(engine, order(verbs.explode(plan, { ...both, outer: true }), 'id', 'a', 'b')), [
        ...items.slice(0, 2),
        [2, null, null],
        ...items.slice(2),
      ])
      expectRows(
        await valuesOf(engine, order(verbs.explode(verbs.drop(plan, { columns: ['b'] }), { column: 'a', outer: true }), 'id', 'a')),
        [
          [1, 10],
          [1, 20],
          [2, null],
          [3, null],
        ],
      )
    },
  },
  {
    name: 'a NULL in a column that was declared without NULLs is an error',
    async run({ engine, table }) {
      const plan = await table({ id: 'int64', x: 'string?' }, [
        [1, '5'],
        [2, null],
      ])
      const declared = verbs.as(plan, { schema: schemaOf({ x: 'float64' }) })
      await expectCode('schema.not-null', async () => valuesOf(engine, declared))
      const first = verbs.as(verbs.limit(order(plan, 'id'), { rows: 1 }), { schema: schemaOf({ x: 'float64' }) })
      expectRows(await valuesOf(engine, first), [[5]])
    },
  },
  {
    name: 'a union of several: a column that one lacks is NULL in its rows when it may, and numbers become the type that holds all',
    async run({ engine, table }) {
      const one = await table({ id: 'int64', x: 'int32' }, [[1, 1]])
      const two = await table({ id: 'int64', x: 'float64' }, [[2, 1.5]])
      const three = await table({ id: 'int64', y: 'string' }, [[3, 'z']])
      const made = verbs.union(one, { other: two, others: [two, three], missing: 'null' })
      expectRows(await valuesOf(engine, order(made, 'id')), [
        [1, 1, null],
        [2, 1.5, null],
        [3, null, 'z'],
      ])
    },
  },
  {
    name: 'rows in both tables, and rows in the first only, each once or as often as they are there; NULL equals NULL',
    async run({ engine, table }) {
      const one = await table({ a: 'string?', b: 'float64' }, [
        ['x', 1],
        ['x', 1],
        ['x', 1],
        [null, Number.NaN],
        ['y', 2],
      ])
      const two = await table({ a: 'string?', b: 'float64' }, [
        ['x', 1],
        ['x', 1],
        [null, Number.NaN],
        ['z', 3],
      ])
      const sorted = async (plan: Plan): Promise<unknown[][]> => valuesOf(engine, order(plan, 'a'))
      expectRows(await sorted(verbs.intersect(one, { other: two })), [
        ['x', 1],
        [null, Number.NaN],
      ])
      expectRows(await sorted(verbs.intersect(one, { other: two, all: true })), [
        ['x', 1],
        ['x', 1],
        [null, Number.NaN],
      ])
      expectRows(await sorted(verbs.except(one, { other: two })), [['y', 2]])
      expectRows(await sorted(verbs.except(one, { other: two, all: true })), [
        ['x', 1],
        ['y', 2],
      ])
    },
  },
  {
    name: 'a sample of each value, and rows that are put back after they were drawn, are the same again with the same seed',
    async run({ engine, table }) {
      const rows = Array.from({ length: 100 }, (_, i) => [i, i % 5 === 0 ? 'rare' : 'common'])
      const plan = await table({ id: 'int64', label: 'string' }, rows)
      const each = verbs.split(plan, { how: { kind: 'sample', seed: 1, rows: 4, stratify: 'label' }, parts: {}, part: '' })
      const labels = (await valuesOf(engine, each)).map(row => row[1])
      assert.deepEqual([labels.filter(label => label === 'rare').length, labels.length], [4, 8])
      const back = verbs.sample(plan, { size: { rows: 300 }, seed: 1, replacement: true })
      const drawn = await valuesOf(engine, back)
      assert.equal(drawn.length, 300)
      assert.ok(new Set(drawn.map(row => row[0])).size <= 100)
      expectRows(await valuesOf(engine, back), drawn)
      const most = verbs.sample(plan, { size: { fraction: 1.5 }, seed: 1, replacement: true })
      assert.equal((await valuesOf(engine, most)).length, 150)
    },
  },
  {
    name: 'rows on which a function throws are left out, or put aside in a file, when they may be',
    async run({ engine, table, folder }) {
      const plan = await table({ id: 'int64' }, [[1], [2], [3]])
      const made = { mode: 'each', fn: faulty, declared: schemaOf(ids) } as const
      expectRows(await valuesOf(engine, verbs.map(plan, { ...made, policy: { onError: 'skip' } })), [[1], [3]])
      const path = join(folder, 'faults.ndjson')
      expectRows(await valuesOf(engine, verbs.map(plan, { ...made, policy: { onError: 'quarantine', path } })), [[1], [3]])
      const lines = (await readFile(path, 'utf8')).trim().split('\n')
      assert.equal(lines.length, 1)
      assert.match(lines[0] ?? '', /no two/)
    },
  },
]
