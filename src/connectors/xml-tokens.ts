/** XML as it comes, for documents that programs write: no DTD, so no entities but the five, and nothing to blow up. */
import { StringDecoder } from 'node:string_decoder'
import { TidemillError } from '../errors/index.ts'

/** A tag or a text. Names are without their prefix. */
export interface XmlToken {
  readonly kind: 'open' | 'close' | 'text'
  /** Of a tag: its name; of a text: what it says. */
  readonly text: string
  /** Of an opening tag, as it stands there. */
  readonly attributes: string
  /** True where the tag is its own end. */
  readonly isEmpty: boolean
}

const longestToken = 32 * 1024 * 1024

/** @throws connectors.format for a DTD, another encoding than UTF-8, or a tag without an end */
export async function* xmlTokens(pieces: AsyncIterable<Buffer>, shown: string): AsyncGenerator<readonly XmlToken[]> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let first = true
  for await (const piece of pieces) {
    if (first && piece.length >= 2 && ((piece[0] === 0xff && piece[1] === 0xfe) || (piece[0] === 0xfe && piece[1] === 0xff)))
      throw damaged(shown, 'its XML is not UTF-8')
    first = false
    const [tokens, left] = tokensIn(rest + decoder.write(piece), shown)
    if (left.length > longestToken) throw damaged(shown, 'a tag or a text without an end')
    rest = left
    if (tokens.length > 0) yield tokens
  }
  if (rest.trim() !== '') throw damaged(shown, 'it ends in the middle')
}

/** The whole tokens of a text, and what is left. */
function tokensIn(text: string, shown: string): readonly [readonly XmlToken[], string] {
  const tokens: XmlToken[] = []
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('<', at)
    if (open === -1) break
    if (open > at) tokens.push({ kind: 'text', text: unescaped(text.slice(at, open)), attributes: '', isEmpty: false })
    at = open
    const special = text.charCodeAt(open + 1)
    if (special === 0x21 || special === 0x3f) {
      const end = endOfSpecial(text, open, tokens, shown)
      if (end === -1) break
      at = end
      continue
    }
    const end = endOfTag(text, open)
    if (end === -1) break
    tokens.push(tag(text.slice(open + 1, end)))
    at = end + 1
  }
  return [tokens, text.slice(at)]
}

/** Comments, CDATA and the like; -1 where the end has not come. */
function endOfSpecial(text: string, open: number, tokens: XmlToken[], shown: string): number {
  // What is the longest beginning must have come before it can be told apart.
  if (text.length < open + 9) return -1
  if (text.startsWith('<!--', open)) {
    const end = text.indexOf('-->', open + 4)
    return end === -1 ? -1 : end + 3
  }
  if (text.startsWith('<![CDATA[', open)) {
    const end = text.indexOf(']]>', open + 9)
    if (end === -1) return -1
    tokens.push({ kind: 'text', text: text.slice(open + 9, end), attributes: '', isEmpty: false })
    return end + 3
  }
  if (text.startsWith('<?', open)) {
    const end = text.indexOf('?>', open + 2)
    return end === -1 ? -1 : end + 2
  }
  throw damaged(shown, 'its XML declares entities')
}

/** The `>` of a tag: one in an attribute's value is none. */
function endOfTag(text: string, open: number): number {
  const end = text.indexOf('>', open)
  if (end === -1) return -1
  let quote = ''
  for (let at = open; at < text.length; at++) {
    const sign = text[at] as string
    if (quote !== '') {
      if (sign === quote) quote = ''
    } else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '>') return at
  }
  return -1
}

function tag(inside: string): XmlToken {
  if (inside.startsWith('/')) return { kind: 'close', text: local(inside.slice(1).trim()), attributes: '', isEmpty: false }
  const isEmpty = inside.endsWith('/')
  const body = isEmpty ? inside.slice(0, -1) : inside
  const space = /\s/.exec(body)?.index ?? body.length
  return { kind: 'open', text: local(body.slice(0, space)), attributes: body.slice(space), isEmpty }
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const patterns = new Map<string, RegExp>()

/** The value of an attribute, by its name without a prefix. */
export function attribute(attributes: string, name: string): string | undefined {
  let pattern = patterns.get(name)
  if (pattern === undefined) {
    pattern = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    patterns.set(name, pattern)
  }
  const found = pattern.exec(attributes)
  const value = found?.[1] ?? found?.[2]
  return value === undefined ? undefined : unescaped(value)
}

const named: ReadonlyMap<string, string> = new Map(Object.entries({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }))

function unescaped(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));/g, (whole, hex?: string, digits?: string, name?: string) => {
    if (name !== undefined) return named.get(name) ?? whole
    const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16)
    return code > 0x10_ffff ? whole : String.fromCodePoint(code)
  })
}

function damaged(shown: string, why: string): TidemillError {
  return new TidemillError('connectors.format', `Excel file cannot be read: ${shown}: ${why}`, {
    details: { file: shown },
    hint: 'save it again',
  })
}
