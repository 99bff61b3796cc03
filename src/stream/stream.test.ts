/** What plain JavaScript lets through, and what a stream says of itself. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generate, ndjson, rows } from '../connectors/index.ts'
import { inspect } from 'node:util'
import { count } from '../expr/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { all, fields, shuffle, topology, tumbling } from './index.ts'
import { failure } from '../../test/house/failure.ts'

let tm: Session
// As a program without types sees a stream.
let readings: any
let untimed: any
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false, print: () => undefined })
  const source = generate({ schema: { machine: 'string', heat: 'float64', at: 'timestamp' } }, n => ({
    machine: 'm',
    heat: n,
    at: new Date(n) as never,
  }))
  readings = await tm.stream(source, { eventTime: 'at', lateness: '10s' })
  untimed = await tm.stream(source)
})
afterAll(() => tm.close())

const ttl = '1h'
const process = { schema: { n: 'int64' }, ttl, state: () => ({ n: 0 }), event: () => [] }
const mistakes: readonly (readonly [string, () => unknown, string, string, string])[] = [
  ['keyBy()', () => readings.keyBy(), 'keyBy wants a column', 'keyBy(', 'stream.argument'],
  ["keyBy(['a'])", () => readings.keyBy(['machine']), 'keyBy wants names of columns one by one', "keyBy('machine')", 'plan.argument'],
  ["keyBy('machin')", () => readings.keyBy('machin'), 'unknown column: machin', 'did you mean machine?', 'plan.unknown-column'],
  ["window('1m')", () => readings.window('1m'), 'window wants a window, not "1m"', "tumbling('1m')", 'stream.argument'],
  [
    'a window without event time',
    () => untimed.window(tumbling('1m')).agg(() => ({ n: count() })),
    'a window needs the time of the rows',
    'eventTime',
    'stream.argument',
  ],
  ["tumbling('0s')", () => tumbling('0s'), 'window of no length', 'tumbling', 'stream.argument'],
  ["tumbling('5 minutes')", () => tumbling('5 minutes' as never), 'no duration: "5 minutes"', '', 'expr.argument'],
  [
    'an offset as long as the window',
    () => tumbling('1m', { offset: '1m' }),
    'offset of a window is not below its size',
    '',
    'stream.argument',
  ],
  ['agg without ttl', () => readings.keyBy('machine').agg(() => ({ n: count() })), 'they need a ttl', "ttl: '1d'", 'stream.unbounded'],
  ['agg without a callback', () => readings.keyBy('machine').agg(5, { ttl }), 'agg wants a callback, not 5', '', 'plan.argument'],
  [
    'process without ttl',
    () => readings.keyBy('machine').process({ ...process, ttl: undefined }),
    'it needs a ttl',
    '',
    'stream.unbounded',
  ],
  [
    'process without schema',
    () => readings.keyBy('machine').process({ ...process, schema: undefined }),
    'in schema',
    '',
    'stream.argument',
  ],
  [
    'process without event',
    () => readings.keyBy('machine').process({ ...process, event: 3 }),
    'event of process wants a function, not 3',
    '',
    'stream.argument',
  ],
  [
    'map without a schema',
    () => readings.map((r: object) => r),
    'map of a stream wants the columns of the rows it gives',
    '',
    'plan.open-schema',
  ],
  [
    'map with concurrency',
    () => readings.map((r: object) => r, { schema: { n: 'int64' }, concurrency: 4 }),
    'takes no concurrency',
    '',
    'stream.argument',
  ],
  ["onError('ignore')", () => readings.onError('ignore'), `onError wants 'fail', 'skip' or an object, not "ignore"`, '', 'plan.argument'],
  [
    'onError without a sink',
    () => readings.onError({ otherwise: 'dead' }),
    'otherwise of onError wants a sink, not "dead"',
    '',
    'stream.argument',
  ],
  ['to()', () => readings.to(), 'to wants a sink', '', 'stream.argument'],
  ["to('out/')", () => readings.to('out/'), 'to wants a sink, not "out/"', '', 'stream.argument'],
  [
    'start()',
    () => readings.to(ndjson('out/')).start(),
    'start wants an object with a name, not undefined',
    'start({ name',
    'plan.argument',
  ],
  ['start without a name', () => readings.to(ndjson('out/')).start({}), 'name of start wants a text', '', 'stream.argument'],
  ['a source that ends', () => tm.stream(rows([{ a: 1 }])), 'source ends: rows', 'tm.replay', 'stream.argument'],
  ['a table file', () => tm.stream(ndjson('in.ndjson')), 'source ends: ndjson', 'ndjson.follow', 'stream.argument'],
  ['late rows of no window', () => readings.late(), 'only a window has late rows', '', 'plan.argument'],
  ['a window of SQL', () => readings.withColumns((r: any) => ({ before: r.heat.lag().over({ orderBy: r.at }) })), 'heat', '', 'expr.kind'],
]

test.each(mistakes)('%s says what was given and how to write it', async (_title, make, message, hint, code) => {
  const error = await failure(make)
  expect(error.message).toContain(message)
  expect(error.code).toBe(code)
  expect(error.hint ?? '').toContain(hint)
})

test('a mistake is told with the line that made it', async () => {
  expect((await failure(() => readings.keyBy('machin'))).message).toMatch(/ at stream\/stream\.test\.ts:\d+:\d+$/)
  expect((await failure(() => readings.window('x'))).message).toMatch(/ at stream\/stream\.test\.ts:\d+:\d+$/)
  expect((await failure(() => untimed.window(tumbling('1m')).agg(() => ({ n: count() })))).message).toMatch(
    / at stream\/stream\.test\.ts:\d+:\d+$/,
  )
})

test('a function of process that uses a variable around it is refused, naming the variable and the line', async () => {
  const limit = 10
  const error = await failure(() =>
    readings.keyBy('machine').process({
      ...process,
      event: (row: { heat: number }) => (row.heat > limit ? [{ n: 1 }] : []),
    }),
  )
  expect(error.code).toBe('workers.captured')
  expect(error.message).toMatch(/captured variable: limit \(stream\.test\.ts:\d+\) belongs to an enclosing function; function process/)
  expect(error.hint).toContain('process({ with: { limit }')
})

test('a stream, what leads to one, and an outlet say what they are', () => {
  const windows = readings.keyBy('machine').window(tumbling('1m'))
  expect(inspect(readings)).toContain('at      │ timestamp')
  expect(inspect(readings.keyBy('machine'))).toContain('rows by machine')
  expect(inspect(windows)).toContain('windows of 1m by machine')
  expect(inspect(tumbling('90s'))).toBe('tumbling windows of 90s')
  const counts = windows.agg(() => ({ n: count() })).named('per-minute')
  expect(inspect(counts.to(ndjson('out/')).and(counts.late().to(ndjson('late/'))))).toMatch(
    /to ndjson.*out[\s\S]*window tumbling 1m by machine[\s\S]*late rows/,
  )
})

test('a topology says what it is made of, and what is wrong with a node', () => {
  const words = topology('words')
    .spout('lines', { emits: { line: 'string' } }, () => ({ next: () => [{ line: 'to be' }] }))
    .bolt('split', { from: shuffle('lines'), emits: { word: 'string' }, parallelism: 2 }, () => (t, out) => {
      for (const word of t.line.split(' ')) out.emit({ word })
    })
    .bolt('count', { from: [fields('split', 'word'), all('lines')] }, () => () => undefined)
  expect(inspect(words)).toBe(
    [
      'topology words',
      'spout lines emits line, 1 task',
      'bolt split from shuffle(lines) emits word, 2 tasks',
      'bolt count from fields(split, word), all(lines), 1 task',
    ].join('\n'),
  )
  const wrong = words as any
  const bolt = (): (() => undefined) => () => undefined
  expect(() => wrong.bolt('split', { from: shuffle('lines') }, bolt)).toThrow('the name split is taken')
  expect(() => wrong.bolt('x', { from: shuffle('line') }, bolt)).toThrow('no node line before x (there are lines, split, count)')
  expect(() => wrong.bolt('x', { from: fields('split', 'line') }, bolt)).toThrow('split does not emit line (it emits word)')
  expect(() => wrong.bolt('x', {}, bolt)).toThrow('bolt x reads nothing')
  expect(() => wrong.bolt('x', { from: shuffle('lines'), parallelism: 0 }, bolt)).toThrow(
    'parallelism of x is no whole number from 1 to 256: 0',
  )
  expect(() => wrong.bolt('x', { from: shuffle('lines'), tasks: 2 }, bolt)).toThrow('unknown option of bolt: tasks')
  expect(() => wrong.spout('y', {}, bolt)).toThrow('spout y emits nothing')
  expect(() => wrong.spout('a b', { emits: { x: 'int64' } }, bolt)).toThrow('no name of a spout: "a b"')
  expect(() => wrong.spout('y', { emits: { x: 'int64' } }, 5)).toThrow('spout y wants a function that makes it, not 5')
})
