import type { Source } from '../plan/index.ts'
import type { SchemaLike } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { FileRow } from './files.ts'
import { type ReadOptions, tableFile, type WithFileName } from './table-file.ts'

export interface JsonOptions<S, N, F extends string = string> extends ReadOptions<S, F> {
  /** Where in the document the records are: names with points between them, `'data.items'`. Default: the document itself is an array of objects, or one object. */
  readonly records?: string
  /** `'camelCase'`: `median_house_value` is read as `medianHouseValue`. Default: names as they are. */
  readonly names?: N
  /** Default: UTF-8, or UTF-16 where a byte order mark says so. */
  readonly encoding?: string
}

/**
 * A JSON document that holds an array of objects, or one object (`.gz` and `.zst` too, a glob, a folder, an address, or `-`), to read. For one object a line: `ndjson`.
 *
 * Reads as a stream: memory does not grow with the document, but by its largest record. The records are copied to the session's folder for temporary files when `tm.read` is
 * called. Nested objects are structs, arrays are lists; numbers keep all their digits where the column is declared a decimal.
 *
 * @example
 * const items = await tm.read(json('orders.json', { records: 'data.items' }))
 * @throws connectors.option
 */
export function json<
  const P extends string,
  const S extends SchemaLike | undefined = undefined,
  const N extends 'camelCase' | undefined = undefined,
  const F extends string = never,
>(path: P, options: JsonOptions<S, N, F> = {}): Source<WithFileName<FileRow<P, S, N>, F>> {
  checkOptions('json', options)
  return tableFile('json', path, options)
}
