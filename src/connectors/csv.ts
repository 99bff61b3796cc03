import { TidemillError } from '../errors/index.ts'
import type { SchemaLike } from '../schema/index.ts'
import { checkOptions } from './check-options.ts'
import type { FileRow } from './files.ts'
import { type ReadOptions, type TableFile, tableFile, type WithFileName, type WriteOptions } from './table-file.ts'

export interface CsvOptions<S, N, By extends string, F extends string = string> extends ReadOptions<S, F>, WriteOptions<By> {
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
  /** Default: found out, `"` or `'`. The empty text: quotes mean nothing. */
  readonly quote?: string
  /** What stands before a quote that is part of a value. Default: found out, the quote itself or a backslash. */
  readonly escape?: string
  /** Lines that begin with this character are left out. Default: lines with `#` at the top of the file that are no record. */
  readonly comment?: string
  /** Lines at the top that are no part of the table. Default 0. */
  readonly skipRows?: number
  /** The sign before the fraction of a number. Default: found out where the delimiter is no comma (`3,14`), else a point. */
  readonly decimal?: '.' | ','
  /** What groups the digits of a number by three. Default: `.` where `decimal` is a comma that was found out, else nothing does. */
  readonly thousands?: string
  /** How dates are written, as in strptime: `'%d/%m/%Y'`. Columns that are declared dates, or whose sampled texts all are. Default: ISO 8601. */
  readonly dateFormat?: string
  /** How timestamps are written: `'%d/%m/%Y %H:%M'`; without `%z` they are read as UTC. */
  readonly timestampFormat?: string
  /** Default: UTF-8, or UTF-16 where a byte order mark says so. Any name of the WHATWG list: `'windows-1252'`, `'latin1'`, `'shift_jis'`. */
  readonly encoding?: string
  /**
   * What is done with a line that is no record, and with one whose value does not fit its column. `'fail'`: an error that names file and line. `'skip'`: it is left out and
   * counted. `{ quarantine: path }`: it is left out, counted and written to that NDJSON file with its file, line and reason. Counts: `readReport(dataset)`. The files are read once
   * more when `tm.read` is called. Default: 'fail'.
   */
  readonly onBadLine?: OnBadLine
  /** How files are compressed when written. Default: by the ending of the path, `.gz` or `.zst`. */
  readonly compression?: 'none' | 'gzip' | 'zstd'
  /** Files with other columns than the first: `'fail'`, or `'null'`: all columns by name, NULL where a file lacks one. Default: 'fail'. */
  readonly missing?: 'fail' | 'null'
}

/** What is done with a line that cannot be read. */
export type OnBadLine = 'fail' | 'skip' | { readonly quarantine: string }

/**
 * A CSV file (`.gz` and `.zst` too, a glob such as `data/*.csv`, a folder, an address, or `-` for standard input), to read and to write.
 *
 * Delimiter, quotes, decimal commas and header are found out; types are found from the text (`007` stays text) unless a schema is given, and a value that does not fit is an error
 * with its row. A file in an unknown encoding, an empty one and one with ragged rows is an error. Folders such as `year=2026/` give columns, and a filter on them leaves the other
 * folders closed.
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
  const F extends string = never,
>(path: P, options: CsvOptions<S, N, By, F> = {}): TableFile<WithFileName<FileRow<P, S, N>, F>, By> {
  checkOptions('csv', options)
  const { columns, header, quote, escape, decimal, thousands, delimiter } = options
  if (columns !== undefined && header !== false)
    throw new TidemillError('connectors.option', 'columns name the columns of a file without a header', {
      hint: 'add header: false, or leave columns out',
    })
  if (escape !== undefined && quote === '')
    throw new TidemillError('connectors.option', 'escape stands before quotes, which mean nothing here', {
      hint: "leave out escape, or quote: ''",
    })
  if (thousands !== undefined && thousands === (decimal ?? '.'))
    throw new TidemillError('connectors.option', `one sign for the fraction and for the thousands: ${JSON.stringify(thousands)}`)
  const signs = [delimiter, quote, options.comment].filter(sign => sign !== undefined && sign !== '')
  if (new Set(signs).size < signs.length)
    throw new TidemillError('connectors.option', `one sign for two things: ${signs.map(sign => JSON.stringify(sign)).join(', ')}`, {
      hint: 'delimiter, quote and comment must differ',
    })
  return tableFile('csv', path, options)
}
