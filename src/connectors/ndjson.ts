import type { SchemaLike } from '../schema/index.ts'
import type { FileRow } from './files.ts'
import { type ReadOptions, type TableFile, tableFile, type WriteOptions } from './table-file.ts'

export interface NdjsonOptions<S, N, By extends string> extends ReadOptions<S>, WriteOptions<By> {
  /** `'camelCase'`: `median_house_value` is read as `medianHouseValue`. Default: names as they are. */
  readonly names?: N
}

/**
 * A file of one JSON object a line (`.ndjson`, `.jsonl`, `.gz` too, a glob or a folder), to read and to write. A key that a line lacks is NULL.
 *
 * @example
 * const events = await tm.read(ndjson('events/*.ndjson.gz', { schema: { at: 'timestamp', user: 'string?' } }))
 */
export function ndjson<
  const P extends string,
  const S extends SchemaLike | undefined = undefined,
  const N extends 'camelCase' | undefined = undefined,
  const By extends string = never,
>(path: P, options: NdjsonOptions<S, N, By> = {}): TableFile<FileRow<P, S, N>, By> {
  return tableFile('ndjson', path, options)
}
