import { once } from 'node:events'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { byteKeys, tidemill, type TokenMap, words } from 'tidemill'
import { lines } from 'tidemill/connectors'
import { seededRandom } from '../../src/time/index.ts'
import { forgetPeak, peakMb } from '../batch/turns.ts'
import { type BenchCase, cpuOf, inTurns, median, result, wallOf } from '../measure.ts'

const space = 32
/** A function per line, over its bytes. */
const spaced = byteKeys((bytes, from, to, emit) => {
  let start = from
  for (let at = from; at < to; at++)
    if (bytes[at] === space) {
      if (at > start) emit(start, at)
      start = at + 1
    }
  if (to > start) emit(start, to)
})

/** CPU of counting the words of a text: by the prepared map, by a function of bytes, by a generator over texts; against DuckDB's SQL on the same file. */
export const wordCount: BenchCase = async ({ quick, folder, say }) => {
  const { path, words: total } = await textOf(quick ? 50e6 : 1e9, say)
  const tm = await tidemill({ typesFile: false, folder: join(folder, 'store') })
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const check = (counted: number): void => {
    if (counted !== total) throw new Error(`${counted} words counted, not ${total}`)
  }
  const prepared = async (map: TokenMap): Promise<void> => {
    const counts = await tm.mapReduce(lines(path), { map, reduce: (word, [n]) => ({ word, n: n ?? 0 }) })
    check(counts.report.shuffle.pairs)
  }
  const texts = async (): Promise<void> => {
    const counts = await tm.mapReduce(lines(path), {
      *map(line) {
        for (const word of line.split(' ')) if (word !== '') yield [word, 1] as const
      },
      combine: (a: number, b) => a + b,
      reduce: (word, parts) => ({ word, n: parts.reduce((a, b) => a + b) }),
    })
    check(counts.report.shuffle.pairs)
  }
  const sql = async (): Promise<void> => {
    const from = `read_csv('${path}', columns = {line: 'varchar'}, delim = '\\x01', header = false, quote = '', escape = '', auto_detect = false)`
    const counts = `select w, count(*) as n from (select unnest(string_split(line, ' ')) as w from ${from}) where w <> '' group by w`
    const [row] = (await connection.runAndReadAll(`select sum(n)::double as total from (${counts})`)).getRowObjects()
    check(Number(row?.['total']))
  }
  try {
    const rounds = quick ? 3 : 2
    const cases = [
      ['words()', () => prepared(words()), 1],
      ['a function of bytes', () => prepared(spaced), 1.5],
      ['a generator over texts', texts, 1.5],
    ] as const
    const results = []
    for (const [name, work, aim] of cases) {
      const ours: Cost[] = []
      const theirs: Cost[] = []
      const pair = await inTurns(
        rounds,
        () => costOf(work, ours),
        () => costOf(sql, theirs),
      )
      const ratio = pair.ours / pair.peer
      results.push(
        result(`word count, ${name}`, 'CPU ms', "DuckDB's SQL", pair, {
          note: `${Math.round((pair.ours * 1e6) / total)} ns a word; ours ${told(ours)}; DuckDB ${told(theirs)}`,
          ...(aim === undefined ? {} : { aim: { text: `at most ${aim} times DuckDB's SQL`, met: ratio <= aim } }),
        }),
      )
    }
    say(`  ${(total / 1e6).toFixed(1)} M words`)
    return results
  } finally {
    connection.closeSync()
    instance.closeSync()
    await tm.close()
  }
}

interface Cost {
  readonly wall: number
  readonly peak: number
}

/** CPU milliseconds; wall time and peak memory are noted down. */
async function costOf(work: () => Promise<void>, into: Cost[]): Promise<number> {
  forgetPeak()
  let wall = 0
  const cpu = await cpuOf(async () => {
    wall = await wallOf(work)
  })
  into.push({ wall, peak: peakMb() })
  return cpu
}

function told(costs: readonly Cost[]): string {
  return `${Math.round(median(costs.map(({ wall }) => wall)))} ms wall, ${Math.max(...costs.map(({ peak }) => peak))} MB at most`
}

/** The text and how many words it has; made once, by a seed, in `~/.cache/tidemill-bench`. */
async function textOf(bytes: number, say: (text: string) => void): Promise<{ readonly path: string; readonly words: number }> {
  const folder = join(homedir(), '.cache/tidemill-bench')
  const path = join(folder, `words-${bytes}.txt`)
  const note = `${path}.json`
  if (existsSync(note)) {
    const known = JSON.parse(await readFile(note, 'utf8')) as { readonly bytes: number; readonly words: number }
    const found = await stat(path).catch(() => undefined)
    if (found?.size === known.bytes) return { path, words: known.words }
  }
  say(`  making a text of ${bytes / 1e6} MB in ${folder}`)
  await mkdir(folder, { recursive: true })
  const words = await writeText(`${path}.part`, bytes)
  await rename(`${path}.part`, path)
  await writeFile(note, `${JSON.stringify({ bytes: (await stat(path)).size, words })}\n`)
  return { path, words }
}

/** Lines of words, the frequent ones short (Zipf), until there are so many bytes. Gives the number of words. */
async function writeText(path: string, bytes: number): Promise<number> {
  const random = seededRandom(42)
  const stock = Array.from({ length: 40_000 }, (_, rank) => {
    const length = 2 + Math.floor(random.next() * Math.min(12, 2 + Math.log2(rank + 2)))
    return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random.next() * 26))).join('')
  })
  // One piece of some MB is written again and again: drawing words costs more than counting them.
  let piece = ''
  let inPiece = 0
  while (piece.length < 4e6) {
    const count = 6 + Math.floor(random.next() * 10)
    for (let i = 0; i < count; i++) piece += `${stock[Math.floor(stock.length ** random.next()) - 1]}${i === count - 1 ? '\n' : ' '}`
    inPiece += count
  }
  const out = createWriteStream(path)
  let words = 0
  for (let written = 0; written < bytes; written += piece.length) {
    if (!out.write(piece)) await once(out, 'drain')
    words += inPiece
  }
  out.end()
  await once(out, 'finish')
  return words
}
