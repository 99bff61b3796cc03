import type { Source } from '../plan/index.ts'
import type { SchemaLike } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { OnBadLine } from './csv.ts'
import type { FileRow } from './files.ts'
import { follow, type FollowOptions } from './follow.ts'
import { type ReadOptions, type TableFile, tableFile, type WithFileName, type WriteOptions } from './table-file.ts'

export interface NdjsonOptions<S, N, By extends string, F extends string = string> extends ReadOptions<S, F>, WriteOptions<By> {
  /** `'camelCase'`: `median_house_value` is read as `medianHouseValue`. Default: names as they are. */
  readonly names?: N
  /** Default: UTF-8, or UTF-16 where a byte order mark says so. */
  readonly encoding?: string
  /** What is done with a line that is no JSON object, and with one whose value does not fit its column; see `csv`. Default: 'fail'. */
  readonly onBadLine?: OnBadLine
  /** How files are compressed when written. Default: by the ending of the path, `.gz` or `.zst`. */
  readonly compression?: 'none' | 'gzip' | 'zstd'
}

/** A file of one JSON object a line, as a table, and as a stream. */
export interface Ndjson {
  <
    const P extends string,
    const S extends SchemaLike | undefined = undefined,
    const N extends 'camelCase' | undefined = undefined,
    const By extends string = never,
    const F extends string = never,
  >(
    path: P,
    options?: NdjsonOptions<S, N, By, F>,
  ): TableFile<WithFileName<FileRow<P, S, N>, F>, By>
  /**
   * A file that grows, as the source of a stream: each line that is appended is a row. A folder and a glob are followed too, with files that come later. A line that
   * is no row is a broken record, with its place.
   *
   * Files may grow, and be deleted once they were read; one that shrinks or is replaced ends the job: stream.source-shrank.
   *
   * @example
   * const readings = await tm.stream(ndjson.follow('sensors/*.ndjson', { schema: { at: 'timestamp', machine: 'string', value: 'float64' } }), { eventTime: 'at' })
   * @throws connectors.option
   */
  follow<const P extends string, const S extends SchemaLike | undefined = undefined, const N extends 'camelCase' | undefined = undefined>(
    path: P,
    options?: FollowOptions<S, N>,
  ): Source<FileRow<P, S, N>>
}

/**
 * A file of one JSON object a line (`.ndjson`, `.jsonl`, `.gz` and `.zst` too, a glob, a folder, an address, or `-`), to read and to write. A key that a line lacks is NULL.
 *
 * Without a schema the keys of all lines are looked for when `tm.read` is called, which reads the files once; their types are found in the first 20,000 rows. `ndjson.follow` reads
 * what is appended too, as a stream.
 *
 * @example
 * const events = await tm.read(ndjson('events/*.ndjson.gz', { schema: { at: 'timestamp', user: 'string?' } }))
 * @throws connectors.option
 */
export const ndjson: Ndjson = Object.assign(table, { follow })

function table<
  P extends string,
  S extends SchemaLike | undefined,
  N extends 'camelCase' | undefined,
  By extends string,
  F extends string = never,
>(path: P, options: NdjsonOptions<S, N, By, F> = {}): TableFile<WithFileName<FileRow<P, S, N>, F>, By> {
  checkOptions('ndjson', options)
  return tableFile('ndjson', path, options)
}
