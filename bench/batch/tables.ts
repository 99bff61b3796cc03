import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, version } from '@duckdb/node-api'

/** What both sides of a case read. */
interface Recorded {
  readonly bytes: number
  readonly sha256: string
}

const groups = 100

/**
 * The tables of the questions: `x.parquet` and `x.csv` (db-benchmark: six keys, three values), `small.parquet` and `medium.parquet` to join with, `texts.parquet` (texts of 21 letters).
 * They are made once by a seed, for this version of DuckDB, in `~/.cache/tidemill-bench`; `files.json` keeps sizes and sha256.
 *
 * @returns the folder
 */
export async function benchTables(rows: number, say: (text: string) => void): Promise<string> {
  const folder = join(homedir(), '.cache/tidemill-bench', `${version()}-${rows}`)
  const list = join(folder, 'files.json')
  const wanted = statements(rows, folder)
  const recorded = existsSync(list) ? (JSON.parse(await readFile(list, 'utf8')) as Readonly<Record<string, Recorded>>) : {}
  const whole = await Promise.all(
    Object.keys(wanted).map(async file => {
      const found = await stat(join(folder, file)).catch(() => undefined)
      return found !== undefined && found.size === recorded[file]?.bytes
    }),
  )
  if (whole.every(Boolean)) return folder
  say(`  making tables of ${rows} rows in ${folder}`)
  await mkdir(folder, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const made: Record<string, Recorded> = {}
  try {
    for (const [file, sql] of Object.entries(wanted)) {
      const path = join(folder, file)
      await connection.run(sql.replace('PATH', `${path}.part`))
      await rename(`${path}.part`, path)
      made[file] = { bytes: (await stat(path)).size, sha256: await sha256(path) }
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
  await writeFile(list, `${JSON.stringify(made, null, 1)}\n`)
  return folder
}

/** By file, in the order in which they are made. Whole numbers of a row come from the hash of its place and the seed of its column. */
function statements(rows: number, folder: string): Readonly<Record<string, string>> {
  const drawn = (seed: number, most: number): string => `(1 + hash(i * 100 + ${seed}) % ${most})::integer`
  const many = Math.max(1, rows / groups)
  const key = (seed: number, most: number, digits: number): string => `'id' || lpad(${drawn(seed, most)}::varchar, ${digits}, '0')`
  const x = `select ${key(1, groups, 3)} as id1, ${key(2, groups, 3)} as id2, ${key(3, many, 10)} as id3, ${drawn(4, groups)} as id4, ${drawn(5, groups)} as id5,
    ${drawn(6, many)} as id6, ${drawn(7, 5)} as v1, ${drawn(8, 15)} as v2, (hash(i * 100 + 9) % 100000000) / 1e6 as v3 from range(${rows}) t(i)`
  // Nine of ten keys have a partner.
  const right = (name: string, keys: number): string =>
    `select i::integer as ${name}, (hash(i * 100 + 10) % 100000000) / 1e6 as w from range(1, ${keys + 1}) t(i) where hash(i * 100 + 11) % 10 <> 0`
  const parquet = (sql: string): string => `copy (${sql}) to 'PATH' (format parquet, compression snappy, row_group_size 122880)`
  return {
    'x.parquet': parquet(x),
    'x.csv': `copy (from '${join(folder, 'x.parquet')}') to 'PATH' (format csv, header)`,
    'small.parquet': parquet(right('id4', groups)),
    'medium.parquet': parquet(right('id6', many)),
    'texts.parquet': parquet(
      `select i::integer as id, substr(md5(i::varchar), 1, 21) as a, substr(md5((i + 1)::varchar), 1, 21) as b, i / 3.0 as c from range(${Math.max(1, rows / 10)}) t(i)`,
    ),
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  return hash.digest('hex')
}
