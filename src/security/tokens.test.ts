import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { renderTerminal, describeValue } from '../display/index.ts'
import { tokens } from './index.ts'

/** A clock that stands where it is put. */
function clockAt(start: string): { now(): number; monotonic(): number; put(time: string): void } {
  let now = Date.parse(start)
  return { now: () => now, monotonic: () => now, put: time => void (now = Date.parse(time)) }
}

test('a token names its principal, another text names nobody', () => {
  const known = tokens()
  const { token, principal } = known.issue({ name: 'notebook' })
  expect(token).toMatch(/^tm_[\w-]{43}$/)
  expect(known.verify(token)).toBe(principal)
  expect(principal).toMatchObject({ name: 'notebook', expires: undefined })
  for (const wrong of ['', 'tm_', token.slice(0, -1), `${token}A`, token.toUpperCase(), ` ${token}`])
    expect(known.verify(wrong)).toBeUndefined()
})

test('two tokens are never alike, and a list knows only its own', () => {
  const known = tokens()
  const texts = Array.from({ length: 200 }, (_, i) => known.issue({ name: `n${i}` }).token)
  expect(new Set(texts).size).toBe(200)
  expect(texts.map(text => known.verify(text)?.name)).toEqual(texts.map((_, i) => `n${i}`))
  expect(new Set(known.list().map(one => one.id)).size).toBe(200)
  expect(tokens().verify(texts[0] as string)).toBeUndefined()
})

test('an expired token is refused from its moment on', () => {
  const clock = clockAt('2026-11-21T10:00:00Z')
  const known = tokens({ clock })
  const { token } = known.issue({ name: 'short', expires: new Date('2026-11-21T10:05:00Z') })
  clock.put('2026-11-21T10:04:59.999Z')
  expect(known.verify(token)?.name).toBe('short')
  clock.put('2026-11-21T10:05:00Z')
  expect(known.verify(token)).toBeUndefined()
})

test('a revoked token is refused at once, the others go on', () => {
  const known = tokens()
  const first = known.issue({ name: 'first' })
  const second = known.issue({ name: 'second' })
  expect(known.revoke(first.principal.id)).toBe(true)
  expect(known.revoke(first.principal.id)).toBe(false)
  expect(known.verify(first.token)).toBeUndefined()
  expect(known.verify(second.token)?.name).toBe('second')
})

test('a token of your own is taken when it is strong, and never told in the error when it is not', () => {
  const known = tokens()
  const own = createHash('sha256').update('seed').digest('base64url')
  expect(known.accept(own, { name: 'environment' }).name).toBe('environment')
  expect(known.verify(own)?.name).toBe('environment')
  for (const [weak, why] of [
    ['hunter2hunter2', /14 characters \(at least 32\)/],
    ['a'.repeat(40), /1 different characters \(at least 8\)/],
    [`${own} ${own}`, /cannot carry/],
    [`${own}é`, /cannot carry/],
    ['abcdefgh'.repeat(65), /at most 512/],
  ] as const) {
    const failure = caught(() => known.accept(weak, { name: 'environment' }))
    expect(failure).toMatchObject({ code: 'security.token', message: expect.stringMatching(why) })
    expect(JSON.stringify(failure)).not.toContain(weak)
  }
})

test('neither the list nor what it shows tells a token or its hash', () => {
  const known = tokens()
  const { token } = known.issue({ name: 'notebook', expires: new Date('2026-11-21T10:05:00Z') })
  const shown = renderTerminal(describeValue(known), { width: 100, color: false })
  expect(shown).toMatch(/notebook.*until 2026-11-21/)
  const all = `${shown} ${JSON.stringify(known)} ${JSON.stringify(known.list())}`
  const hash = createHash('sha256').update(token).digest()
  for (const secret of [token, token.slice(3), hash.toString('hex'), hash.toString('base64url')]) expect(all).not.toContain(secret)
})

test('a name that is empty or an expiry that is no date is refused', () => {
  expect(caught(() => tokens().issue({ name: '' }))).toMatchObject({ code: 'security.token' })
  expect(caught(() => tokens().issue({ name: 'x', expires: new Date('soon') }))).toMatchObject({ code: 'security.token' })
})

function caught(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
