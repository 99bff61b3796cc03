import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Shown, showing } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Clock, systemClock } from '../time/index.ts'

/** Who a request comes from. */
export interface Principal {
  /** Names the token without telling it: for logs and for `revoke`. */
  readonly id: string
  readonly name: string
  readonly expires: Date | undefined
}
export interface TokenOptions {
  /** Who or what it is for, at most 100 characters. */
  readonly name: string
  /** From then on it is refused; without, it holds as long as the list does. */
  readonly expires?: Date | undefined
}
/** Tokens that are known. The list keeps their sha256 only, in memory. */
export interface Tokens extends Shown {
  /** Makes a token. This is the only time its text is told. @throws security.token for a bad name or expiry */
  issue(options: TokenOptions): { readonly token: string; readonly principal: Principal }
  /** Takes in a token made elsewhere, as one out of the environment. @throws security.token when it is too weak, without telling it */
  accept(token: string, options: TokenOptions): Principal
  /** Whose token it is; undefined when it is unknown, revoked or expired. */
  verify(token: string): Principal | undefined
  /** Ends a token at once; false when there is none of this id. */
  revoke(id: string): boolean
  list(): readonly Principal[]
}

/** Begins every token, so that a scanner for secrets finds one that leaked. */
const prefix = 'tm_'
const fewestCharacters = 32
const fewestDistinct = 8
/** Nothing longer is hashed, so a caller cannot buy work. */
const mostCharacters = 512

/**
 * A list of tokens, empty at first. A token is 32 random bytes, written as base64url behind `tm_`; comparisons take the same time whatever they find.
 *
 * @param settings `random` gives so many random bytes; default: the system's generator for secrets
 * @example
 * const known = tokens()
 * const { token } = known.issue({ name: 'notebook' })
 * known.verify(token)?.name // 'notebook'
 */
export function tokens(settings: { readonly clock?: Clock; readonly random?: (bytes: number) => Uint8Array } = {}): Tokens {
  const { clock = systemClock, random = randomBytes } = settings
  const known = new Map<string, { readonly hash: Buffer; readonly principal: Principal }>()
  const add = (token: string, { name, expires }: TokenOptions): Principal => {
    if (name.length === 0 || name.length > 100)
      throw new TidemillError('security.token', `name of a token: ${name.length} characters (1 to 100)`)
    if (expires !== undefined && Number.isNaN(expires.getTime())) throw new TidemillError('security.token', 'expiry of a token: not a date')
    const id = Buffer.from(random(6)).toString('hex')
    const principal = Object.freeze({ id, name, expires: expires === undefined ? undefined : new Date(expires) })
    known.set(id, { hash: sha256(token), principal })
    return principal
  }
  const holds = ({ expires }: Principal): boolean => expires === undefined || clock.now() < expires.getTime()
  const list = (): readonly Principal[] => [...known.values()].map(({ principal }) => principal)
  return Object.freeze({
    issue(options: TokenOptions) {
      const token = prefix + Buffer.from(random(32)).toString('base64url')
      return Object.freeze({ token, principal: add(token, options) })
    },
    accept(token: string, options: TokenOptions) {
      const weak = weakness(token)
      if (weak !== undefined)
        throw new TidemillError('security.token', `weak token: ${weak}`, { hint: 'make one with: openssl rand -base64 32' })
      return add(token, options)
    },
    verify(token: string) {
      if (token.length > mostCharacters) return undefined
      const hash = sha256(token)
      let found: Principal | undefined
      // All of them, so that the time does not tell how far the search came.
      for (const one of known.values()) if (timingSafeEqual(one.hash, hash)) found = one.principal
      return found !== undefined && holds(found) ? found : undefined
    },
    revoke: (id: string) => known.delete(id),
    list,
    ...showing(() => ({
      kind: 'keyValues',
      pairs: list().map(one => [one.name, `${one.id}${one.expires === undefined ? '' : `, until ${one.expires.toISOString()}`}`]),
    })),
  })
}

function weakness(token: string): string | undefined {
  if (token.length < fewestCharacters) return `${token.length} characters (at least ${fewestCharacters})`
  if (token.length > mostCharacters) return `${token.length} characters (at most ${mostCharacters})`
  if (!/^[\x21-\x7e]+$/.test(token)) return 'it holds characters that a header cannot carry'
  const distinct = new Set(token).size
  return distinct < fewestDistinct ? `${distinct} different characters (at least ${fewestDistinct})` : undefined
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
