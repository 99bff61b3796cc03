import { formatSize, type Shown, showing } from '../display/index.ts'
import { showingText, TidemillError } from '../errors/index.ts'
import { type Usage, usage, type UsageOptions, vacuum, type VacuumOptions, type VacuumReport } from '../layout/index.ts'
import type { CompactOptions, CompactReport, Engine } from '../plan/index.ts'

/** Folders of files that writes have made, as tables with versions. */
export interface TableFolders {
  /**
   * How many files, bytes, rows and partitions a folder has, how unevenly they are spread, and what could be removed. Folders of other tools too.
   *
   * @example console.log(await tm.files.usage('out/'))
   * @throws storage.not-found
   */
  usage(path: string, options?: UsageOptions): Promise<Usage & Shown>
  /**
   * Rewrites small files as larger ones, as a new version with the same rows.
   *
   * @example await tm.files.compact('out/', { targetBytes: 64e6 })
   * @throws storage.not-found for a folder without versions; storage.conflict when another write removed one of the files
   */
  compact(path: string, options?: CompactOptions): Promise<CompactReport & Shown>
  /**
   * Removes versions that are older than the retention, with the files that they alone had, and what dead writes left. Never the newest version, nor what a write that goes on has made.
   *
   * @example await tm.files.vacuum('out/', { retain: '7d', dryRun: true })
   * @throws storage.not-found for a folder without versions
   */
  vacuum(path: string, options?: VacuumOptions): Promise<VacuumReport & Shown>
}

/** The folders that an engine can reach. */
export function tableFolders(engine: Engine): TableFolders {
  return Object.freeze({
    usage: (path: string, options?: UsageOptions) => usage(path, options),
    vacuum: (path: string, options?: VacuumOptions) => vacuum(path, options),
    async compact(path: string, options?: CompactOptions) {
      if (engine.compact === undefined) throw new TidemillError('session.engine', `no compact on ${engine.name}`)
      return shown(await engine.compact(path, options))
    },
    ...showingText(() => 'folders of files: usage(path), compact(path), vacuum(path)'),
  })
}

function shown(report: CompactReport): CompactReport & Shown {
  const { before, after, bytesBefore, bytesAfter, partitions } = report
  const text =
    before === 0
      ? 'no partition has two small files'
      : `${before} files (${formatSize(bytesBefore)}) of ${partitions} partitions became ${after} (${formatSize(bytesAfter)})`
  return Object.freeze({ ...report, ...showing(() => ({ kind: 'text', text })) })
}
