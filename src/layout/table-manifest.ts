/** What a version of a table in a folder is made of. Written once, never changed. */
import { TidemillError } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import { checkKey, hashBytes } from '../storage/index.ts'
import type { Partition } from './partition.ts'

export type TableKind = 'csv' | 'ndjson' | 'parquet'

/** The least and greatest value of a column in a file, as text, and its NULLs; null where it is not known. `nan`: it holds NaN, or may. */
export interface ColumnStats {
  readonly min: string | null
  readonly max: string | null
  readonly nulls: number | null
  readonly nan?: boolean | undefined
}
export interface TableFileEntry {
  /** With `/`, below the folder of the table. */
  readonly path: string
  readonly bytes: number
  /** Undefined for files that others wrote. */
  readonly rows?: number | undefined
  readonly sha256?: string | undefined
  /** A value a level of folders; null is NULL. */
  readonly partition: readonly (string | null)[]
  /** By column; Parquet only. */
  readonly stats?: Readonly<Record<string, ColumnStats>> | undefined
}
export interface TableManifest {
  readonly version: number
  /** Id of the write that made it. */
  readonly writer: string
  readonly mode: 'fail' | 'replace' | 'append' | 'replacePartitions' | 'compact' | 'found'
  /** Milliseconds since 1970. */
  readonly at: number
  readonly kind: TableKind
  /** How its text files are written. */
  readonly text?: { readonly delimiter: string; readonly header: boolean } | undefined
  /** Columns in order; empty where the files were written by others and their columns are not known. */
  readonly schema: Schema
  readonly partitions: readonly Partition[]
  /** Columns by which the rows of each file are sorted. */
  readonly sortBy: readonly string[]
  readonly files: readonly TableFileEntry[]
}

const format = 'tidemill.table'
const formatVersion = 1

/** A line with the format, its version and the hash of the rest; then one line of JSON, and one for each file. */
export function encodeTable(manifest: TableManifest): string {
  const { files, ...head } = manifest
  const body = `${[head, ...files].map(part => JSON.stringify(part)).join('\n')}\n`
  return `${JSON.stringify({ format, formatVersion, sha256: hashBytes(body) })}\n${body}`
}

/**
 * The manifest out of its bytes.
 *
 * @throws storage.damaged when a byte is not as it was written; storage.version when a newer version wrote it
 */
export function decodeTable(text: string, shown: string): TableManifest {
  const [first = '', ...rest] = text.split('\n')
  const head = parse(first, shown) as { readonly format?: unknown; readonly formatVersion?: unknown; readonly sha256?: unknown } | null
  if (head?.format !== format) throw damaged(shown, 'is no manifest of a table')
  if (typeof head.formatVersion === 'number' && head.formatVersion > formatVersion)
    throw new TidemillError(
      'storage.version',
      `newer manifest: ${shown} has version ${head.formatVersion} (this one reads ${formatVersion})`,
      {
        hint: 'update tidemill',
        details: { file: shown, version: head.formatVersion },
      },
    )
  if (first !== JSON.stringify({ format, formatVersion, sha256: hashBytes(text.slice(first.length + 1)) }))
    throw damaged(shown, 'has other bytes than were written')
  const [own = '', ...lines] = rest
  const files = lines.filter(line => line !== '').map(line => parse(line, shown) as TableFileEntry)
  // The folder may come from others, who can make the hash right too.
  for (const { path } of files) checkKey(path)
  return { ...(parse(own, shown) as Omit<TableManifest, 'files'>), files }
}

function parse(line: string, shown: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw damaged(shown, 'is not whole', error)
  }
}

export function damaged(file: string, what: string, cause?: unknown): TidemillError {
  return new TidemillError('storage.damaged', `damaged file: ${file} ${what}`, {
    details: { file },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** Rows of all files, undefined where one does not say. */
export function rowsOf(files: readonly TableFileEntry[]): number | undefined {
  let sum = 0
  for (const { rows } of files) {
    if (rows === undefined) return undefined
    sum += rows
  }
  return sum
}
