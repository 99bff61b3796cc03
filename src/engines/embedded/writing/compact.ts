/** Small files of a table as fewer large ones. */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { TidemillError } from '../../../errors/index.ts'
import {
  beginWrite,
  compacted,
  currentTable,
  forgetOld,
  partitionKey,
  shortId,
  sweepWrites,
  type TableFileEntry,
  type TableManifest,
} from '../../../layout/index.ts'
import type { CompactOptions, CompactReport, RunOptions } from '../../../plan/index.ts'
import { duckdb } from '../../../sql/index.ts'
import type { Context } from '../context.ts'
import { cancelled } from '../duckdb/errors.ts'
import { removeAtExit } from '../duckdb/spill.ts'
import { writeError } from '../write-error.ts'
import { formatSettings, type Part, partsFolder, unready } from './copy-parts.ts'
import { checkCount, placeParts } from './place-parts.ts'
import { type Layout, layoutOf } from './sink-options.ts'
import { statsOf } from './stats.ts'

/**
 * Rewrites the small files of each partition as files of about `targetBytes`; rows stay as they are, and so do versions that were read before. Appends that come in between are
 * kept; when another write removed one of the files, nothing changes.
 *
 * @throws storage.not-found, storage.conflict, connectors.option
 */
export async function compact(context: Context, path: string, options: CompactOptions = {}): Promise<CompactReport> {
  const root = resolve(path)
  const { targetBytes = 128 * 1024 * 1024 } = options
  if (!Number.isSafeInteger(targetBytes) || targetBytes < 1)
    throw new TidemillError('connectors.option', `targetBytes must be a whole number from 1, not ${String(targetBytes)}`)
  stopIfAborted(options)
  await sweepWrites(root, context.host.clock)
  const base = await currentTable(root)
  if (base === undefined)
    throw new TidemillError('storage.not-found', `no versions of a table: ${path}`, {
      hint: 'a folder that others wrote becomes a table by the first append to it',
      details: { path },
    })
  const groups = smallFiles(base, targetBytes)
  const none = { version: base.version, before: 0, after: 0, bytesBefore: 0, bytesAfter: 0, partitions: 0 }
  if (groups.length === 0) return none
  if (base.kind !== 'parquet' && groups.flat().some(file => /\.(gz|zst)$/.test(file.path)))
    throw new TidemillError('connectors.option', `compressed ${base.kind} files are not put together: ${path}`, {
      hint: 'read the table and write it again, with rowsPerFile',
      details: { path },
    })
  const writing = await beginWrite(root, path)
  const forget = removeAtExit(writing.staging)
  try {
    const parts = partsFolder(writing.staging)
    await mkdir(parts, { recursive: true })
    const layout = layoutOf(base.kind, { path, ...base.text }, base.schema)
    const made: Part[] = []
    for (const [index, group] of groups.entries()) {
      stopIfAborted(options)
      const target = join(parts, `${index}.${unready}`)
      made.push(
        base.kind === 'parquet'
          ? await joinParquet(context, base, root, group, layout, target, options)
          : await joinText(base, root, group, target, options),
      )
    }
    const added = await placeParts(made, base.partitions, layout, root, shortId(writing.id), options.signal)
    try {
      const old = groups.flat()
      if (old.every(file => file.rows !== undefined))
        checkCount(
          added,
          old.reduce((sum, file) => sum + (file.rows ?? 0), 0),
        )
      const removed = new Set(old.map(file => file.path))
      const at = (): number => context.host.clock.now()
      const next = await writing.publish(newest => compacted({ writer: writing.id, at: at(), removed, added }, base, newest, path))
      await writing.close()
      await forgetOld(root, 3_600_000, context.host.clock, path)
      return {
        version: next.version,
        before: old.length,
        after: added.length,
        bytesBefore: old.reduce((sum, file) => sum + file.bytes, 0),
        bytesAfter: added.reduce((sum, file) => sum + file.bytes, 0),
        partitions: new Set(old.map(partitionKey)).size,
      }
    } catch (error) {
      if ((await currentTable(root))?.writer !== writing.id) for (const file of added) await rm(join(root, file.path), { force: true })
      throw error
    }
  } catch (error) {
    // Its mark and its files are those of a dead write, which the next one sweeps.
    await writing.close().catch(() => undefined)
    await checkThere(error, base, groups.flat(), root, path)
    throw writeError(error, path, writing.staging)
  } finally {
    forget()
  }
}

/** @throws storage.conflict when a file could not be read because another write has replaced it meanwhile */
async function checkThere(
  error: unknown,
  base: TableManifest,
  files: readonly TableFileEntry[],
  root: string,
  path: string,
): Promise<void> {
  const { code } = error as { readonly code?: unknown }
  if (code !== 'connectors.not-found' && code !== 'ENOENT') return
  const removed = new Set(files.map(file => file.path))
  compacted({ writer: '', at: 0, removed, added: [] }, base, await currentTable(root), path)
}

function stopIfAborted({ signal }: CompactOptions): void {
  if (signal?.aborted === true) throw cancelled(signal)
}

/** Files of one partition that belong together: each group becomes one file. */
function smallFiles({ files }: TableManifest, targetBytes: number): readonly (readonly TableFileEntry[])[] {
  const partitions = new Map<string, TableFileEntry[]>()
  for (const file of files) {
    if (file.bytes >= targetBytes * 0.75) continue
    const key = partitionKey(file)
    const group = partitions.get(key)
    if (group === undefined) partitions.set(key, [file])
    else group.push(file)
  }
  const groups: TableFileEntry[][] = []
  for (const small of partitions.values()) {
    let group: TableFileEntry[] = []
    let bytes = 0
    for (const file of small) {
      if (group.length > 0 && bytes + file.bytes > targetBytes * 1.25) {
        groups.push(group)
        group = []
        bytes = 0
      }
      group.push(file)
      bytes += file.bytes
    }
    groups.push(group)
  }
  return groups.filter(group => group.length > 1)
}

async function joinParquet(
  context: Context,
  { sortBy, schema }: TableManifest,
  root: string,
  group: readonly TableFileEntry[],
  layout: Layout,
  target: string,
  options: RunOptions,
): Promise<Part> {
  const database = await context.database()
  const list = `[${group.map(file => duckdb.quoteText(join(root, file.path))).join(', ')}]`
  const [codec] = await database.rows(`SELECT lower(compression) FROM parquet_metadata(${list}) LIMIT 1`, options)
  const found = typeof codec?.[0] === 'string' ? codec[0] : 'snappy'
  const compression = { lz4_raw: 'lz4', uncompressed: 'none' }[found] ?? found
  const order = sortBy.length === 0 ? '' : ` ORDER BY ${sortBy.map(name => `${duckdb.quoteName(name)} ASC NULLS LAST`).join(', ')}`
  const settings = [...formatSettings({ ...layout, compression }), 'RETURN_STATS true']
  const answer = await database.rows(
    `COPY (SELECT * FROM read_parquet(${list}, hive_partitioning=false, union_by_name=true)${order}) TO ${duckdb.quoteText(target)} (${settings.join(', ')})`,
    { ...options, label: 'compacting' },
  )
  const [, count, bytes, , stats] = answer[0] ?? []
  return {
    path: target,
    rows: Number(count),
    bytes: Number(bytes),
    partition: group[0]?.partition ?? [],
    stats: statsOf(stats, schema),
  }
}

/** Text that is not compressed is put together as it is; a header is written once. */
async function joinText(
  { text }: TableManifest,
  root: string,
  group: readonly TableFileEntry[],
  target: string,
  { signal }: RunOptions,
): Promise<Part> {
  for (const [index, file] of group.entries()) {
    const path = join(root, file.path)
    const start = index > 0 && text?.header === true ? await headerEnd(path) : 0
    await pipeline(createReadStream(path, { start }), createWriteStream(target, { flags: 'a' }), signal === undefined ? {} : { signal })
  }
  const { size } = await stat(target)
  return { path: target, rows: undefined, bytes: size, partition: group[0]?.partition ?? [], stats: undefined }
}

/** Where the first record ends; a name in quotes may hold a line end. */
async function headerEnd(path: string): Promise<number> {
  let at = 0
  let inside = false
  for await (const chunk of createReadStream(path))
    for (const byte of chunk as Uint8Array) {
      at++
      if (byte === 0x22) inside = !inside
      else if (byte === 0x0a && !inside) return at
    }
  return at
}
