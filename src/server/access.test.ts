/** Who is let in: every route of the server's own list, by every method, over real sockets. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { linearRegression } from '../ml/index.ts'
import { openWorkspace, type Workspace } from '../models/index.ts'
import { pagePolicy, securityHeaders, tokens } from '../security/index.ts'
import { tidemill } from '../session/index.ts'
import { StatusKeeper } from '../telemetry/index.ts'
import { ask } from './fixtures/ask.ts'
import { type App, app, fixedModels, type JobSource, listen, type Listening } from './index.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']
let now = Date.parse('2026-11-21T10:00:00Z')
const known = tokens({ clock: { now: () => now, monotonic: () => now } })
const { token } = known.issue({ name: 'good' })
const revoked = known.issue({ name: 'revoked' })
const expired = known.issue({ name: 'expired', expires: new Date('2026-11-21T10:01:00Z') })
const status = new StatusKeeper({ name: 'price', threads: 1, checkpointMs: 1000, steps: [], edges: [] }).status()
const jobs: JobSource = { list: async () => [status], get: async () => status, stop: async () => status }
let folder: string
let workspace: Workspace
let run: string
let kept: string
let served: App
let server: Listening

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-access-'))
  await mkdir(join(folder, 'web', 'assets'), { recursive: true })
  await writeFile(join(folder, 'web', 'index.html'), '<!doctype html><title>Tidemill</title>')
  await writeFile(join(folder, 'web', 'assets', 'index-DfT4_k2x.js'), 'globalThis.loaded = true')
  await using tm = await tidemill({ folder: join(folder, 'session') })
  const data = await tm.read(
    rows(
      [1, 2, 3].map(x => ({ x, y: 2 * x })),
      { schema: { x: 'float64', y: 'float64' } },
    ),
  )
  workspace = await openWorkspace(join(folder, 'workspace'))
  const done = await workspace.experiment('lines').run(() => linearRegression().fit(data, { target: 'y' }))
  run = done.id
  await workspace.models.register('price', done.model)
  await using keeper = await tidemill({ folder: join(folder, 'session'), workspace: join(folder, 'workspace') })
  kept = (await keeper.keep(await keeper.read(rows([{ x: 1 }])), 'ones')).id
  served = app({
    models: fixedModels({ price: done.model }),
    tokens: known,
    jobs,
    workspace,
    web: join(folder, 'web'),
    failures: { most: 100_000 },
  })
  server = await listen(served)
  known.revoke(revoked.principal.id)
  now = Date.parse('2026-11-21T10:01:00Z')
})
afterAll(async () => {
  await server.close()
  await workspace.close()
  await rm(folder, { recursive: true, force: true })
})

/** A path for each route. */
const pathOf = (path: string): string =>
  path
    .replace('assets/:name', 'assets/index-DfT4_k2x.js')
    .replace(':name', 'price')
    .replace(':version', '1')
    .replace(':run', run)
    .replace(':kept', kept)
/** Every path there is, and some that are not. */
const paths = (): string[] => [
  ...new Set(served.routes.map(route => pathOf(route.path))),
  '/v1/models',
  '/v2/',
  '/v2/health',
  '/v2/models/',
  '/v2/models/nothing/infer',
  '/v2/models/price@champion/infer',
  '/favicon.ico',
  '/.git/config',
  '/v2/health/live/',
  '/v2/health/live/..%2f..%2fmodels',
  '/v2/health/%6cive',
  '//v2/health/live',
  '/v2/health/live;x',
  '/V2/HEALTH/LIVE',
  '/api',
  '/api/',
  '/api/sign-in/',
  '/api/sign-in/../jobs',
  '/api/sign-in%2f..%2fjobs',
  '/api/jobs/price/',
  '/api//jobs',
  '/API/jobs',
  '//api/jobs',
  '/streams/../api/jobs',
  '/streams/price/stop',
  '/assets',
  '/assets/',
  '/assets/../api/jobs',
  '//assets/index-DfT4_k2x.js',
  '/index.html',
  '/metrics/',
]
const isOpen = (method: string, path: string): boolean =>
  served.routes.some(
    route => route.open && pathOf(route.path) === path && (route.method === method || (route.method === 'GET' && method === 'HEAD')),
  )
/** What an open route answers to a request without a body. */
const openStatus = (method: string): number => (method === 'POST' ? 415 : 200)
/** The headers of every answer; the page has two of its own. */
const wantedHeaders = (path: string, code: number): Readonly<Record<string, string>> => {
  if (code !== 200 || path.startsWith('/v2')) return securityHeaders
  const caching = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  return { ...securityHeaders, 'content-security-policy': pagePolicy, 'cache-control': caching }
}

test('open are the sign of life, the page with its files, and signing in: none of them tells of data', async () => {
  expect(served.routes.filter(route => route.open).map(route => `${route.method} ${route.path}`)).toEqual([
    'GET /v2/health/live',
    'GET /',
    'GET /sign-in',
    'GET /streams',
    'GET /streams/:name',
    'GET /runs',
    'GET /runs/:run',
    'GET /kept',
    'GET /kept/:kept',
    'GET /models',
    'GET /models/:name',
    'GET /assets/:name',
    'POST /api/sign-in',
  ])
  expect((await ask(`${server.url}/v2/health/live`)).text).toBe('{"live":true}')
  for (const path of ['/', '/sign-in', '/streams/price', '/streams/nothing', `/runs/${run}`, '/models/price'])
    expect((await ask(`${server.url}${path}`)).text).toBe('<!doctype html><title>Tidemill</title>')
})

test('a server without a dashboard has no page, no signing in, and only its sign of life open', () => {
  const { routes } = app({ models: fixedModels({}), tokens: known })
  expect(routes.filter(route => route.open).map(route => route.path)).toEqual(['/v2/health/live'])
  expect(routes.map(route => route.path)).not.toContain('/api/sign-in')
})

test('the table holds every route', () => {
  expect(served.routes.filter(route => !route.open).map(route => `${route.method} ${route.path}`)).toEqual([
    'GET /v2',
    'GET /v2/health/ready',
    'GET /v2/models',
    'GET /v2/models/:name',
    'GET /v2/models/:name/ready',
    'POST /v2/models/:name/infer',
    'GET /v2/models/:name/versions/:version',
    'GET /v2/models/:name/versions/:version/ready',
    'POST /v2/models/:name/versions/:version/infer',
    'GET /api/overview',
    'GET /api/events',
    'GET /api/jobs',
    'GET /api/jobs/:name',
    'POST /api/jobs/:name/stop',
    'GET /api/runs',
    'GET /api/runs/:run',
    'GET /api/kept',
    'GET /api/kept/:kept',
    'GET /api/models',
    'GET /api/models/:name',
    'GET /metrics',
    'POST /api/sign-out',
  ])
})

/** A browser that is signed in, and its cookie without attributes. */
const signedIn = async (): Promise<string> => {
  const once = served.onceLink(server.url).split('#once=')[1]
  const { headers } = await ask(`${server.url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ once }),
  })
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

for (const [what, credentials] of [
  ['no token', async () => ({})],
  ['a wrong token', async () => ({ authorization: `Bearer tm_${'A'.repeat(43)}` })],
  ['a token that ends otherwise', async () => ({ authorization: `Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` })],
  ['a revoked token', async () => ({ authorization: `Bearer ${revoked.token}` })],
  ['an expired token', async () => ({ authorization: `Bearer ${expired.token}` })],
  ['a token under another scheme', async () => ({ authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` })],
  ['a wrong cookie', async () => ({ cookie: `tidemill-${server.port}=tm_${'A'.repeat(43)}` })],
  ['a token as a cookie', async () => ({ cookie: `tidemill-${server.port}=${token}` })],
  ['a cookie as a token', async () => ({ authorization: `Bearer ${(await signedIn()).split('=')[1]}` })],
  ['a wrong token beside a good cookie', async () => ({ authorization: 'Bearer guess', cookie: await signedIn() })],
  [
    'the cookie of a session that was ended',
    async () => {
      const cookie = await signedIn()
      const headers = { cookie, 'x-tidemill': '1', origin: server.url, 'content-type': 'application/json' }
      const { status: code } = await ask(`${server.url}/api/sign-out`, { method: 'POST', headers, body: '{}' })
      if (code !== 200) throw new Error(`not signed out: ${code}`)
      return { cookie }
    },
  ],
] as const) {
  test(`${what} is let in nowhere, whatever the path and the method`, async () => {
    const headers: Readonly<Record<string, string>> = await credentials()
    const wrong: string[] = []
    for (const path of paths())
      for (const method of methods) {
        const { status, headers: got, text } = await ask(`${server.url}${path}`, { method, headers })
        const want = isOpen(method, path) ? openStatus(method) : 401
        if (status !== want) wrong.push(`${method} ${path}: ${status}`)
        if (want === 401 && method !== 'HEAD' && JSON.parse(text).code !== 'security.token') wrong.push(`${method} ${path}: ${text}`)
        for (const [name, value] of Object.entries(wantedHeaders(path, status)))
          if (got[name] !== value) wrong.push(`${method} ${path}: ${name}: ${got[name]}`)
        if (Object.keys(got).some(name => name.startsWith('access-control'))) wrong.push(`${method} ${path}: CORS`)
      }
    expect(wrong).toEqual([])
  })
}

test('a cookie alone changes nothing: every request but GET and HEAD wants the header of a page of this server', async () => {
  const cookie = await signedIn()
  const wrong: string[] = []
  for (const path of new Set(served.routes.map(route => pathOf(route.path))))
    for (const method of methods)
      for (const more of [{}, { origin: server.url }, { 'x-tidemill': '1' }, { 'sec-fetch-site': 'none', 'x-tidemill': '1' }]) {
        const { status, text } = await ask(`${server.url}${path}`, {
          method,
          headers: { cookie, ...more } as Readonly<Record<string, string>>,
        })
        const safe = method === 'GET' || method === 'HEAD' || isOpen(method, path)
        if (safe ? status === 401 || status === 403 : status !== 403 || JSON.parse(text).code !== 'security.origin')
          wrong.push(`${method} ${path} ${JSON.stringify(more)}: ${status}`)
      }
  expect(wrong).toEqual([])
})

test.each(['a token', 'the cookie of a page'])('%s is let in everywhere: what is there is answered, the rest is 404 or 405', async kind => {
  const headers: Readonly<Record<string, string>> =
    kind === 'a token' ? { authorization: `Bearer ${token}` } : { cookie: await signedIn(), origin: server.url, 'x-tidemill': '1' }
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
  for (const path of ['/v1/models', '/v2/', '/metrics/', '/v2/models/', '/v2/models/price/explain', '//v2', '/api', '/api/job', '/assets/'])
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
