import { expect, test } from 'vitest'
import { guarded, sessions, tokens } from './index.ts'

function movable(): { now(): number; monotonic(): number; forward(ms: number): void } {
  let at = Date.parse('2026-11-21T10:00:00Z')
  return { now: () => at, monotonic: () => at, forward: ms => void (at += ms) }
}
const request = (headers: Readonly<Record<string, string>> = {}, url = 'http://127.0.0.1:8080/api/sign-in'): Request =>
  new Request(url, { headers: { host: new URL(url).host, ...headers } })
const pairOf = (cookie: string): string => cookie.split(';')[0] as string
const minute = 60_000

test('a code is easy to type, and signs in once', () => {
  const open = sessions({ tokens: tokens() })
  const code = open.once()
  expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/)
  const { principal, cookie } = open.enter(code, request())
  expect(cookie).toMatch(/^tidemill-8080=tm_[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/)
  expect(open.verify(request({ cookie: pairOf(cookie) }))).toBe(principal)
  expect(() => open.enter(code, request())).toThrow(
    expect.objectContaining({ code: 'security.once', message: 'one-time code used already' }),
  )
})

test('a code is read as a person types it', () => {
  const open = sessions({ tokens: tokens(), random: bytes => Uint8Array.from({ length: bytes }, (_, i) => i) })
  expect(open.once()).toBe('0123-4567-89ab-cdef')
  expect(open.enter(' OL23 4567 89AB-CDEF ', request()).principal.name).toBe('browser')
})

test('a code that is old, or none at all, is refused and told apart', () => {
  const clock = movable()
  const open = sessions({ tokens: tokens(), clock })
  const code = open.once()
  clock.forward(10 * minute)
  for (const [text, why] of [
    [code, 'expired'],
    [`${code}0`, 'unknown'],
    ['', 'unknown'],
    ['x'.repeat(1_000_000), 'unknown'],
  ] as const)
    expect(() => open.enter(text, request())).toThrow(expect.objectContaining({ code: 'security.once', message: `one-time code ${why}` }))
  const next = open.once()
  clock.forward(10 * minute - 1)
  expect(open.enter(next, request()).principal.name).toBe('browser')
})

test('two codes are never alike, and only so many are kept', () => {
  const open = sessions({ tokens: tokens() })
  const codes = Array.from({ length: 200 }, () => open.once())
  expect(new Set(codes).size).toBe(200)
  const good = codes.filter(code => {
    try {
      open.enter(code, request())
      return true
    } catch {
      return false
    }
  })
  expect(good).toEqual(codes.slice(-20))
})

test('a session ends after twelve hours, and at once when it is left', () => {
  const clock = movable()
  const open = sessions({ tokens: tokens(), clock })
  const first = request({ cookie: pairOf(open.enter(open.once(), request()).cookie) })
  const second = request({ cookie: pairOf(open.enter(open.once(), request()).cookie) })
  expect(open.leave(first).cookie).toBe('tidemill-8080=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0')
  expect(open.verify(first)).toBeUndefined()
  clock.forward(12 * 60 * minute - 1)
  expect(open.verify(second)?.name).toBe('browser')
  clock.forward(1)
  expect(open.verify(second)).toBeUndefined()
})

test('a token of the server signs in too, and its sessions end with it', () => {
  const clock = movable()
  const known = tokens({ clock })
  const owner = known.issue({ name: 'owner' })
  const short = known.issue({ name: 'short', expires: new Date(clock.now() + minute) })
  const open = sessions({ tokens: known, clock })
  const [byOwner, byShort] = [owner, short].map(({ token }) => open.enter(token, request())) as [
    ReturnType<typeof open.enter>,
    ReturnType<typeof open.enter>,
  ]
  expect(byShort.cookie).toContain('Max-Age=60')
  expect(open.verify(request({ cookie: pairOf(byOwner.cookie) }))?.name).toBe('owner')
  expect(open.verify(request({ cookie: pairOf(byShort.cookie) }))?.name).toBe('short')
  // Again and again, as it is no one-time code.
  expect(open.enter(owner.token, request()).principal.name).toBe('owner')
  clock.forward(minute)
  expect(open.verify(request({ cookie: pairOf(byShort.cookie) }))).toBeUndefined()
  known.revoke(owner.principal.id)
  expect(open.verify(request({ cookie: pairOf(byOwner.cookie) }))).toBeUndefined()
})

test('the newest hundred sessions hold', () => {
  const open = sessions({ tokens: tokens() })
  const cookies = Array.from({ length: 105 }, () => pairOf(open.enter(open.once(), request()).cookie))
  expect(cookies.map(cookie => open.verify(request({ cookie })) !== undefined)).toEqual(cookies.map((_, i) => i >= 5))
})

test('servers on two ports do not take each other for themselves, and over https a cookie stays on https', () => {
  const open = sessions({ tokens: tokens() })
  const cookie = pairOf(open.enter(open.once(), request()).cookie)
  expect(open.verify(request({ cookie }, 'http://127.0.0.1:8081/'))).toBeUndefined()
  expect(open.verify(request({ cookie: `other=1; ${cookie}; more=2` }))?.name).toBe('browser')
  const secure = open.enter(open.once(), request({ origin: 'https://models.example.com' }, 'http://models.example.com/api/sign-in'))
  expect(secure.cookie).toMatch(/^__Host-tidemill=tm_[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200; Secure$/)
  expect(open.verify(request({ cookie: pairOf(secure.cookie) }, 'http://models.example.com/'))?.name).toBe('browser')
})

test('a handler learns whether the request would still be let in', async () => {
  const known = tokens()
  const { token, principal } = known.issue({ name: 'me' })
  const open = sessions({ tokens: known })
  const holds: boolean[] = []
  const fetch = guarded(
    async (asked, _, entry) => {
      holds.push(entry.holds())
      if (asked.headers.has('cookie')) open.leave(asked)
      else known.revoke(principal.id)
      holds.push(entry.holds())
      return new Response('')
    },
    { tokens: known, sessions: open },
  )
  await fetch(request({ cookie: pairOf(open.enter(open.once(), request()).cookie) }))
  await fetch(request({ authorization: `Bearer ${token}` }))
  expect(holds).toEqual([true, false, true, false])
})
