import { showingText, TidemillError } from '../errors/index.ts'
import type { FileRow } from './files.ts'
import { driverCode } from './driver-code.ts'
import { onlyOptions, oneOfThese } from './given-options.ts'
import { checkPath, type TableFile } from './table-file.ts'

/** How an Arrow file is written; nothing of it matters when it is read. */
export interface ArrowOptions {
  /** `file`: with a footer, as `.arrow` and `.feather` files have. `stream`: to be read from front to back. Default: stream where the name ends in `.arrows`, else file. */
  readonly format?: 'file' | 'stream'
  /** Compresses each buffer. Default: none, so that the file can be mapped. */
  readonly compression?: 'zstd'
  /** What to do where the output is there already. Default: 'fail', connectors.exists. */
  readonly mode?: 'fail' | 'replace'
}

/**
 * An Arrow IPC file (`.arrow`, `.feather` of version 2, `.arrows`), to read and to write; a glob or a folder to read. Compressed buffers (LZ4, zstd) are read.
 *
 * Reading: batch by batch, memory holds one record batch and the dictionaries; the asked columns are made. Who replaces the file by a rename while it is read is not
 * seen; who writes into it is. Writing: one file, which appears as a whole or not at all.
 *
 * @example
 * await houses.write(arrow('houses.arrow', { compression: 'zstd' }))
 * const back = await tm.read(arrow('houses.arrow'))
 * @throws connectors.option
 * @throws batch.corrupt, connectors.not-found, schema.unknown-type when it is read; connectors.exists when it is written
 */
export function arrow<const P extends string>(path: P, options: ArrowOptions = {}): TableFile<FileRow<P, undefined, undefined>, never> {
  checkPath('arrow', path)
  onlyOptions('arrow', options, ['format', 'compression', 'mode'])
  oneOfThese('format', options.format, ['file', 'stream'])
  oneOfThese('compression', options.compression, ['zstd'])
  oneOfThese('mode', options.mode, ['fail', 'replace'])
  if (/\.gz$/i.test(path))
    throw new TidemillError('connectors.option', `an Arrow file is not compressed as a whole: ${path}`, {
      hint: "its buffers are: arrow(path, { compression: 'zstd' })",
    })
  return Object.freeze({
    kind: 'arrow',
    options: Object.freeze({ path, ...options }),
    code: driverCode('arrow-file-driver'),
    ...showingText(() => `arrow ${path}`),
  })
}
