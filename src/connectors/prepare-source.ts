/** What must be known of a source before it is read. */
import { open } from 'node:fs/promises'
import { TidemillError } from '../errors/index.ts'
import type { Spec } from '../plan/index.ts'
import { camelCase, type Schema } from '../schema/index.ts'
import { type CsvLearnt, learnCsv } from './csv-head.ts'
import type { CsvOptions } from './csv.ts'
import { learnNdjson } from './ndjson-head.ts'
import { readError } from './file-error.ts'
import { readHead } from './read-head.ts'
import { resolveFiles } from './resolve-files.ts'

/** What `prepareSource` adds to the options of a file. */
export interface PreparedOptions {
  readonly path: string
  /** Absolute paths, sorted. */
  readonly files: readonly string[]
  /** Columns that the names of folders give: `out/coast=west/part.parquet`. */
  readonly partitions: readonly string[]
}
/** For CSV: how it is written. */
export interface PreparedCsv extends PreparedOptions, CsvLearnt {
  /** True when the columns stand in another order in some file, so that they must be matched by name. */
  readonly byName: boolean
}

type FileOptions = CsvOptions<Schema, 'camelCase', string> & { readonly path: string; readonly schema?: Schema }

/**
 * Pins what must be learnt from a file before an engine reads it: which files a path means, that they are there, hold text in UTF-8 (or are Parquet), how a CSV
 * file is delimited, its header. Sources that are no files are handed back as they are.
 *
 * @throws connectors.not-found, connectors.empty, connectors.encoding, connectors.format, connectors.ragged, connectors.unreadable
 * @throws schema.duplicate-column, schema.missing-column
 */
export async function prepareSource(source: Spec): Promise<Spec> {
  const prepare = preparers[source.kind]
  if (prepare === undefined) return source
  const options = source.options as FileOptions
  const { files, partitions } = await resolveFiles(source.kind, options.path)
  const learnt = await prepare(files, options, partitions)
  return Object.freeze({ ...source, options: Object.freeze({ ...options, files, partitions, ...learnt }) })
}

type Prepare = (files: readonly string[], options: FileOptions, partitions: readonly string[]) => Promise<object>
const preparers: Readonly<Record<string, Prepare>> = {
  csv: prepareCsv,
  ndjson: prepareNdjson,
  parquet: prepareParquet,
  lines: async () => ({}),
}

async function prepareCsv(files: readonly string[], options: FileOptions, partitions: readonly string[]): Promise<object> {
  const { schema, delimiter, header, columns, names, quote } = options
  let learnt: CsvLearnt | undefined
  let byName = false
  for (const file of files) {
    const head = await readHead(file)
    if (head.text.trim() === '') throw new TidemillError('connectors.empty', `empty file: ${file}`, { details: { file } })
    // The first file decides how all are written.
    const given = { delimiter: learnt?.delimiter ?? delimiter, header: learnt?.header ?? header, columns, names, quote }
    const next = learnCsv(file, head, { ...given, declared: schema?.map(field => field.name) })
    learnt ??= next
    const moved = checkSame(files[0] ?? file, learnt.columns, file, next.columns)
    byName = byName || moved
  }
  if (learnt === undefined) return {}
  const { rename } = learnt
  checkPartitions(
    options.path,
    partitions,
    learnt.columns.map(name => rename[name] ?? name),
  )
  checkDeclared(options, Object.values(rename))
  return { ...learnt, byName }
}

async function prepareNdjson(files: readonly string[], options: FileOptions, partitions: readonly string[]): Promise<object> {
  const keys = new Set<string>()
  for (const file of files) for (const key of learnNdjson(file, await readHead(file))) keys.add(key)
  // With declared columns an empty file is a table without rows.
  if (keys.size === 0 && options.schema === undefined)
    throw new TidemillError('connectors.empty', `empty file: ${options.path}`, {
      details: { files },
      hint: 'declare a schema to read it as a table without rows',
    })
  checkPartitions(options.path, partitions, [...keys])
  const shown = (key: string): string => (options.names === 'camelCase' ? camelCase(key) : key)
  return { columns: [...keys], rename: Object.fromEntries([...keys].map(key => [key, shown(key)])) }
}

async function prepareParquet(files: readonly string[]): Promise<object> {
  for (const file of files) await checkParquet(file)
  return {}
}

/** Both ends of a Parquet file have its mark: a file that is cut short has only the first. */
async function checkParquet(file: string): Promise<void> {
  const handle = await open(file).catch((error: unknown) => {
    throw readError(file, error)
  })
  try {
    const { size } = await handle.stat()
    if (size === 0) throw new TidemillError('connectors.empty', `empty file: ${file}`, { details: { file } })
    const start = await handle.read(Buffer.alloc(4), 0, 4, 0)
    const end = await handle.read(Buffer.alloc(4), 0, 4, Math.max(0, size - 4))
    const marks = [start.buffer.toString('latin1'), end.buffer.toString('latin1')]
    if (marks[0] !== 'PAR1')
      throw new TidemillError('connectors.format', `not a Parquet file: ${file}`, {
        details: { file },
        hint: 'read text with csv(path) or ndjson(path)',
      })
    if (marks[1] !== 'PAR1' || size < 12)
      throw new TidemillError('connectors.format', `Parquet file is cut short: ${file} (${size} bytes)`, {
        details: { file, size },
        hint: 'copy or write it again',
      })
  } finally {
    await handle.close()
  }
}

/** True when the order differs. */
function checkSame(firstFile: string, first: readonly string[], file: string, columns: readonly string[]): boolean {
  const lacking = first.filter(name => !columns.includes(name))
  const more = columns.filter(name => !first.includes(name))
  if (lacking.length > 0 || more.length > 0)
    throw new TidemillError(
      'connectors.format',
      `columns differ: ${file} ${[...(lacking.length > 0 ? [`lacks ${lacking.join(', ')}`] : []), ...(more.length > 0 ? [`adds ${more.join(', ')}`] : [])].join(' and ')} (compared with ${firstFile})`,
      { details: { file, lacking, more }, hint: 'read files of different columns one by one and join them with union' },
    )
  return columns.some((name, index) => name !== first[index])
}

/** What only the names of folders say would be lost without a word. */
function checkPartitions(path: string, partitions: readonly string[], have: readonly string[]): void {
  const lost = partitions.filter(name => !have.includes(name))
  if (lost.length === 0) return
  throw new TidemillError('connectors.format', `columns in folder names only: ${lost.join(', ')} of ${path}`, {
    details: { path, lost },
    hint: 'of text files the columns in the files are read; partition Parquet instead, or read each folder by itself',
  })
}

function checkDeclared({ path, schema }: FileOptions, have: readonly string[]): void {
  const missing = schema?.find(field => !have.includes(field.name))
  if (missing === undefined) return
  throw new TidemillError('schema.missing-column', `missing column: ${missing.name} in ${path} (have ${have.join(', ')})`, {
    details: { path, missing: missing.name, have },
    hint: 'declared columns are matched by name; take it out of the schema, or correct its name',
  })
}
