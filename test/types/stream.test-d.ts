/** What the compiler knows of streams and topologies; nothing marked here may compile. */
/* oxlint-disable vitest/expect-expect -- the compiler is what asserts here */
import { count, type Session, type Stream, type Timestamp } from 'tidemill'
import { alerts, generate, ndjson, parquet } from 'tidemill/connectors'
import { all, fields, shuffle, type Spout, topology, tumbling } from 'tidemill/stream'
import { driver } from 'tidemill/testing'
import { expectTypeOf, test } from 'vitest'

declare const tm: Session
interface Reading {
  machine: string
  temperature: number
  note: string | null
  at: Timestamp
  seen: Timestamp | null
}
declare const readings: Stream<Reading>

const schema = { machine: 'string', temperature: 'float64', at: 'timestamp', seen: 'timestamp?' } as const
const followed = await tm.stream(ndjson.follow('sensors/*.ndjson', { schema }), { eventTime: 'at', lateness: '10s', idle: '30s' })
const windows = readings
  .keyBy('machine')
  .window(tumbling('1m'))
  .agg(r => ({ n: count(), mean: r.temperature.mean() }))
const totals = readings.keyBy('machine').agg(() => ({ n: count() }), { ttl: '1d' })

test('rows of a stream are known through its verbs', async () => {
  expectTypeOf((await driver(followed)).output()).items.toEqualTypeOf<{
    machine: string
    temperature: number
    at: Timestamp
    seen: Timestamp | null
  }>()
  expectTypeOf((await driver(windows)).output()).items.toEqualTypeOf<{
    machine: string
    windowStart: Timestamp
    windowEnd: Timestamp
    n: number
    mean: number
  }>()
  expectTypeOf(windows.late()).toEqualTypeOf<Stream<Reading>>()
  expectTypeOf(totals).toEqualTypeOf<Stream<{ machine: string; n: number }, 'update'>>()
  expectTypeOf(
    readings
      .window(tumbling('1m'))
      .lateness('10s')
      .agg(() => ({ n: count() }))
      .filter(r => r.n.gt(1)),
  ).toEqualTypeOf<Stream<{ windowStart: Timestamp; windowEnd: Timestamp; n: number }, 'update'>>()
  const jumps = readings.keyBy('machine').process({
    schema: { machine: 'string', jump: 'float64' },
    ttl: '1h',
    state: () => ({ last: 0 }),
    *event(row, context) {
      expectTypeOf(row).toEqualTypeOf<Reading>()
      expectTypeOf(context.key).toEqualTypeOf<{ machine: string }>()
      expectTypeOf(context.state).toEqualTypeOf<{ last: number }>()
      yield { machine: row.machine, jump: row.temperature - context.state.last }
    },
  })
  expectTypeOf(jumps).toEqualTypeOf<Stream<{ machine: string; jump: number }>>()
  expectTypeOf(await tm.table(windows).then(table => table.rows())).items.toHaveProperty('windowStart')
  const stamped = await tm.replay(await tm.read(parquet('houses.parquet', { schema: { price: 'float64' } })), {
    rate: 500,
    eventTime: { stamp: 'at' },
  })
  expectTypeOf(stamped).toEqualTypeOf<Stream<{ price: number; at: Timestamp }>>()
})

test('what a stream does not have does not compile', async () => {
  // @ts-expect-error a stream has no end to sort by
  expectTypeOf(readings.sort).toBeFunction()
  // @ts-expect-error no such column
  readings.keyBy('machin')
  // @ts-expect-error no such column
  readings.window(tumbling('1m')).agg(r => ({ n: r.temprature.mean() }))
  // @ts-expect-error not a duration
  readings.window(tumbling('5 minutes'))
  // @ts-expect-error state without bound: window it, or give ttl
  readings.keyBy('machine').agg(() => ({ n: count() }))
  // @ts-expect-error rows that may be corrected cannot be grouped again
  totals.keyBy('machine')
  // @ts-expect-error nor be put into windows
  totals.window(tumbling('1m'))
  // @ts-expect-error the columns of a function on a stream are declared
  readings.map(r => ({ x: r.temperature }))
  // @ts-expect-error a function on a stream gives no promise
  readings.map(async r => ({ x: r.temperature }), { schema: { x: 'float64' } })
  // @ts-expect-error x is no text
  readings.map(r => ({ x: r.temperature }), { schema: { x: 'string' } })
  // @ts-expect-error only windows have late rows
  expectTypeOf(readings.late).toBeFunction()
})

test('event time is a timestamp that is never NULL', async () => {
  const source = ndjson.follow('sensors/*.ndjson', { schema })
  // @ts-expect-error lateness of what? eventTime is missing
  await tm.stream(source, { lateness: '10s' })
  // @ts-expect-error text is no event time
  await tm.stream(source, { eventTime: 'machine' })
  // @ts-expect-error it may be NULL
  await tm.stream(source, { eventTime: 'seen' })
  await tm.stream(generate({ schema: { n: 'int64' } }, n => ({ n })))
})

test('a sink that only appends cannot take corrections', () => {
  windows.to(parquet('out/'), alerts.console())
  totals.to(alerts.console())
  // @ts-expect-error an append-only sink cannot take corrections
  totals.to(parquet('out/'))
  // @ts-expect-error a sink is missing
  windows.to()
  // @ts-expect-error the sink's column is not there
  windows.to(parquet('out/', { partitionBy: ['site'] }))
})

test('a test pushes rows of the stream, with plain dates', async () => {
  const d = await driver(windows)
  d.push(readings, [{ machine: 'm', temperature: 1, note: null, at: new Date(), seen: null }])
  // @ts-expect-error rows of another shape
  d.push(readings, [{ machine: 'm' }])
})

declare const sentences: () => Spout<{ sentence: string }>
const words = topology('t').spout('sentences', { emits: { sentence: 'string' } }, sentences)

test('a topology knows what its nodes emit', () => {
  words
    .bolt('split', { from: shuffle('sentences'), emits: { word: 'string' }, parallelism: 2 }, () => (t, out) => {
      for (const word of t.sentence.split(' ')) out.emit({ word })
    })
    .bolt('count', { from: fields('split', 'word'), emits: { word: 'string', n: 'int64' } }, () => {
      const counts = new Map<string, number>()
      return (t, out) => {
        const n = (counts.get(t.word) ?? 0) + 1
        counts.set(t.word, n)
        out.emit({ word: t.word, n })
      }
    })
    .bolt('print', { from: [all('split'), fields('count', 'word')] }, () => t => console.log('n' in t ? t.n : t.word))
  // @ts-expect-error no such field
  words.bolt('split', { from: shuffle('sentences'), emits: { word: 'string' } }, () => (t, out) => out.emit({ word: t.word }))
  // @ts-expect-error emits what it did not declare
  words.bolt('split', { from: shuffle('sentences'), emits: { word: 'string' } }, () => (t, out) => out.emit({ wrd: t.sentence }))
  // @ts-expect-error no node sentence before this one; there are sentences
  words.bolt('split', { from: shuffle('sentence') }, () => () => undefined)
  // @ts-expect-error sentences does not emit word; it emits sentence
  words.bolt('count', { from: fields('sentences', 'word') }, () => () => undefined)
  // @ts-expect-error the name sentences is taken
  words.bolt('sentences', { from: shuffle('sentences') }, () => () => undefined)
})
