import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
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
import { writeError } from './write-error.ts'
import { checkTarget, filesBelow, put, toDisk } from './write-target.ts'

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
  // Its length does not depend on the name, which may be as long as names can be; DuckDB looks at `.gz`.
  const temp = join(dirname(target), `.tidemill-${randomUUID()}${/\.gz$/i.test(target) ? '.gz' : ''}`)
  const forget = removeAtExit(temp)
  try {
    await checkTarget(target, mode, isFolder, sink.path)
    await mkdir(dirname(target), { recursive: true })
    const rows = await copy(context, plan, format, sink, temp, isFolder, options)
    if (options.signal?.aborted === true) throw cancelled(options.signal)
    const files = isFolder ? await filesBelow(temp) : ['']
    let bytes = 0
    for (const file of files) bytes += await toDisk(join(temp, file))
    if (isFolder) await toDisk(temp)
    await put(temp, target, mode, isFolder, sink.path)
    await toDisk(dirname(target))
    return { rows, bytes, files: files.map(file => (file === '' ? target : join(target, file))) }
  } catch (error) {
    // Why the write failed says more than why tidying up did, as below a folder that is a file.
    await rm(temp, { recursive: true, force: true }).catch(() => undefined)
    throw writeError(error, sink.path, temp)
  } finally {
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
