import { expect, test } from 'vitest'
import { callNode, columnNode, type ExprNode } from '../../expr/index.ts'
import type { Schema } from '../../schema/index.ts'
import { fingerprint } from '../fingerprint.ts'
import { hasEventTime, changesOf } from '../stream-facts.ts'
import type { Plan } from '../nodes.ts'
import { optimise } from '../optimise.ts'
import { printPlan } from '../print.ts'
import { verbs } from './index.ts'

const minute = 60_000_000
const fields: Schema = [
  { name: 'machine', type: 'string', nullable: false },
  { name: 'heat', type: 'float64', nullable: true },
  { name: 'at', type: 'timestamp', nullable: false },
  { name: 'wall', type: 'datetime', nullable: false },
  { name: 'seen', type: 'timestamp', nullable: true },
]
const at = { file: '/home/me/job.ts', line: 7, column: 3 }
const scan: Plan = verbs.scan({ kind: 'follow', options: { path: '/data/in.ndjson' } }, fields, undefined)
const timed = verbs.eventTime(scan, { column: 'at', latenessMs: 10_000, idleMs: 60_000 })
const count = { name: 'n', expr: callNode('count', []) }
const tumbling = { kind: 'tumbling', size: minute, offset: 0, allowed: 0 } as const
const windowed = verbs.window(timed, { keys: ['machine'], aggs: [count], window: tumbling })
const running = verbs.running(timed, { keys: ['machine'], aggs: [count], ttl: minute })

function column(plan: Plan, name: string): ExprNode {
  const field = plan.fields.find(one => one.name === name)
  if (field === undefined) throw new Error(name)
  return columnNode(field)
}

test('the event time is a column of instants that is never NULL', () => {
  expect(hasEventTime(timed)).toBe(true)
  expect(timed.fields).toBe(fields)
  expect(verbs.eventTime(scan, { column: 'wall', latenessMs: 0, idleMs: 0 })).toMatchObject({ node: 'eventTime', column: 'wall' })
  const wrong =
    (name: string): (() => unknown) =>
    () =>
      verbs.eventTime(scan, { column: name, latenessMs: 0, idleMs: 0 }, at)
  expect(wrong('att')).toThrow('unknown column: att (have machine, heat, at, wall, seen) at me/job.ts:7:3')
  expect(wrong('machine')).toThrow('event time is no timestamp: machine: string at me/job.ts:7:3')
  expect(wrong('seen')).toThrow('event time may be NULL: seen: timestamp?')
  expect(() => verbs.eventTime(timed, { column: 'at', latenessMs: 0, idleMs: 0 })).toThrow(
    'event time belongs to a source, not behind eventTime',
  )
  expect(() => verbs.eventTime(scan, { column: 'at', latenessMs: 0.5, idleMs: 0 })).toThrow(
    'lateness is no whole number of milliseconds: 0.5',
  )
})

test('a window gives its keys, its bounds and its aggregates', () => {
  expect(windowed.fields.map(field => `${field.name} ${String(field.type)}${field.nullable ? '?' : ''}`)).toEqual([
    'machine string',
    'windowStart timestamp',
    'windowEnd timestamp',
    'n int64',
  ])
  expect(windowed).toMatchObject({ window: tumbling, open: false })
  expect(changesOf(windowed)).toBe('append')
})

test('a window needs time, a length, and names of its own', () => {
  const window =
    (plan: Plan, args: object = {}): (() => unknown) =>
    () =>
      verbs.window(plan, { keys: ['machine'], aggs: [count], window: tumbling, ...args }, at)
  expect(window(scan)).toThrow('a window needs the time of the rows, and this stream has none at me/job.ts:7:3')
  expect(() => verbs.running(scan, { keys: ['machine'], aggs: [count], ttl: minute })).toThrow('a time to live needs the time of the rows')
  expect(window(timed, { keys: ['machin'] })).toThrow('unknown column: machin')
  expect(window(timed, { aggs: [{ ...count, name: 'windowEnd' }] })).toThrow('two columns have one name: windowEnd')
  expect(window(timed, { window: { ...tumbling, size: 0 } })).toThrow('size of a window is no duration above 0: 0 microseconds')
  expect(window(timed, { window: { ...tumbling, offset: minute } })).toThrow('offset of a window is not below its size')
})

test('rows that may be corrected are not grouped again, and no appending sink takes them', () => {
  const reopened = verbs.window(timed, { keys: ['machine'], aggs: [count], window: { ...tumbling, allowed: 5 } })
  for (const plan of [running, reopened, verbs.select(running, { columns: ['machine'] })]) {
    expect(changesOf(plan)).toBe('update')
    expect(() => verbs.running(plan, { keys: ['machine'], aggs: [count], ttl: 1 }, at)).toThrow(
      'a running aggregate over rows that may be corrected would count them twice at me/job.ts:7:3',
    )
    expect(() => verbs.sink(plan, { sink: { kind: 'parquet', options: {} } })).toThrow(
      'parquet only appends, and later rows of this stream correct earlier ones',
    )
    expect(verbs.sink(plan, { sink: { kind: 'console', options: {}, updates: true } })).toMatchObject({ node: 'sink' })
  }
  expect(() => verbs.window(running, { keys: [], aggs: [count], window: tumbling })).toThrow('a window over rows that may be corrected')
  expect(verbs.sink(windowed, { sink: { kind: 'parquet', options: {} } }).fields).toBe(windowed.fields)
})

test('late rows are those of the window, whole', () => {
  const late = verbs.late(windowed, {})
  expect(late.fields).toBe(timed.fields)
  expect(changesOf(verbs.late(verbs.window(timed, { keys: [], aggs: [count], window: { ...tumbling, allowed: 5 } }), {}))).toBe('append')
  expect(() => verbs.late(timed, {}, at)).toThrow('only a window has late rows, not eventTime at me/job.ts:7:3')
  // Pruned for the window alone, the late rows would have lost a column.
  const pruned = optimise(verbs.sink(late, { sink: { kind: 'ndjson', options: {} } }))
  expect(printPlan(pruned)).toMatch(/scan follow data\/in\.ndjson \(machine, heat, at, wall, seen\)$/)
})

test('a step has a name that can stand in a path', () => {
  expect(verbs.stepName(windowed, { name: 'per-minute' })).toMatchObject({ node: 'aggregate', stepName: 'per-minute' })
  expect(fingerprint(verbs.stepName(windowed, { name: 'per-minute' }))).toBe(fingerprint(windowed))
  expect(() => verbs.stepName(windowed, { name: '../x' }, at)).toThrow('no name of a step: "../x"')
})

test('errors go on, are left out, or are put aside with a sink', () => {
  expect(verbs.onError(timed, { retries: 2, otherwise: 'skip' })).toMatchObject({ node: 'onError', retries: 2, fields })
  expect(() => verbs.onError(timed, { retries: 0, otherwise: 'dead-letter' }, at)).toThrow('dead letters need a sink at me/job.ts:7:3')
  expect(() => verbs.onError(timed, { retries: -1, otherwise: 'skip' })).toThrow('retries is no whole number from 0 to 1000: -1')
})

test('what a stream computes changes the fingerprint', () => {
  const plans = [
    timed,
    verbs.eventTime(scan, { column: 'wall', latenessMs: 10_000, idleMs: 60_000 }),
    windowed,
    verbs.window(timed, { keys: ['machine'], aggs: [count], window: { ...tumbling, offset: 5 } }),
    running,
    verbs.running(timed, { keys: ['machine'], aggs: [count], ttl: 2 * minute }),
    verbs.aggregate(timed, { keys: ['machine'], aggs: [count] }),
    verbs.late(windowed, {}),
    verbs.onError(timed, { retries: 1, otherwise: 'skip' }),
    verbs.onError(timed, { retries: 1, otherwise: 'fail' }),
    verbs.sink(timed, { sink: { kind: 'ndjson', options: { path: 'a' } } }),
    verbs.sink(timed, { sink: { kind: 'ndjson', options: { path: 'b' } } }),
  ]
  expect(new Set(plans.map(fingerprint)).size).toBe(plans.length)
})

test('no condition passes what a stream knows and a table does not', () => {
  const hot = verbs.filter(timed, { where: callNode('eq', [column(timed, 'machine'), column(timed, 'machine')]) })
  expect(printPlan(optimise(hot)).split('\n')[0]).toMatch(/^filter/)
  const one = verbs.filter(windowed, { where: callNode('isNotNull', [column(windowed, 'machine')]) })
  expect(printPlan(optimise(one))).toBe(
    [
      'filter machine.isNotNull()',
      'window tumbling 1m by machine: n = count()',
      'event time at, late by 10s, idle after 1m',
      'scan follow data/in.ndjson (machine, at)',
    ].join('\n'),
  )
})
