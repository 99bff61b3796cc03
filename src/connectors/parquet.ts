import type { SchemaLike } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { FileRow } from './files.ts'
import { type ReadOptions, type TableFile, tableFile, type WithFileName, type WriteOptions } from './table-file.ts'

export interface ParquetOptions<S, By extends string, F extends string = string> extends ReadOptions<S, F>, WriteOptions<By> {
  /** Files with other columns than the first: `'fail'`, or `'null'`: all columns by name, NULL where a file lacks one. Default: 'fail'. */
  readonly missing?: 'fail' | 'null'
  /** How pages are compressed when written. Default: 'snappy'. */
  readonly compression?: 'none' | 'snappy' | 'zstd' | 'gzip' | 'brotli' | 'lz4'
  /** Rows of a row group, the least that a reader can skip, when written. Default: 122,880. */
  readonly rowGroupSize?: number
}

/**
 * A Parquet file, a glob, a folder of them (folders such as `coast=west` give columns, and a filter on them leaves the other folders closed), or an address, to read and to
 * write. Row groups whose statistics say that no row meets a filter are not read.
 *
 * Of a file behind an address the footer is fetched first, then the columns that are read, of the row groups that can hold rows of the answer; it is downloaded whole where it is
 * below 1 MiB, where the server has no ranges (a warning says so), and on Windows. One that changes between two requests is connectors.changed.
 *
 * @example
 * await byOcean.write(parquet('out/', { partitionBy: ['oceanProximity'] }))
 * const back = await tm.read(parquet('out/'))
 * @throws connectors.option
 */
export function parquet<
  const P extends string,
  const S extends SchemaLike | undefined = undefined,
  const By extends string = never,
  const F extends string = never,
>(path: P, options: ParquetOptions<S, By, F> = {}): TableFile<WithFileName<FileRow<P, S, undefined>, F>, By> {
  checkOptions('parquet', options)
  return tableFile('parquet', path, options)
}
