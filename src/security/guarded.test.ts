import { expect, test } from 'vitest'
import { type Connection, failureLimit, guarded, type GuardOptions, securityHeaders, tokens } from './index.ts'

const known = tokens()
const { token } = known.issue({ name: 'test' })
const here: Connection = { peer: '127.0.0.1', address: '127.0.0.1', port: 8080 }

/** The status of a request to a guarded handler that says 200 to whatever it is given. */
async function status(
  headers: Readonly<Record<string, string>>,
  options: Partial<GuardOptions> & { url?: string; method?: string; connection?: Connection } = {},
): Promise<number> {
  const { url = 'http://127.0.0.1:8080/x', method = 'GET', connection = here, ...guard } = options
  const fetch = guarded(async () => new Response('let in'), { tokens: known, ...guard })
  const answer = await fetch(new Request(url, { method, headers: { authorization: `Bearer ${token}`, ...headers } }), connection)
  for (const [name, value] of Object.entries(securityHeaders)) expect(answer.headers.get(name)).toBe(value)
  expect([...answer.headers.keys()].filter(name => name.startsWith('access-control'))).toEqual([])
  return answer.status
}

test('a good token is let in, in any of the forms of the header', async () => {
  for (const authorization of [`Bearer ${token}`, `bearer ${token}`, `BEARER  ${token} `]) expect(await status({ authorization })).toBe(200)
})

test('nothing else is a token', async () => {
  const basic = `Basic ${Buffer.from(`user:${token}`).toString('base64')}`
  for (const authorization of [
    '',
    token,
    'Bearer',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token}, Bearer ${token}`,
    `Bearer x ${token}`,
    basic,
  ])
    expect(await status({ authorization }), authorization).toBe(401)
  expect(await status({ authorization: '', cookie: `token=${token}` }, { url: `http://127.0.0.1:8080/x?token=${token}` })).toBe(401)
})

test('loopback names are answered with the port of the connection, others are not', async () => {
  for (const host of ['127.0.0.1:8080', 'localhost:8080', 'LocalHost:8080', '[::1]:8080']) expect(await status({ host }), host).toBe(200)
  for (const host of [
    'evil.example:8080',
    'evil.example',
    'localhost',
    'localhost:8081',
    'localhost.:8080',
    'localhost.evil.example:8080',
    '127.0.0.1.evil.example:8080',
    '127.1:8080',
    '2130706433:8080',
    '0.0.0.0:8080',
    '[::]:8080',
    '[::ffff:7f00:1]:8080',
    'localhost:8080, evil.example',
    'user@localhost:8080',
    'localhost:8080/x',
    '',
  ])
    expect(await status({ host }), host).toBe(403)
})

test('a whole URL in the request line must name this server too', async () => {
  expect(await status({ host: 'localhost:8080' }, { url: 'http://evil.example:8080/x' })).toBe(403)
  expect(await status({ host: 'evil.example:8080' }, { url: 'http://localhost:8080/x' })).toBe(403)
})

test('the address the request came to is answered, and the hosts that are allowed', async () => {
  const connection = { peer: '10.0.0.9', address: '10.0.0.5', port: 8080 }
  expect(await status({ host: '10.0.0.5:8080' }, { connection, url: 'http://10.0.0.5:8080/x' })).toBe(200)
  expect(await status({ host: '10.0.0.6:8080' }, { connection, url: 'http://10.0.0.6:8080/x' })).toBe(403)
  const mapped = { ...connection, address: '::ffff:10.0.0.5' }
  expect(await status({ host: '10.0.0.5:8080' }, { connection: mapped, url: 'http://10.0.0.5:8080/x' })).toBe(200)
  const hosts = ['Models.example.com', 'box:9000']
  expect(await status({ host: 'models.example.com' }, { hosts, url: 'http://models.example.com/x' })).toBe(200)
  expect(await status({ host: 'box:9000' }, { hosts, url: 'http://box:9000/x' })).toBe(200)
  expect(await status({ host: 'box:9001' }, { hosts, url: 'http://box:9001/x' })).toBe(403)
  for (const host of ['*', 'http://box', 'box/x', 'a b', ''])
    expect(() => guarded(async () => new Response(), { tokens: known, hosts: [host] })).toThrow(/host name of the wrong form/)
})

test('a page of another origin is refused whatever it does, our own is not', async () => {
  const host = 'localhost:8080'
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    for (const origin of ['http://evil.example', 'http://localhost:3000', 'http://127.0.0.1:8080', 'http://localhost', 'null', ''])
      expect(await status({ host, origin }, { method }), `${method} ${origin}`).toBe(403)
  expect(await status({ host, origin: 'http://localhost:8080' })).toBe(200)
  for (const site of ['cross-site', 'same-site']) expect(await status({ host, 'sec-fetch-site': site })).toBe(403)
  for (const site of ['same-origin', 'none']) expect(await status({ host, 'sec-fetch-site': site })).toBe(200)
})

test('an open route is answered without a token, but not for another host or a foreign page', async () => {
  const open = (method: string, path: string): boolean => method === 'GET' && path === '/live'
  const at = { open, url: 'http://127.0.0.1:8080/live' }
  expect(await status({ authorization: '' }, at)).toBe(200)
  expect(await status({ authorization: 'Bearer wrong' }, at)).toBe(200)
  expect(await status({ authorization: '' }, { ...at, method: 'POST' })).toBe(401)
  expect(await status({ authorization: '', host: 'evil.example' }, at)).toBe(403)
  expect(await status({ authorization: '', origin: 'http://evil.example' }, at)).toBe(403)
  for (const path of ['/live/', '/live/x', '/LIVE', '/live%2f', '//live', '/x/live'])
    expect(await status({ authorization: '' }, { open, url: `http://127.0.0.1:8080${path}` }), path).toBe(401)
})

test('a handler of an open route learns that nobody is known', async () => {
  const seen: (string | undefined)[] = []
  const fetch = guarded(
    async (_, principal) => {
      seen.push(principal?.name)
      return new Response()
    },
    { tokens: known, open: () => true },
  )
  await fetch(new Request('http://localhost/'))
  await fetch(new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } }))
  expect(seen).toEqual([undefined, 'test'])
})

test('after too many failures a peer is told to wait; others are not, and a good token still is let in', async () => {
  let now = 0
  const clock = { now: () => now, monotonic: () => now }
  const fetch = guarded(async () => new Response(), { tokens: known, clock, failures: { most: 3, windowMs: 60_000 } })
  const ask = (peer: string, authorization: string): Promise<Response> =>
    fetch(new Request('http://localhost:8080/', { headers: { authorization } }), { ...here, peer })
  const statuses: number[] = []
  for (let i = 0; i < 5; i++) statuses.push((await ask('10.0.0.1', 'Bearer wrong')).status)
  expect(statuses).toEqual([401, 401, 401, 429, 429])
  expect((await ask('10.0.0.1', 'Bearer wrong')).headers.get('retry-after')).toBe('60')
  expect((await ask('10.0.0.2', 'Bearer wrong')).status).toBe(401)
  expect((await ask('10.0.0.1', `Bearer ${token}`)).status).toBe(200)
  now = 60_000
  expect((await ask('10.0.0.1', 'Bearer wrong')).status).toBe(401)
})

test('a million peers take the memory of a hundred', () => {
  const limit = failureLimit({ clock: { now: () => 0, monotonic: () => 0 }, most: 1, peers: 100 })
  expect(limit.failed('first')).toBe(0)
  expect(limit.failed('first')).toBeGreaterThan(0)
  for (let i = 0; i < 99; i++) limit.failed(`peer ${i}`)
  expect(limit.failed('first')).toBeGreaterThan(0)
  // One more than it remembers: the longest known is forgotten.
  limit.failed('one more')
  expect(limit.failed('first')).toBe(0)
})
