/** Takes the lines out of NDJSON text that hold an object; the others are handed out with what is wrong with them. */
import { isUtf8 } from 'node:buffer'
import { lineKey } from './line-column.ts'
import type { OnBad } from './sift-csv.ts'

const longestLine = 16 * 1024 * 1024

/**
 * The good lines, each with the number of its line as its first key.
 *
 * @param keys gets the keys of all good lines, in the order they come
 */
export async function* siftNdjson(pieces: AsyncIterable<Buffer>, keys: Set<string>, bad: OnBad): AsyncGenerator<Buffer> {
  let kept: Buffer = Buffer.alloc(0)
  let line = 1
  let tooLong = false
  for await (const piece of pieces) {
    const all = kept.length === 0 ? piece : Buffer.concat([kept, piece])
    const out: string[] = []
    let from = 0
    for (let end = all.indexOf(10); end !== -1; end = all.indexOf(10, from)) {
      if (tooLong) tooLong = false
      else out.push(sifted(all.subarray(from, end), line, keys, bad))
      line++
      from = end + 1
    }
    kept = all.subarray(from)
    if (kept.length > longestLine) {
      if (!tooLong) bad(line, `longer than ${longestLine} bytes`, kept.toString('utf8', 0, 4096))
      tooLong = true
      kept = Buffer.alloc(0)
    }
    yield Buffer.from(out.join(''))
  }
  if (kept.length > 0 && !tooLong) yield Buffer.from(sifted(kept, line, keys, bad))
}

function sifted(bytes: Buffer, line: number, keys: Set<string>, bad: OnBad): string {
  const text = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trim()
  if (text === '') return ''
  const wrong = isUtf8(bytes) ? problemOf(text, keys) : 'not UTF-8'
  if (wrong !== undefined) {
    bad(line, wrong, text)
    return ''
  }
  const rest = text.slice(1).trimStart()
  return `{"${lineKey}":${line}${rest.startsWith('}') ? '' : ','}${rest}\n`
}

function problemOf(text: string, keys: Set<string>): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no JSON object'
    for (const key of Object.keys(value)) keys.add(key)
    return undefined
  } catch (error) {
    return `no JSON: ${(error as Error).message.replace(/ in JSON.*$/s, '').replace(/, "?\.\.\..*$/s, '')}`
  }
}
