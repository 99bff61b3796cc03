/** What must be known of a source before it is read. */
import type { Spec } from '../plan/index.ts'
import type { Schema } from '../schema/index.ts'
import type { BadLines } from './bad-lines.ts'
import type { CsvLearnt } from './csv-head.ts'
import { type Found, findFiles, type PrepareContext } from './find-files.ts'
import type { HttpOptions } from './http-options.ts'
import { type CsvFileOptions, type CsvGroup, prepareCsv } from './prepare-csv.ts'
import { prepareJson, prepareNdjson } from './prepare-json.ts'
import { knownParquet, prepareParquet } from './prepare-parquet.ts'
import { inUtf8 } from './rewrite-file.ts'
import type { RemoteParquet } from './remote-parquet.ts'
import type { SourceFiles } from './source-files.ts'
import { sharedStaging } from './staging.ts'
import { emptyTable, type PreparedTable, preparedTable } from './table-folder.ts'

/** What `prepareSource` adds to the options of a file. */
export interface PreparedOptions {
  readonly path: string
  /** Absolute paths of the files to read, in the order of their names: those of the path, or copies. */
  readonly files: readonly string[]
  /** What the user calls them. */
  readonly fileNames: readonly string[]
  /** Of copies: the files or addresses they were made of. */
  readonly origins?: readonly string[]
  /** Columns that the names of folders give: `out/coast=west/part.parquet`. */
  readonly partitions: readonly string[]
  readonly partitionFields?: Schema
  /** Files with holes, and what fills them; whoever reads them asks for the columns it reads. */
  readonly remote?: RemoteParquet
  /** A column of line numbers that copies of sifted files have. */
  readonly lineColumn?: string
  /** The keys of all lines are known. */
  readonly allKeys?: boolean
  /** Lines that were left out; whoever reads adds those whose values do not fit, and calls `finish`. */
  readonly bad?: BadLines
}
/** For CSV: how it is written. */
export interface PreparedCsv extends PreparedOptions, CsvLearnt {
  /** True when the columns stand in another order in some file, so that they must be matched by name. */
  readonly byName: boolean
  /** Where files differ in their columns. */
  readonly groups?: readonly CsvGroup[]
}

type FileOptions = CsvFileOptions & { readonly http?: HttpOptions }

/**
 * Pins what must be learnt from a file before an engine reads it: which files a path means, that they are there, hold text in UTF-8 (or are Parquet), how a CSV
 * file is delimited, its header. What an engine cannot read as it lies is copied into the staging folder: files over HTTP, standard input, other encodings, files with lines that are to
 * be left out, JSON documents (which become NDJSON). Sources that are no files are handed back as they are.
 *
 * @param context where copies lie; default: a folder that is removed when the process ends
 * @throws connectors.not-found, connectors.empty, connectors.encoding, connectors.format, connectors.ragged, connectors.unreadable, connectors.http
 * @throws schema.duplicate-column, schema.missing-column
 */
export async function prepareSource(source: Spec, context: PrepareContext = { staging: sharedStaging() }): Promise<Spec> {
  const prepare = preparers[source.kind]
  if (prepare === undefined) return source
  for (let attempt = 1; ; attempt++) {
    const table = await preparedTable(source.kind, source.options as FileOptions)
    if (table?.files.length === 0) return emptyTable(table)
    try {
      return await prepared(source, prepare, table, context)
    } catch (error) {
      // A write may have replaced the version between the look into the folder and that into its files: they are elsewhere now.
      if (table === undefined || attempt === 10 || !isMissing(error)) throw error
      const now = await preparedTable(source.kind, source.options as FileOptions)
      if (now?.files.join('\n') === table.files.join('\n')) throw error
    }
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return code === 'connectors.not-found' || code === 'ENOENT'
}

async function prepared(source: Spec, prepare: Prepare, table: PreparedTable | undefined, context: PrepareContext): Promise<Spec> {
  const options = { ...(source.options as FileOptions), ...table?.more }
  const where: Found = table ?? (await findFiles(source.kind, options.path, options.http, context))
  const { files, names, partitions, remote } = where
  const isCopy = remote !== undefined || (files.length === 1 && (names[0] === '-' || /^https?:/i.test(names[0] ?? '')))
  const found: SourceFiles = { files, names, labels: isCopy ? names : files, partitions }
  // Its manifest tells the columns and the sizes of the files, which were checked: ten thousand of them need not be opened.
  const isKnown = source.kind === 'parquet' && table?.isKnown === true
  const learnt = await (isKnown ? knownParquet : prepare)(found, options, context)
  const kind = source.kind === 'json' ? 'ndjson' : source.kind
  const more = isCopy ? { origins: names } : 'files' in learnt && String(learnt.files) !== String(files) ? { origins: files } : {}
  return Object.freeze({
    ...source,
    kind,
    options: Object.freeze({
      ...options,
      files,
      fileNames: names,
      partitions,
      ...learnt,
      ...more,
      ...(remote === undefined ? {} : { remote }),
    }),
  })
}

type Prepare = (found: SourceFiles, options: FileOptions, context: PrepareContext) => Promise<object>
const preparers: Readonly<Record<string, Prepare>> = {
  csv: prepareCsv,
  ndjson: prepareNdjson,
  json: prepareJson,
  parquet: prepareParquet,
  lines: prepareLines,
  arrow: async () => ({}),
  excel: async () => ({}),
}

async function prepareLines({ files, labels }: SourceFiles, { encoding }: FileOptions, context: PrepareContext): Promise<object> {
  const copies: string[] = []
  // The driver reads compressed files itself, to their end: only another encoding needs a copy.
  for (const [index, file] of files.entries())
    copies.push(encoding === undefined ? file : await inUtf8(file, labels[index] ?? file, encoding, context))
  return { files: copies }
}
