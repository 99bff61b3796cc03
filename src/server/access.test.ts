/** Who is let in: every route of the server's own list, by every method, over real sockets. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { linearRegression } from '../ml/index.ts'
import { securityHeaders, tokens } from '../security/index.ts'
import { tidemill } from '../session/index.ts'
import { ask } from './fixtures/ask.ts'
import { type App, app, fixedModels, listen, type Listening } from './index.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']
let now = Date.parse('2026-11-21T10:00:00Z')
const known = tokens({ clock: { now: () => now, monotonic: () => now } })
const { token } = known.issue({ name: 'good' })
const revoked = known.issue({ name: 'revoked' })
const expired = known.issue({ name: 'expired', expires: new Date('2026-11-21T10:01:00Z') })
let served: App
let server: Listening

beforeAll(async () => {
  await using tm = await tidemill()
  const data = await tm.read(
    rows(
      [1, 2, 3].map(x => ({ x, y: 2 * x })),
      { schema: { x: 'float64', y: 'float64' } },
    ),
  )
  const model = await linearRegression().fit(data, { target: 'y' })
  served = app({ models: fixedModels({ price: model }), tokens: known, failures: { most: 100_000 } })
  server = await listen(served)
  known.revoke(revoked.principal.id)
  now = Date.parse('2026-11-21T10:01:00Z')
})
afterAll(() => server.close())

/** A path for each route. */
const pathOf = (path: string): string => path.replace(':name', 'price').replace(':version', '1')
/** Every path there is, and some that are not. */
const paths = (): string[] => [
  ...new Set(served.routes.map(route => pathOf(route.path))),
  '/',
  '/v1/models',
  '/v2/',
  '/v2/health',
  '/v2/models/',
  '/v2/models/nothing/infer',
  '/v2/models/price@champion/infer',
  '/metrics',
  '/favicon.ico',
  '/.git/config',
  '/v2/health/live/',
  '/v2/health/live/..%2f..%2fmodels',
  '/v2/health/%6cive',
  '//v2/health/live',
  '/v2/health/live;x',
  '/V2/HEALTH/LIVE',
]
const isOpen = (method: string, path: string): boolean =>
  served.routes.some(
    route => route.open && pathOf(route.path) === path && (route.method === method || (route.method === 'GET' && method === 'HEAD')),
  )

test('one route is open, and it tells nothing', async () => {
  expect(served.routes.filter(route => route.open).map(route => `${route.method} ${route.path}`)).toEqual(['GET /v2/health/live'])
  expect((await ask(`${server.url}/v2/health/live`)).text).toBe('{"live":true}')
})

test('the table holds every route of the protocol', () => {
  expect(served.routes.map(route => `${route.method} ${route.path}`).sort()).toEqual([
    'GET /v2',
    'GET /v2/health/live',
    'GET /v2/health/ready',
    'GET /v2/models',
    'GET /v2/models/:name',
    'GET /v2/models/:name/ready',
    'GET /v2/models/:name/versions/:version',
    'GET /v2/models/:name/versions/:version/ready',
    'POST /v2/models/:name/infer',
    'POST /v2/models/:name/versions/:version/infer',
  ])
})

for (const [what, authorization] of [
  ['no token', undefined],
  ['a wrong token', () => `Bearer tm_${'A'.repeat(43)}`],
  ['a token that ends otherwise', () => `Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
  ['a revoked token', () => `Bearer ${revoked.token}`],
  ['an expired token', () => `Bearer ${expired.token}`],
  ['a token under another scheme', () => `Basic ${Buffer.from(`:${token}`).toString('base64')}`],
] as const) {
  test(`${what} is let in nowhere, whatever the path and the method`, async () => {
    const headers = authorization === undefined ? {} : { authorization: authorization() }
    const wrong: string[] = []
    for (const path of paths())
      for (const method of methods) {
        const { status, headers: got, text } = await ask(`${server.url}${path}`, { method, headers })
        const want = isOpen(method, path) ? 200 : 401
        if (status !== want) wrong.push(`${method} ${path}: ${status}`)
        if (want === 401 && method !== 'HEAD' && JSON.parse(text).code !== 'security.token') wrong.push(`${method} ${path}: ${text}`)
        for (const [name, value] of Object.entries(securityHeaders))
          if (got[name] !== value) wrong.push(`${method} ${path}: ${name}: ${got[name]}`)
        if (Object.keys(got).some(name => name.startsWith('access-control'))) wrong.push(`${method} ${path}: CORS`)
      }
    expect(wrong).toEqual([])
  })
}

test('a good token is let in everywhere: what is there is answered, the rest is 404 or 405', async () => {
  const headers = { authorization: `Bearer ${token}` }
  const table = new Map<string, Set<string>>()
  for (const route of served.routes) {
    const path = pathOf(route.path)
    const have = table.get(path) ?? new Set<string>()
    have.add(route.method)
    if (route.method === 'GET') have.add('HEAD')
    table.set(path, have)
  }
  const wrong: string[] = []
  for (const [path, have] of table)
    for (const method of methods) {
      const { status, headers: got } = await ask(`${server.url}${path}`, { method, headers })
      // A POST without a body is refused for its missing content type only.
      const want = have.has(method) ? (method === 'POST' ? 415 : 200) : 405
      if (status !== want) wrong.push(`${method} ${path}: ${status}`)
      if (want === 405 && got.allow !== [...have].join(', ')) wrong.push(`${method} ${path}: allow ${got.allow}`)
    }
  for (const path of ['/', '/v1/models', '/v2/', '/metrics', '/v2/models/', '/v2/models/price/explain', '//v2'])
    for (const method of methods) {
      const { status } = await ask(`${server.url}${path}`, { method, headers })
      if (status !== 404) wrong.push(`${method} ${path}: ${status}`)
    }
  expect(wrong).toEqual([])
})

test('a foreign Host or Origin is refused on every route and method, with a good token and without', async () => {
  const wrong: string[] = []
  const { port } = server
  const own = `127.0.0.1:${port}`
  const foreigners: readonly Readonly<Record<string, string>>[] = [
    { host: `evil.example:${port}` },
    { host: `localhost:${port + 1}` },
    { host: own, origin: 'http://evil.example' },
    { host: own, origin: 'null' },
    { host: own, 'sec-fetch-site': 'cross-site' },
  ]
  for (const path of new Set([...served.routes.map(route => pathOf(route.path)), '/nothing']))
    for (const method of methods)
      for (const [index, foreign] of foreigners.entries()) {
        const authorization = (index + path.length) % 2 === 0 ? `Bearer ${token}` : ''
        const { status } = await ask(`${server.url}${path}`, { method, headers: { ...foreign, authorization } })
        if (status !== 403) wrong.push(`${method} ${path} ${JSON.stringify(foreign)} ${authorization}: ${status}`)
      }
  expect(wrong).toEqual([])
})

test('revoking a token counts from the next request on, on a connection that stays open too', async () => {
  const short = known.issue({ name: 'short' })
  const ready = (): Promise<Response> => fetch(`${server.url}/v2/health/ready`, { headers: { authorization: `Bearer ${short.token}` } })
  expect((await ready()).status).toBe(200)
  known.revoke(short.principal.id)
  expect((await ready()).status).toBe(401)
})

test('after hundreds of bad tokens the peer is told to wait, and the good one is still let in', async () => {
  const limited = await listen(app({ models: fixedModels({}), tokens: known }))
  try {
    const statuses = new Map<number, number>()
    for (let i = 0; i < 300; i++) {
      const { status } = await fetch(`${limited.url}/v2`, { headers: { authorization: `Bearer guess${i}` } })
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect(Object.fromEntries(statuses)).toEqual({ 401: 20, 429: 280 })
    expect((await fetch(`${limited.url}/v2`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
  } finally {
    await limited.close()
  }
})

test('no token and no hash is in any answer', async () => {
  const answers: string[] = []
  for (const path of paths())
    for (const authorization of [`Bearer ${token}`, `Bearer ${revoked.token}`]) {
      const { text, headers } = await ask(`${server.url}${path}?token=${token}`, { headers: { authorization } })
      answers.push(text, JSON.stringify(headers))
    }
  expect(answers.join('\n')).not.toContain(token.slice(3))
  expect(answers.join('\n')).not.toContain(revoked.token.slice(3))
})
