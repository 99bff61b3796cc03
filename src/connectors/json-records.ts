/** The records of a JSON document, one after the other, without holding the document. */
import { isUtf8 } from 'node:buffer'
import { TidemillError } from '../errors/index.ts'
import { exactLine } from './exact-line.ts'

const longestRecord = 64 * 1024 * 1024
const deepest = 1000

/**
 * Lines of NDJSON made of the records at a path: the items of an array, or one object.
 *
 * @param keys gets the keys of all records, in the order they come
 * @throws connectors.format naming the record, or what is at the path instead
 */
export async function* jsonRecords(
  pieces: AsyncIterable<Buffer>,
  file: string,
  path: readonly string[],
  keys: Set<string>,
): AsyncGenerator<string> {
  const reader = documentReader(pieces, file)
  let first = await reader.token()
  for (const [depth, name] of path.entries()) {
    if (first !== '{') throw wrongPath(file, path, depth, undefined)
    const seen: string[] = []
    for (let found = false; !found; ) {
      const key = await reader.key(seen.length === 0)
      if (key === undefined) throw wrongPath(file, path, depth, seen)
      if (key === name) found = true
      else {
        if (seen.length < 20) seen.push(key)
        await reader.value(await reader.token(), 'skip')
      }
    }
    first = await reader.token()
  }
  let count = 0
  const line = (text: string): string => {
    count++
    return `${recordLine(text, file, count, keys)}\n`
  }
  if (first === '{') yield line(await reader.value(first, 'keep'))
  else if (first === '[') {
    for (let more = await reader.item(true); more !== undefined; more = await reader.item(false)) yield line(await reader.value(more, 'keep'))
  } else throw new TidemillError('connectors.format', `no records ${place(path)} of ${file}: neither an array nor an object`, { details: { file } })
  await reader.rest(path.length)
}

function recordLine(text: string, file: string, count: number, keys: Set<string>): string {
  const value = parsed(text, file, count)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TidemillError('connectors.format', `record ${count} of ${file} is no object: ${text.slice(0, 60)}`, {
      details: { file, record: count },
      hint: 'records are objects: { "name": value }; give the path of an array of them: { records }',
    })
  for (const key of Object.keys(value)) keys.add(key)
  return exactLine(text)
}

function parsed(text: string, file: string, count: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new TidemillError('connectors.format', `record ${count} of ${file} is no JSON: ${(error as Error).message}`, {
      details: { file, record: count },
      cause: error,
    })
  }
}

function place(path: readonly string[]): string {
  return path.length === 0 ? 'at the top' : `at ${path.join('.')}`
}

function wrongPath(file: string, path: readonly string[], depth: number, have: readonly string[] | undefined): TidemillError {
  const above = path.slice(0, depth)
  const text = have === undefined ? `no object ${place(above)}` : `no ${path[depth]} ${place(above)}`
  return new TidemillError('connectors.format', `${text} of ${file}${have === undefined || have.length === 0 ? '' : ` (have ${have.join(', ')})`}`, {
    details: { file, records: path.join('.') },
    hint: 'records is the path of an array of objects, names with points between them',
  })
}

interface DocumentReader {
  /** The first byte of the next value, taken. */
  token(): Promise<string>
  /** The next key of an object whose `{` was taken; undefined at its end. */
  key(first: boolean): Promise<string | undefined>
  /** The first byte of the next item of an array whose `[` was taken; undefined at its end. */
  item(first: boolean): Promise<string | undefined>
  /** The value whose first byte was taken. */
  value(first: string, what: 'keep' | 'skip'): Promise<string>
  /** Reads on to the end, through so many objects that are open, and sees that nothing but one document is there. */
  rest(open: number): Promise<void>
}

function documentReader(pieces: AsyncIterable<Buffer>, file: string): DocumentReader {
  const source = pieces[Symbol.asyncIterator]()
  // Bytes as Latin 1: quick to search, and structure is ASCII.
  let text = ''
  let at = 0
  let ended = false
  let begun = false
  let line = 1

  const more = async (): Promise<boolean> => {
    const { value, done } = await source.next()
    if (done === true) {
      ended = true
      return false
    }
    text = text.slice(at) + value.toString('latin1')
    at = 0
    if (!begun) text = text.replace(/^\xef\xbb\xbf/, '')
    begun = true
    return true
  }
  const broken = (why: string): TidemillError =>
    new TidemillError('connectors.format', `no JSON: ${why} in line ${line} of ${file}`, {
      details: { file, line },
      hint: 'is it one object a line? then read it with ndjson(path)',
    })
  const blank = async (): Promise<string | undefined> => {
    for (;;) {
      for (; at < text.length; at++) {
        const char = text[at]
        if (char === '\n') line++
        else if (char !== ' ' && char !== '\t' && char !== '\r') return char
      }
      if (ended || !(await more())) return undefined
    }
  }
  const token = async (): Promise<string> => {
    const char = await blank()
    if (char === undefined) throw broken('the document ends too early')
    at++
    return char
  }
  const expect = async (wanted: string): Promise<void> => {
    const char = await token()
    if (char !== wanted) throw broken(`${JSON.stringify(char)} where ${JSON.stringify(wanted)} is wanted`)
  }
  /** The end of a value that begins one byte before `at`, reading more as needed. */
  const value = async (first: string, what: 'keep' | 'skip'): Promise<string> => {
    const kept: string[] = [first]
    let size = 1
    const take = (end: number): void => {
      size += end - at
      if (what === 'keep') {
        if (size > longestRecord) throw broken(`a record longer than ${longestRecord} bytes`)
        kept.push(text.slice(at, end))
      }
      at = end
    }
    const structure = /["{}[\]\n]/g
    let depth = first === '{' || first === '[' ? 1 : 0
    let inText = first === '"'
    if (depth === 0 && !inText) {
      const scalarEnd = /[,\]}\s]/g
      for (;;) {
        scalarEnd.lastIndex = at
        const found = scalarEnd.exec(text)
        take(found?.index ?? text.length)
        if (found !== null || ended || !(await more())) return textOf(kept)
      }
    }
    for (;;) {
      if (inText) {
        const end = quoteEnd(text, at)
        if (end === undefined) {
          // A backslash at the end needs what follows it.
          take(text.length - trailing(text, at))
          if (!(await more())) throw broken('a text is not closed')
          continue
        }
        take(end + 1)
        inText = false
        if (depth === 0) return textOf(kept)
        continue
      }
      structure.lastIndex = at
      const found = structure.exec(text)
      if (found === null) {
        take(text.length)
        if (!(await more())) throw broken('the document ends too early')
        continue
      }
      const char = found[0]
      take(found.index + 1)
      if (char === '\n') line++
      else if (char === '"') inText = true
      else if (char === '{' || char === '[') {
        depth++
        if (depth > deepest) throw broken(`more than ${deepest} values inside one another`)
      } else if (--depth === 0) return textOf(kept)
    }
  }
  const textOf = (kept: readonly string[]): string => {
    if (kept.length === 1 && kept[0] === '') return ''
    const bytes = Buffer.from(kept.join(''), 'latin1')
    if (!isUtf8(bytes))
      throw new TidemillError('connectors.encoding', `not UTF-8: line ${line} of ${file} or one before it`, {
        details: { file, line },
        hint: 'give the encoding that the file is in: { encoding }',
      })
    return bytes.toString('utf8')
  }
  const key = async (first: boolean): Promise<string | undefined> => {
    let char = await token()
    if (char === '}') return undefined
    if (!first) {
      if (char !== ',') throw broken(`${JSON.stringify(char)} where a comma is wanted`)
      char = await token()
    }
    if (char !== '"') throw broken(`${JSON.stringify(char)} where a name is wanted`)
    const raw = await value(char, 'keep')
    await expect(':')
    return String(parsed(raw, file, 0))
  }
  return {
    token,
    key,
    value,
    async item(first) {
      const char = await token()
      if (char === ']') return undefined
      if (first) return char
      if (char !== ',') throw broken(`${JSON.stringify(char)} where a comma is wanted`)
      return token()
    },
    async rest(open) {
      for (let left = open; left > 0; left--) {
        for (let name = await key(false); name !== undefined; name = await key(false)) await value(await token(), 'skip')
      }
      if ((await blank()) !== undefined) throw broken('something stands behind the document')
    },
  }
}

/** The place of the quote that closes a text; undefined when it is not there. */
function quoteEnd(text: string, from: number): number | undefined {
  for (let at = from; ; ) {
    const end = text.indexOf('"', at)
    if (end === -1) return undefined
    let signs = 0
    while (end - signs > from && text[end - signs - 1] === '\\') signs++
    if (signs % 2 === 0) return end
    at = end + 1
  }
}

/** Backslashes at the end of a text: with them the next quote can be judged only together. */
function trailing(text: string, from: number): number {
  let signs = 0
  while (text.length - signs > from && text[text.length - signs - 1] === '\\') signs++
  return signs
}
