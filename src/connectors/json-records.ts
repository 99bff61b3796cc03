/** The records of a JSON document, one after the other, without holding the document. */
import { isUtf8 } from 'node:buffer'
import { TidemillError } from '../errors/index.ts'
import { exactLine } from './exact-line.ts'

const longestRecord = 64 * 1024 * 1024
const deepest = 1000
const batchBytes = 256 * 1024

/**
 * Lines of NDJSON made of the records at a path: the items of an array, or one object. They come many at a time.
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
  let made: string[] = []
  let size = 0
  const add = (text: string): boolean => {
    count++
    const line = recordLine(text, file, count, keys)
    made.push(line, '\n')
    size += line.length
    return size >= batchBytes
  }
  const taken = (): string => {
    const text = made.join('')
    made = []
    size = 0
    return text
  }
  if (first === '{') add(await reader.value(first, 'keep'))
  else if (first === '[')
    for (let more = await reader.item(true); more !== undefined; more = await reader.item(false)) {
      let isFull = add(await reader.value(more, 'keep'))
      // Most records lie whole in the piece that was read: no waiting between them.
      for (let next = reader.nextNow(); next !== undefined; next = isFull ? undefined : reader.nextNow()) isFull = add(next)
      if (isFull) yield taken()
    }
  else
    throw new TidemillError('connectors.format', `no records ${place(path)} of ${file}: neither an array nor an object`, {
      details: { file },
    })
  if (made.length > 0) yield taken()
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
  return new TidemillError(
    'connectors.format',
    `${text} of ${file}${have === undefined || have.length === 0 ? '' : ` (have ${have.join(', ')})`}`,
    {
      details: { file, records: path.join('.') },
      hint: 'records is the path of an array of objects, names with points between them',
    },
  )
}

interface DocumentReader {
  /** The first byte of the next value, taken. */
  token(): Promise<string>
  /** The next key of an object whose `{` was taken; undefined at its end. */
  key(first: boolean): Promise<string | undefined>
  /** The first byte of the next item of an array whose `[` was taken; undefined at its end. */
  item(first: boolean): Promise<string | undefined>
  /** The next item of an array, an object that lies whole in what was read; undefined where it may be otherwise. */
  nextNow(): string | undefined
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
  /** Line that `text` begins in. */
  let line = 1

  const lineNow = (): number => line + linesIn(text, at)
  const more = async (): Promise<boolean> => {
    const { value, done } = await source.next()
    if (done === true) {
      ended = true
      return false
    }
    line += linesIn(text, at)
    text = text.slice(at) + value.toString('latin1')
    at = 0
    if (!begun) text = text.replace(/^\xef\xbb\xbf/, '')
    begun = true
    return true
  }
  const broken = (why: string): TidemillError =>
    new TidemillError('connectors.format', `no JSON: ${why} in line ${lineNow()} of ${file}`, {
      details: { file, line: lineNow() },
      hint: 'is it one object a line? then read it with ndjson(path)',
    })
  const blank = async (): Promise<string | undefined> => {
    for (;;) {
      for (; at < text.length; at++) {
        const char = text[at]
        if (char !== ' ' && char !== '\n' && char !== '\t' && char !== '\r') return char
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
  const structure = /["{}[\]]/g
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
      if (char === '"') inText = true
      else if (char === '{' || char === '[') {
        depth++
        if (depth > deepest) throw broken(`more than ${deepest} values inside one another`)
      } else if (--depth === 0) return textOf(kept)
    }
  }
  const textOf = (kept: readonly string[]): string => decoded(kept.join(''))
  const decoded = (latin: string): string => {
    if (!/[\x80-\xff]/.test(latin)) return latin
    const bytes = Buffer.from(latin, 'latin1')
    if (!isUtf8(bytes))
      throw new TidemillError('connectors.encoding', `not UTF-8: line ${lineNow()} of ${file} or one before it`, {
        details: { file, line: lineNow() },
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
  const blanks = /[ \n\r\t]*/y
  const skipped = (from: number): number => {
    blanks.lastIndex = from
    blanks.exec(text)
    return blanks.lastIndex
  }
  const nextNow = (): string | undefined => {
    const comma = skipped(at)
    if (text[comma] !== ',') return undefined
    const from = skipped(comma + 1)
    if (text[from] !== '{') return undefined
    let depth = 0
    structure.lastIndex = from
    for (let found = structure.exec(text); found !== null; found = structure.exec(text)) {
      const char = found[0]
      if (char === '"') {
        const end = quoteEnd(text, found.index + 1)
        if (end === undefined) return undefined
        structure.lastIndex = end + 1
      } else if (char === '{' || char === '[') {
        if (++depth > deepest) return undefined
      } else if (--depth === 0) {
        at = found.index + 1
        return decoded(text.slice(from, at))
      }
    }
    return undefined
  }
  return {
    token,
    key,
    nextNow,
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

function linesIn(text: string, end: number): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines++
  return lines
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
