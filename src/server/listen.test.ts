/** The socket: ports, slow and odd clients, and the end. */
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { describeValue, renderTerminal } from '../display/index.ts'
import { type AnyModel, linearRegression } from '../ml/index.ts'
import { securityHeaders, tokens } from '../security/index.ts'
import { tidemill } from '../session/index.ts'
import { systemScheduler } from '../time/index.ts'
import { ask, askRaw } from './fixtures/ask.ts'
import { app, fixedModels, listen, type Listening, type ListenOptions, type ModelSource } from './index.ts'

const known = tokens()
const { token } = known.issue({ name: 'test' })
const bearer = { authorization: `Bearer ${token}` }
let model: AnyModel
let server: Listening

beforeAll(async () => {
  await using tm = await tidemill()
  const data = await tm.read(
    rows(
      [1, 2, 3].map(x => ({ x, y: 2 * x })),
      { schema: { x: 'float64', y: 'float64' } },
    ),
  )
  model = await linearRegression().fit(data, { target: 'y' })
  server = await serving()
})
afterAll(() => server.close())

const serving = (options: ListenOptions = {}, models: ModelSource = fixedModels({ line: model })): Promise<Listening> =>
  listen(app({ models, tokens: known }), options)
const later = (ms: number): Promise<void> => new Promise(resolve => void systemScheduler.after(ms, resolve))
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

test('it listens on this machine only, on a port that is free, and says so', () => {
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
  expect(server.port).toBeGreaterThan(1023)
  expect(renderTerminal(describeValue(server), { width: 80, color: false })).toContain(`listening on 127.0.0.1, port ${server.port}`)
})

test('a port in use is named, with one that is free', async () => {
  const error = (await caught(serving({ port: server.port }))) as { message: string; details: { free: number } }
  expect(error).toMatchObject({ code: 'server.port-in-use', message: `port in use: ${server.port} (free: ${error.details.free})` })
  const next = await serving({ port: error.details.free })
  expect(next.port).toBe(error.details.free)
  await next.close()
})

test('an address or port that cannot be is named', async () => {
  for (const [options, message] of [
    [{ port: 70_000 }, 'port must be a whole number from 0 to 65535, not 70000'],
    [{ port: 1.5 }, 'port must be a whole number from 0 to 65535, not 1.5'],
    [{ host: '203.0.113.7' }, 'address that cannot be listened on: 203.0.113.7:0 (this machine has no such address)'],
    [
      { host: 'no-such-host.invalid' },
      expect.stringMatching(/^address that cannot be listened on: no-such-host\.invalid:0 \(no address is known by this name/),
    ],
  ] as const)
    expect(await caught(serving(options))).toMatchObject({ code: 'server.address', message })
})

test('on all addresses the URL is one that can be asked', async () => {
  const wide = await serving({ host: '0.0.0.0' })
  try {
    expect(wide.url).toBe(`http://127.0.0.1:${wide.port}`)
    expect((await fetch(`${wide.url}/v2`, { headers: bearer })).status).toBe(200)
    expect((await ask(`${wide.url}/v2`, { headers: { ...bearer, host: `0.0.0.0:${wide.port}` } })).status).toBe(403)
  } finally {
    await wide.close()
  }
})

test('requests that are no HTTP, or two things at once, are refused and the connection ends', async () => {
  const { port } = server
  const host = `Host: 127.0.0.1:${port}`
  const auth = `Authorization: Bearer ${token}`
  const post = `POST /v2/models/line/infer HTTP/1.1\r\n${host}\r\n${auth}\r\nContent-Type: application/json\r\n`
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'TE and CL',
      `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v2 HTTP/1.1\r\n${host}\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    ['two lengths', `${post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, /^HTTP\/1\.1 400 /],
    ['a length below zero', `${post}Content-Length: -5\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['an unknown transfer encoding', `${post}Transfer-Encoding: cow\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['no host', `GET /v2 HTTP/1.1\r\n${auth}\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['two hosts', `GET /v2 HTTP/1.1\r\n${host}\r\nHost: evil.example\r\n${auth}\r\nConnection: close\r\n\r\n`, /^HTTP\/1\.1 40[03] /],
    [
      'another host in the request line',
      `GET http://evil.example/v2 HTTP/1.1\r\n${host}\r\n${auth}\r\nConnection: close\r\n\r\n`,
      /^HTTP\/1\.1 403 /,
    ],
    ['a line break in a header', `GET /v2 HTTP/1.1\r\n${host}\r\n${auth}\r\nX: a\nY: b\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['an unknown expectation', `GET /v2 HTTP/1.1\r\n${host}\r\nExpect: a miracle\r\nConnection: close\r\n\r\n`, /^HTTP\/1\.1 401 /],
    ['HTTP/1.0 without a host', `GET /v2 HTTP/1.0\r\n${auth}\r\n\r\n`, /^HTTP\/1\.1 400 /],
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^HTTP\/1\.1 400 /],
    ['a path that is no path', `GET * HTTP/1.1\r\n${host}\r\n${auth}\r\nConnection: close\r\n\r\n`, /^HTTP\/1\.1 40[04] /],
    ['a backslash', `GET /v2\\models HTTP/1.1\r\n${host}\r\n${auth}\r\nConnection: close\r\n\r\n`, /^HTTP\/1\.1 40[04] /],
    ['headers of 20 kB', `GET /v2 HTTP/1.1\r\n${host}\r\n${auth}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['ten thousand headers', `GET /v2 HTTP/1.1\r\n${host}\r\n${auth}\r\n${'X: y\r\n'.repeat(10_000)}\r\n`, /^HTTP\/1\.1 431 /],
  ]
  for (const [what, text, want] of cases) {
    const answer = await askRaw(port, text)
    expect(answer, what).toMatch(want)
    expect(answer.match(/HTTP\/1\.1 /g), what).toHaveLength(1)
    for (const [name, value] of Object.entries(securityHeaders))
      expect(answer.toLowerCase(), what).toContain(`${name}: ${value}`.toLowerCase())
  }
  expect((await fetch(`${server.url}/v2`, { headers: bearer })).status).toBe(200)
})

test('a client that sends its headers or its body drop by drop is cut off, while others are served', async () => {
  const start = 'POST /v2/models/line/infer HTTP/1.1\r\nContent-Type: application/json\r\n'
  // One clock each: the other would take longer than the test may.
  for (const [options, body] of [
    [{ headersMs: 500, requestMs: 600_000 }, ''],
    [{ headersMs: 500, requestMs: 800 }, 'Content-Length: 100000\r\n\r\n{'],
  ] as const) {
    const slow = await serving(options)
    const socket = connect(slow.port, '127.0.0.1').on('error', () => undefined)
    let got = ''
    socket.on('data', chunk => (got += chunk.toString()))
    socket.write(`${start}Host: 127.0.0.1:${slow.port}\r\nAuthorization: Bearer ${token}\r\n${body}`)
    // Connections that never say a word are closed by the same clock.
    const idle = Array.from({ length: 100 }, () =>
      connect(slow.port, '127.0.0.1')
        .on('error', () => undefined)
        .resume(),
    )
    const served: number[] = []
    while ([socket, ...idle].some(one => !one.closed)) {
      if (socket.writable) socket.write('x')
      if (served.length < 5) served.push((await fetch(`${slow.url}/v2`, { headers: bearer })).status)
      await later(50)
    }
    expect(served).toEqual([200, 200, 200, 200, 200])
    expect(got).toMatch(/^HTTP\/1\.1 408 |^$/)
    await slow.close()
  }
})

test('a client that neither speaks nor listens does not keep the server from ending', async () => {
  const other = await serving({ headersMs: 200, drainMs: 600_000 })
  // Its own side stays open, and what it is sent is never read.
  const mute = connect({ port: other.port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined)
  await once(mute, 'connect')
  await other.close()
  mute.destroy()
})

test('a client that was told to go does not keep its connection by leaving its own side open', async () => {
  const other = await serving({ headersMs: 200 })
  const mute = connect({ port: other.port, host: '127.0.0.1', allowHalfOpen: true })
    .on('error', () => undefined)
    .resume()
  await once(mute, 'end')
  // The start of a request: nothing to be refused for, if somebody still listened.
  for (const letter of 'GET /') {
    if (mute.writable) mute.write(letter)
    await later(30)
  }
  expect(mute.closed).toBe(true)
  await other.close()
})

test('a body of 50 MB is refused without being read, and the server goes on', async () => {
  const head = `POST /v2/models/line/infer HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n`
  expect(await askRaw(server.port, `${head}Content-Length: 50000000\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i)
  expect((await fetch(`${server.url}/v2`, { headers: bearer })).status).toBe(200)
})

test('closing waits for requests that run, and takes no new ones', async () => {
  let open: (() => void) | undefined
  const gate = new Promise<void>(resolve => (open = resolve))
  const inner = fixedModels({ line: model })
  const slow: ModelSource = {
    ...inner,
    get: async reference => {
      await gate
      return inner.get(reference)
    },
  }
  const draining = await serving({}, slow)
  const running = ask(`${draining.url}/v2/models/line`, { headers: bearer })
  await later(100)
  let closed = false
  const close = draining.close().then(() => (closed = true))
  await later(100)
  expect(closed).toBe(false)
  expect(await caught(ask(`${draining.url}/v2`, { headers: bearer }))).toMatchObject({ code: 'ECONNREFUSED' })
  open?.()
  expect((await running).status).toBe(200)
  await close
  await draining.close()
})

test('a request that never ends is cut off when the server has waited long enough', async () => {
  const never: ModelSource = { names: async () => [], get: () => new Promise<never>(() => undefined) }
  const draining = await serving({ drainMs: 200 }, never)
  const running = caught(ask(`${draining.url}/v2/models/line`, { headers: bearer }))
  await later(100)
  await draining.close()
  expect(await running).toMatchObject({ code: 'ECONNRESET' })
})

test('the port is free again when the server is closed', async () => {
  const first = await serving()
  await first.close()
  const other = createServer().listen(first.port, '127.0.0.1')
  await once(other, 'listening')
  other.close()
})

test('a request on a connection that was kept is refused while the server drains', async () => {
  let open: (() => void) | undefined
  const gate = new Promise<void>(resolve => (open = resolve))
  const draining = await serving({}, { names: async () => [], get: () => gate.then(() => fixedModels({ line: model }).get('line')) })
  const line = (path: string): string =>
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${draining.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`
  const socket = connect(draining.port, '127.0.0.1').on('error', () => undefined)
  let got = ''
  socket.on('data', chunk => (got += chunk.toString()))
  socket.write(line('/v2/models/line'))
  await later(100)
  const close = draining.close()
  // Behind the one that runs, on the same connection.
  socket.write(line('/v2'))
  await later(50)
  open?.()
  while (!socket.closed) await later(20)
  await close
  expect(got.match(/HTTP\/1\.1 \d+/g)?.[0]).toBe('HTTP/1.1 200')
  expect(got).not.toContain('"name":"tidemill"')
})

test('a request that is on its way when the server closes is answered, not cut off', async () => {
  const closing = await serving({ idleMs: 600_000, drainMs: 600_000 })
  const line = `GET /v2 HTTP/1.1\r\nHost: 127.0.0.1:${closing.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`
  // A connection that has sent half a request, and one that is kept.
  const clients = ['', line].map(before => {
    const socket = connect(closing.port, '127.0.0.1').on('error', () => undefined)
    const client = { socket, got: '' }
    socket.on('data', chunk => (client.got += chunk.toString()))
    socket.write(before === '' ? line.slice(0, 10) : before)
    return client
  })
  await later(100)
  clients[0]?.socket.write(line.slice(10))
  clients[1]?.socket.write(line)
  // The server has no turn to read between these two.
  await closing.close()
  for (const { socket } of clients) while (!socket.closed) await later(20)
  expect(clients.map(({ got }) => got.match(/HTTP\/1\.1 \d+/g))).toEqual([['HTTP/1.1 503'], ['HTTP/1.1 200', 'HTTP/1.1 503']])
})

test('a kept connection ends with the request that ran on it', async () => {
  let open: (() => void) | undefined
  const gate = new Promise<void>(resolve => (open = resolve))
  const models: ModelSource = { names: () => gate.then(() => []), get: fixedModels({}).get }
  const draining = await serving({ idleMs: 600_000, drainMs: 600_000 }, models)
  const socket = connect(draining.port, '127.0.0.1').on('error', () => undefined)
  let got = ''
  socket.on('data', chunk => (got += chunk.toString()))
  socket.write(`GET /v2/models HTTP/1.1\r\nHost: 127.0.0.1:${draining.port}\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  await later(100)
  const close = draining.close()
  open?.()
  await close
  while (!socket.closed) await later(20)
  expect(got).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"models":\[\]\}$/)
})

test('faults of the server are told to its owner, not to the asker', async () => {
  const told: unknown[] = []
  const broken: ModelSource = {
    names: () => Promise.reject(new Error('disk /srv/secret is gone')),
    get: () => Promise.reject(new Error('disk /srv/secret is gone')),
  }
  const failing = await listen(app({ models: broken, tokens: known, report: error => void told.push(error) }))
  try {
    for (const [path, status] of [
      ['/v2/models', 500],
      ['/v2/models/line', 500],
      ['/v2/health/ready', 503],
      ['/v2/health/live', 200],
    ] as const) {
      const answer = await fetch(`${failing.url}${path}`, { headers: bearer })
      expect(answer.status).toBe(status)
      expect(await answer.text()).not.toContain('secret')
    }
    expect(told.map(String)).toEqual(new Array(3).fill('Error: disk /srv/secret is gone'))
  } finally {
    await failing.close()
  }
})

test('serving does not change what Request and Response are', () => {
  expect(new Response('x').constructor).toBe(Response)
  expect(Object.prototype.toString.call(new Request('http://localhost/'))).toBe('[object Request]')
  expect(Response.toString()).not.toContain('cache')
})

test('what a server is not made of is named when it is made', () => {
  const make = (options: unknown): unknown => {
    try {
      return app(options as Parameters<typeof app>[0])
    } catch (error) {
      return error
    }
  }
  const models = fixedModels({ line: model })
  for (const [options, message] of [
    [{ models: { line: model }, tokens: known }, 'models must be a source of models, not an object (line)'],
    [{ models: Promise.resolve(models), tokens: known }, 'models must be a source of models, not a promise: await it first'],
    [{ models, tokens: [token] }, 'tokens must be a list of tokens, not an array'],
    [{ models, tokens: known, limits: { rows: 0 } }, 'limit rows must be a whole number above 0, not 0'],
    [{ models, tokens: known, limits: { rows: '5' } }, 'limit rows must be a whole number above 0, not "5"'],
    [{ tokens: known, jobs: '.tidemill/jobs' }, 'jobs must be a source of jobs, not ".tidemill/jobs"'],
    [{ tokens: known, workspace: '.tidemill' }, 'workspace must be an opened workspace, not ".tidemill"'],
    [{ tokens: known, web: true }, 'web must be the folder of the dashboard, not true'],
    [undefined, 'tokens must be a list of tokens, not undefined'],
  ] as const)
    expect(make(options)).toMatchObject({ code: 'server.argument', message })
})
