/** A value inside JSON text, as text: what DuckDB's `->>` gives. */
import { TidemillError } from '../errors/index.ts'
import type { CallNode } from '../expr/index.ts'

/** Numbers and literals are text that is written out again; objects keep their order and keys that are said twice. */
type Json =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'plain'; readonly text: string }
  | { readonly is: 'list'; readonly items: Json[] }
  | { readonly is: 'object'; readonly keys: string[]; readonly items: Json[] }

/** The value at `options.path`: texts without quotes, NULL for null and for what is not there. */
export function jsonAt({ options }: CallNode): (text: string) => string | null {
  const { path = [], invalid } = options ?? {}
  return text => {
    const root = new Reader(text).document()
    if (root === undefined) {
      if (invalid === 'null') return null
      throw new TidemillError('expr.cast', `text that is no JSON: ${text}`, {
        hint: "{ invalid: 'null' } gives NULL for what cannot be read",
        details: { value: text },
      })
    }
    let at: Json | undefined = root
    for (const step of path) {
      if (typeof step === 'number') at = at?.is === 'list' ? at.items.at(step) : undefined
      else at = at?.is === 'object' ? at.items[at.keys.indexOf(step)] : undefined
    }
    if (at === undefined || (at.is === 'plain' && at.text === 'null')) return null
    return at.is === 'text' ? at.text : written(at)
  }
}

const deepest = 1000

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Undefined for text that is no JSON. A comma behind the last item, NaN and the infinities are let through, as DuckDB does. */
  document(): Json | undefined {
    const made = this.#value(0)
    this.#blanks()
    return this.#at === this.#text.length ? made : undefined
  }

  #blanks(): void {
    while (this.#at < this.#text.length && ' \t\n\r'.includes(this.#text[this.#at] as string)) this.#at++
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return undefined
    this.#at = pattern.lastIndex
    return found[0]
  }

  #value(depth: number): Json | undefined {
    this.#blanks()
    const next = this.#text[this.#at]
    if (next === '"') {
      const text = this.#string()
      return text === undefined ? undefined : { is: 'text', text }
    }
    if (next === '[' || next === '{') return depth >= deepest ? undefined : this.#inside(next, depth)
    const word = this.#take(/true|false|null/y) ?? this.#take(/-?(?:nan|infinity|inf)/iy)
    if (word !== undefined) return { is: 'plain', text: word }
    const number = this.#take(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9])/y)
    return number === undefined ? undefined : { is: 'plain', text: plainNumber(number) }
  }

  #string(): string | undefined {
    const quoted = this.#take(/"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y)
    if (quoted === undefined) return undefined
    const text = JSON.parse(quoted) as string
    return text.isWellFormed() ? text : undefined
  }

  #inside(open: '[' | '{', depth: number): Json | undefined {
    this.#at++
    const keys: string[] = []
    const items: Json[] = []
    const close = open === '[' ? ']' : '}'
    for (;;) {
      this.#blanks()
      if (this.#text[this.#at] === close) break
      if (open === '{') {
        const key = this.#text[this.#at] === '"' ? this.#string() : undefined
        this.#blanks()
        if (key === undefined || this.#text[this.#at++] !== ':') return undefined
        keys.push(key)
      }
      const item = this.#value(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
      this.#blanks()
      if (this.#text[this.#at] === close) break
      if (this.#text[this.#at++] !== ',') return undefined
    }
    this.#at++
    return open === '[' ? { is: 'list', items } : { is: 'object', keys, items }
  }
}

/** As yyjson writes numbers: whole ones of 64 bits as they are, others as the shortest double, those that are none as they came. */
function plainNumber(text: string): string {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text)
    return value >= -(2n ** 63n) && value < 2n ** 64n ? String(value) : text
  }
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  const shortest = Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e')
  return /^-?\d+$/.test(shortest) ? `${shortest}.0` : shortest
}

function written(json: Json): string {
  if (json.is === 'plain') return json.text
  if (json.is === 'text') return quoted(json.text)
  if (json.is === 'list') return `[${json.items.map(written).join(',')}]`
  return `{${json.items.map((item, at) => `${quoted(json.keys[at] ?? '')}:${written(item)}`).join(',')}}`
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/\\u00([01][0-9a-f])/g, (_, digits: string) => `\\u00${digits.toUpperCase()}`)
}
