import { showingText } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import { checkOptions } from './check-options.ts'
import { driverCode } from './driver-code.ts'
import { type HttpOptions, httpSettings } from './http-options.ts'
import { checkPath } from './table-file.ts'

/** What `lines` gives to its driver. */
export interface LinesOptions {
  readonly path: string
  /** Absolute paths, once the source was prepared. */
  readonly files?: readonly string[]
  readonly encoding?: string
  readonly http?: HttpOptions
}
/** Lines of text: a table of one column; `mapReduce` hands its functions the bare text. */
export interface Lines extends Source<{ line: string }> {
  readonly kind: 'lines'
}

/**
 * The lines of text files (`.gz` and `.zst` too, a glob, a folder, an address, or `-` for standard input), in the order of the file names. One column: `line`, without its line end.
 *
 * Reads as a stream: memory does not grow with the file.
 *
 * @example
 * const words = await tm.mapReduce(lines('books/*.txt'), { *map(line) { for (const w of line.split(' ')) yield [w, 1] as const }, reduce: count })
 */
export function lines(path: string, options: { readonly encoding?: string; readonly http?: HttpOptions } = {}): Lines {
  checkOptions('lines', options)
  checkPath('lines', path)
  httpSettings(options.http)
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return Object.freeze({
    kind: 'lines',
    options: Object.freeze({ path, ...given }),
    code: driverCode('lines-driver'),
    ...showingText(() => `lines of ${path}`),
  })
}
