/** How files are written. */
import { TidemillError } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import { everies, type Every, type Verify } from '../layout/index.ts'

/**
 * What decides about the folder of a row: a column's value, a hash of it, the range it lies in, or its span of the calendar.
 *
 * `edges`: ascending; below the first, from each to the next, from the last. `parts`: edges are found that make about equal parts. `timeZone` is for instants;
 * default UTC.
 */
export type PartitionBy<By extends string> =
  | By
  | { readonly hash: By; readonly buckets: number }
  | { readonly range: By; readonly edges: readonly (number | string | Date)[] }
  | { readonly range: By; readonly parts: number }
  | { readonly time: By; readonly every: Every; readonly timeZone?: string }

/**
 * What to do where the output is there already. `fail`: connectors.exists. `replace`: the new rows stand for the old. `append`: they come beside them.
 * `replacePartitions`: they stand for the old rows of the partitions they have, others stay.
 */
export type WriteMode = 'fail' | 'replace' | 'append' | 'replacePartitions'

/** What all files share when they are written. */
export interface WriteOptions<By extends string> {
  /** Writes a folder for each value: `out/coast=west/...`; several make folders in folders. */
  readonly partitionBy?: readonly PartitionBy<By>[]
  /** Default: 'fail'. */
  readonly mode?: WriteMode
  /** Sorts the rows of each file by these columns, ascending, NULLs last. */
  readonly sortBy?: readonly By[]
  /** A file of a folder has at most so many rows. */
  readonly rowsPerFile?: number
  /** A file of a folder has about so many bytes at most. Parquet only. */
  readonly bytesPerFile?: number
  /** How long versions that were replaced can still be read by those who know them, before a later write removes them: `'7d'`. Default: `'1h'`. */
  readonly keep?: string
}

/** How a version of a folder is read. */
export interface VersionOptions {
  /** A version that was written earlier. Default: the newest. */
  readonly version?: number
  /** What is checked of the files of a folder that has a manifest. Default: 'size'. */
  readonly verify?: Verify
}

export const writeNames = [
  'partitionBy',
  'mode',
  'sortBy',
  'rowsPerFile',
  'bytesPerFile',
  'keep',
  'version',
  'verify',
  'compression',
] as const

const compressions: Readonly<Record<string, readonly string[]>> = {
  csv: ['none', 'gzip', 'zstd'],
  ndjson: ['none', 'gzip', 'zstd'],
  parquet: ['none', 'snappy', 'zstd', 'gzip', 'brotli', 'lz4'],
}

/**
 * Checks what concerns writing more closely than one option at a time can be.
 *
 * @throws connectors.option
 */
export function checkWriting(kind: string, options: object): void {
  const { partitionBy, compression, keep, mode, bytesPerFile } = options as WriteOptions<string> & { readonly compression?: unknown }
  for (const level of partitionBy ?? []) checkPartition(level)
  const known = compressions[kind] ?? []
  if (compression !== undefined && !known.includes(compression as string))
    throw wrong('compression', `one of ${known.join(', ')}`, compression)
  if (keep !== undefined) durationMicros(keep)
  if (bytesPerFile !== undefined && kind !== 'parquet')
    throw new TidemillError('connectors.option', `bytesPerFile is for parquet, not for ${kind}`, { hint: 'give rowsPerFile' })
  if (mode === 'replacePartitions' && (partitionBy ?? []).length === 0)
    throw new TidemillError('connectors.option', "mode 'replacePartitions' wants partitionBy: without it there is one partition only", {
      hint: "mode: 'replace' replaces all rows",
    })
}

/** @throws connectors.option for what is no column name and no rule */
function checkPartition(level: unknown): void {
  if (typeof level === 'string') return
  const rule = level as Readonly<Record<string, unknown>>
  const text = (name: string): boolean => typeof rule[name] === 'string' && rule[name] !== ''
  const whole = (name: string, least: number, most: number): boolean =>
    Number.isSafeInteger(rule[name]) && Number(rule[name]) >= least && Number(rule[name]) <= most
  if (text('hash')) {
    if (whole('buckets', 1, 100_000)) return
    throw wrong('buckets', 'a whole number from 1 to 100,000', rule['buckets'])
  }
  if (text('range')) {
    if (rule['edges'] === undefined ? whole('parts', 2, 10_000) : isAscending(rule['edges'])) return
    throw rule['edges'] === undefined
      ? wrong('parts', 'a whole number from 2 to 10,000', rule['parts'])
      : wrong('edges', 'an array of ascending values, at least one', rule['edges'])
  }
  if (text('time')) {
    if (!everies.includes(rule['every'] as Every)) throw wrong('every', `one of ${everies.join(', ')}`, rule['every'])
    if (rule['timeZone'] !== undefined && !isZone(rule['timeZone']))
      throw wrong('timeZone', "a zone such as 'Europe/Berlin'", rule['timeZone'])
    return
  }
  throw wrong('partitionBy', "an array of column names or rules such as { hash: 'customer', buckets: 16 }", level)
}

function isAscending(edges: unknown): boolean {
  if (!Array.isArray(edges) || edges.length === 0) return false
  const values = edges.map((edge: unknown) => (edge instanceof Date ? edge.toISOString() : edge))
  return values.every((value, index) => {
    const before: unknown = values[index - 1]
    if (typeof value === 'number') return Number.isFinite(value) && (index === 0 || (typeof before === 'number' && before < value))
    return (
      typeof value === 'string' &&
      (index === 0 || (typeof before === 'string' && Buffer.compare(Buffer.from(before), Buffer.from(value)) < 0))
    )
  })
}

function isZone(value: unknown): boolean {
  try {
    return typeof value === 'string' && new Intl.DateTimeFormat('en', { timeZone: value }).format !== undefined
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function wrong(name: string, wants: string, value: unknown): TidemillError {
  return new TidemillError('connectors.option', `${name} must be ${wants}, not ${JSON.stringify(value) ?? String(value)}`, {
    details: { option: name },
  })
}
