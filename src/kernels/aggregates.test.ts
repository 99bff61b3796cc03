/** What all aggregates promise beyond their results: they merge, and go on from what was saved. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, batchFromRows, rowsOf, sliceRows } from '../batch/index.ts'
import { type AggregateName, callNode, columnNode, type ExprNode, type ExprOptions, functions } from '../expr/index.ts'
import type { Schema } from '../schema/index.ts'
import { aggregateKernels } from './accumulators.ts'
import { AggregateStates, aggregator, StateReader, StateWriter } from './index.ts'

const schema: Schema = [
  { name: 'x', type: 'float64', nullable: true },
  { name: 'y', type: 'float64', nullable: true },
  { name: 'i', type: 'int64', nullable: true },
  { name: 's', type: 'string', nullable: true },
  { name: 'b', type: 'boolean', nullable: true },
]
const [x, y, i, s, b] = schema.map(one => columnNode(one)) as [ExprNode, ExprNode, ExprNode, ExprNode, ExprNode]
const rowsArb = fc.array(
  fc.record({
    x: fc.constantFrom(null, 0, -0, 1, 2.5, -7, 1e6, Infinity, NaN),
    y: fc.option(fc.integer({ min: -50, max: 50 })),
    i: fc.option(fc.integer({ min: -9, max: 9 })),
    s: fc.constantFrom(null, 'a', 'b', 'é', ''),
    b: fc.option(fc.boolean()),
  }),
  { maxLength: 40 },
)
/** In an order that is total, so that parts may come in any order. */
const orderBy = [s, i, x, y, b].map(expr => ({ expr, descending: false, nulls: 'last' as const }))
const options: Readonly<Partial<Record<AggregateName, ExprOptions>>> = {
  quantile: { q: 0.3 },
  quantiles: { qs: [0, 0.25, 1] },
  approxQuantile: { q: 0.3 },
  histogram: { edges: [-10, 0, 1, 2.5] },
  first: { orderBy },
  last: { orderBy },
  list: { orderBy },
  stringAgg: { separator: '|', orderBy },
}

/** Each aggregate over the columns it takes; what is arbitrary among equals is asked of columns where it is not. */
const calls = aggregateKernels.flatMap(op => {
  const { of, args } = functions[op]
  if (op === 'argMin' || op === 'argMax') return [callNode(op, [i, i])]
  if (op === 'anyValue') return []
  if (op.startsWith('bit')) return [callNode(op, [i])]
  if (args[0] === 2) return [callNode(op, [x, y]), callNode(op, [y, i])]
  if (of === 'any') return [callNode(op, [x], options[op]), callNode(op, [s], options[op])]
  if (of.includes('number')) return [callNode(op, [x], options[op]), callNode(op, [y], options[op]), callNode(op, [i], options[op])]
  return [callNode(op, [of.includes('text') ? s : b], options[op])]
})
const more = [callNode('countDistinct', [s, i, x]), callNode('list', [s], { distinct: true, orderBy: orderBy.slice(0, 1) })]
const aggs = [...calls, ...more].map((expr, at) => ({ name: `${expr.op}${at}`, expr }))
const fields: Schema = aggs.map(({ name, expr }) => ({ name, type: expr.type, nullable: true }))

function near(got: unknown, wanted: unknown, name: string): void {
  if (typeof got === 'number' && typeof wanted === 'number' && Number.isFinite(wanted))
    expect(Math.abs(got - wanted), name).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(wanted)))
  else expect(got, name).toEqual(wanted)
}
function whole(batch: Batch): Record<string, unknown> {
  const made = aggregator([], aggs, fields)
  made.update(batch)
  return rowsOf(made.finish())[0] as Record<string, unknown>
}
const seed = { seed: 20_261_121, numRuns: 80 }

test('every aggregate of the table is among them, but the arbitrary one', () => {
  const asked = new Set(aggs.map(({ expr }) => expr.op))
  const all = Object.entries(functions).filter(([, { kind }]) => kind === 'aggregate')
  expect(all.map(([name]) => name).filter(name => !asked.has(name as AggregateName))).toEqual(['anyValue'])
})

test('an aggregate of parts that are merged is that of the whole', () => {
  fc.assert(
    fc.property(rowsArb, fc.nat({ max: 40 }), (rows, cut) => {
      const batch = batchFromRows(schema, rows)
      const at = Math.min(cut, rows.length)
      const made = aggregator([], aggs, fields)
      const other = aggregator([], aggs, fields)
      made.update(sliceRows(batch, 0, at))
      other.update(sliceRows(batch, at, rows.length))
      made.merge(other)
      const [got] = rowsOf(made.finish()) as Record<string, unknown>[]
      for (const [name, wanted] of Object.entries(whole(batch))) near(got?.[name], wanted, name)
    }),
    seed,
  )
})

test('an aggregate goes on from what was saved of it, in another group of another process', () => {
  fc.assert(
    fc.property(rowsArb, fc.nat({ max: 40 }), (rows, cut) => {
      const batch = batchFromRows(schema, rows)
      const at = Math.min(cut, rows.length)
      const before = new AggregateStates(aggs)
      before.reserve(1)
      before.update(sliceRows(batch, 0, at), new Int32Array(at))
      const out = new StateWriter()
      before.save(0, out)
      const after = new AggregateStates(aggs)
      after.reserve(3)
      const from = new StateReader(out.finish())
      after.load(2, from)
      expect(from.ended).toBe(true)
      after.update(sliceRows(batch, at, rows.length), new Int32Array(rows.length - at).fill(2))
      const columns = after.finish(Int32Array.of(2))
      const got = rowsOf({ fields, columns, rows: 1 } as Batch)[0] as Record<string, unknown>
      for (const [name, wanted] of Object.entries(whole(batch))) near(got[name], wanted, name)
    }),
    seed,
  )
})

test('a group that was cleared begins anew', () => {
  const batch = batchFromRows(schema, [{ x: 3, y: 4, i: 5, s: 'a', b: true }])
  const states = new AggregateStates(aggs)
  states.reserve(1)
  states.update(batch, Int32Array.of(0))
  states.clear(0)
  const got = rowsOf({ fields, columns: states.finish(Int32Array.of(0)), rows: 1 } as Batch)[0]
  expect(got).toEqual(whole(batchFromRows(schema, [])))
})
