/** What each kind of sink promises beside the contract: names, options, what goes over the wire, what is printed. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Batch, batchFromRows } from '../../../../batch/index.ts'
import { alerts, csv, ndjson, parquet } from '../../../../connectors/index.ts'
import type { TidemillError } from '../../../../errors/index.ts'
import type { Spec } from '../../../../plan/index.ts'
import { list, type Schema, schemaOf, timestampOf } from '../../../../schema/index.ts'
import { drive, localDisk } from '../disk/index.ts'
import type { SinkStep, StreamSink, StreamToken } from '../seams.ts'
import { ownerOf } from './owner.ts'
import { makeSink, sinkStepOf, type SinkPlace } from './index.ts'

let folder: string
let next = 0
const ends: (() => void)[] = []
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-alerts-'))))
afterAll(async () => {
  for (const end of ends) end()
  await rm(folder, { recursive: true, force: true })
})

const schema = schemaOf({ machine: 'string', mean: 'float64?', n: 'bigint' })
const rowsFrom = (from: number, count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ machine: `m${from + i}`, mean: (from + i) / 4, n: BigInt(from + i) }))
const batch = (from: number, count: number): Batch => batchFromRows(schema, rowsFrom(from, count))
const stepOf = (spec: Spec, fields: Schema = schema): SinkStep => sinkStepOf(spec, { on: 'rows', id: 'hot', fields })

interface Hand {
  readonly sink: StreamSink
  readonly token: StreamToken
  readonly place: SinkPlace
}
async function prepared(step: SinkStep, batches: readonly Batch[], more: Partial<SinkPlace> = {}): Promise<Hand> {
  const place = { job: 'overheat', folder: join(folder, `job-${++next}`), disk: localDisk(), ...more }
  const sink = makeSink(step, place)
  const writer = sink.writer({ generation: 3, stage: 1, subtask: 2 })
  for (const one of batches) writer.write({ batch: one, born: 0 })
  const token = await drive(writer.cut(9))
  if (token === undefined) throw new Error('no rows')
  return { sink, token, place }
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
interface Got {
  readonly headers: IncomingHttpHeaders
  readonly method: string | undefined
  readonly body: { readonly job: string; readonly step: string; readonly name?: string; readonly rows: readonly object[] }
}
/** A receiver that answers by number of request and remembers all. */
async function receiver(status: (request: number) => number): Promise<{ readonly url: string; readonly got: Got[] }> {
  const got: Got[] = []
  const url = await serve((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => void parts.push(part))
    request.on('end', () => {
      got.push({ headers: request.headers, method: request.method, body: JSON.parse(Buffer.concat(parts).toString()) as Got['body'] })
      response.writeHead(status(got.length), { location: '/elsewhere' }).end('thanks')
    })
  })
  return { url, got }
}
const failure = async (work: Promise<unknown>): Promise<TidemillError> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as TidemillError,
  )

test('a webhook gets rows as JSON, at most a hundred at a time, each time with a key of its own', async () => {
  const { url, got } = await receiver(() => 204)
  const { sink, token } = await prepared(stepOf(alerts.webhook(`${url}/hook?token=secret`, { name: 'hot ones' })), [
    batch(0, 130),
    batch(130, 120),
  ])
  expect(token).toMatchObject({ epoch: 9, rows: 250, sink: 'hot' })
  expect(got).toEqual([])
  await drive(sink.commit(token))
  expect(got.map(({ body }) => body.rows.length)).toEqual([100, 100, 50])
  expect(got.flatMap(({ body }) => body.rows)).toEqual(rowsFrom(0, 250).map(row => ({ ...row, n: Number((row as { n: bigint }).n) })))
  expect(got.map(({ headers }) => headers['idempotency-key'])).toEqual([0, 1, 2].map(n => `${token.id}/${n}`))
  expect(token.id).toMatch(/^overheat-hot-[0-9a-f]{10}-g3-s1-2-0$/)
  expect(got[0]).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: { job: 'overheat', step: 'hot', name: 'hot ones' },
  })
})

test('a webhook that refuses gets the same rows with the same key again, and not those it took', async () => {
  const { url, got } = await receiver(request => (request === 2 ? 500 : 200))
  const { sink, token } = await prepared(stepOf(alerts.webhook(url)), [batch(0, 250)])
  const error = await failure(drive(sink.commit(token)))
  expect(error).toMatchObject({ code: 'stream.sink-unavailable', retryable: true, message: `webhook ${url} answers 500` })
  await drive(sink.commit(token))
  expect(got.map(({ headers }) => headers['idempotency-key'])).toEqual([0, 1, 1, 2].map(n => `${token.id}/${n}`))
  expect(got[1]?.body).toEqual(got[2]?.body)
})

test('after a crash all rows of the epoch are sent again, with the same keys', async () => {
  const { url, got } = await receiver(request => (request === 2 ? 500 : 200))
  const step = stepOf(alerts.webhook(url))
  const { sink, token, place } = await prepared(step, [batch(0, 150)])
  await failure(drive(sink.commit(token)))
  await drive(makeSink(step, place).commit(token))
  expect(got.map(({ headers }) => headers['idempotency-key'])).toEqual([0, 1, 0, 1].map(n => `${token.id}/${n}`))
})

test('errors of a webhook show where it leads and nothing that may be a secret', async () => {
  const { url } = await receiver(() => 403)
  const closed = 'http://127.0.0.1:1'
  for (const host of [url, closed]) {
    const step = stepOf(alerts.webhook(`${host}/services/T00/SECRET?key=SECRET#SECRET`))
    expect(step.label).toBe(`webhook ${host}`)
    const { sink, token } = await prepared(step, [batch(0, 1)])
    const error = await failure(drive(sink.commit(token)))
    expect(error.code).toBe('stream.sink-unavailable')
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.details)}`).not.toContain('SECRET')
    expect(error.message).toContain(host)
  }
})

test('a webhook that leads elsewhere is not followed', async () => {
  const { url, got } = await receiver(() => 307)
  const { sink, token } = await prepared(stepOf(alerts.webhook(url)), [batch(0, 1)])
  expect((await failure(drive(sink.commit(token)))).message).toMatch(/answers 307$/)
  expect(got).toHaveLength(1)
})

test('a webhook that does not answer in time is unavailable', async () => {
  const url = await serve(() => undefined)
  const { sink, token } = await prepared(stepOf(alerts.webhook(url, { timeoutMs: 50 })), [batch(0, 1)])
  expect(await failure(drive(sink.commit(token)))).toMatchObject({ code: 'stream.sink-unavailable' })
})

test('an outbox file that was changed is found before a row is sent', async () => {
  const { url, got } = await receiver(() => 200)
  const { sink, token, place } = await prepared(stepOf(alerts.webhook(url)), [batch(0, 3)])
  const [name = ''] = await readdir(join(place.folder, 'outbox'))
  await drive(place.disk.append(join(place.folder, 'outbox', name), Uint8Array.of(1, 2, 3)))
  expect(await failure(drive(sink.commit(token)))).toMatchObject({ code: 'stream.state-damaged' })
  expect(got).toEqual([])
})

test('the console gets a line for each row when it is committed, and data cannot steer the terminal', async () => {
  const printed: string[] = []
  const fields = schemaOf({ machine: 'string', mean: 'float64?', at: 'timestamp', tags: list('string') })
  const rows = [
    { machine: 'm1', mean: 91.5, at: timestampOf(1_000_000n), tags: ['a', 'b'] },
    { machine: 'two words', mean: null, at: timestampOf(1n), tags: [] },
    { machine: '\u001b[31mred\n"x"', mean: 0, at: timestampOf(0n), tags: [] },
    { machine: '', mean: 1e21, at: timestampOf(0n), tags: [] },
    { machine: '\u001b[2J\u202e', mean: 0, at: timestampOf(0n), tags: [] },
  ]
  const print = (text: string): void => void printed.push(text)
  const { sink, token } = await prepared(stepOf(alerts.console({ name: 'overheat' }), fields), [batchFromRows(fields, rows)], { print })
  expect(printed).toEqual([])
  await drive(sink.commit(token))
  expect(printed.join('')).toBe(
    [
      String.raw`alert overheat: machine=m1 mean=91.5 at=1970-01-01T00:00:01.000Z tags="[\"a\",\"b\"]"`,
      'alert overheat: machine="two words" mean=null at=1970-01-01T00:00:00.000Z tags=[]',
      String.raw`alert overheat: machine="\u001b[31mred\n\"x\"" mean=0 at=1970-01-01T00:00:00.000Z tags=[]`,
      'alert overheat: machine="" mean=1e+21 at=1970-01-01T00:00:00.000Z tags=[]',
      String.raw`alert overheat: machine=\x1b[2J\u{202e} mean=0 at=1970-01-01T00:00:00.000Z tags=[]`,
      '',
    ].join('\n'),
  )
})

test('the names of two jobs or steps never meet, whatever they are called', () => {
  const names = ['a', 'a-b', 'b', 'A', 'ä', 'a b', '../a', 'a/b', 'x'.repeat(300), `${'x'.repeat(300)}y`, '']
  const owners = names.flatMap(job => names.map(step => ownerOf(job, step)))
  expect(new Set(owners).size).toBe(owners.length)
  for (const owner of owners) {
    expect(owner).toMatch(/^[\w-]+$/)
    expect(owner.length).toBeLessThan(80)
  }
})

test('a sink of a plan becomes a step with an absolute path, its guarantee and a label', () => {
  expect(stepOf(parquet('alerts/'))).toMatchObject({
    sink: 'file',
    label: 'parquet alerts/',
    guarantee: 'exactly-once',
    options: { path: join(process.cwd(), 'alerts'), format: 'parquet' },
  })
  expect(stepOf(csv('alerts', { delimiter: ';', header: false, schema: { a: 'string' } })).options).toEqual({
    path: join(process.cwd(), 'alerts'),
    format: 'csv',
    delimiter: ';',
    header: false,
  })
  expect(stepOf(alerts.console())).toMatchObject({ sink: 'console', label: 'console', guarantee: 'at-least-once' })
  expect(stepOf(alerts.webhook('https://example.com/x'))).toMatchObject({
    label: 'webhook https://example.com',
    guarantee: 'at-least-once',
  })
  expect(structuredClone(stepOf(alerts.webhook('https://example.com/x')))).toBeDefined()
})

const refused: readonly (readonly [what: string, spec: Spec, problem: RegExp])[] = [
  ['partitions', parquet('out/', { partitionBy: ['machine'] }), /option partitionBy of parquet out\//],
  ['a mode', ndjson('out/', { mode: 'replace' }), /option mode of ndjson out\//],
  ['the name of a file', ndjson('out/alerts.ndjson'), /names a file: a stream writes a folder of files/],
  ['a compressed file', csv('alerts.csv.gz'), /names a file/],
  ['a pattern', parquet('out/*.parquet'), /is a pattern/],
  ['a delimiter of several bytes', csv('out/', { delimiter: '§' }), /ASCII delimiters/],
  ['a kind nobody knows', { kind: 'pigeon', options: {} }, /cannot write to: pigeon \(have csv, ndjson, parquet, webhook, console\)/],
]
test.each(refused)('%s is refused before the job starts', (_, spec, problem) => {
  expect(() => stepOf(spec)).toThrow(problem)
  expect(() => stepOf(spec)).toThrow(expect.objectContaining({ code: 'stream.unsupported' }))
})

test('columns that a file cannot hold are refused before the job starts', () => {
  const field = (name: string, type: Schema[number]['type']): Schema[number] => ({ name, type, nullable: true })
  expect(() => stepOf(parquet('out/'), [field('a', 'null')])).toThrow('column a of parquet out/: Parquet has no type for null')
  expect(() => stepOf(parquet('out/'), [field('a', { list: { struct: [] } })])).toThrow('Parquet has no type for struct<>')
  expect(() => stepOf(ndjson('out/'), [field('a', 'int32'), field('A', 'int32')])).toThrow('differ by case only')
  expect(() => stepOf(csv('out/'), [])).toThrow('rows without columns')
})
