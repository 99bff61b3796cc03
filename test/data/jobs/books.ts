/** Words and characters of books: by map and reduce on the workers, and by the verbs; both must give the reference's counts. */
import { join } from 'node:path'
import { characters as charactersOf, count, type Dataset, type TokenMap, words as wordsOf } from 'tidemill'
import { lines } from 'tidemill/connectors'
import type { Job } from '../job.ts'
import type { Tables } from '../tables.ts'

const book = (folder: string, name: string) => lines(join(folder, 'text', `${name}.txt.gz`))

interface Counted {
  text: string
  n: number
}

/** Counts what `map` yields. */
async function counted(
  tables: Tables,
  name: string,
  map: (line: string) => Iterable<readonly [string, number]>,
): Promise<Dataset<Counted>> {
  return tables.tm.mapReduce(book(tables.folder, name), {
    map,
    combine: (a: number, b: number) => a + b,
    reduce: (text, parts) => ({ text, n: parts.reduce((a, b) => a + b) }),
  })
}

/** Counts with a prepared map, which knows bytes only. */
async function byRule(tables: Tables, name: string, map: TokenMap): Promise<Dataset<Counted>> {
  return tables.tm.mapReduce(book(tables.folder, name), { map, reduce: (text, [n]) => ({ text, n: n ?? 0 }) })
}

function* asciiWords(line: string): Generator<readonly [string, number]> {
  for (const [word] of line.toLowerCase().matchAll(/[a-z]+/g)) yield [word, 1]
}
function* words(line: string): Generator<readonly [string, number]> {
  for (const word of line.split(/\s+/)) if (word !== '') yield [word, 1]
}
function* characters(line: string): Generator<readonly [string, number]> {
  for (const [character] of line.matchAll(/[\u4e00-\u9fff]/g)) yield [character, 1]
}
function* bigrams(line: string): Generator<readonly [string, number]> {
  for (const [run] of line.matchAll(/[\u4e00-\u9fff]+/g)) for (let at = 0; at + 1 < run.length; at++) yield [run.slice(at, at + 2), 1]
}

/** The same words of `a-z` without a function: split at everything else. */
async function asciiBySplit(tables: Tables, name: string): Promise<Dataset<Counted>> {
  return (await tables.tm.read(book(tables.folder, name)))
    .select(r => ({
      text: r.line
        .lower()
        .replace(/[^a-z]+/, ' ')
        .split(' '),
    }))
    .explode('text')
    .filter(r => r.text.ne(''))
    .groupBy('text')
    .agg(() => ({ n: count() }))
}

async function figures(table: Dataset<Counted>, top: number) {
  const [all] = await table.agg(r => ({ total: r.n.sum(), distinct: count() })).rows()
  const first = await table
    .sort(r => r.n.desc(), 'text')
    .limit(top)
    .rows()
  return { total: all?.total, distinct: all?.distinct, top: first.map(row => [row.text, row.n]) }
}

function same(way: string, one: object, other: object): void {
  if (JSON.stringify(one) !== JSON.stringify(other))
    throw new Error(`map-reduce and ${way} differ: ${JSON.stringify(one)} and ${JSON.stringify(other)}`)
}

function english(name: string): Job {
  return {
    name: `words_${name}`,
    run: async tables => {
      const ascii = await figures(await counted(tables, name, asciiWords), 10)
      const bySplit = await figures(await asciiBySplit(tables, name), 10)
      same('split', ascii, bySplit)
      const split = await figures(await counted(tables, name, words), 5)
      same('words of ascii', ascii, await figures(await byRule(tables, name, wordsOf({ of: 'ascii' })), 10))
      same('words of space', split, await figures(await byRule(tables, name, wordsOf()), 5))
      return {
        figures: {
          ascii: { total: ascii.total, distinct: ascii.distinct, top10: ascii.top },
          split: { total: split.total, distinct: split.distinct, top5: split.top },
        },
      }
    },
  }
}

function chinese(name: string): Job {
  return {
    name: `chars_${name}`,
    run: async tables => {
      const single = await figures(await counted(tables, name, characters), 5)
      same('characters', single, await figures(await byRule(tables, name, charactersOf({ matching: /[\u4e00-\u9fff]/ })), 5))
      const pairs = await figures(await counted(tables, name, bigrams), 5)
      return {
        figures: {
          chars: single.total,
          distinct: single.distinct,
          top5: single.top,
          bigram_top5: pairs.top,
          bigrams_distinct: pairs.distinct,
        },
      }
    },
  }
}

export const bookJobs: readonly Job[] = [
  ...['en_war_and_peace', 'en_pride_and_prejudice'].map(english),
  ...['zh_hongloumeng', 'zh_shuihuzhuan', 'zh_xiyouji', 'zh_sanguoyanyi'].map(chinese),
]
