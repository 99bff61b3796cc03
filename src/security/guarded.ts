import type { ErrorCode } from '../errors/index.ts'
import { type Clock, systemClock } from '../time/index.ts'
import { checkHosts, foreignOrigin, wrongHost } from './check-host.ts'
import type { Connection } from './connection.ts'
import { failureLimit, type FailureLimitOptions } from './failure-limit.ts'
import { securityHeaders } from './security-headers.ts'
import type { Sessions } from './sessions.ts'
import type { Principal, Tokens } from './tokens.ts'

/** Answers a request that was let in; without a principal when its route is open. */
export type Handler = (request: Request, principal: Principal | undefined, entry: Entry) => Promise<Response>
/** How a request was let in. */
export interface Entry {
  readonly connection: Connection
  /** Whether it still would be: its token may be revoked, or its session ended, while it is answered. */
  holds(): boolean
}
/** A handler behind the guard. */
export type Guarded = (request: Request, connection?: Connection) => Promise<Response>

export interface GuardOptions {
  readonly tokens: Tokens
  /** True for what is answered without a token; default: nothing is. */
  readonly open?: ((method: string, path: string) => boolean) | undefined
  /** Browsers that are signed in; default: a cookie counts for nothing. */
  readonly sessions?: Pick<Sessions, 'verify'> | undefined
  /** Hosts to answer for besides 127.0.0.1, localhost, [::1] and the address the request came to. */
  readonly hosts?: readonly string[] | undefined
  /** How many failures of one peer are answered with 401 before it is told to wait (429). */
  readonly failures?: Omit<FailureLimitOptions, 'clock'> | undefined
  readonly clock?: Clock | undefined
}

/** Headers that an answer may bring itself: pages run their own scripts, and files that never change may be kept. */
const ofItsOwn: ReadonlySet<string> = new Set(['cache-control', 'content-security-policy'])

/**
 * Wraps a handler so that nothing reaches it but requests for this host, from no foreign page, with a token that is known: also on localhost, also for paths
 * that do not exist, whatever the method. The token comes as `Authorization: Bearer ...`, or as the cookie of a session where there are `sessions`. All answers carry `securityHeaders`
 * (an answer may have a policy for its content and a caching of its own); no CORS headers.
 *
 * A cookie is sent by the browser, whoever asks it to. So it counts for GET and HEAD, and for the rest only with the header `x-tidemill` from a page of this very origin:
 * a form of another page can send neither.
 *
 * A peer with too many failures is told to wait, but a good token is let in even then: it cannot be guessed, and a forgotten program with an old token behind the same
 * address must not lock the others out.
 *
 * @example
 * const fetch = guarded(async () => new Response('hello'), { tokens: known })
 * (await fetch(new Request('http://localhost/'))).status // 401
 * @throws security.host for a host name of the wrong form
 */
export function guarded(handler: Handler, options: GuardOptions): Guarded {
  const { tokens, open = () => false, clock = systemClock } = options
  const hosts = checkHosts(options.hosts ?? [])
  const limit = failureLimit({ ...options.failures, clock })
  const principalOf = (request: Request): Principal | undefined => {
    const authorization = request.headers.get('authorization')
    // Who names a token means that token.
    if (authorization === null) return options.sessions?.verify(request)
    const token = /^bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1]
    return token === undefined ? undefined : tokens.verify(token)
  }
  const judge = async (request: Request, connection: Connection): Promise<Response> => {
    const host = wrongHost(request, connection, hosts)
    if (host !== undefined)
      return refusal(403, 'security.host', `host not served: ${shortened(host)}`, 'allow the name when the server is started')
    const origin = foreignOrigin(request)
    if (origin !== undefined) return refusal(403, 'security.origin', `request from a foreign page: ${shortened(origin)}`)
    const principal = principalOf(request)
    const entry: Entry = { connection, holds: () => principal !== undefined && principalOf(request)?.id === principal.id }
    const trusted = request.headers.has('authorization') || isSafe(request) || isByOwnPage(request)
    if (principal !== undefined && trusted) return handler(request, principal, entry)
    if (open(request.method, new URL(request.url).pathname)) return handler(request, undefined, entry)
    if (principal !== undefined)
      return refusal(403, 'security.origin', 'request with a cookie, and not by a page of this server', 'send the header x-tidemill: 1')
    const wait = limit.failed(connection.peer ?? '')
    if (wait > 0)
      return refusal(429, 'security.token', 'too many requests without a good token', undefined, { 'retry-after': String(wait) })
    return unauthorised()
  }
  return async (request, connection = {}) => {
    const answer = await judge(request, connection)
    for (const [name, value] of Object.entries(securityHeaders))
      if (!(ofItsOwn.has(name) && answer.headers.has(name))) answer.headers.set(name, value)
    return answer
  }
}

/** The answer to a request without a good token. It does not say whether the token is missing, wrong, revoked or expired. */
export function unauthorised(): Response {
  return refusal(401, 'security.token', 'token missing, wrong or expired', 'send the header Authorization: Bearer TOKEN', {
    'www-authenticate': 'Bearer',
  })
}

function isSafe({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** A page of another origin cannot set the header without asking first, and is never allowed to; the origin was compared with the host. */
function isByOwnPage({ headers }: Request): boolean {
  return headers.has('x-tidemill') && (headers.has('origin') || headers.get('sec-fetch-site') === 'same-origin')
}

function refusal(status: number, code: ErrorCode, error: string, hint?: string, headers: Readonly<Record<string, string>> = {}): Response {
  const body = JSON.stringify({ error, code, ...(hint === undefined ? {} : { hint }) })
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers },
  })
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}
