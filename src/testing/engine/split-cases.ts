/** Splits: which rows fall into which part. */
import assert from 'node:assert/strict'
import { type Plan, type SplitHow, verbs } from '../../plan/index.ts'
import { expectRows } from '../expect.ts'
import type { Case } from '../suite.ts'
import { type EngineContext, group, order, valuesOf } from './context.ts'

const rows = Array.from({ length: 1003 }, (_, i) => [i, `group ${i % 10}`, i % 4 === 0 ? 'rare' : 'common', (i * 7919) % 1003])
const schema = { id: 'int64', cluster: 'string', label: 'string', at: 'int64' } as const

async function partsOf(
  { engine }: EngineContext,
  plan: Plan,
  how: SplitHow,
  parts: Readonly<Record<string, number>>,
): Promise<Record<string, unknown[][]>> {
  const names = Object.keys(how.kind === 'rows' ? how.rows : parts)
  const found: Record<string, unknown[][]> = {}
  for (const part of names) found[part] = await valuesOf(engine, verbs.split(plan, { how, parts, part }))
  return found
}
const ids = (part: readonly unknown[][] | undefined): number[] => (part ?? []).map(row => row[0] as number)
const sizes = (parts: Readonly<Record<string, unknown[][]>>): Record<string, number> =>
  Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.length]))

/** Every row is in exactly one part. */
function expectWhole(parts: Readonly<Record<string, unknown[][]>>): void {
  const all = Object.values(parts).flatMap(part => ids(part))
  expectRows(
    all.sort((a, b) => a - b),
    rows.map(row => row[0]),
  )
}

export const splitCases: readonly Case<EngineContext>[] = [
  {
    name: 'a split by chance has exact sizes, shares no row, and is the same again with the same seed',
    async run(context) {
      const plan = await context.table(schema, rows)
      const shares = { train: 0.7, valid: 0.1, test: 0.2 }
      const one = await partsOf(context, plan, { kind: 'random', seed: 42 }, shares)
      assert.deepEqual(sizes(one), { train: 702, valid: 100, test: 201 })
      expectWhole(one)
      assert.deepEqual(await partsOf(context, plan, { kind: 'random', seed: 42 }, shares), one)
      const other = await partsOf(context, plan, { kind: 'random', seed: 43 }, shares)
      assert.notDeepEqual(ids(other['test']), ids(one['test']))
      assert.ok(Math.abs(ids(one['train']).reduce((sum, id) => sum + id, 0) / 702 - 501) < 40, 'the rows are not spread over the table')
    },
  },
  {
    name: 'a split that is stratified keeps the shares within each value',
    async run(context) {
      const plan = await context.table(schema, rows)
      const parts = await partsOf(context, plan, { kind: 'random', seed: 1, stratify: 'label' }, { train: 0.8, test: 0.2 })
      expectWhole(parts)
      const rare = (part: unknown[][] | undefined): number => (part ?? []).filter(row => row[2] === 'rare').length
      assert.deepEqual([rare(parts['train']), rare(parts['test'])], [201, 50])
      assert.deepEqual(sizes(parts), { train: 803, test: 200 })
    },
  },
  {
    name: 'a split by a column keeps the rows of one value together',
    async run(context) {
      const plan = await context.table(schema, rows)
      const parts = await partsOf(context, plan, { kind: 'by', column: 'cluster', seed: 7 }, { train: 0.5, test: 0.5 })
      expectWhole(parts)
      const clusters = (part: unknown[][] | undefined): Set<unknown> => new Set((part ?? []).map(row => row[1]))
      for (const cluster of clusters(parts['train']))
        assert.ok(!clusters(parts['test']).has(cluster), `${String(cluster)} is in both parts`)
      assert.deepEqual(await partsOf(context, plan, { kind: 'by', column: 'cluster', seed: 7 }, { train: 0.5, test: 0.5 }), parts)
    },
  },
  {
    name: 'a split in the order of a column cuts the past from the future',
    async run(context) {
      const plan = await context.table(schema, rows)
      const parts = await partsOf(context, plan, { kind: 'order', column: 'at' }, { past: 0.75, future: 0.25 })
      expectWhole(parts)
      const at = (part: unknown[][] | undefined): number[] => (part ?? []).map(row => row[3] as number)
      assert.deepEqual(sizes(parts), { past: 752, future: 251 })
      assert.ok(Math.max(...at(parts['past'])) < Math.min(...at(parts['future'])))
    },
  },
  {
    name: 'a split by row numbers takes exactly those, and the rest',
    async run(context) {
      const plan = await context.table(schema, rows)
      const parts = await partsOf(context, plan, { kind: 'rows', rows: { train: 'rest', test: [0, 5, 1002] } }, {})
      expectWhole(parts)
      assert.deepEqual(ids(parts['test']), [0, 5, 1002])
      assert.equal(parts['train']?.length, 1000)
    },
  },
  {
    name: 'a sample has so many different rows, the same with the same seed',
    async run(context) {
      const plan = await context.table(schema, rows)
      const sample = async (seed: number): Promise<number[]> =>
        ids(await valuesOf(context.engine, verbs.split(plan, { how: { kind: 'sample', seed, rows: 50 }, parts: {}, part: '' })))
      const one = await sample(3)
      assert.equal(new Set(one).size, 50)
      assert.deepEqual(await sample(3), one)
      assert.notDeepEqual(await sample(4), one)
    },
  },
  {
    name: 'steps after a split see the rows of the part only',
    async run(context) {
      const plan = await context.table(schema, rows)
      const part = verbs.split(plan, { how: { kind: 'rows', rows: { a: [1, 2, 13], b: 'rest' } }, parts: {}, part: 'a' })
      const counted = order(
        group(part, ['cluster'], r => ({ n: r.id.count() })),
        'cluster',
      )
      expectRows(await valuesOf(context.engine, counted), [
        ['group 1', 1],
        ['group 2', 1],
        ['group 3', 1],
      ])
    },
  },
]
