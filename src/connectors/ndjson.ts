import type { Source } from '../plan/index.ts'
import type { SchemaLike } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { FileRow } from './files.ts'
import { follow, type FollowOptions } from './follow.ts'
import { type ReadOptions, type TableFile, tableFile, type WriteOptions } from './table-file.ts'

export interface NdjsonOptions<S, N, By extends string> extends ReadOptions<S>, WriteOptions<By> {
  /** `'camelCase'`: `median_house_value` is read as `medianHouseValue`. Default: names as they are. */
  readonly names?: N
}

/** A file of one JSON object a line, as a table, and as a stream. */
export interface Ndjson {
  <
    const P extends string,
    const S extends SchemaLike | undefined = undefined,
    const N extends 'camelCase' | undefined = undefined,
    const By extends string = never,
  >(
    path: P,
    options?: NdjsonOptions<S, N, By>,
  ): TableFile<FileRow<P, S, N>, By>
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
 * A file of one JSON object a line (`.ndjson`, `.jsonl`, `.gz` too, a glob or a folder), to read and to write. A key that a line lacks is NULL.
 *
 * Without a schema the keys are those of the first 256 KiB: declare a key that comes later only. `ndjson.follow` reads what is appended too, as a stream.
 *
 * @example
 * const events = await tm.read(ndjson('events/*.ndjson.gz', { schema: { at: 'timestamp', user: 'string?' } }))
 * @throws connectors.option
 */
export const ndjson: Ndjson = Object.assign(table, { follow })

function table<P extends string, S extends SchemaLike | undefined, N extends 'camelCase' | undefined, By extends string>(
  path: P,
  options: NdjsonOptions<S, N, By> = {},
): TableFile<FileRow<P, S, N>, By> {
  checkOptions('ndjson', options)
  return tableFile('ndjson', path, options)
}
