import { TidemillError } from '../errors/index.ts'

/** Keys that mean something to JavaScript objects; no body needs them. */
const forbidden = ['__proto__', 'constructor', 'prototype']
const quote = 34
const backslash = 92

/**
 * Parses JSON that a stranger sent: no deeper than `depth`, no key twice in an object, none that reaches for prototypes.
 *
 * @throws server.body saying what is wrong
 */
export function parseJson(text: string, depth: number): unknown {
  scan(text, depth)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TidemillError('server.body', `body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Looks at brackets and keys only; the rest of the grammar is for `JSON.parse`. */
function scan(text: string, depth: number): void {
  // The keys of each open object, made at its first key; null for an array.
  const open: (Set<string> | undefined | null)[] = []
  let atKey = false
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case quote: {
        const end = endOfText(text, i)
        if (atKey) open[open.length - 1] = withKey(open[open.length - 1], text.slice(i, end + 1))
        atKey = false
        i = end
        break
      }
      case 123: // {
      case 91: // [
        atKey = text.charCodeAt(i) === 123
        open.push(atKey ? undefined : null)
        if (open.length > depth) throw new TidemillError('server.body', `body nested too deep: more than ${depth} levels`)
        break
      case 125: // }
      case 93: // ]
        open.pop()
        atKey = false
        break
      case 44: // ,
        atKey = open.length > 0 && open[open.length - 1] !== null
        break
    }
  }
}

function endOfText(text: string, start: number): number {
  let i = start + 1
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === backslash) i++
    else if (code === quote) break
  }
  return i
}

function withKey(keys: Set<string> | undefined | null, literal: string): Set<string> {
  const key = literal.includes('\\') ? unescaped(literal) : literal.slice(1, -1)
  if (forbidden.includes(key)) throw new TidemillError('server.body', `key that is not allowed: ${key}`)
  if (keys?.has(key) === true) throw new TidemillError('server.body', `key twice in one object: ${key.slice(0, 100)}`)
  return (keys ?? new Set<string>()).add(key)
}

/** As `JSON.parse` will read it; where it cannot, it will say so itself. */
function unescaped(literal: string): string {
  try {
    return JSON.parse(literal) as string
  } catch {
    return literal
  }
}
