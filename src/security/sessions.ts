import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { TidemillError } from '../errors/index.ts'
import { type Clock, systemClock } from '../time/index.ts'
import { type Principal, tokens, type Tokens } from './tokens.ts'

export interface SessionOptions {
  /** Tokens that may sign in in place of a one-time code; a session of one ends with it. */
  readonly tokens: Tokens
  readonly clock?: Clock | undefined
  /** Gives so many random bytes; default: the system's generator for secrets. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined
  /** How long a one-time code holds; default 600,000 (10 minutes). */
  readonly codeMs?: number | undefined
  /** How long a session holds; default 43,200,000 (12 hours). */
  readonly sessionMs?: number | undefined
}
/** Browsers that are signed in, in memory: a cookie names a session that can be ended at once. */
export interface Sessions {
  /** A new one-time code: `k4qd-09tz-h7wm-x2ab`. */
  once(): string
  /**
   * Signs in with a one-time code, or with a token; the cookie is for the header `set-cookie`.
   *
   * @throws security.once when it is used, expired or unknown
   */
  enter(text: string, request: Request): { readonly principal: Principal; readonly cookie: string }
  /** Whose session the cookie of a request names; undefined without one that holds. */
  verify(request: Request): Principal | undefined
  /** Ends the session of a request; the cookie takes the old one away. */
  leave(request: Request): { readonly cookie: string }
}

/** Crockford's base 32: no letter that is taken for another. */
const letters = '0123456789abcdefghjkmnpqrstvwxyz'
const codeLetters = 16
/** Codes that are remembered, used and expired ones too, so that it can be said why one is refused. */
const mostCodes = 20
const mostSessions = 100
const hint = 'take the newest link that the server printed; the token it printed signs in too'

interface Code {
  readonly hash: Buffer
  readonly ends: number
  used: boolean
}

/**
 * One-time codes and the sessions they open. A code has 80 random bits, holds for ten minutes and once; what is kept are hashes, and comparisons take the same time
 * whatever they find. Sessions are tokens of a list of their own: a cookie is no bearer token, and a bearer token no cookie.
 *
 * Cookies know no ports: a browser sends them to every server of the same host, so whoever runs a server on this machine that the user visits could read them.
 *
 * @example
 * const open = sessions({ tokens: known })
 * const link = `http://127.0.0.1:8080/sign-in#once=${open.once()}`
 */
export function sessions(options: SessionOptions): Sessions {
  const { clock = systemClock, random = randomBytes, codeMs = 600_000, sessionMs = 43_200_000 } = options
  const entered = tokens({ clock, random })
  /** The token that a session was opened by, by the session's id. */
  const parents = new Map<string, string>()
  const codes: Code[] = []

  const redeem = (text: string): void => {
    const hash = sha256(normal(text))
    const now = clock.now()
    let found: Code | undefined
    // All of them, so that the time does not tell how far the search came.
    for (const code of codes) if (timingSafeEqual(code.hash, hash)) found = code
    const why = found === undefined ? 'unknown' : found.used ? 'used already' : found.ends <= now ? 'expired' : undefined
    if (why !== undefined) throw new TidemillError('security.once', `one-time code ${why}`, { hint })
    ;(found as Code).used = true
  }
  const open = (name: string, request: Request, parent: Principal | undefined): ReturnType<Sessions['enter']> => {
    const now = clock.now()
    const ends = Math.min(now + sessionMs, parent?.expires?.getTime() ?? Number.POSITIVE_INFINITY)
    const { token, principal } = entered.issue({ name, expires: new Date(ends) })
    if (parent !== undefined) parents.set(principal.id, parent.id)
    const all = entered.list()
    for (const one of all.slice(0, Math.max(0, all.length - mostSessions))) end(one.id)
    return { principal, cookie: cookieOf(request, token, Math.floor((ends - now) / 1000)) }
  }
  const end = (id: string): void => {
    entered.revoke(id)
    parents.delete(id)
  }
  const verify = (request: Request): Principal | undefined => {
    const principal = cookiesOf(request)
      .map(value => entered.verify(value))
      .find(one => one !== undefined)
    const parent = principal === undefined ? undefined : parents.get(principal.id)
    return parent === undefined || options.tokens.list().some(one => one.id === parent && holds(one, clock)) ? principal : undefined
  }
  return Object.freeze({
    once() {
      const code = Array.from(random(codeLetters), byte => letters[byte % letters.length]).join('')
      codes.push({ hash: sha256(code), ends: clock.now() + codeMs, used: false })
      if (codes.length > mostCodes) codes.shift()
      return (code.match(/.{4}/g) as readonly string[]).join('-')
    },
    enter(text: string, request: Request) {
      const parent = options.tokens.verify(text)
      if (parent !== undefined) return open(parent.name, request, parent)
      redeem(text)
      return open('browser', request, undefined)
    },
    verify,
    leave(request: Request) {
      const principal = verify(request)
      if (principal !== undefined) end(principal.id)
      return { cookie: cookieOf(request, '', 0) }
    },
  })
}

function holds({ expires }: Principal, clock: Clock): boolean {
  return expires === undefined || clock.now() < expires.getTime()
}

/** As it was made, from what a person typed: without dashes and blanks, in small letters, and with the digits that were taken for letters. */
function normal(text: string): string {
  return text.slice(0, 100).toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')
}

/** Servers of one host share their cookies, whatever their port, so the name carries it. */
function cookieName(request: Request): string {
  const host = request.headers.get('host') ?? new URL(request.url).host
  const port = /:(\d{1,5})$/.exec(host)?.[1]
  return port === undefined ? 'tidemill' : `tidemill-${port}`
}

/** A browser takes a cookie with this prefix over https only, for this host and all paths. */
const securePrefix = '__Host-'

function cookieOf(request: Request, value: string, seconds: number): string {
  // Before a proxy with TLS the request itself comes over http; the page's origin tells. The guard has compared it with the host.
  const secure = new URL(request.url).protocol === 'https:' || (request.headers.get('origin') ?? '').toLowerCase().startsWith('https:')
  const name = `${secure ? securePrefix : ''}${cookieName(request)}`
  return `${name}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}${secure ? '; Secure' : ''}`
}

function cookiesOf(request: Request): readonly string[] {
  const name = cookieName(request)
  return (request.headers.get('cookie') ?? '').split(';', 100).flatMap(pair => {
    const [key, value] = pair.trim().split('=', 2)
    return value !== undefined && (key === name || key === `${securePrefix}${name}`) ? [value] : []
  })
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
