/** Words and characters of books: by map and reduce on the workers, and by the verbs; both must give the reference's counts. */
import { join } from 'node:path'
import { count, type Dataset } from 'tidemill'
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

function english(name: string): Job {
  return {
    name: `words_${name}`,
    run: async tables => {
      const ascii = await figures(await counted(tables, name, asciiWords), 10)
      const bySplit = await figures(await asciiBySplit(tables, name), 10)
      if (JSON.stringify(ascii) !== JSON.stringify(bySplit))
        throw new Error(`map-reduce and split differ: ${JSON.stringify(ascii)} and ${JSON.stringify(bySplit)}`)
      const split = await figures(await counted(tables, name, words), 5)
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
