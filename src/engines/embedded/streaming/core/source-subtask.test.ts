import { expect, test } from 'vitest'
import { SimulatedDisk } from '../../../../../test/simulate/simulated-disk.ts'
import { batchFromRows } from '../../../../batch/index.ts'
import { schemaOf } from '../../../../schema/index.ts'
import { driveNow } from '../disk/index.ts'
import { beginning, type Graph, type Manifest, type Message, type Poll, type Report, type SourceStep } from '../seams.ts'
import { localChannel, openSubtask, type Receiver, SourceSubtask } from './index.ts'

const fields = schemaOf({ n: 'int32', at: 'timestamp?' })
interface Row {
  readonly n: number
  readonly at: Date | null
}
const at = (ms: number): Date => new Date(ms)

/** A source of two partitions, whose rows are pushed by the test. */
function begin(options: Partial<SourceStep> = {}): {
  readonly source: SourceSubtask
  readonly receiver: Receiver
  readonly reports: Report[]
  push(partition: 'a' | 'b', ...rows: readonly Row[]): void
  move(ms: number): void
  /** Lets it read what is there; what came out, in words. */
  read(): readonly string[]
} {
  let now = 0
  const clock = { now: () => now, monotonic: () => now }
  const rows: Record<string, Row[]> = { a: [], b: [] }
  const source: SourceStep = {
    kind: 'source',
    id: 'rows',
    label: 'rows',
    fields,
    source: 'pushed',
    options: {},
    time: { column: 'at', latenessMs: 5, idleMs: 100 },
    bounded: false,
    onBroken: 'fail',
    ...options,
  }
  const graph: Graph = {
    name: 'job',
    planHash: 'plan',
    stages: [
      { index: 0, inputs: [], source, steps: [], sinks: [], parallelism: 1 },
      { index: 1, inputs: [{ from: 0, by: { kind: 'global' } }], steps: [], sinks: [], parallelism: 1 },
    ],
  }
  const base: Manifest = {
    format: 1,
    job: 'job',
    seq: 1,
    generation: 1,
    epoch: 0,
    kind: 'takeover',
    complete: false,
    planHash: 'plan',
    keyGroups: 256,
    positions: { '0/b': { next: 1, highest: 7000 } },
    states: [],
    tokens: [],
    at: 0,
  }
  const poll = (partition: string, from: number, most: number): Poll => {
    const part = (rows[partition] ?? []).slice(from, from + most)
    if (part.length === 0) return { kind: 'waiting' }
    return { kind: 'rows', batch: batchFromRows(fields, part), next: from + part.length, dead: [], behind: 0 }
  }
  const { sender, receiver } = localChannel(100)
  const reports: Report[] = []
  const subtask = driveNow(
    openSubtask({
      graph,
      job: 'job',
      folder: '/job',
      stage: 0,
      index: 0,
      generation: 1,
      base,
      disk: new SimulatedDisk(),
      clock,
      context: { clock, functions: new Map(), modules: new Map() },
      inputs: [],
      outputs: [[sender]],
      sinks: new Map(),
      reader: { partitions: () => ['a', 'b'], poll, close: () => undefined },
      report: report => void reports.push(report),
    }),
  )
  if (!(subtask instanceof SourceSubtask)) throw new Error('not a source')
  return {
    source: subtask,
    receiver,
    reports,
    push: (partition, ...more) => void (rows[partition] as Row[]).push(...more),
    move: ms => void (now += ms),
    read() {
      while (subtask.step(10));
      const words: string[] = []
      for (let message = receiver.take(); message !== undefined; message = receiver.take()) words.push(wordOf(message))
      return words
    },
  }
}

function wordOf(message: Message): string {
  if (message.kind === 'rows') return `rows ${message.batch.columns[0]?.data.slice(0, message.batch.rows).join()}`
  if (message.kind === 'watermark') return `watermark ${message.at}`
  return message.kind === 'barrier' ? `barrier ${message.epoch}` : message.kind
}

test('the watermark is that of the slowest partition, less the lateness', () => {
  const { push, read } = begin()
  push('a', { n: 1, at: at(30) })
  push('b', { n: 0, at: at(7) }, { n: 2, at: at(20) })
  expect(read()).toEqual(['rows 1', 'watermark 2000', 'rows 2', 'watermark 15000'])
  push('b', { n: 3, at: at(40) })
  expect(read()).toEqual(['rows 3', 'watermark 25000'])
  push('a', { n: 4, at: at(10) })
  expect(read()).toEqual(['rows 4'])
})

test('a partition that gives nothing for the idle time holds nobody up, and nobody goes to the furthest', () => {
  const { push, read, move } = begin()
  push('a', { n: 1, at: at(30) })
  expect(read()).toEqual(['rows 1', 'watermark 2000'])
  move(90)
  push('a', { n: 2, at: at(50) })
  expect(read()).toEqual(['rows 2'])
  move(20)
  expect(read()).toEqual(['watermark 45000'])
  move(200)
  expect(read()).toEqual(['watermark idle'])
  push('b', { n: 0, at: at(7) }, { n: 3, at: at(46) })
  expect(read()).toEqual(['rows 3', 'watermark 45000'])
})

test('a barrier stands behind what was read, and an epoch is answered once', () => {
  const { source, push, read, reports } = begin()
  push('a', { n: 1, at: at(30) })
  read()
  source.request(3, false)
  source.request(3, false)
  source.request(2, false)
  push('a', { n: 2, at: at(31) })
  expect(read().filter(word => !word.startsWith('watermark'))).toEqual(['barrier 3', 'rows 2'])
  const io = source.lanes[0]?.take()
  if (io !== undefined) driveNow(io)
  expect(reports).toMatchObject([
    {
      kind: 'acknowledge',
      epoch: 3,
      from: 'g1-s0-0',
      positions: { '0/a': { next: 1, highest: 30_000 }, '0/b': { next: 1, highest: 7000 } },
      tokens: [],
    },
  ])
})

test('nothing is read after the barrier of a stop; a source that is drained ends', () => {
  const stopped = begin()
  stopped.source.request(1, true)
  stopped.push('a', { n: 1, at: at(30) })
  expect(stopped.read().filter(word => !word.startsWith('watermark'))).toEqual(['barrier 1'])
  const drained = begin()
  drained.source.drain()
  drained.push('a', { n: 1, at: at(30) })
  expect(drained.read()).toEqual(expect.arrayContaining(['end']))
  drained.source.request(1, false)
  expect(drained.read()).toEqual(['barrier 1'])
})

test('a row without event time is a broken record: it fails the job, or is left out and counted', () => {
  const rows = [
    { n: 1, at: at(30) },
    { n: 2, at: null },
    { n: 3, at: at(beginning / 1e9) },
  ]
  const failing = begin()
  failing.push('a', ...rows)
  expect(() => failing.read()).toThrow('broken record of rows at a: event time is NULL: column at')
  const skipping = begin({ onBroken: 'skip' })
  skipping.push('a', ...rows)
  expect(skipping.read()[0]).toBe('rows 1,3')
  expect(skipping.source.figures()).toMatchObject({ dead: 1, steps: { rows: { in: 3 } } })
})

test('without event time there are no watermarks', () => {
  const { push, read, move } = begin({ time: undefined })
  push('a', { n: 1, at: null })
  expect(read()).toEqual(['rows 1'])
  move(5000)
  expect(read()).toEqual([])
})
