import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TidemillError } from '../../errors/index.ts'
import { cut, optimise, type Plan, type RunOptions, type SinkDriver, type Spec, withHops, type WriteReport } from '../../plan/index.ts'
import { duckdb, outputColumns, printSql, safeNames } from '../../sql/index.ts'
import { capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import { cancelled } from './duckdb/errors.ts'
import { removeAtExit } from './duckdb/spill.ts'
import { locateMisfit } from './locate-misfit.ts'
import { disposeAll, overHop, stageHops } from './run.ts'

interface FileSink {
  readonly path: string
  readonly partitionBy?: readonly string[]
  readonly mode?: 'fail' | 'replace'
  readonly delimiter?: string
  readonly header?: boolean
}
type Format = 'csv' | 'ndjson' | 'parquet'

/**
 * Writes a plan. Files are made under another name in the same folder, brought to the disk, and renamed: a reader sees all or nothing, and nothing is left
 * behind by an error or a signal.
 */
export async function write(context: Context, plan: Plan, sink: Spec, options: RunOptions): Promise<WriteReport> {
  const closed = await context.learn(plan, options)
  if (sink.kind === 'csv' || sink.kind === 'ndjson' || sink.kind === 'parquet')
    return writeFiles(context, closed, sink.kind, sink.options as FileSink, options)
  if (sink.code === undefined) throw new TidemillError('plan.gap', `a sink that the embedded engine does not know: ${sink.kind}`)
  const driver = (await context.host.load(sink.code)) as SinkDriver
  const writer = await driver.writer(sink.options, closed.fields, { job: options.run ?? 'write', generation: 0, subtask: 0 })
  try {
    for await (const batch of context.run(closed, options)) await writer.write(batch)
    const token = await writer.cut(0)
    try {
      return await driver.commit(sink.options, token)
    } catch (error) {
      await driver.forget(sink.options, token)
      throw error
    }
  } finally {
    await writer.close()
  }
}

async function writeFiles(context: Context, plan: Plan, format: Format, sink: FileSink, options: RunOptions): Promise<WriteReport> {
  const { partitionBy = [], mode = 'fail' } = sink
  const target = resolve(sink.path)
  const isFolder = partitionBy.length > 0 || /[\\/]$/.test(sink.path)
  checkColumns(plan, partitionBy)
  if (mode === 'fail' && (await exists(target))) throw taken(sink.path)
  if (mode === 'replace') await refuseForeign(target, isFolder, sink.path)
  await mkdir(dirname(target), { recursive: true })
  // The name keeps its ending, as DuckDB looks at `.gz`.
  const temp = join(dirname(target), `.tidemill-${randomUUID()}-${basename(target)}`)
  const forget = removeAtExit(temp)
  try {
    const rows = await copy(context, plan, format, sink, temp, isFolder, options)
    if (options.signal?.aborted === true) throw cancelled(options.signal)
    const files = isFolder ? await filesBelow(temp) : ['']
    let bytes = 0
    for (const file of files) bytes += await toDisk(join(temp, file))
    if (isFolder) await toDisk(temp)
    await put(temp, target, mode, isFolder, sink.path)
    await toDisk(dirname(target))
    return { rows, bytes, files: files.map(file => (file === '' ? target : join(target, file))) }
  } finally {
    await rm(temp, { recursive: true, force: true })
    forget()
  }
}

async function copy(
  context: Context,
  plan: Plan,
  format: Format,
  sink: FileSink,
  temp: string,
  isFolder: boolean,
  options: RunOptions,
): Promise<number> {
  const { partitionBy = [] } = sink
  const staged: AsyncDisposable[] = []
  try {
    const { hops, plan: last, stream } = cut(optimise(plan), capabilities)
    const all = stream === undefined ? hops : [...hops, stream.hop]
    const rest = stream === undefined ? last : overHop(stream.hop, stream.after)
    if (rest === undefined) throw new TidemillError('engine.internal', 'a plan was cut to nothing')
    const tables = await stageHops(context, all, staged, options)
    const sql = printSql(withHops(rest, tables), duckdb)
    const select = `SELECT ${outputColumns(plan.fields, safeNames(rest.fields), format, partitionBy)} FROM (${sql.text}) AS t`
    const database = await context.database()
    if (isFolder) await mkdir(temp)
    const settings = [`FORMAT ${format === 'ndjson' ? 'json' : format}`]
    if (format === 'csv')
      settings.push(`HEADER ${sink.header ?? true}`, `DELIMITER ${duckdb.quoteText(sink.delimiter ?? ',')}`, `NULLSTR ''`)
    if (partitionBy.length > 0)
      settings.push(
        `PARTITION_BY (${partitionBy.map(name => duckdb.quoteName(name)).join(', ')})`,
        'OVERWRITE_OR_IGNORE true',
        `FILE_EXTENSION '${format}'`,
        // Text files are read by the columns in them alone.
        `WRITE_PARTITION_COLUMNS ${format !== 'parquet'}`,
      )
    const to = isFolder && partitionBy.length === 0 ? join(temp, `data_0.${format}`) : temp
    if (/\.gz$/i.test(sink.path) && format !== 'parquet') settings.push('COMPRESSION gzip')
    const statement = `COPY (${select}) TO ${duckdb.quoteText(to)} (${settings.join(', ')})`
    try {
      return await database.run(statement, {
        ...options,
        label: `writing ${basename(sink.path)}`,
        failed: { sql: sql.text, spans: sql.spans },
      })
    } catch (error) {
      throw await locateMisfit(database, error, sql.scans)
    }
  } finally {
    await disposeAll(staged)
  }
}

function checkColumns(plan: Plan, partitionBy: readonly string[]): void {
  const names = plan.fields.map(field => field.name)
  const seen = new Map<string, string>()
  for (const name of names) {
    if (/[\u0000\p{Surrogate}]/u.test(name))
      throw new TidemillError('plan.argument', `column name cannot be written to a file: ${JSON.stringify(name)}`, {
        hint: 'rename it: a file has no NUL and no half of a surrogate pair in a name',
      })
    const other = seen.get(name.toLowerCase())
    if (other !== undefined)
      throw new TidemillError(
        'plan.duplicate-column',
        `columns whose names differ by case only cannot be written to one file: ${other}, ${name}`,
        {
          hint: 'rename one of them',
        },
      )
    seen.set(name.toLowerCase(), name)
  }
  for (const name of partitionBy)
    if (!names.includes(name))
      throw new TidemillError('plan.unknown-column', `unknown column in partitionBy: ${name} (have ${names.join(', ')})`)
  if (partitionBy.length > 0 && partitionBy.length === names.length)
    throw new TidemillError('plan.argument', 'partitionBy takes every column: none is left for the files')
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/**
 * What `replace` may remove: a file by a file, and a folder that holds nothing but what a write makes (`k=v` folders, `data_*` files, hidden files).
 *
 * @throws connectors.exists for a folder where a file is written, or a folder that holds something else
 */
async function refuseForeign(target: string, isFolder: boolean, shown: string): Promise<void> {
  const there = await stat(target).catch(() => undefined)
  if (there === undefined || there.isFile()) return
  if (!isFolder)
    throw new TidemillError('connectors.exists', `a folder is there already: ${shown}`, {
      hint: `a file cannot replace a folder; end the path with / to write into a folder, or take another name`,
      details: { path: shown },
    })
  const foreign = (await filesBelow(target)).find(file => !isOurs(file.split(/[\\/]/)))
  if (foreign === undefined) return
  throw new TidemillError('connectors.exists', `the folder holds something that is not a table: ${join(shown, foreign)}`, {
    hint: "mode: 'replace' removes what is in the folder, so it takes only folders that a write has made; give an empty or a new folder",
    details: { path: shown, foreign },
  })
}

function isOurs(path: readonly string[]): boolean {
  const name = path.at(-1) ?? ''
  return path.slice(0, -1).every(folder => folder.includes('=')) && /^(data_.*\.(csv|ndjson|parquet)|[._].*)$/.test(name)
}

function taken(path: string): TidemillError {
  return new TidemillError('connectors.exists', `output is there already: ${path}`, {
    hint: "pass mode: 'replace' to write over it",
    details: { path },
  })
}

/** Moves what was written to its place. Without `replace` a file that came in the meantime is not written over. */
async function put(temp: string, target: string, mode: 'fail' | 'replace', isFolder: boolean, shown: string): Promise<void> {
  if (mode === 'fail') {
    if (isFolder) {
      if (await exists(target)) throw taken(shown)
      await rename(temp, target)
      return
    }
    try {
      await link(temp, target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(shown)
      // A file system without hard links.
      if (await exists(target)) throw taken(shown)
      await rename(temp, target)
      return
    }
    await unlink(temp)
    return
  }
  const there = await stat(target).catch(() => undefined)
  if (there === undefined || (!isFolder && there.isFile())) {
    await rename(temp, target)
    return
  }
  const old = `${temp}.old`
  await rename(target, old)
  try {
    await rename(temp, target)
  } catch (error) {
    await rename(old, target)
    throw error
  }
  await rm(old, { recursive: true, force: true })
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** Brings a file or a folder to the disk; gives the size of a file. */
async function toDisk(path: string): Promise<number> {
  try {
    const file = await open(path, 'r')
    try {
      await file.sync()
      const { size } = await file.stat()
      return size
    } finally {
      await file.close()
    }
  } catch (error) {
    // Windows refuses to open folders.
    if (process.platform === 'win32') return 0
    throw error
  }
}
