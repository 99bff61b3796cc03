import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, rowsOf } from '../../../../batch/index.ts'
import { aggregator } from '../../../../kernels/index.ts'
import { schemaOf } from '../../../../schema/index.ts'
import { forever, type Operator, type RunningStep, type StateRecord } from '../seams.ts'
import { advance, agg, Collected, column, operatorOf, Subtasks, timed } from './fixtures/run.ts'
import { partitioner } from './index.ts'

const schema = schemaOf({ city: 'string?', price: 'float64?', at: 'int64' })
const keys = [{ name: 'city', expr: column(schema, 'city') }]
const price = column(schema, 'price')
const aggs = [agg('n', 'count'), agg('total', 'sum', [price]), agg('most', 'max', [price]), agg('prices', 'list', [price])]
const fields = [...schemaOf({ city: 'string?' }), ...aggs.map(({ name, expr }) => ({ name, type: expr.type, nullable: true }))]
const second = 1_000_000

function running(options: Partial<RunningStep> = {}): Operator {
  return operatorOf({ kind: 'running', id: 'r', label: 'running', fields, keys, aggs, input: schema, ttl: 100 * second, ...options })
}
const rows = (...some: readonly (readonly [city: string | null, at: number, price?: number])[]): Batch =>
  timed(
    schema,
    some.map(([city, at, paid = 1]) => ({ city, at: at * second, price: paid })),
  )
const shown = (out: Collected): string[] => out.rows.map(row => `${String(row['city'])} ${String(row['n'])} ${String(row['total'])}`)

test('each batch gives one row for each of its keys, which replaces the earlier one; NULL is a key', () => {
  const operator = running()
  const out = new Collected()
  operator.process({ batch: rows(['a', 1, 5], [null, 2, 3], ['a', 3, 1]), born: 0 }, out.emit)
  operator.process({ batch: rows(['a', 2, 4], ['b', 9, 2]), born: 0 }, out.emit)
  expect(shown(out)).toEqual(['a 2 6', 'null 1 3', 'a 3 10', 'b 1 2'])
  expect(out.times).toEqual([3, 2, 2, 9].map(at => at * second))
})

test('without keys there is one row a batch', () => {
  const operator = running({ keys: [], fields: fields.slice(1) })
  const out = new Collected()
  operator.process({ batch: rows(['a', 1, 5], ['b', 2, 3]), born: 0 }, out.emit)
  operator.process({ batch: rows(['c', 3, 1]), born: 0 }, out.emit)
  expect(out.rows.map(row => row['n'])).toEqual([2, 3])
})

test('a key that was not touched for its time to live begins anew', () => {
  const operator = running({ ttl: 10 * second })
  const out = new Collected()
  operator.process({ batch: rows(['a', 1], ['b', 8]), born: 0 }, out.emit)
  expect(operator.changes?.()).toHaveLength(2)
  advance(operator, 11 * second, out.emit)
  operator.process({ batch: rows(['a', 12], ['b', 12]), born: 0 }, out.emit)
  expect(shown(out).slice(2)).toEqual(['a 1 1', 'b 2 2'])
  advance(operator, 30 * second, out.emit)
  expect(operator.size?.().keys).toBe(0)
  // What a log must tell: both keys are gone.
  const other = running()
  for (const record of operator.changes?.() ?? []) other.restore?.(record)
  expect(other.size?.().keys).toBe(0)
})

test('it begins anew although nobody has swept it yet, as after a restore', () => {
  const operator = running({ ttl: 10 * second })
  const out = new Collected()
  operator.process({ batch: rows(['a', 1]), born: 0 }, out.emit)
  operator.see?.(() => 11 * second)
  operator.process({ batch: rows(['a', 12]), born: 0 }, out.emit)
  expect(shown(out)).toEqual(['a 1 1', 'a 1 1'])
})

test('keys that come and go for ever take no more room than those that live', () => {
  const operator = running({ ttl: 10 * second })
  const out = new Collected()
  for (let at = 0; at < 2000; at += 5) {
    operator.process({ batch: rows(...Array.from({ length: 50 }, (_, i) => [`${at} ${i}`, at] as const)), born: 0 }, out.emit)
    advance(operator, at * second, out.emit)
    operator.changes?.()
  }
  expect(operator.size?.().keys).toBeLessThanOrEqual(250)
  expect(operator.size?.().bytes).toBeLessThan(200_000)
})

const event = fc.record({
  city: fc.option(fc.constantFrom('x', 'y', 'z')),
  price: fc.option(fc.integer({ min: -9, max: 9 })),
  at: fc.integer({ min: 0, max: 90 }).map(at => at * second),
})

test('the last rows of the keys are what a table gives, though the state moved to three subtasks and back', () => {
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 12 }), { maxLength: 8 }), parts => {
      const deal = (width: number) => {
        const cut = partitioner({ from: 0, by: { kind: 'key', keys } }, width)
        return (batch: Batch): readonly (Batch | undefined)[] => cut({ batch, born: 0 }).map(part => part?.batch)
      }
      let some = new Subtasks(running, 1, deal(1))
      const out = new Collected()
      const table = aggregator(keys, aggs, fields)
      let log: StateRecord[] = []
      for (const [at, part] of parts.entries()) {
        const batch = timed(schema, part)
        some.push(batch, out.emit)
        table.update(batch)
        log = [...log, ...some.operators.flatMap(one => one.changes?.() ?? [])]
        some = new Subtasks(running, at % 2 === 0 ? 3 : 1, deal(at % 2 === 0 ? 3 : 1))
        some.restored(log, 0)
      }
      const last = new Map(out.rows.map(one => [one['city'], one]))
      const byCity = (a: object, b: object): number =>
        String((a as { city: unknown }).city).localeCompare(String((b as { city: unknown }).city))
      expect([...last.values()].sort(byCity)).toEqual(rowsOf(table.finish()).sort(byCity))
      some.advance(forever, out.emit)
      expect(some.operators.every(one => one.size?.().keys === 0)).toBe(true)
    }),
    { seed: 20_261_121, numRuns: 100 },
  )
})
