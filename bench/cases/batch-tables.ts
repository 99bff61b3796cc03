import { join } from 'node:path'
import { type Side, startSide } from '../batch/side.ts'
import { benchTables } from '../batch/tables.ts'
import type { Found, Taken } from '../batch/turns.ts'
import { type BenchCase, median, type Result, result, type Setting, type Unpaired, unpaired } from '../measure.ts'
import { framesPython } from '../peers/python.ts'

interface Question {
  readonly task: string
  readonly name: string
  /** The ratio to DuckDB's own SQL that is to be reached, and what it is of. */
  readonly aim: number
  readonly unit?: 'ms'
  /** Of how many rows it is, as a share of the table. Default: 1. */
  readonly share?: number
  /** Sums that are not the same on both sides by design are not compared. */
  readonly anyRow?: true
  /** How often each side is asked. Default: 3. */
  readonly turns?: number
  /** What pandas does in place of it, and how many times as much ours is. */
  readonly pandas?: { readonly task: string; readonly times: number; readonly aim: number }
}
// Short questions are asked more often: over three turns their ratios move by a fifth.
const groupBy = (n: number): Question => ({ task: `q${n}`, name: `group-by q${n}`, aim: 1.1, turns: n === 10 ? 3 : 7 })
const join3 = ['small', 'medium', 'medium-left'].map((which): Question => ({ task: `join-${which}`, name: `join ${which}`, aim: 1.1 }))

/** The questions of db-benchmark, group-by. */
export const groupBys: BenchCase = setting =>
  ask(
    setting,
    Array.from({ length: 10 }, (_, index) => groupBy(index + 1)),
  )
/** Joins of the same table with a small and a large one. */
export const joins: BenchCase = setting => ask(setting, join3)
/** 500 MB of CSV with declared types, read into a table. */
export const csvRead: BenchCase = setting => ask(setting, [{ task: 'csv-read', name: 'CSV read', aim: 1.1 }])
/** A TypeScript function over every row, against the same in SQL, and against `apply` of pandas. */
export const mapRows: BenchCase = setting =>
  ask(setting, [{ task: 'map', name: 'map', aim: 4, pandas: { task: 'map-tenth', times: 10, aim: 0.025 } }])
/** A tenth of the rows, with two texts of 21 letters, as plain objects. */
export const rowTexts: BenchCase = setting => ask(setting, [{ task: 'row-objects', name: 'rows to objects', aim: 0.5, share: 0.1 }])
/** From the question to its first row. */
export const firstRow: BenchCase = setting => ask(setting, [{ task: 'first-row', name: 'first row', aim: 1.1, unit: 'ms', anyRow: true }])

/** Each question by all sides in turns, the first turn of each to warm up. */
async function ask(setting: Setting, questions: readonly Question[]): Promise<readonly (Result | Unpaired)[]> {
  const rows = setting.quick ? 1_000_000 : 10_000_000
  const folder = await benchTables(rows, setting.say)
  const program = (name: string): Promise<Side> =>
    startSide(name, process.execPath, [
      '--expose-gc',
      '--conditions=tidemill-source',
      join(import.meta.dirname, `../batch/${name}.ts`),
      folder,
    ])
  const ours = await program('ours')
  const sides: Side[] = [ours]
  try {
    const duckdb = await program('duckdb')
    sides.push(duckdb)
    const peer = await framesPython(setting.say)
    const frames: Side[] = []
    if ('python' in peer)
      for (const library of ['polars', 'pandas']) {
        const side = await startSide(library, peer.python, [join(import.meta.dirname, '../peers/frames.py'), library, folder])
        frames.push(side)
        sides.push(side)
      }
    const found: (Result | Unpaired)[] = []
    for (const question of questions) {
      const taken = await rounds(sides, question, question.turns ?? 3)
      found.push(...compared(question, rows, taken, 'missing' in peer ? peer.missing : undefined))
    }
    return found
  } finally {
    for (const side of sides) await side.close()
  }
}

type ByName = ReadonlyMap<string, readonly Taken[]>

async function rounds(sides: readonly Side[], question: Question, count: number): Promise<ByName> {
  const taken = new Map<string, Taken[]>()
  for (let round = -1; round < count; round++)
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const task = side.name === 'pandas' ? (question.pandas?.task ?? question.task) : question.task
      const one = await side.run(task)
      if (round >= 0 || one.failed !== undefined) taken.set(side.name, [...(taken.get(side.name) ?? []), one])
    }
  return taken
}

function compared(question: Question, rows: number, taken: ByName, missing: string | undefined): readonly (Result | Unpaired)[] {
  const { unit = 'CPU ms', aim, pandas, share = 1 } = question
  const of = (side: string): readonly Taken[] => taken.get(side) ?? []
  const cost = (side: string): number => median(of(side).map(one => (unit === 'ms' ? one.ms : one.cpu)))
  const note = (side: string): string => {
    const [wall, peak] = [median(of(side).map(one => one.ms)), Math.max(...of(side).map(one => one.peak))]
    return `${side} ${Math.round(wall)} ms wall, ${peak} MB at most`
  }
  const name = `${question.name}, ${(rows * share) / 1e6}M rows`
  const failed = (side: string): string | undefined => of(side).find(one => one.failed !== undefined)?.failed
  const lost = failed('ours')
  if (lost !== undefined) throw new Error(`${name}: ${lost}`)
  const mine = of('ours')[0]
  const results: (Result | Unpaired)[] = []
  for (const side of ['duckdb', 'polars', 'pandas']) {
    const why = taken.has(side) ? failed(side) : missing
    if (why !== undefined) {
      // pandas and Polars have no counterpart of some questions; DuckDB has of all.
      if (side === 'duckdb') throw new Error(`${name}, DuckDB: ${why}`)
      if (/has no task/.test(why)) continue
      results.push(unpaired(`${name} (${side})`, unit, cost('ours'), why))
      continue
    }
    const times = side === 'pandas' ? (pandas?.times ?? 1) : 1
    if (times === 1 && question.anyRow !== true) same(name, side, mine, of(side)[0])
    const pair = { ours: cost('ours'), peer: cost(side) * times }
    const wanted = side === 'duckdb' ? aim : side === 'pandas' ? pandas?.aim : undefined
    results.push(
      result(side === 'duckdb' ? name : `${name} (${side})`, unit, against(side, times), pair, {
        note: side === 'duckdb' ? `${note('ours')}; ${note(side)}` : note(side),
        ...(wanted === undefined ? {} : { aim: { text: `at most ${wanted} times`, met: pair.ours / pair.peer <= wanted } }),
      }),
    )
  }
  return results
}

function against(side: string, times: number): string {
  if (side === 'duckdb') return "DuckDB's own SQL"
  if (side === 'polars') return 'Polars 2.1.0, lazy, of the same Parquet'
  return times === 1 ? 'pandas 3.1.1, rows in memory before' : `pandas.apply of 1/${times} of the rows, times ${times}`
}

/** @throws when a peer found something else */
function same(name: string, side: string, mine: Found | undefined, other: Found | undefined): void {
  const [a, b] = [mine?.sum ?? 0, other?.sum ?? 0]
  if (mine?.rows === other?.rows && Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a))) return
  throw new Error(`${name}: ours found ${mine?.rows} rows and ${a}, ${side} ${other?.rows} and ${b}`)
}
