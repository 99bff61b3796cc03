import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Batch, concatBatches, makeBatch, rowsOf, sliceRows } from '../../../../batch/index.ts'
import { callNode, columnNode, type ExprNode, type FunctionName, literalNode } from '../../../../expr/index.ts'
import { aggregator } from '../../../../kernels/index.ts'
import { type Schema, schemaOf } from '../../../../schema/index.ts'
import { beginning, forever, type Operator, type StateRecord, type WindowStep } from '../seams.ts'
import { advance, agg, Collected, column, operatorOf, Subtasks, timed, windowFields } from './fixtures/run.ts'
import { partitioner, withoutTime } from './index.ts'

const schema = schemaOf({
  city: 'string?',
  n: 'int32?',
  price: 'float64?',
  big: 'bigint?',
  cents: 'decimal(18,2)?',
  at: 'int64',
  seen: 'timestamp?',
  ok: 'boolean?',
})
const keySchema = schemaOf({ city: 'string?' })
const c = (name: string): ExprNode => column(schema, name)
const keys = [{ name: 'city', expr: c('city') }]
const second = 1_000_000

function stepOf(aggs: WindowStep['aggs'], options: Partial<WindowStep> = {}): WindowStep {
  const named = options.keys ?? keys
  const keyFields = named.map(({ name, expr }) => ({ name, type: expr.type, nullable: true }))
  return {
    kind: 'window',
    id: 'w',
    label: 'window',
    fields: windowFields(keyFields, aggs),
    keys,
    aggs,
    input: schema,
    size: 10 * second,
    offset: 0,
    allowed: 0,
    ...options,
  }
}
const count = agg('n', 'count')
const total = agg('total', 'sum', [c('price')])

/** All aggregates there are, on the kinds of values they take. */
const whole: readonly FunctionName[] = ['sum', 'mean', 'min', 'max', 'stddev', 'variance', 'median']
const every: WindowStep['aggs'] = [
  count,
  ...(['n', 'price', 'big', 'cents'] as const).flatMap(name =>
    whole.map(op => agg(`${op} ${name}`, op, [name === 'big' && op === 'sum' ? callNode('div', [c('big'), literalNode(4)]) : c(name)])),
  ),
  agg('texts', 'count', [c('city')]),
  agg('least text', 'min', [c('city')]),
  agg('last seen', 'max', [c('seen')]),
  agg('first seen', 'min', [c('seen')]),
  agg('distinct', 'countDistinct', [c('n')]),
  agg('low', 'quantile', [c('price')], { q: 0.25 }),
  agg('list', 'list', [c('price')]),
  agg('some', 'any', [c('ok')]),
  agg('all', 'all', [c('ok')]),
  agg('first', 'first', [c('price')], { orderBy: [{ expr: c('n'), descending: false, nulls: 'last' }] }),
  agg('last', 'last', [c('city')], { orderBy: [{ expr: c('n'), descending: true, nulls: 'first' }] }),
  { name: 'good', expr: callNode('where', [callNode('sum', [c('price')]), c('ok')]) },
  { name: 'ratio', expr: callNode('div', [callNode('sum', [c('price')]), callNode('count', [])]) },
]

const row = fc.record({
  city: fc.option(fc.constantFrom('x', 'y', 'zürich', '')),
  n: fc.option(fc.integer({ min: -3, max: 3 })),
  price: fc.option(fc.oneof(fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e200), fc.double({ min: -9, max: 9, noNaN: true }))),
  big: fc.option(fc.oneof(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), fc.bigInt({ min: -9n, max: 9n }))),
  cents: fc.option(fc.bigInt({ min: -9n, max: 9n })),
  at: fc.integer({ min: -40 * second, max: 40 * second }),
  seen: fc.option(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n })),
  ok: fc.option(fc.boolean()),
})

/** The same rows as a table: grouped by the keys and by floor(time / size). */
function tableOf(batches: readonly Batch[], step: WindowStep): Batch {
  const windowed = batches.map(batch => {
    const plain = withoutTime(batch)
    const times = batch.columns.at(-1)?.data as BigInt64Array
    const start = BigInt64Array.from(times, time => {
      const [size, offset] = [BigInt(step.size), BigInt(step.offset)]
      const rest = (time - offset) % size
      return time - (rest < 0n ? rest + size : rest)
    })
    const fields: Schema = [...plain.fields, { name: 'start', type: 'timestamp', nullable: false }]
    return makeBatch(fields, [...plain.columns, { type: 'timestamp', length: plain.rows, data: start }], plain.rows)
  })
  const start = { name: 'windowStart', expr: columnNode({ name: 'start', type: 'timestamp', nullable: false }) }
  const made = aggregator(
    [...step.keys, start],
    step.aggs,
    step.fields.filter(({ name }) => name !== 'windowEnd'),
  )
  for (const batch of windowed) made.update(batch)
  return made.finish()
}

/** Rows in an order of their own, as text: bigints and NaN survive. */
function multiset(rows: readonly object[]): string[] {
  return rows
    .map(one =>
      JSON.stringify(one, (_, value: unknown) => {
        if (typeof value === 'bigint') return `${value}n`
        return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
          ? `~${Object.is(value, -0) ? '-0' : value}`
          : value
      }),
    )
    .sort()
}
const withoutEnd = (rows: readonly object[]): object[] =>
  rows.map(one => Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'windowEnd')))

test('windows give what a table gives over the same rows, for every aggregate, at any cut into batches', () => {
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 20 }), { maxLength: 5 }), fc.integer({ min: 0, max: 7 * second }), (parts, offset) => {
      const step = stepOf(every, { size: 7 * second, offset })
      const batches = parts.map(rows => timed(schema, rows))
      const operator = operatorOf(step)
      const out = new Collected()
      for (const batch of batches) operator.process({ batch, born: 0 }, out.emit)
      advance(operator, forever, out.emit)
      expect(multiset(withoutEnd(out.rows))).toEqual(multiset(rowsOf(tableOf(batches, step))))
      expect(operator.size?.().keys).toBe(0)
    }),
    { seed: 20_261_121, numRuns: 150 },
  )
})

const deal = (width: number) => {
  const cut = partitioner({ from: 0, by: { kind: 'key', keys } }, width)
  return (batch: Batch): readonly (Batch | undefined)[] => cut({ batch, born: 0 }).map(part => part?.batch)
}

test('state that was saved by one subtask is gone on with by three, as if nothing had happened', () => {
  const watermarks = fc.integer({ min: -40 * second, max: 40 * second })
  fc.assert(
    fc.property(
      fc.array(fc.record({ rows: fc.array(row, { maxLength: 15 }), watermark: watermarks, save: fc.boolean() }), { maxLength: 8 }),
      fc.boolean(),
      (rounds, images) => {
        const step = stepOf(every, { size: 7 * second, allowed: 5 * second })
        const make = (): Operator => operatorOf(step)
        const undisturbed = new Subtasks(make, 1, deal(1))
        const expected = new Collected()
        let moved = new Subtasks(make, 1, deal(1))
        const out = new Collected()
        let log: StateRecord[] = []
        let width = 1
        let furthest = beginning
        for (const { rows, watermark, save } of rounds) {
          const batch = timed(schema, rows)
          furthest = Math.max(furthest, watermark)
          for (const [some, to] of [
            [undisturbed, expected],
            [moved, out],
          ] as const) {
            some.push(batch, to.emit)
            some.advance(furthest, to.emit)
          }
          const changes = moved.operators.flatMap(one => one.changes?.() ?? [])
          log = images ? moved.operators.flatMap(one => one.image?.() ?? []) : [...log, ...changes]
          if (!save) continue
          width = width === 1 ? 3 : 1
          moved = new Subtasks(make, width, deal(width))
          moved.restored(log, furthest)
        }
        undisturbed.advance(forever, expected.emit)
        moved.advance(forever, out.emit)
        expect(multiset(out.rows)).toEqual(multiset(expected.rows))
        expect(multiset(out.late)).toEqual(multiset(expected.late))
      },
    ),
    { seed: 20_261_121, numRuns: 120 },
  )
})

const rows = (...some: readonly (readonly [city: string, at: number, price?: number])[]): Batch =>
  timed(
    schema,
    some.map(([city, at, price = 1]) => ({ city, at: at * second, price })),
  )
const shown = (out: Collected): string[] =>
  out.rows.map(
    one => `${String(one['city'])} ${Number((one['windowStart'] as Date).getTime() / 1000)} ${String(one['n'])} ${String(one['total'])}`,
  )

test('a window fires when the watermark reaches its end, in the order of windows and then of first rows', () => {
  const operator = operatorOf(stepOf([count, total]))
  const out = new Collected()
  operator.process({ batch: rows(['b', 12], ['a', 3], ['b', 9], ['a', 11], ['c', -1]), born: 0 }, out.emit)
  advance(operator, 10 * second - 1, out.emit)
  expect(shown(out)).toEqual(['c -10 1 1'])
  advance(operator, 10 * second, out.emit)
  expect(shown(out)).toEqual(['c -10 1 1', 'a 0 1 1', 'b 0 1 1'])
  advance(operator, forever, out.emit)
  expect(shown(out).slice(3)).toEqual(['b 10 1 1', 'a 10 1 1'])
  expect(out.times).toEqual([0, 10, 10, 20, 20].map(end => end * second))
  expect(out.rows.map(one => (one['windowEnd'] as Date).getTime() / 1000)).toEqual([0, 10, 10, 20, 20])
})

test('a row whose window is closed is late, with all its columns, and counts nowhere', () => {
  const operator = operatorOf(stepOf([count, total]))
  const out = new Collected()
  operator.process({ batch: rows(['a', 3]), born: 0 }, out.emit)
  advance(operator, 10 * second, out.emit)
  operator.process({ batch: rows(['a', 9, 5], ['a', 10], ['b', -20]), born: 0 }, out.emit)
  advance(operator, forever, out.emit)
  expect(shown(out)).toEqual(['a 0 1 1', 'a 10 1 1'])
  expect(out.late.map(one => [one['city'], one['at'], one['price']])).toEqual([
    ['a', 9 * second, 5],
    ['b', -20 * second, 1],
  ])
  expect(out.lateBatches[0]?.fields.at(-1)?.name).toBe('\u0000time')
})

test('nothing is computed of late rows: a cast that fails on one does not end the job', () => {
  const parsed = callNode('cast', [c('city')], { to: 'float64' })
  const operator = operatorOf(stepOf([agg('total', 'sum', [parsed])], { keys: [] }))
  const out = new Collected()
  advance(operator, 10 * second, out.emit)
  operator.process({ batch: rows(['1', 13], ['x', 3]), born: 0 }, out.emit)
  advance(operator, forever, out.emit)
  expect(out.rows.map(one => one['total'])).toEqual([1])
  expect(out.late).toHaveLength(1)
})

test('within the allowed lateness a window fires again with all its rows; then it is gone', () => {
  const operator = operatorOf(stepOf([count, total], { allowed: 5 * second }))
  const out = new Collected()
  operator.process({ batch: rows(['a', 3], ['b', 3]), born: 0 }, out.emit)
  advance(operator, 12 * second, out.emit)
  expect(shown(out)).toEqual(['a 0 1 1', 'b 0 1 1'])
  advance(operator, 13 * second, out.emit)
  expect(out.rows).toHaveLength(2)
  operator.process({ batch: rows(['a', 4, 2]), born: 0 }, out.emit)
  advance(operator, 13 * second, out.emit)
  expect(shown(out).slice(2)).toEqual(['a 0 2 3'])
  expect(operator.size?.().keys).toBe(2)
  advance(operator, 15 * second, out.emit)
  expect(operator.size?.().keys).toBe(0)
  operator.process({ batch: rows(['a', 4, 2]), born: 0 }, out.emit)
  expect(out.late).toHaveLength(1)
  advance(operator, forever, out.emit)
  expect(out.rows).toHaveLength(3)
})

test('a burst of windows comes in slices of at most 4,096 rows', () => {
  const operator = operatorOf(stepOf([count], { size: second }))
  const out = new Collected()
  const many = timed(
    schema,
    Array.from({ length: 10_000 }, (_, i) => ({ city: `c${i % 5000}`, at: (i < 5000 ? 1 : 2) * second })),
  )
  operator.process({ batch: many, born: 0 }, out.emit)
  expect(advance(operator, forever, out.emit)).toBe(3)
  expect(out.batches.map(batch => batch.rows)).toEqual([4096, 4096, 1808])
  expect(new Set(out.rows.map(one => `${String(one['city'])} ${String(one['windowStart'])}`)).size).toBe(10_000)
})

test('a group whose stored watermark is further neither fires again nor takes rows of its closed window', () => {
  const operator = operatorOf(stepOf([count]))
  const out = new Collected()
  const cities = ['a', 'b', 'c', 'd', 'e', 'f']
  operator.process({ batch: rows(...cities.map(city => [city, 3] as const)), born: 0 }, out.emit)
  // As after a restore: some groups had come further than this subtask has.
  operator.see?.(group => (group % 2 === 0 ? 10 * second : beginning))
  while (operator.advance?.(group => (group % 2 === 0 ? 10 * second : beginning), out.emit, 0) === true);
  const fired = out.rows.length
  expect(fired).toBeGreaterThan(0)
  expect(fired).toBeLessThan(6)
  operator.process({ batch: rows(...cities.map(city => [city, 4] as const)), born: 0 }, out.emit)
  expect(out.late).toHaveLength(fired)
  advance(operator, forever, out.emit)
  expect(out.rows).toHaveLength(6)
})

test('a slice that was full is gone on with from its place, though the watermark moved on meanwhile', () => {
  const operator = operatorOf(stepOf([count]))
  const out = new Collected()
  const many = timed(
    schema,
    Array.from({ length: 9000 }, (_, i) => ({ city: `c${i}`, at: 1 })),
  )
  operator.process({ batch: many, born: 0 }, out.emit)
  const odd = (group: number): number => (group % 2 === 1 ? 10 * second : beginning)
  expect(operator.advance?.(odd, out.emit, 0)).toBe(true)
  advance(operator, forever, out.emit)
  expect(new Set(out.rows.map(one => one['city'])).size).toBe(9000)
  expect(out.rows).toHaveLength(9000)
})

test('a sum outside its type ends the attempt and names the step', () => {
  const operator = operatorOf(stepOf([agg('total', 'sum', [c('big')])], { id: 'revenue', label: 'window 10s by city' }))
  const out = new Collected()
  const huge = { city: 'a', at: 0, big: 2n ** 63n - 1n }
  operator.process({ batch: timed(schema, [huge, huge]), born: 0 }, out.emit)
  expect(() => advance(operator, forever, out.emit)).toThrow(
    expect.objectContaining({
      code: 'expr.overflow',
      message: expect.stringContaining('(in step revenue: window 10s by city)') as string,
      details: expect.objectContaining({ step: 'revenue' }) as object,
    }),
  )
})

test('only what changed is in a log, and all of it in an image', () => {
  const operator = operatorOf(stepOf([count]))
  const out = new Collected()
  operator.process({ batch: rows(['a', 3], ['b', 3], ['b', 13]), born: 0 }, out.emit)
  expect(operator.changes?.()).toHaveLength(3)
  expect(operator.changes?.()).toHaveLength(0)
  operator.process({ batch: rows(['b', 4]), born: 0 }, out.emit)
  expect(operator.changes?.()).toHaveLength(1)
  expect(operator.image?.()).toHaveLength(3)
  advance(operator, 10 * second, out.emit)
  // Two key groups whose panes are gone.
  expect(operator.changes?.()).toHaveLength(2)
  expect(operator.image?.()).toHaveLength(1)
  advance(operator, 20 * second, out.emit)
  expect(operator.changes?.()).toHaveLength(1)
  expect(operator.image?.()).toHaveLength(0)
})

test('a window that came and went between two checkpoints leaves nothing in them', () => {
  const operator = operatorOf(stepOf([count]))
  const out = new Collected()
  operator.process({ batch: rows(['a', 3]), born: 0 }, out.emit)
  advance(operator, forever, out.emit)
  expect(operator.changes?.()).toEqual([])
})

test('a state record of a newer version is refused, and a torn one too', () => {
  const operator = operatorOf(stepOf([count]))
  operator.process({ batch: rows(['a', 3]), born: 0 }, new Collected().emit)
  const record = operator.image?.()[0] as StateRecord
  const newer = Uint8Array.from(record.bytes)
  newer[0] = 9
  expect(() => operator.restore?.({ ...record, bytes: newer })).toThrow(expect.objectContaining({ code: 'stream.checkpoint-version' }))
  for (let end = 0; end < record.bytes.length; end++)
    expect(() => operatorOf(stepOf([count])).restore?.({ ...record, bytes: record.bytes.slice(0, end) })).toThrow(
      expect.objectContaining({ code: 'stream.state-damaged' }),
    )
})

test('windows without keys, and rows cut into single-row batches, give the same', () => {
  const step = stepOf([count, total], { keys: [] })
  const batch = rows(['a', 3], ['b', 12], ['c', 4])
  const out = [new Collected(), new Collected()]
  for (const [at, parts] of [[batch], [0, 1, 2].map(from => sliceRows(batch, from, from + 1))].entries()) {
    const operator = operatorOf(step)
    const to = out[at] as Collected
    for (const part of parts) operator.process({ batch: part, born: 0 }, to.emit)
    advance(operator, forever, to.emit)
  }
  expect(out[0]?.rows).toEqual(out[1]?.rows)
  expect(out[0]?.rows.map(one => one['n'])).toEqual([2, 1])
  expect(concatBatches(keySchema, []).rows).toBe(0)
})
