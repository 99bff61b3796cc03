/** What plain JavaScript lets through: each is told with how to write it. */
import { whatIs } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import { misuse, needCallback, needNames, needObject, needOptions } from '../plan/index.ts'

const examples = {
  keyBy: "keyBy('machine').window(tumbling('1m'))",
  window: "window(tumbling('1m'))",
  running: "keyBy('machine').agg(r => ({ n: count() }), { ttl: '1d' })",
  process: "process({ schema: { n: 'int64' }, ttl: '1h', state: () => ({ n: 0 }), event: (row, context) => [{ n: ++context.state.n }] })",
  map: "map(row => ({ total: row.price * row.count }), { schema: { total: 'float64' } })",
  onError: "onError('skip'), or onError({ retries: 2, otherwise: ndjson('broken/') })",
  to: "to(ndjson('out/'))",
  named: "filter(r => r.price.gt(100)).named('dear')",
  from: "start({ name: 'new', from: await job.savepoint() }), or { path } that it gave",
  start: "start({ name: 'overheat', checkpoint: '1s' })",
}

/** Throws stream.argument for arguments of the wrong form; one entry a verb. */
export const checkStream = {
  keyBy(keys: readonly unknown[]): void {
    if (keys.length === 0) throw wrong('keyBy wants a column', examples.keyBy)
    needNames('keyBy', keys, examples.keyBy)
  },
  window(window: unknown): void {
    const { kind, size, offset } = (typeof window === 'object' && window !== null ? window : {}) as Readonly<Record<string, unknown>>
    if (kind === 'tumbling' && typeof size === 'number' && typeof offset === 'number') return
    throw wrong(`window wants a window, not ${whatIs(window)}`, examples.window)
  },
  running(make: unknown, options: unknown): void {
    needCallback('agg', make, examples.running)
    const { ttl } = (typeof options === 'object' && options !== null ? options : {}) as { readonly ttl?: unknown }
    if (ttl === undefined)
      throw misuse('running totals keep a row for every key: without a window they need a ttl', examples.running, 'stream.unbounded')
    needOptions('agg', options, ['ttl'], examples.running)
  },
  process(options: unknown): void {
    needObject('process', options, 'an object of functions', examples.process)
    needOptions('process', options, ['schema', 'state', 'ttl', 'with', 'event', 'timer'], examples.process)
    const { schema, state, ttl, event, timer } = options
    for (const [name, fn] of Object.entries({ state, event, ...(timer === undefined ? {} : { timer }) }))
      if (typeof fn !== 'function') throw wrong(`${name} of process wants a function, not ${whatIs(fn)}`, examples.process)
    if (schema === undefined) throw wrong('process wants the columns of the rows it gives in schema', examples.process)
    if (ttl === undefined) throw misuse('process keeps a state for every key: it needs a ttl', examples.process, 'stream.unbounded')
  },
  /** `map` and its like: a stream cannot run its first rows to learn their columns, and runs its functions in order. */
  map(verb: 'map' | 'flatMap' | 'mapBatches', options: unknown): void {
    const given = (typeof options === 'object' && options !== null ? options : {}) as Readonly<Record<string, unknown>>
    const { schema, concurrency } = given
    if (concurrency !== undefined) throw wrong(`${verb} of a stream takes no concurrency: rows are worked on in order`, examples.map)
    for (const name of ['onError', 'timeout', 'showValues'] as const)
      if (name in given)
        throw wrong(
          `${verb} of a stream takes no ${name}`,
          name === 'onError' ? "stream.onError('skip') stands for the steps before it" : examples.map,
        )
    if (schema === undefined)
      throw misuse(`${verb} of a stream wants the columns of the rows it gives in schema`, examples.map, 'plan.open-schema')
  },
  onError(policy: unknown): void {
    if (policy === 'fail' || policy === 'skip') return
    needObject('onError', policy, "'fail', 'skip' or an object", examples.onError)
    needOptions('onError', policy, ['retries', 'otherwise'], examples.onError)
    const { otherwise } = policy
    if (otherwise !== undefined && otherwise !== 'fail' && otherwise !== 'skip')
      needSink('otherwise of onError', otherwise, examples.onError)
  },
  to(sinks: readonly unknown[]): void {
    if (sinks.length === 0) throw wrong('to wants a sink', examples.to)
    for (const sink of sinks) needSink('to', sink, examples.to)
  },
  start(options: unknown): void {
    needObject('start', options, 'an object with a name', examples.start)
    needOptions('start', options, ['name', 'checkpoint', 'parallelism', 'from', 'signal'], examples.start)
    const { name, ...others } = options
    if (typeof name !== 'string') throw wrong(`name of start wants a text, not ${whatIs(name)}`, examples.start)
    checkStream.run('start', others)
  },
  /** What starting a stream and running a topology have in common. */
  run(verb: 'start' | 'run', { from, signal }: { readonly from?: unknown; readonly signal?: unknown }): void {
    const { path } = (typeof from === 'object' && from !== null ? from : {}) as { readonly path?: unknown }
    if (from !== undefined && typeof path !== 'string') throw wrong(`from of ${verb} wants a savepoint, not ${whatIs(from)}`, examples.from)
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw wrong(`signal of ${verb} wants an AbortSignal, not ${whatIs(signal)}`, 'AbortSignal.timeout(60_000)')
  },
  named(step: unknown): void {
    if (typeof step !== 'string') throw wrong(`named wants a name, not ${whatIs(step)}`, examples.named)
  },
}

/** A duration in milliseconds. @throws stream.argument when it is no whole number of them */
export function wholeMs(what: string, duration: string): number {
  const ms = durationMicros(duration) / 1000
  if (ms === 0) throw wrong(`${what} of no length: ${duration}`, '250ms, 10s, 5m')
  if (Number.isSafeInteger(ms)) return ms
  throw wrong(`${what} is no whole number of milliseconds: ${duration}`, '250ms, 10s, 5m')
}

function needSink(what: string, sink: unknown, example: string): void {
  const { kind, options } = (typeof sink === 'object' && sink !== null ? sink : {}) as Readonly<Record<string, unknown>>
  if (typeof kind === 'string' && typeof options === 'object') return
  throw wrong(`${what} wants a sink, not ${whatIs(sink)}`, example)
}

function wrong(message: string, hint: string): Error {
  return misuse(message, hint, 'stream.argument')
}
