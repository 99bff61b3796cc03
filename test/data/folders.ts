import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** The folder with the real tables: `TIDEMILL_DATA`, or `../shared/data` beside the repository. */
export function dataFolder(): string {
  const folder = resolve(process.env['TIDEMILL_DATA'] ?? join(root, '../shared/data'))
  return found(folder, 'flights/flights.parquet', 'real tables')
}

type Cell = string | number | boolean | null

/** One reference answer; most have columns and rows, books have counts by name. */
export interface Golden {
  readonly columns?: readonly string[]
  /** In order; the first ones only where `rows_are` says so. */
  readonly rows?: readonly (readonly Cell[])[]
  /** How many rows there are in all. */
  readonly n?: number
  readonly tol?: number
  readonly rows_are?: string
  readonly [more: string]: unknown
}
/** The reference answers (pandas), by job: `batch.json` of `TIDEMILL_GOLDEN`, of `golden` beside the tables, or of `../shared/golden`. */
export function goldenJobs(): Readonly<Record<string, Golden>> {
  return readJobs('batch.json') as Readonly<Record<string, Golden>>
}

/** The reference answers of learning (scikit-learn), by job: `ml.json`, found in the same way. */
export function goldenLearning(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return readJobs('ml.json') as Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

function readJobs(file: string): object {
  const given = process.env['TIDEMILL_GOLDEN']
  const beside = join(dataFolder(), '../golden')
  const folder = given === undefined ? (existsSync(beside) ? beside : join(root, '../shared/golden')) : resolve(given)
  return (JSON.parse(readFileSync(join(found(folder, file, 'reference answers'), file), 'utf8')) as { jobs: object }).jobs
}

function found(folder: string, file: string, what: string): string {
  if (existsSync(join(folder, file))) return folder
  throw new Error(
    `${what} are not in ${folder}: no ${file}. They come from the shared folder of the project (its data/README.md names the origin of each file); ` +
      'put it beside the repository as ../shared, or set TIDEMILL_DATA to its data folder and TIDEMILL_GOLDEN to its golden folder.',
  )
}
