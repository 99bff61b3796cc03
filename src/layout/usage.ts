/** How much of what lies in a folder of files. */
import { join, resolve } from 'node:path'
import { type Description, formatCount, formatSize, type Shown, showing } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { entryAt } from '../storage/index.ts'
import { type Clock, systemClock } from '../time/index.ts'
import { parseFolder, printPartition } from './partition.ts'
import { oldFolder, ownPath } from './retired.ts'
import { dataFiles, filesBelow, marksIn } from './sweep.ts'
import { type TableFileEntry, rowsOf } from './table-manifest.ts'
import { allVersions, currentTable } from './table-versions.ts'

export interface UsageOptions {
  /** Files of less are small. Default: 16 MiB. */
  readonly smallBytes?: number
  readonly signal?: AbortSignal
}
export interface PartitionUsage {
  /** Folders, as `coast=west`; the empty text where there are none. */
  readonly partition: string
  readonly files: number
  readonly bytes: number
  readonly rows: number | undefined
}
export interface Usage {
  readonly path: string
  /** Of the newest version. A folder that others wrote has no version. */
  readonly version: number | undefined
  /** Versions that can be read. */
  readonly versions: readonly number[]
  readonly partitionedBy: readonly string[]
  readonly files: number
  readonly bytes: number
  /** Undefined where the files do not say. */
  readonly rows: number | undefined
  readonly partitions: number
  /** The greatest partition, in rows (in bytes where those are not known), over the mean of all. */
  readonly skew: number
  readonly smallFiles: number
  /** What only older versions have. */
  readonly old: { readonly files: number; readonly bytes: number }
  /** Files that no version names: of others, or of a write that died. */
  readonly extra: { readonly files: number; readonly bytes: number }
  /** Writes that go on, and those whose process died. */
  readonly writing: number
  readonly deadWrites: number
  /** The largest first, at most 20. */
  readonly largest: readonly PartitionUsage[]
}

/**
 * Counts files, bytes, rows and partitions of a folder, what is spread unevenly, and what could be removed.
 *
 * @example
 * const { files, smallFiles, skew } = await tm.files.usage('out/')
 * @throws storage.not-found when there is no such folder
 */
export async function usage(path: string, options: UsageOptions = {}, clock: Clock = systemClock): Promise<Usage & Shown> {
  const root = resolve(path)
  const { smallBytes = 16 * 1024 * 1024, signal } = options
  signal?.throwIfAborted()
  const there = await entryAt(root)
  if (there?.isDirectory() !== true)
    throw new TidemillError('storage.not-found', `no such folder: ${path}`, { details: { path }, hint: 'usage is of folders of files' })
  const current = await currentTable(root)
  const sizes = new Map<string, number>()
  for (const file of [...(await dataFiles(root)), ...(await filesBelow(root, oldFolder))]) {
    signal?.throwIfAborted()
    // Another process may have removed it since the folder was listed.
    const found = await entryAt(join(root, file))
    if (found !== undefined) sizes.set(file, found.size)
  }
  const files: readonly TableFileEntry[] = current?.files ?? [...sizes].map(([file, bytes]) => ({ path: file, bytes, partition: [] }))
  const versions = await allVersions(root)
  const older = new Set(versions.flatMap(manifest => manifest.files.map(file => file.path)))
  const mine = new Set(files.map(file => file.path))
  const others = [...sizes].filter(([file]) => !mine.has(file))
  const isOld = (file: string): boolean => older.has(ownPath(file))
  const { live, dead } = await marksIn(root, clock)
  const partitions = byPartition(files)
  return shown({
    path,
    version: current?.version,
    versions: versions.map(manifest => manifest.version),
    partitionedBy: current?.partitions.map(printPartition) ?? foldersOf(files),
    files: files.length,
    bytes: sum(files.map(file => file.bytes)),
    rows: rowsOf(files),
    partitions: partitions.length,
    skew: skewOf(partitions),
    smallFiles: files.filter(file => file.bytes < smallBytes).length,
    old: total(others.filter(([file]) => isOld(file))),
    extra: total(others.filter(([file]) => !isOld(file))),
    writing: live.length,
    deadWrites: dead.length,
    largest: partitions.toSorted((a, b) => b.bytes - a.bytes).slice(0, 20),
  })
}

function byPartition(files: readonly TableFileEntry[]): readonly PartitionUsage[] {
  const groups = new Map<string, TableFileEntry[]>()
  for (const file of files) {
    const folder = file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))
    const group = groups.get(folder)
    if (group === undefined) groups.set(folder, [file])
    else group.push(file)
  }
  return [...groups].map(([partition, own]) => ({
    partition,
    files: own.length,
    bytes: sum(own.map(file => file.bytes)),
    rows: rowsOf(own),
  }))
}

function skewOf(partitions: readonly PartitionUsage[]): number {
  const weights = partitions.map(({ rows, bytes }) => (partitions.every(one => one.rows !== undefined) ? (rows ?? 0) : bytes))
  const all = sum(weights)
  return all === 0 ? 1 : weights.reduce((a, b) => Math.max(a, b), 0) / (all / weights.length)
}

function foldersOf(files: readonly TableFileEntry[]): readonly string[] {
  const parts = files[0]?.path.split('/').slice(0, -1) ?? []
  return parts.flatMap(part => parseFolder(part)?.folder ?? [])
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
function total(files: readonly (readonly [string, number])[]): { files: number; bytes: number } {
  return { files: files.length, bytes: sum(files.map(([, bytes]) => bytes)) }
}

function shown(found: Usage): Usage & Shown {
  return Object.freeze({ ...found, ...showing(() => describeUsage(found)) })
}

function describeUsage(of: Usage): Description {
  const rows = of.rows === undefined ? 'rows not known' : `${formatCount(of.rows)} rows`
  const lines = [
    `${of.path}: ${formatCount(of.files)} files, ${formatSize(of.bytes)}, ${rows}${of.version === undefined ? ', no versions' : `, version ${of.version}`}`,
    `partitions: ${formatCount(of.partitions)}${of.partitionedBy.length === 0 ? '' : ` by ${of.partitionedBy.join(', ')}`}, the greatest ${of.skew.toFixed(1)} times the mean`,
    `small files: ${formatCount(of.smallFiles)}`,
    `old versions: ${formatCount(of.old.files)} files, ${formatSize(of.old.bytes)}; named by none: ${formatCount(of.extra.files)} files, ${formatSize(of.extra.bytes)}`,
    ...(of.writing + of.deadWrites === 0 ? [] : [`writes that go on: ${of.writing}, that died: ${of.deadWrites}`]),
  ]
  return { kind: 'text', text: lines.join('\n') }
}
