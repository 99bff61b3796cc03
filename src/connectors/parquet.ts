import type { SchemaLike } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { FileRow } from './files.ts'
import { type ReadOptions, type TableFile, tableFile, type WriteOptions } from './table-file.ts'

export interface ParquetOptions<S, By extends string> extends ReadOptions<S>, WriteOptions<By> {}

/**
 * A Parquet file, a glob, or a folder of them (partitions by folder names `coast=west` become columns), to read and to write.
 *
 * @example
 * await byOcean.write(parquet('out/', { partitionBy: ['oceanProximity'] }))
 * const back = await tm.read(parquet('out/'))
 * @throws connectors.option
 */
export function parquet<const P extends string, const S extends SchemaLike | undefined = undefined, const By extends string = never>(
  path: P,
  options: ParquetOptions<S, By> = {},
): TableFile<FileRow<P, S, undefined>, By> {
  checkOptions('parquet', options)
  return tableFile('parquet', path, options)
}
