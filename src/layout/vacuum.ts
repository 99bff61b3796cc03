/** Removing what no reader may want any more. */
import { existsSync, statSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Shown, formatSize, showing } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import { type Clock, systemClock } from '../time/index.ts'
import { oldFolder, removeEmpty, removeRetired, retire, unneeded } from './retired.ts'
import { ageOf, dataFiles, filesBelow, marksIn, ownerOf, sweepBeside, sweepWrites } from './sweep.ts'
import type { TableManifest } from './table-manifest.ts'
import { allVersions, manifestPath, versionNumbers } from './table-versions.ts'
import { shortId } from './writer-id.ts'

export interface VacuumOptions {
  /** Versions that were the newest so long ago or less are kept, such as `'7d'`. Default: `'7d'`. */
  readonly retain?: string
  /** Says what would be removed, and removes nothing. */
  readonly dryRun?: boolean
  readonly signal?: AbortSignal
}
export interface VacuumReport {
  /** Versions that cannot be read any more, and those that can. */
  readonly versions: { readonly removed: readonly number[]; readonly kept: readonly number[] }
  readonly files: readonly string[]
  readonly bytes: number
  /** Writes whose process died and whose leftovers were removed. */
  readonly deadWrites: number
  readonly dryRun: boolean
}

/** So many empty manifests stay, that a writer which is late cannot take an old number. */
const tombstones = 1000

/**
 * Removes versions of a table that are older than the retention, with the files that only they had, and what dead writes left.
 *
 * The newest version always stays, and so do the files of writes that go on. A file that no write of ours has made is never touched.
 *
 * @example await tm.files.vacuum('out/', { retain: '7d', dryRun: true })
 * @throws storage.not-found for a folder without versions
 */
export async function vacuum(path: string, options: VacuumOptions = {}, clock: Clock = systemClock): Promise<VacuumReport & Shown> {
  const root = resolve(path)
  const { retain = '7d', dryRun = false, signal } = options
  const retainMs = durationMicros(retain) / 1000
  signal?.throwIfAborted()
  if ((await versionNumbers(root)).length === 0)
    throw new TidemillError('storage.not-found', `no versions of a table: ${path}`, {
      hint: 'folders that other tools wrote have none',
      details: { path },
    })
  const deadWrites = dryRun ? (await marksIn(root, clock)).dead.length : await sweepWrites(root, clock)
  if (!dryRun) await sweepBeside(root, clock)
  // Files first, then marks, then versions: a write that ends meanwhile is seen in one of them.
  const found = await dataFiles(root)
  const { live } = await marksIn(root, clock)
  const writing = new Set(live.map(shortId))
  const { kept, dropped } = await split(root, retainMs, clock)
  if (!dryRun) await retire(root, kept, path)
  const needed = new Set(kept.flatMap(manifest => manifest.files.map(file => file.path)))
  const old = new Set(dropped.flatMap(manifest => manifest.files.map(file => file.path)))
  const doomed: string[] = []
  for (const file of found) {
    if (needed.has(file)) continue
    const owner = ownerOf(file)
    if (old.has(file)) doomed.push(file)
    else if (owner !== undefined && !writing.has(owner) && ((await ageOf(join(root, file), clock)) ?? 0) >= retainMs) doomed.push(file)
  }
  const retired = await unneeded(root, kept)
  const away: string[] = []
  for (const version of retired) away.push(...(await filesBelow(root, `${oldFolder}/${version}`)))
  let bytes = 0
  for (const file of [...doomed, ...away]) bytes += statSync(join(root, file), { throwIfNoEntry: false })?.size ?? 0
  if (!dryRun) {
    await forget(root, dropped)
    for (const file of doomed) {
      signal?.throwIfAborted()
      await rm(join(root, file), { force: true })
    }
    signal?.throwIfAborted()
    await removeRetired(root, retired)
    await removeEmpty(root, doomed)
  }
  return reportOf({
    versions: { removed: dropped.map(manifest => manifest.version), kept: kept.map(manifest => manifest.version) },
    files: [...doomed, ...away],
    bytes,
    deadWrites,
    dryRun,
  })
}

/**
 * After a write: forgets versions older than `keepMs`, with the files that they alone had, and moves away what could not be moved when it was replaced; looks at
 * manifests only.
 */
export async function forgetOld(root: string, keepMs: number, clock: Clock, shown: string): Promise<void> {
  const { kept, dropped } = await split(root, keepMs, clock)
  if (dropped.length > 0) {
    const needed = new Set(kept.flatMap(manifest => manifest.files.map(file => file.path)))
    await forget(root, dropped)
    const there = new Set(dropped.flatMap(manifest => manifest.files.map(file => file.path)))
    const doomed = [...there].filter(file => !needed.has(file) && existsSync(join(root, file)))
    for (const file of doomed) await rm(join(root, file), { force: true })
    await removeEmpty(root, doomed)
  }
  const retired = await unneeded(root, kept)
  if (retired.length > 0) await removeRetired(root, retired)
  await retire(root, kept, shown)
}

/** A version is old since the next one came. */
async function split(root: string, retainMs: number, clock: Clock): Promise<{ kept: TableManifest[]; dropped: TableManifest[] }> {
  const manifests = await allVersions(root)
  const isOld = (index: number): boolean => {
    const next = manifests[index + 1]
    return next !== undefined && clock.now() - next.at >= retainMs
  }
  return { kept: manifests.filter((_, index) => !isOld(index)), dropped: manifests.filter((_, index) => isOld(index)) }
}

/** First the versions, so that none is there whose files are not. */
async function forget(root: string, dropped: readonly TableManifest[]): Promise<void> {
  for (const { version } of dropped) await writeFileAtomic(manifestPath(root, version), '')
  const numbers = await versionNumbers(root)
  for (const version of numbers.slice(0, Math.max(0, numbers.length - tombstones)))
    if ((await stat(manifestPath(root, version))).size === 0) await rm(manifestPath(root, version), { force: true })
}

function reportOf(report: VacuumReport): VacuumReport & Shown {
  const { versions, files, bytes, dryRun } = report
  const text = `${dryRun ? 'would remove' : 'removed'} ${files.length} files, ${formatSize(bytes)}, of ${versions.removed.length} old versions; kept ${versions.kept.join(', ')}`
  return Object.freeze({ ...report, ...showing(() => ({ kind: 'text', text })) })
}
