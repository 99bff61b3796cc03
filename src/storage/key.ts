import { TidemillError } from '../errors/index.ts'

/** Half-written files of a local store begin so; no key may. */
export const temporaryPrefix = '.tidemill-part-'

/**
 * Gives the key back when it may name an object.
 *
 * @throws storage.bad-key when a part is empty, `.`, `..`, or holds what file systems read otherwise (a backslash, a control character)
 */
export function checkKey(key: string): string {
  const wrong = fault(key)
  if (wrong === undefined) return key
  throw new TidemillError('storage.bad-key', `bad key: ${JSON.stringify(key)} ${wrong}`, {
    hint: 'a key is parts joined by /, none of them empty, . or ..',
    details: { key },
  })
}

function fault(key: string): string | undefined {
  if (typeof key !== 'string' || key === '') return 'is empty'
  if (key.startsWith('/')) return 'begins with /'
  for (const part of key.split('/')) {
    if (part === '') return 'has an empty part'
    if (part === '.' || part === '..') return `has the part ${part}`
    if (part.startsWith(temporaryPrefix)) return `has a part that begins with ${temporaryPrefix}`
    if (Buffer.byteLength(part) > 200) return 'has a part of more than 200 bytes'
  }
  for (const letter of key) {
    const code = letter.charCodeAt(0)
    if (letter === '\\' || code < 32 || code === 127) return 'has a backslash or a control character'
  }
  return key.isWellFormed() ? undefined : 'is not well-formed text'
}

/** Order by code point, which is the order of the bytes of UTF-8. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
