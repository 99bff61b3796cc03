import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Batch } from '../../../../batch/index.ts'
import { decimal, schemaOf, timestampOf } from '../../../../schema/index.ts'
import { beginning, forever, type OnError, type Operator, type ProcessStep, type StateRecord } from '../seams.ts'
import { advance, Collected, column, operatorOf, Subtasks, timed, userFunction } from './fixtures/run.ts'
import { partitioner } from './index.ts'

const schema = schemaOf({ machine: 'string', n: 'int64', at: 'int64' })
const keys = [{ name: 'machine', expr: column(schema, 'machine') }]
const fields = schemaOf({ machine: 'string', seen: 'int64?', note: 'string?' })
const second = 1_000_000
const fail: OnError = { retries: 0, otherwise: 'fail' }

interface Row {
  readonly machine: string
  readonly n: number
}
interface Context<S> {
  readonly key: { readonly machine: string }
  state: S
  readonly eventTime: Date
  readonly watermark: Date
  timerAt(time: Date): void
}

function process(definition: object, options: Partial<ProcessStep> = {}): Operator {
  const { host, functions } = userFunction('watch', () => definition)
  const step: ProcessStep = {
    kind: 'process',
    id: 'p',
    label: 'process watch by machine',
    fields,
    keys,
    input: schema,
    fn: host,
    ttl: 1000 * second,
    onError: fail,
    ...options,
  }
  return operatorOf(step, { functions })
}
const rows = (...some: readonly (readonly [machine: string, at: number, n?: number])[]): Batch =>
  timed(
    schema,
    some.map(([machine, at, n = 0]) => ({ machine, n, at: at * second })),
  )
const shown = (out: Collected): string[] => out.rows.map(row => `${String(row['machine'])} ${String(row['seen'] ?? row['note'])}`)

/** Counts rows of each machine; a negative number is poison that shows only after the state was changed. */
const counter = {
  state: () => ({ seen: 0, list: [] as number[] }),
  *event({ n }: Row, context: Context<{ seen: number; list: number[] }>) {
    context.state.seen++
    context.state.list.push(n)
    yield { machine: context.key.machine, seen: context.state.seen }
    if (n < 0) throw new Error(`poison ${n}`)
  },
}

test('each key has a state of its own, which goes from row to row', () => {
  const operator = process(counter)
  const out = new Collected()
  operator.process({ batch: rows(['a', 1], ['b', 2], ['a', 3]), born: 0 }, out.emit)
  operator.process({ batch: rows(['b', 4]), born: 0 }, out.emit)
  expect(shown(out)).toEqual(['a 1', 'b 1', 'a 2', 'b 2'])
  expect(out.times).toEqual([1, 2, 3, 4].map(at => at * second))
  expect(operator.size?.().keys).toBe(2)
})

test('a row that throws leaves no trace in the state, after all its tries, and gives no row', () => {
  const operator = process(counter, { onError: { retries: 2, otherwise: 'dead-letter' } })
  const out = new Collected()
  operator.process({ batch: rows(['a', 1], ['a', 2, -7], ['c', 2, -8], ['a', 3]), born: 0 }, out.emit)
  expect(shown(out)).toEqual(['a 1', 'a 2'])
  expect(out.letters.map(({ error, position }) => [error, position])).toEqual([
    ['poison -7', 'event time 1970-01-01T00:00:02.000Z'],
    ['poison -8', 'event time 1970-01-01T00:00:02.000Z'],
  ])
  expect(operator.size?.().keys).toBe(1)
  const other = process(counter)
  for (const record of operator.image?.() ?? []) other.restore?.(record)
  other.process({ batch: rows(['a', 9]), born: 0 }, out.emit)
  expect(shown(out).at(-1)).toBe('a 3')
})

test('without a policy the throw ends the job', () => {
  expect(() => process(counter).process({ batch: rows(['a', 1, -1]), born: 0 }, new Collected().emit)).toThrow(
    expect.objectContaining({
      code: 'stream.function-failed',
      message: 'function watch failed: poison -1 (at event time 1970-01-01T00:00:01.000Z) (in step p: process watch by machine)',
    }),
  )
})

/** Tells of a machine that was silent for ten seconds. */
const silence = {
  state: () => 0,
  event(_: Row, context: Context<number>) {
    context.state = context.eventTime.getTime()
    context.timerAt(new Date(context.state + 10_000))
  },
  timer(context: Context<number>) {
    if (context.eventTime.getTime() < context.state + 10_000) return undefined
    return [{ machine: context.key.machine, note: `silent since ${context.state / 1000}, now ${context.watermark.getTime() / 1000}` }]
  },
}

test('timers fire once, in the order of their times, when the watermark has come to them', () => {
  const operator = process(silence)
  const out = new Collected()
  operator.process({ batch: rows(['b', 2], ['a', 1], ['b', 5], ['b', 5]), born: 0 }, out.emit)
  advance(operator, 11 * second - 1, out.emit)
  expect(out.rows).toEqual([])
  advance(operator, 15 * second, out.emit)
  expect(shown(out)).toEqual(['a silent since 1, now 15', 'b silent since 5, now 15'])
  expect(out.times).toEqual([11 * second, 15 * second])
  advance(operator, forever, out.emit)
  expect(out.rows).toHaveLength(2)
})

test('a burst of timers comes in slices', () => {
  const operator = process(silence)
  const out = new Collected()
  operator.process({ batch: rows(...Array.from({ length: 9000 }, (_, i) => [`m${i}`, 1] as const)), born: 0 }, out.emit)
  expect(advance(operator, 100 * second, out.emit)).toBe(3)
  expect(out.batches.map(batch => batch.rows)).toEqual([4096, 4096, 808])
})

test('timers of groups that are not so far wait, without ado', () => {
  const operator = process(silence)
  const out = new Collected()
  operator.process({ batch: rows(...Array.from({ length: 5000 }, (_, i) => [`m${i}`, 1] as const)), born: 0 }, out.emit)
  const odd = (group: number): number => (group % 2 === 1 ? 100 * second : beginning)
  let slices = 0
  while (operator.advance?.(odd, out.emit, 0) === true) slices++
  expect(slices).toBeLessThan(3)
  expect(out.rows.length).toBeLessThan(4000)
  advance(operator, forever, out.emit)
  expect(new Set(out.rows.map(row => row['machine'])).size).toBe(5000)
  expect(out.rows).toHaveLength(5000)
})

test('a timer that throws is put aside under its key, and its changes are undone', () => {
  const broken = {
    state: () => ({ fired: 0 }),
    event: (_: Row, context: Context<{ fired: number }>) => context.timerAt(new Date(5000)),
    timer(context: Context<{ fired: number }>) {
      context.state.fired++
      throw new Error('timer')
    },
  }
  const operator = process(broken, { onError: { retries: 1, otherwise: 'dead-letter' } })
  const out = new Collected()
  operator.process({ batch: rows(['a', 1]), born: 0 }, out.emit)
  advance(operator, 5 * second, out.emit)
  const [letter] = out.letters
  expect(JSON.parse(new TextDecoder().decode(letter?.payload))).toEqual({ key: { machine: 'a' }, timer: '1970-01-01T00:00:05.000Z' })
  expect(letter?.position).toBe('timer 1970-01-01T00:00:05.000Z of key machine=a')
  advance(operator, 6 * second, out.emit)
  expect(out.letters).toHaveLength(1)
})

test('a timer without a function for it, or at no time, is an error where it is set', () => {
  const wrong = (time: unknown, timer?: () => void): Operator =>
    process({
      state: () => 0,
      event: (_: Row, context: { timerAt(time: unknown): void }) => context.timerAt(time),
      ...(timer === undefined ? {} : { timer }),
    })
  const push = (operator: Operator) => (): void => operator.process({ batch: rows(['a', 1]), born: 0 }, new Collected().emit)
  expect(push(wrong(new Date(5)))).toThrow('timer without a function')
  expect(push(wrong('soon', () => undefined))).toThrow('timerAt wants a date, not "soon"')
})

test('a key that was not touched for its time to live begins anew, and is gone from checkpoints', () => {
  const operator = process(counter, { ttl: 10 * second })
  const out = new Collected()
  operator.process({ batch: rows(['a', 1], ['a', 5], ['b', 1]), born: 0 }, out.emit)
  expect(operator.changes?.()).toHaveLength(2)
  advance(operator, 11 * second, out.emit)
  // b is forgotten by now, whether or not it was swept; a lives until 15.
  operator.process({ batch: rows(['b', 12], ['a', 12]), born: 0 }, out.emit)
  expect(shown(out).slice(3)).toEqual(['b 1', 'a 3'])
  advance(operator, 40 * second, out.emit)
  expect(operator.size?.().keys).toBe(0)
  const gone = operator.changes?.() ?? []
  expect(gone.length).toBeGreaterThanOrEqual(2)
  expect(operator.image?.()).toEqual([])
})

test('a key with a timer is not forgotten before it', () => {
  const operator = process(silence, { ttl: second })
  const out = new Collected()
  operator.process({ batch: rows(['a', 1]), born: 0 }, out.emit)
  advance(operator, 5 * second, out.emit)
  expect(operator.size?.().keys).toBe(1)
  advance(operator, 11 * second, out.emit)
  expect(shown(out)).toEqual(['a silent since 1, now 11'])
  expect(operator.size?.().keys).toBe(0)
})

test('state that is no plain data is refused at once, naming key and place', () => {
  class Counter {
    n = 0
  }
  for (const [state, what] of [
    [{ seen: new Map() }, 'state.seen is an instance of Map'],
    [{ deep: [{ f: () => 1 }] }, 'state.deep[0].f is a function'],
    [new Counter(), 'state is an instance of Counter'],
  ] as const) {
    const operator = process({ state: () => state, event: () => undefined }, { onError: { retries: 3, otherwise: 'skip' } })
    expect(() => operator.process({ batch: rows(['m1', 1]), born: 0 }, new Collected().emit)).toThrow(
      expect.objectContaining({ code: 'stream.state-value', message: expect.stringContaining(`${what} (key machine=m1)`) as string }),
    )
  }
})

test('what a state may hold comes back as it was', () => {
  const kept = {
    big: 2n ** 90n,
    minus: -5n,
    nan: NaN,
    zero: -0,
    at: new Date(5),
    exact: timestampOf(7n),
    price: decimal(123n, 2),
    text: 'é\0\ud800',
    none: undefined,
    list: [null, true],
    ['__proto__']: 1,
  }
  let seen: unknown
  const definition = {
    state: () => 0 as unknown,
    event(_: Row, context: Context<unknown>) {
      seen = context.state
      context.state = kept
    },
  }
  const operator = process(definition)
  operator.process({ batch: rows(['a', 1]), born: 0 }, new Collected().emit)
  const other = process(definition)
  for (const record of operator.image?.() ?? []) other.restore?.(record)
  other.process({ batch: rows(['a', 1]), born: 0 }, new Collected().emit)
  expect(seen).toEqual(kept)
  expect(Object.is((seen as typeof kept).zero, -0)).toBe(true)
  expect((seen as typeof kept).exact).toBeInstanceOf(Date)
})

test('a definition that is none is told at the start, a promise at the row', () => {
  expect(() => process({ event: () => undefined })).toThrow('process of step p is not { state, event }')
  const operator = process({ state: () => 0, event: async () => undefined }, { onError: { retries: 1, otherwise: 'skip' } })
  expect(() => operator.process({ batch: rows(['a', 1]), born: 0 }, new Collected().emit)).toThrow(
    expect.objectContaining({ code: 'stream.async-function' }),
  )
})

/** Everything that is kept: a count, a list, timers, poison. */
const busy = {
  state: () => ({ seen: 0, list: [] as number[] }),
  *event(row: Row, context: Context<{ seen: number; list: number[] }>) {
    context.timerAt(new Date(context.eventTime.getTime() + 3000 + row.n * 500))
    yield* counter.event(row, context)
  },
  timer: (context: Context<{ seen: number; list: number[] }>) => [
    { machine: context.key.machine, seen: context.state.seen, note: `${context.eventTime.getTime()}: ${context.state.list.join(' ')}` },
  ],
}

test('three subtasks go on from what one saved, as if nothing had happened', () => {
  const deal = (width: number) => {
    const cut = partitioner({ from: 0, by: { kind: 'key', keys } }, width)
    return (batch: Batch): readonly (Batch | undefined)[] => cut({ batch, born: 0 }).map(part => part?.batch)
  }
  const row = fc.record({
    machine: fc.constantFrom('a', 'b', 'c', 'd'),
    n: fc.integer({ min: -2, max: 9 }),
    at: fc.integer({ min: 0, max: 60 }).map(at => at * second),
  })
  const round = fc.record({
    rows: fc.array(row, { maxLength: 10 }),
    watermark: fc.integer({ min: 0, max: 60 }).map(at => at * second),
    save: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(round, { maxLength: 8 }), fc.boolean(), (rounds, images) => {
      const make = (): Operator => process(busy, { ttl: 7 * second, onError: { retries: 1, otherwise: 'dead-letter' } })
      const undisturbed = new Subtasks(make, 1, deal(1))
      let moved = new Subtasks(make, 1, deal(1))
      const [expected, out] = [new Collected(), new Collected()]
      let log: StateRecord[] = []
      let furthest = beginning
      let width = 1
      for (const { rows: given, watermark, save } of rounds) {
        furthest = Math.max(furthest, watermark)
        for (const [some, to] of [
          [undisturbed, expected],
          [moved, out],
        ] as const) {
          some.push(timed(schema, given), to.emit)
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
      const sorted = (some: Collected): string[] => some.rows.map(one => JSON.stringify(one)).sort()
      expect(sorted(out)).toEqual(sorted(expected))
      expect(out.letters.map(({ error }) => error).sort()).toEqual(expected.letters.map(({ error }) => error).sort())
    }),
    { seed: 20_261_121, numRuns: 150 },
  )
})
