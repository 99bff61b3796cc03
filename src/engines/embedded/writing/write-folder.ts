/** Rows into a folder: a new one that appears whole, or the next version of one that is there. */
import { mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TidemillError } from '../../../errors/index.ts'
import {
  beginWrite,
  changed,
  checkSame,
  currentTable,
  dataFiles,
  encodeTable,
  forgetOld,
  hiddenPrefix,
  manifestPath,
  newWriterId,
  parseFolder,
  shortId,
  sweepBeside,
  sweepWrites,
  type TableFileEntry,
  type TableManifest,
  type Partition,
} from '../../../layout/index.ts'
import type { Plan, RunOptions, WriteReport } from '../../../plan/index.ts'
import type { Schema } from '../../../schema/index.ts'
import { entryAt, syncFolder, writeFileAtomic } from '../../../storage/index.ts'
import type { Context } from '../context.ts'
import { cancelled } from '../duckdb/errors.ts'
import { removeAtExit } from '../duckdb/spill.ts'
import { schemaOf } from '../schema-of.ts'
import { writeError } from '../write-error.ts'
import { checkTarget, taken } from '../write-target.ts'
import { copyParts, partsFolder, unready } from './copy-parts.ts'
import { withEdges } from './edges.ts'
import { checkCount, placeParts } from './place-parts.ts'
import { withRows } from './rows-sql.ts'
import type { FileSink, Layout } from './sink-options.ts'
import { splitLarge } from './split-large.ts'

/** Writes a plan to a folder. */
export async function writeFolder(context: Context, plan: Plan, sink: FileSink, layout: Layout, options: RunOptions): Promise<WriteReport> {
  const root = resolve(sink.path)
  const mode = sink.mode ?? 'fail'
  try {
    const there = await entryAt(root)
    if (there === undefined) return await writeNew(context, plan, sink, layout, root, options)
    if (mode === 'fail') throw taken(sink.path)
    if (there.isFile()) await checkTarget(root, 'replace', true, sink.path)
    const table = await currentTable(root)
    // What is replaced goes in the end: a folder that nobody of us wrote must hold nothing else.
    if (table === undefined && mode === 'replace') await checkTarget(root, 'replace', true, sink.path)
    return await writeNext(context, plan, sink, layout, root, mode, options)
  } catch (error) {
    throw writeError(error, sink.path, root)
  }
}

interface Made {
  readonly rows: number
  readonly files: readonly TableFileEntry[]
  readonly levels: readonly Partition[]
}

/** A folder is made under a hidden name beside its place and renamed: it is seen whole, or not at all. */
async function writeNew(
  context: Context,
  plan: Plan,
  sink: FileSink,
  layout: Layout,
  root: string,
  options: RunOptions,
): Promise<WriteReport> {
  const id = newWriterId()
  const temp = join(dirname(root), `${hiddenPrefix}${id}`)
  const forget = removeAtExit(temp)
  try {
    await mkdir(dirname(root), { recursive: true })
    await sweepBeside(dirname(root), context.host.clock)
    await mkdir(temp)
    const { rows, files, levels } = await make(context, plan, layout, undefined, temp, temp, undefined, sink, options)
    const manifest: TableManifest = {
      version: 1,
      writer: id,
      mode: sink.mode ?? 'fail',
      at: context.host.clock.now(),
      ...tableOf(layout, levels, plan.fields),
      files,
    }
    await writeFileAtomic(manifestPath(temp, 1), encodeTable(manifest))
    await syncFolder(temp)
    if (options.signal?.aborted === true) throw cancelled(options.signal)
    try {
      await rename(temp, root)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw first(sink)
      throw error
    }
    await syncFolder(dirname(root))
    return report(root, rows, files, 1)
  } catch (error) {
    // Why the write failed says more than why tidying up did; what is left is swept by the next write.
    await rm(temp, { recursive: true, force: true }).catch(() => undefined)
    throw writeError(error, sink.path, temp)
  } finally {
    forget()
  }
}

function first({ path, mode = 'fail' }: FileSink): TidemillError {
  if (mode === 'fail') return taken(path)
  return new TidemillError('storage.conflict', `another writer was first: ${path} was made while this write went on`, {
    hint: 'the table is as the other left it; write again',
    details: { path },
    retryable: true,
  })
}

/** The next version: new files beside the old ones under names of their own, then a manifest that names what is in the table now. */
async function writeNext(
  context: Context,
  plan: Plan,
  sink: FileSink,
  layout: Layout,
  root: string,
  mode: 'replace' | 'append' | 'replacePartitions',
  options: RunOptions,
): Promise<WriteReport> {
  const { clock } = context.host
  await sweepWrites(root, clock)
  const base = (await currentTable(root)) ?? (await foundTable(context, root, sink, layout, options))
  const writing = await beginWrite(root, sink.path)
  const forget = removeAtExit(writing.staging)
  try {
    await mkdir(writing.staging)
    const made = await make(context, plan, layout, base, writing.staging, root, shortId(writing.id), sink, options)
    const { rows, files, levels } = made
    if (options.signal?.aborted === true) throw cancelled(options.signal)
    const table = tableOf(layout, levels, plan.fields)
    const change = { writer: writing.id, mode, table, files } as const
    let published: TableManifest
    try {
      published = await writing.publish(newest => changed({ ...change, at: clock.now() }, base, newest, sink.path))
    } catch (error) {
      // A version that was published must keep its files, whatever failed after that.
      if ((await currentTable(root))?.writer !== writing.id)
        for (const file of files) await rm(join(root, file.path), { force: true }).catch(() => undefined)
      throw error
    }
    await writing.close()
    await forgetOld(root, layout.keepMs, clock, sink.path)
    return report(root, rows, files, published.version)
  } catch (error) {
    // Its mark and its files are those of a dead write, which the next one sweeps.
    await writing.close().catch(() => undefined)
    throw writeError(error, sink.path, writing.staging)
  } finally {
    forget()
  }
}

/** Makes the files, and gives each its place. */
async function make(
  context: Context,
  plan: Plan,
  layout: Layout,
  base: TableManifest | undefined,
  staging: string,
  root: string,
  owner: string | undefined,
  sink: FileSink,
  options: RunOptions,
): Promise<Made> {
  const database = await context.database()
  const parts = partsFolder(staging)
  // Other tools that ask for all `*.parquet` below a table do not find what is not ready.
  const staged = owner === undefined ? layout : { ...layout, ending: unready }
  const copied = await withRows(context, plan, options, async (rows, told) => {
    const query = { ...options, label: `writing ${basename(sink.path)}`, failed: told }
    const levels = await withEdges(database, rows, layout, sink.mode === 'replace' ? undefined : base, query)
    if (base !== undefined && sink.mode !== 'replace' && base.schema.length > 0)
      checkSame(tableOf(layout, levels, plan.fields), base, sink.path)
    const made = await copyParts(database, rows, staged, levels, parts, query)
    return { levels, rows: made.rows, parts: await splitLarge(database, made.parts, staged, rows.fields, query) }
  })
  if (options.signal?.aborted === true) throw cancelled(options.signal)
  const { levels } = copied
  let files: readonly TableFileEntry[]
  try {
    files = await placeParts(copied.parts, levels, layout, root, owner, options.signal)
  } catch (error) {
    // Files that stay are in no version: the next write sweeps them.
    if (owner !== undefined) await removeOwned(root, owner).catch(() => undefined)
    throw error
  }
  checkCount(files, copied.rows)
  await rm(parts, { recursive: true, force: true })
  return { rows: copied.rows, files, levels }
}

/** Files of a write that failed while it gave them their places. */
async function removeOwned(root: string, owner: string): Promise<void> {
  for (const file of await dataFiles(root)) if (file.includes(`data_${owner}_`)) await rm(join(root, file), { force: true })
}

function tableOf(
  layout: Layout,
  partitions: readonly Partition[],
  schema: Schema,
): Pick<TableManifest, 'kind' | 'text' | 'schema' | 'partitions' | 'sortBy'> {
  const { kind, text, sortBy } = layout
  return { kind, ...(text === undefined ? {} : { text }), schema, partitions, sortBy }
}

/**
 * A folder that others wrote becomes a table: version 1 is what lies there. Parquet only, as text does not tell its columns; one that is to be replaced may be of any kind.
 */
async function foundTable(
  context: Context,
  root: string,
  sink: FileSink,
  layout: Layout,
  options: RunOptions,
): Promise<TableManifest | undefined> {
  const paths = (await dataFiles(root)).filter(path => path.endsWith(`.${layout.kind}`) || path.endsWith(`.${layout.ending}`))
  if (paths.length === 0) return undefined
  const replaces = sink.mode === 'replace'
  if (layout.kind !== 'parquet' && !replaces)
    throw new TidemillError('storage.layout', `folder has no manifest: ${sink.path}`, {
      hint: 'its columns are not known for sure: read it, write it to a new folder, and append there',
      details: { path: sink.path },
    })
  const files: TableFileEntry[] = []
  for (const path of paths) {
    const found = await entryAt(join(root, path))
    if (found !== undefined) files.push({ path, bytes: found.size, partition: valuesIn(path) })
  }
  const folders = foldersIn(paths[0] ?? '')
  const schema = replaces
    ? []
    : await schemaOf(context, { kind: 'parquet', options: { files: paths.map(path => join(root, path)), partitions: folders } }, options)
  const writing = await beginWrite(root, sink.path)
  try {
    return await writing.publish(newest => {
      if (newest !== undefined) throw first({ ...sink, mode: 'append' })
      return {
        version: 1,
        writer: writing.id,
        mode: 'found',
        at: context.host.clock.now(),
        kind: layout.kind,
        schema,
        partitions: folders.map(folder => ({ by: 'value', column: folder, folder }) as const),
        sortBy: [],
        files,
      }
    })
  } finally {
    await writing.close()
  }
}

function foldersIn(path: string): readonly string[] {
  return path.split('/').flatMap(part => parseFolder(part)?.folder ?? [])
}
function valuesIn(path: string): readonly (string | null)[] {
  return path.split('/').flatMap(part => parseFolder(part)?.value ?? (parseFolder(part) === undefined ? [] : [null]))
}

function report(root: string, rows: number, files: readonly TableFileEntry[], version: number): WriteReport {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return { rows, bytes, files: files.map(file => join(root, file.path)), version }
}
