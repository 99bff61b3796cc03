import { TidemillError } from '../errors/index.ts'
import type { SchemaLike } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { FileRow } from './files.ts'
import { type ReadOptions, type TableFile, tableFile, type WriteOptions } from './table-file.ts'

export interface CsvOptions<S, N, By extends string> extends ReadOptions<S>, WriteOptions<By> {
  /** One character. Default when read: found out of comma, semicolon, tab and bar. Default when written: comma. */
  readonly delimiter?: string
  /** Whether the first line names the columns. Default: found out when read, true when written. */
  readonly header?: boolean
  /** Names of the columns of a file without a header. */
  readonly columns?: readonly string[]
  /** `'camelCase'`: `median_house_value` is read as `medianHouseValue`. Default: names as they are. */
  readonly names?: N
  /** Texts that mean NULL. Default: the empty text without quotes. */
  readonly nulls?: readonly string[]
  /** Default: `"`. The empty text: quotes mean nothing. */
  readonly quote?: string
}

/**
 * A CSV file (`.gz` too, a glob such as `data/*.csv`, or a folder), to read and to write.
 *
 * Delimiter and header are found out; types are found from the text (`007` stays text) unless a schema is given, and a value that does not fit is an error
 * with its row. A file that is not UTF-8, is empty or has ragged rows is an error.
 *
 * @example
 * const houses = await tm.read(csv('housing.csv', { names: 'camelCase' }))
 * await houses.write(csv('out.csv', { mode: 'replace' }))
 * @throws connectors.option
 */
export function csv<
  const P extends string,
  const S extends SchemaLike | undefined = undefined,
  const N extends 'camelCase' | undefined = undefined,
  const By extends string = never,
>(path: P, options: CsvOptions<S, N, By> = {}): TableFile<FileRow<P, S, N>, By> {
  checkOptions('csv', options)
  const { columns, header } = options
  if (columns !== undefined && header !== false)
    throw new TidemillError('connectors.option', 'columns name the columns of a file without a header', {
      hint: 'add header: false, or leave columns out',
    })
  return tableFile('csv', path, options)
}
