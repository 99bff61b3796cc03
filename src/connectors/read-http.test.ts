/** Files over HTTP, from a real server that misbehaves in the ways servers do. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Session, tidemill } from '../session/index.ts'
import { localServer } from './fixtures/local-server.ts'
import { csv, json, lines, ndjson, parquet, rows } from './index.ts'

let tm: Session
let folder: string
let asked: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = []
let answer: (request: IncomingMessage, response: ServerResponse, count: number) => void

const server = localServer((request, response) => {
  asked.push({ url: request.url ?? '', headers: request.headers })
  answer(request, response, asked.length)
})
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-http-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'work'), print: () => undefined })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  asked = []
})
const send =
  (text: string | Buffer, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(200, headers).end(text)

test('CSV, NDJSON, JSON, lines and Parquet are read from an address', async () => {
  answer = send('a,b\n1,x\n')
  expect(await (await tm.read(csv(`${server.base}/t.csv?key=secret`, { fileName: 'from' }))).rows()).toEqual([
    { a: 1, b: 'x', from: `${server.base}/t.csv?key=secret` },
  ])
  answer = send('{"a":1}\n')
  expect(await (await tm.read(ndjson(`${server.base}/t.ndjson`))).rows()).toEqual([{ a: 1 }])
  answer = send('{"data":[{"a":1}]}')
  expect(await (await tm.read(json(`${server.base}/api`, { records: 'data' }))).rows()).toEqual([{ a: 1 }])
  answer = send(gzipSync('x\ny\n'))
  expect(await (await tm.read(lines(`${server.base}/t.txt.gz`))).rows()).toEqual([{ line: 'x' }, { line: 'y' }])
  const path = join(folder, 't.parquet')
  await (await tm.read(rows([{ a: 1, b: 'x' }]))).write(parquet(path))
  const { readFile } = await import('node:fs/promises')
  const bytes = await readFile(path)
  answer = send(bytes)
  expect(await (await tm.read(parquet(`${server.base}/t.parquet`))).rows()).toEqual([{ a: 1, b: 'x' }])
})

test('an answer that is packed on the way is unpacked, also where the name says it is packed', async () => {
  answer = send(gzipSync('a\n1\n'), { 'content-encoding': 'gzip' })
  expect(await (await tm.read(csv(`${server.base}/plain.csv`))).rows()).toEqual([{ a: 1 }])
  expect(await (await tm.read(csv(`${server.base}/named.csv.gz`))).rows()).toEqual([{ a: 1 }])
})

test('a server that is busy is asked again, one that says no is not', async () => {
  answer = (request, response, count) => (count < 3 ? response.writeHead(503).end() : send('a\n1\n')(request, response))
  expect(await (await tm.read(csv(`${server.base}/busy.csv`))).rows()).toEqual([{ a: 1 }])
  expect(asked).toHaveLength(3)
  asked = []
  answer = (_, response) => response.writeHead(403).end()
  await expect(tm.read(csv(`${server.base}/private.csv?token=abc`))).rejects.toMatchObject({
    code: 'connectors.http',
    message: `server refused: ${server.base}/private.csv (403 Forbidden)`,
    hint: expect.stringContaining('authorization'),
  })
  answer = (_, response) => response.writeHead(404).end()
  await expect(tm.read(csv(`${server.base}/gone.csv`))).rejects.toMatchObject({ code: 'connectors.not-found' })
  expect(asked).toHaveLength(2)
  asked = []
  answer = (_, response) => response.writeHead(500).end()
  await expect(tm.read(csv(`${server.base}/down.csv`, { http: { retries: 1 } }))).rejects.toMatchObject({
    code: 'connectors.http',
    retryable: true,
  })
  expect(asked).toHaveLength(2)
})

const text = `n\n${Array.from({ length: 60_000 }, (_, i) => i).join('\n')}\n`
const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 16)}"`

test('a connection that breaks is taken up where it ended', async () => {
  answer = (request, response, count) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const whole = Buffer.from(text)
    const part = whole.subarray(from, count < 3 ? from + 100_000 : undefined)
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      'content-length': whole.length - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` } : {}),
    })
    if (count < 3) response.write(part, () => setTimeout(() => response.destroy(), 20))
    else response.end(part)
  }
  const table = await tm.read(csv(`${server.base}/broken.csv`))
  expect(await table.agg(r => ({ sum: r.n.sum() })).rows()).toEqual([{ sum: (59_999 * 60_000) / 2 }])
  const ranges = asked.map(({ headers }) => [headers.range === undefined, headers['if-range']])
  expect(ranges).toEqual([
    [true, undefined],
    [false, etag],
    [false, etag],
  ])
})

test('a file that changed while it was fetched is fetched from its beginning', async () => {
  answer = (_, response, count) => {
    // The second answer is 200: another file now, whole.
    const body = count === 1 ? 'n\n1\n2\n' : 'n\n7\n'
    response.writeHead(200, { etag: `"${count}"`, 'content-length': count === 1 ? 1000 : body.length })
    if (count === 1) response.write(body, () => setTimeout(() => response.destroy(), 20))
    else response.end(body)
  }
  expect(await (await tm.read(csv(`${server.base}/changed.csv`))).rows()).toEqual([{ n: 7 }])
})

test('a connection that ends too early is never a shorter table', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'transfer-encoding': 'chunked' })
    response.write('n\n1\n2\n', () => setTimeout(() => response.destroy(), 20))
  }
  await expect(tm.read(csv(`${server.base}/short.csv`, { http: { retries: 1 } }))).rejects.toMatchObject({ code: 'connectors.http' })
})

test('a file is fetched once in a session while the server says that it is the same', async () => {
  answer = (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
    else response.writeHead(200, { etag }).end('n\n1\n')
  }
  expect(await (await tm.read(csv(`${server.base}/cached.csv`))).rows()).toEqual([{ n: 1 }])
  expect(await (await tm.read(csv(`${server.base}/cached.csv`))).rows()).toEqual([{ n: 1 }])
  expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, etag])
})

test('redirects are followed, so many; rights are not sent on to another server', async () => {
  const other = createServer((request, response) => void response.end(`a\n${request.headers.authorization ?? 'nothing'}\n`))
  await new Promise<void>(resolve => void other.listen(0, '127.0.0.1', resolve))
  try {
    answer = (request, response) => {
      if (request.url === '/first.csv') response.writeHead(302, { location: '/second.csv' }).end()
      else if (request.url === '/second.csv')
        response.writeHead(307, { location: `http://127.0.0.1:${(other.address() as AddressInfo).port}/third.csv` }).end()
      else if (request.url === '/file.csv') response.writeHead(302, { location: 'file:///etc/passwd' }).end()
      else response.writeHead(302, { location: '/round.csv' }).end()
    }
    const headers = { Authorization: 'Bearer x' }
    expect(await (await tm.read(csv(`${server.base}/first.csv`, { http: { headers }, header: true }))).rows()).toEqual([{ a: 'nothing' }])
    expect(asked.map(one => one.headers.authorization)).toEqual(['Bearer x', 'Bearer x'])
    await expect(tm.read(csv(`${server.base}/round.csv`, { http: { redirects: 2 } }))).rejects.toThrow('more than 2 redirects')
    await expect(tm.read(csv(`${server.base}/file.csv`))).rejects.toThrow('redirect to file:')
  } finally {
    await new Promise(resolve => void other.close(resolve))
  }
})

test('a user and a password in an address are rights for that server, and are not told', async () => {
  const secret = server.base.replace('//', '//me:pass%3Aword@')
  answer = send('a\n1\n')
  expect(await (await tm.read(csv(`${secret}/own.csv?sig=secret`))).rows()).toEqual([{ a: 1 }])
  expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:pass:word').toString('base64')}`)
  answer = (_, response) => response.writeHead(302, { location: 'ftp://me:password@other/file?sig=secret' }).end()
  for (const address of [`${secret}/moved.csv?sig=secret`, 'http://me:password@[bad/a.csv?sig=secret']) {
    const error = await tm.read(csv(address)).then(
      () => undefined,
      (failed: unknown) => failed,
    )
    expect(error).toBeInstanceOf(Error)
    expect(inspect(error, { depth: 10 })).not.toMatch(/pass|secret/)
  }
  answer = send('a\n1\n')
  const table = await tm.read(csv(`${secret}/own.csv?sig=secret`))
  expect(JSON.stringify([await table.explain(), await tm.advise(table)])).not.toMatch(/pass%3A|sig=secret/)
  const misfit = await tm.read(csv(`${secret}/own.csv?sig=secret`, { schema: { a: 'date' } }))
  await expect(misfit.rows()).rejects.toThrow('row 1 of http://***:***@127.0.0.1')
  expect(await (await tm.read(csv(`${server.base}/a%2f..`))).rows()).toEqual([{ a: 1 }])
})

test('a file over the limit is not fetched, whether or not the server says how large it is', async () => {
  answer = send('n\n'.padEnd(5000, '1'), { 'content-length': '5000' })
  await expect(tm.read(csv(`${server.base}/large.csv`, { http: { maxBytes: 1000 } }))).rejects.toMatchObject({
    code: 'connectors.too-large',
  })
  answer = (_, response) => {
    response.writeHead(200)
    response.write('n\n')
    response.end('1'.repeat(5000))
  }
  await expect(tm.read(csv(`${server.base}/large2.csv`, { http: { maxBytes: 1000 } }))).rejects.toMatchObject({
    code: 'connectors.too-large',
  })
})

test('a server that says nothing is left, and a signal ends a download', async () => {
  answer = (_, response) => void response.writeHead(200).write('n\n')
  await expect(tm.read(csv(`${server.base}/silent.csv`, { http: { timeoutMs: 50, retries: 0 } }))).rejects.toThrow('no answer for 50 ms')
  const stop = new AbortController()
  const reading = tm.read(csv(`${server.base}/endless.csv`), { signal: stop.signal })
  setTimeout(() => stop.abort(new Error('enough')), 50)
  await expect(reading).rejects.toThrow('enough')
})

test('addresses that cannot be read say why', async () => {
  await expect(tm.read(csv(`${server.base}/*.csv`))).rejects.toThrow('glob in an address')
  await expect(tm.read(csv('s3://bucket/a.csv'))).rejects.toThrow('address of a kind that is not read')
  expect(() => csv('https://x/a.csv', { http: { timeout: 5 } as never })).toThrow('unknown option: timeout of http')
  const closed = createServer()
  await new Promise<void>(resolve => void closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise(resolve => void closed.close(resolve))
  await expect(tm.read(csv(`http://127.0.0.1:${port}/a.csv`, { http: { retries: 0 } }))).rejects.toMatchObject({
    code: 'connectors.http',
    details: { code: 'ECONNREFUSED' },
  })
})
