/** The job that every simulation runs: a source, a window by key with a list of events, a counter by category in the user's own function. */
import { type Batch, columnFrom, makeBatch } from '../../src/batch/index.ts'
import type { Graph, Outlet, SinkStep, SourceReader, SourceStep, Stage, Step } from '../../src/engines/embedded/streaming/seams.ts'
import { deadLetterFields } from '../../src/engines/embedded/streaming/seams.ts'
import { callNode, columnNode } from '../../src/expr/index.ts'
import type { Named } from '../../src/plan/index.ts'
import type { Field, Schema } from '../../src/schema/index.ts'
import type { HostFunction } from '../../src/workers/index.ts'
import { categoryOf, type Config, type Event, failsOn, idleMs, latenessMs, type SinkKind, timerMs, windowMs } from './config.ts'

const field = (name: string, type: Field['type'], nullable = false): Field => ({ name, type, nullable })
export const eventFields: Schema = [field('id', 'int32'), field('at', 'timestamp'), field('key', 'string'), field('category', 'string')]
const [id, , key, category] = eventFields as readonly [Field, Field, Field, Field]
const named = (of: Field): Named => ({ name: of.name, expr: columnNode(of) })
const ids = callNode('list', [columnNode(id)])
const windowFields: Schema = [
  key,
  category,
  field('windowStart', 'timestamp'),
  field('windowEnd', 'timestamp'),
  { name: 'ids', type: ids.type, nullable: ids.nullable },
]
const countFields: Schema = [
  key,
  category,
  field('start', 'int32'),
  { ...field('ids', ids.type), nullable: ids.nullable },
  field('n', 'int32'),
]

const source: SourceStep = {
  kind: 'source',
  id: 'events',
  label: 'events',
  fields: eventFields,
  source: 'simulated',
  options: {},
  time: { column: 'at', latenessMs, idleMs },
  bounded: true,
  onBroken: 'fail',
}
export const countFunction: HostFunction = { name: 'count', module: '', hash: 'count' }

/** Names of the sink steps: kind and outlet. */
export function sinkId(kind: SinkKind, on: Outlet): string {
  return `${kind}-${on}`
}

export function jobGraph(config: Config, widths: readonly number[], folder: string): Graph {
  const window: Step = {
    kind: 'window',
    id: 'window',
    label: 'window',
    fields: windowFields,
    keys: [named(key), named(category)],
    aggs: [{ name: 'ids', expr: ids }],
    input: eventFields,
    size: windowMs * 1000,
    offset: 0,
    allowed: config.allowed * 1000,
  }
  const count: Step = {
    kind: 'process',
    id: 'count',
    label: 'count',
    fields: countFields,
    keys: [named(category)],
    input: windowFields,
    fn: countFunction,
    ttl: 1e15,
    onError: { retries: 2, otherwise: 'dead-letter' },
  }
  const sink = (kind: SinkKind, on: Outlet, fields: Schema): SinkStep => ({
    kind: 'sink',
    id: sinkId(kind, on),
    label: sinkId(kind, on),
    fields,
    on,
    sink: kind,
    options: kind === 'file' ? { path: folder, format: 'ndjson' } : { url: 'http://receiver.test/', timeoutMs: 1000 },
    guarantee: kind === 'plain' ? 'at-least-once' : 'exactly-once',
  })
  const stage = (index: number, steps: readonly Step[], sinks: readonly SinkStep[], by: readonly Named[]): Stage => ({
    index,
    inputs: index === 0 ? [] : [{ from: index - 1, by: { kind: 'key', keys: by } }],
    ...(index === 0 ? { source } : {}),
    steps,
    sinks,
    parallelism: widths[index] as number,
  })
  // Late rows that nobody wants are watched by a sink that counts for nothing.
  const late: readonly SinkKind[] = config.late === 'drop' ? ['plain'] : config.sinks
  return {
    name: 'simulated',
    planHash: 'plan',
    stages: [
      stage(0, [], [], []),
      stage(
        1,
        [window],
        late.map(kind => sink(kind, 'late', eventFields)),
        window.keys,
      ),
      stage(
        2,
        [count],
        config.sinks.flatMap(kind => [sink(kind, 'rows', countFields), sink(kind, 'dead', deadLetterFields)]),
        count.keys,
      ),
    ],
  }
}

/** Rows that the window gives to the function. */
interface WindowRow {
  readonly key: string
  readonly category: string
  readonly windowStart: Date
  readonly ids: readonly number[]
}
interface CountContext {
  state: { n: number }
  readonly key: { readonly category: string }
  readonly eventTime: Date
  timerAt(time: Date): void
}
/** What the function has met. */
export interface Seen {
  /** A row that it always fails on. */
  poison: boolean
  timer: boolean
}
/** Rows of timers have this for a key. */
export const timerKey = 'timer'

/**
 * The user's function: numbers the windows of a category, and tells some time after each window; throws on some, after it has counted.
 *
 * @param undone false: it counts once more itself where it has failed before, as if the engine had not taken its change back
 */
export function makeCount(undone: boolean, seen: Seen): () => object {
  const tried = new Set<string>()
  return () => ({
    state: () => ({ n: 0 }),
    event(row: WindowRow, context: CountContext) {
      const start = row.windowStart.getTime()
      const fails = failsOn(row.key, start)
      const first = !tried.has(`${row.key}@${start}`)
      context.state.n += 1
      context.timerAt(new Date(start + windowMs + timerMs))
      if (fails === Infinity || (fails === 1 && first)) {
        tried.add(`${row.key}@${start}`)
        seen.poison ||= fails === Infinity
        throw new Error('the function failed')
      }
      if (fails === 1 && !undone) context.state.n += 1
      return [{ key: row.key, category: row.category, start, ids: row.ids, n: context.state.n }]
    },
    timer(context: CountContext) {
      seen.timer = true
      return [{ key: timerKey, category: context.key.category, start: context.eventTime.getTime() - windowMs - timerMs, ids: [], n: 0 }]
    },
  })
}

export interface InputPlace {
  readonly input: readonly (readonly Event[])[]
  now(): number
  /** True while a partition without events may not end. */
  holds(partition: number): boolean
  /** Told before anything is read at a position. */
  check(partition: number, from: number): void
}

/** Reads the events that exist by now. */
export function simulatedReader(place: InputPlace, index: number, width: number): SourceReader {
  const mine = place.input.map((_, at) => at).filter(at => at % width === index)
  return {
    partitions: () => mine.map(String),
    poll(name, from, most) {
      const partition = Number(name)
      const all = place.input[partition] as readonly Event[]
      if (from >= all.length) return { kind: place.holds(partition) ? 'waiting' : 'ended' }
      let to = from
      while (to < all.length && to - from < most && (all[to] as Event).ready <= place.now()) to++
      if (to === from) return { kind: 'waiting' }
      place.check(partition, from)
      return { kind: 'rows', batch: batchOf(all.slice(from, to)), next: to, dead: [], behind: all.length - to }
    },
    close: () => undefined,
  }
}

function batchOf(events: readonly Event[]): Batch {
  const columns = [
    events.map(event => event.id),
    events.map(event => new Date(event.at)),
    events.map(event => event.key),
    events.map(event => categoryOf(event.key)),
  ].map((values, at) => columnFrom((eventFields[at] as Field).type, values))
  return makeBatch(eventFields, columns, events.length)
}
