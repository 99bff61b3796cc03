/** A Parquet file behind an address, from a real server that counts the bytes it sends. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { struct } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { localServer } from './fixtures/local-server.ts'
import { parquet, rows } from './index.ts'

let tm: Session
let folder: string
let bytes: Buffer
let sent = 0
let ranges: (string | undefined)[] = []
let etag = '"one"'
/** What the server does instead, where it does something else. */
let odd: ((request: IncomingMessage, response: ServerResponse, count: number) => boolean) | undefined
const count = 40_000

const server = localServer((request, response) => {
  const { range } = request.headers
  ranges.push(range)
  if (odd?.(request, response, ranges.length) === true) return
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  const ifRange = request.headers['if-range']
  const isPart = range !== undefined && (ifRange === undefined || ifRange === etag)
  const first = from === '' ? bytes.length - Number(to) : Number(from)
  const last = from === '' || to === '' ? bytes.length - 1 : Math.min(Number(to), bytes.length - 1)
  const part = isPart ? bytes.subarray(first, last + 1) : bytes
  sent += part.length
  response
    .writeHead(isPart ? 206 : 200, {
      etag,
      'content-length': part.length,
      ...(isPart ? { 'content-range': `bytes ${first}-${last}/${bytes.length}` } : {}),
    })
    .end(part)
})
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-remote-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'work'), print: () => undefined })
  // Text that does not shrink, so that the columns have some size: about 1.3 MB each.
  const word = (seed: number): string =>
    Array.from({ length: 4 }, (_, i) => ((seed * 2_654_435_761 + i * 40_503) >>> 0).toString(36)).join('')
  const table = await tm.read(
    rows(
      Array.from({ length: count }, (_, i) => ({
        id: i,
        group: `g${i % 5}`,
        a: word(i),
        b: word(i + count),
        deep: { x: i, y: word(i) },
        none: i % 3 === 0 ? null : i,
      })),
      {
        schema: {
          id: 'int32',
          group: 'string',
          a: 'string',
          b: 'string',
          deep: struct({ x: 'int32', y: 'string' }),
          none: 'int32?',
        },
      },
    ),
  )
  await table.write(parquet(join(folder, 'file.parquet'), { rowGroupSize: 4096 }))
  bytes = await readFile(join(folder, 'file.parquet'))
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  sent = 0
  ranges = []
  odd = undefined
  etag = `"${Math.random()}"`
})
const remote = (options = {}) => tm.read(parquet(`${server.base}/file.parquet`, options))
const local = () => tm.read(parquet(join(folder, 'file.parquet')))

test('the columns cost the footer only, and the number of rows one column', async () => {
  const table = await remote()
  expect(bytes.length).toBeGreaterThan(2_500_000)
  expect(table.schema).toEqual((await local()).schema)
  expect(sent).toBe(64 * 1024)
  expect(await table.count()).toBe(count)
  expect(sent).toBeLessThan(300_000)
})

test('columns that are not read are not fetched, and a column is fetched once', async () => {
  const table = await remote()
  const sum = [{ sum: (count * (count - 1)) / 2 }]
  expect(await table.agg(r => ({ sum: r.id.sum() })).rows()).toEqual(sum)
  expect(sent).toBeLessThan(500_000)
  const before = sent
  expect(await table.agg(r => ({ sum: r.id.sum() })).rows()).toEqual(sum)
  expect(sent).toBe(before)
  // In another read of the same file too: its footer alone is asked for again.
  expect(await (await remote()).agg(r => ({ sum: r.id.sum() })).rows()).toEqual(sum)
  expect(sent - before).toBe(64 * 1024)
})

test('row groups that a filter rules out, and those behind a limit, are not fetched', async () => {
  const table = await remote()
  const wanted = table.filter(r => r.id.gte(20_000).and(r.id.lt(20_010))).select('id', 'a')
  expect(await wanted.rows()).toEqual(
    await (await local())
      .filter(r => r.id.gte(20_000).and(r.id.lt(20_010)))
      .select('id', 'a')
      .rows(),
  )
  expect(sent).toBeLessThan(400_000)
  const before = sent
  expect(await table.limit(3).rows()).toEqual(await (await local()).limit(3).rows())
  expect(sent - before).toBeLessThan(bytes.length / 5)
  expect(await table.filter(r => r.id.lt(0)).rows()).toEqual([])
  expect(await table.filter(r => r.none.isNull()).count()).toBe(Math.ceil(count / 3))
})

test('what comes is what the file holds: all columns, structs, joins, SQL, functions, writes', async () => {
  const table = await remote()
  const here = await local()
  expect(await table.rows()).toEqual(await here.rows())
  expect(
    await tm.sql('select max(deep.y) as m, count(*) as n from t where "group" = \'g1\'', { tables: { t: table } }).then(t => t.rows()),
  ).toEqual(
    await tm.sql('select max(deep.y) as m, count(*) as n from t where "group" = \'g1\'', { tables: { t: here } }).then(t => t.rows()),
  )
  const joined = table.join(
    here.filter(r => r.id.mod(1000).eq(7)),
    { on: 'id', how: 'semi' },
  )
  expect(await joined.count()).toBe(count / 1000)
  expect(
    await table
      .limit(2)
      .map(r => ({ twice: r.id * 2 }))
      .rows(),
  ).toEqual([{ twice: 0 }, { twice: 2 }])
  await table.select('id').write(parquet(join(folder, 'copy.parquet')))
  expect(await (await tm.read(parquet(join(folder, 'copy.parquet')))).count()).toBe(count)
  const { analysis } = await table.select('id').explain({ analyze: true })
  expect(analysis?.rows).toBe(count)
})

test('a kept run tells the address and the size, and its plan is the same for another read', async () => {
  const run = await tm.keep((await remote()).select('id').limit(2), 'remote')
  expect(run.inputs).toMatchObject([{ kind: 'parquet', name: `${server.base}/file.parquet`, bytes: bytes.length }])
  expect(JSON.stringify(run.plan?.nodes)).toContain(`"remote":{"address":"${server.base}/file.parquet","bytes":${bytes.length}}`)
  const again = await tm.keep((await remote()).select('id').limit(2), 'remote')
  expect(again.plan?.fingerprint).toBe(run.plan?.fingerprint)
})

test('runs at the same time ask for a column once', async () => {
  const table = await remote()
  const begun = ranges.length
  await Promise.all(Array.from({ length: 4 }, () => table.agg(r => ({ n: r.a.max() })).rows()))
  expect(new Set(ranges.slice(begun)).size).toBe(ranges.length - begun)
})

test('a file that changed between two requests is an error that says so, and the next read gets the new one', async () => {
  const table = await remote()
  etag = '"later"'
  await expect(table.select('a').rows()).rejects.toMatchObject({
    code: 'connectors.changed',
    message: `file changed while it was read: ${server.base}/file.parquet`,
  })
  expect(await (await remote()).select('a').count()).toBe(count)
})

test('a server without ranges is told of, and the file downloaded whole', async () => {
  odd = (_, response) => {
    sent += bytes.length
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
    return true
  }
  const warned = new Promise<Error>(resolve => process.once('warning', resolve))
  expect(await (await remote()).count()).toBe(count)
  expect((await warned).message).toBe(`server without ranges: ${server.base}/file.parquet was downloaded whole`)
})

test('a range that breaks is asked for again; one of another place is never taken', async () => {
  const table = await remote()
  const begun = ranges.length
  odd = (request, response, number) => {
    if (number !== begun + 1) return false
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1])
    response.writeHead(206, { etag, 'content-range': `bytes ${from}-${from + 1000}/${bytes.length}` }).end(Buffer.alloc(1001))
    return true
  }
  expect(await table.agg(r => ({ s: r.id.sum() })).rows()).toEqual([{ s: (count * (count - 1)) / 2 }])
  const again = await remote()
  odd = (_, response) => {
    response
      .writeHead(206, { etag, 'content-length': 1000, 'content-range': `bytes 0-999/${bytes.length}` })
      .write('x', () => response.destroy())
    return true
  }
  await expect(
    (await tm.read(parquet(`${server.base}/file.parquet?2`, { http: { retries: 0 } })).catch(() => again)).select('b').rows(),
  ).rejects.toMatchObject({ code: 'connectors.http' })
})

test('the limit of a file, a signal and names of columns hold for parts too', async () => {
  await expect(remote({ http: { maxBytes: 1000 } })).rejects.toMatchObject({ code: 'connectors.too-large' })
  const table = await remote()
  const stop = new AbortController()
  odd = (_, response) => {
    response.writeHead(206, { etag, 'content-range': 'bytes 0-1/2' })
    stop.abort()
    return true
  }
  await expect(table.select('b').rows({ signal: stop.signal })).rejects.toMatchObject({ code: 'engine.cancelled' })
  odd = undefined
  expect(await table.select('b').count()).toBe(count)
  expect(await (await remote({ fileName: 'from' })).select('id', 'from').limit(1).rows()).toEqual([
    { id: 0, from: `${server.base}/file.parquet` },
  ])
})

test('a footer with any byte changed is an error or another table, never a crash', async () => {
  const whole = bytes
  const footer = whole.readUInt32LE(whole.length - 8)
  try {
    for (let at = whole.length - 8 - footer; at < whole.length; at += 97) {
      bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] as number) ^ 0x55
      etag = `"${at}"`
      await remote({ http: { retries: 0 } })
        .then(table => table.select('id').count())
        .catch((error: unknown) => expect((error as { readonly code: string }).code).toMatch(/^(connectors|engine|expr|schema|plan)\./))
    }
  } finally {
    bytes = whole
  }
})
