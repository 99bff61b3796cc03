import type { SchemaLike } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { FileRow } from './files.ts'
import { type ReadOptions, type TableFile, tableFile, type WriteOptions } from './table-file.ts'

export interface NdjsonOptions<S, N, By extends string> extends ReadOptions<S>, WriteOptions<By> {
  /** `'camelCase'`: `median_house_value` is read as `medianHouseValue`. Default: names as they are. */
  readonly names?: N
}

/**
 * A file of one JSON object a line (`.ndjson`, `.jsonl`, `.gz` too, a glob or a folder), to read and to write. A key that a line lacks is NULL.
 *
 * Without a schema the keys are those of the first 256 KiB: declare a key that comes later only.
 *
 * @example
 * const events = await tm.read(ndjson('events/*.ndjson.gz', { schema: { at: 'timestamp', user: 'string?' } }))
 * @throws connectors.option
 */
export function ndjson<
  const P extends string,
  const S extends SchemaLike | undefined = undefined,
  const N extends 'camelCase' | undefined = undefined,
  const By extends string = never,
>(path: P, options: NdjsonOptions<S, N, By> = {}): TableFile<FileRow<P, S, N>, By> {
  checkOptions('ndjson', options)
  return tableFile('ndjson', path, options)
}
