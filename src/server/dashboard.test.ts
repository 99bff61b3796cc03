/** The dashboard as a browser meets it: its files, the one-time link, the cookie. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pagePolicy, tokens } from '../security/index.ts'
import { type Answered, ask } from './fixtures/ask.ts'
import { type App, app, dashboardFolder, listen, type Listening } from './index.ts'

let folder: string
let served: App
let server: Listening
const known = tokens()
const { token } = known.issue({ name: 'owner' })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-web-'))
  await mkdir(join(folder, 'web', 'assets', 'inner'), { recursive: true })
  for (const [name, text] of [
    ['secret.txt', 'beside'],
    ['web/index.html', '<!doctype html>'],
    ['web/package.json', '{}'],
    ['web/assets/index-DfT4_k2x.js', '1'],
    ['web/assets/index-B2x9aQ-_.css', 'a{}'],
    ['web/assets/icon.svg', '<svg/>'],
    ['web/assets/odd.xyz', 'x'],
    ['web/assets/inner/deep.js', '1'],
  ] as const)
    await writeFile(join(folder, name), text)
  await symlink(join(folder, 'secret.txt'), join(folder, 'web', 'assets', 'link.txt'))
  served = app({ tokens: known, web: join(folder, 'web') })
  server = await listen(served)
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> =>
  ask(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

test('files have their type; those whose name tells their content may be kept for ever', async () => {
  for (const [path, type, caching] of [
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/assets/index-DfT4_k2x.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/index-B2x9aQ-_.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/icon.svg', 'image/svg+xml', 'no-cache'],
    ['/assets/odd.xyz', 'application/octet-stream', 'no-cache'],
  ] as const) {
    const { status, headers } = await ask(`${server.url}${path}`)
    expect([status, headers['content-type'], headers['cache-control'], headers['content-security-policy']], path).toEqual([
      200,
      type,
      caching,
      pagePolicy,
    ])
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
  // Scripts come from files only; nothing is loaded from elsewhere.
  expect(pagePolicy).toBe("default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'")
})

test('nothing but the files of the dashboard can be asked for', async () => {
  for (const name of [
    'nothing.js',
    '..%2findex.html',
    '..%2f..%2fsecret.txt',
    '%2e%2e%2f..%2fsecret.txt',
    '..%5csecret.txt',
    '%2fetc%2fpasswd',
    'link.txt',
    'inner',
    'inner%2fdeep.js',
    'index-DfT4_k2x.js%00',
    'INDEX-DfT4_k2x.js',
    '%',
    'x'.repeat(4000),
  ]) {
    const { status, text } = await ask(`${server.url}/assets/${name}`)
    expect([status, JSON.parse(text).code], name).toEqual([404, 'server.not-found'])
    expect(text).not.toContain(folder)
  }
})

test('a dashboard that was not built is told of in words', async () => {
  const bare = await listen(app({ tokens: known, web: join(folder, 'nowhere') }))
  try {
    for (const path of ['/', '/streams/x', '/assets/index.js'])
      expect(JSON.parse((await ask(`${bare.url}${path}`)).text)).toEqual({
        error: 'the dashboard was not built',
        code: 'server.not-found',
        hint: 'npm run build:web',
      })
  } finally {
    await bare.close()
  }
})

test('the folder of the dashboard is that of the package', () => {
  expect(dashboardFolder()).toBe(join(import.meta.dirname, '..', '..', 'dist', 'web'))
})

test('the one-time link signs a browser in; the code is behind the #, where no server sees it', async () => {
  const link = served.onceLink(server.url)
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in#once=(\w{4}-){3}\w{4}$/)
  expect((await ask(link)).status).toBe(200)
  const once = new URL(link).hash.slice('#once='.length)
  const { status, headers, text } = await post('/api/sign-in', { once })
  expect(status).toBe(200)
  expect(JSON.parse(text)).toEqual({ name: 'browser', expires: expect.any(Number) })
  const [cookie = ''] = headers['set-cookie'] ?? []
  expect(cookie).toMatch(/^tidemill-\d+=tm_[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/)
  const [pair = ''] = cookie.split(';')
  expect((await ask(`${server.url}/api/overview`, { headers: { cookie: pair } })).status).toBe(200)
  expect((await post('/api/sign-in', { once })).text).toBe(
    '{"error":"one-time code used already","code":"security.once","hint":"take the newest link that the server printed; the token it printed signs in too"}',
  )
  // A page that is signed in may sign in again; and out, only as a page of this server.
  expect((await post('/api/sign-in', { once: token }, { cookie: pair })).status).toBe(200)
  expect((await post('/api/sign-out', {}, { cookie: pair })).status).toBe(403)
  const out = await post('/api/sign-out', {}, { cookie: pair, origin: server.url, 'x-tidemill': '1' })
  expect([out.status, out.text]).toEqual([200, '{"signedOut":true}'])
  expect(out.headers['set-cookie']?.[0]).toMatch(/^tidemill-\d+=; .*Max-Age=0$/)
  expect((await ask(`${server.url}/api/overview`, { headers: { cookie: pair } })).status).toBe(401)
})

test('a body of another form signs nobody in', async () => {
  for (const body of [{}, { once: 1 }, { once: null }, [], 'x', null, { once: 'x', admin: true }])
    expect((await post('/api/sign-in', body)).status, JSON.stringify(body)).toBe(400)
  expect((await post('/api/sign-in', { once: 'x'.repeat(2000) })).status).toBe(413)
  expect((await post('/api/sign-in', { once: token }, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await post('/api/sign-in', { once: token }, { origin: 'http://evil.example' })).status).toBe(403)
})

test('who guesses codes is told to wait, and a good one is taken even then', async () => {
  const guessed = app({ tokens: known, web: join(folder, 'web') })
  const other = await listen(guessed)
  try {
    const enter = (once: string): Promise<Answered> =>
      ask(`${other.url}/api/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ once }) })
    const statuses = new Map<number, number>()
    for (let i = 0; i < 100; i++) {
      const { status } = await enter(`guess-${i}`)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    expect(Object.fromEntries(statuses)).toEqual({ 401: 20, 429: 80 })
    const { headers } = await enter('guess')
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect((await enter(guessed.onceLink(other.url).split('=')[1] ?? '')).status).toBe(200)
  } finally {
    await other.close()
  }
})

test('there is no link to a server without a dashboard', () => {
  expect(() => app({ tokens: known }).onceLink('http://127.0.0.1:1')).toThrow(expect.objectContaining({ code: 'server.argument' }))
})
