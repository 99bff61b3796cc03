/** Files of tables that no row of the answer can come from are not opened; those that are lie at their places, or where the versions after moved them. */
import { TidemillError } from '../../../errors/index.ts'
import { filesNow, prune, type TableManifest, tableVersion } from '../../../layout/index.ts'
import type { ExprNode } from '../../../expr/index.ts'
import { inputsOf, type Plan, type RunOptions, type ScanNode, withInputs } from '../../../plan/index.ts'
import type { Context } from '../context.ts'
import { prunedFolders } from '../prune-folders.ts'
import { brought, isRemote } from '../prune-remote.ts'

/** A version of a table; a table that was removed and made anew has another writer for the same number. */
interface TableVersion {
  readonly root: string
  readonly version: number
  readonly writer: string
}
interface OfTable {
  readonly files: readonly string[]
  readonly fileNames?: readonly string[]
  readonly path: string
  readonly groups?: readonly { readonly files: readonly string[] }[]
  readonly ofTable?: TableVersion
}

/** The plan with fewer files in its scans, each where it lies now; the same plan where no scan is of a table. */
export async function pruned(plan: Plan, context: Context, run: RunOptions): Promise<Plan> {
  if (plan.node === 'scan') return isRemote(plan) ? brought(plan, context, run) : prunedScan(plan)
  const inputs = inputsOf(plan)
  const changed = await Promise.all(inputs.map(input => pruned(input, context, run)))
  return changed.every((input, index) => input === inputs[index]) ? plan : withInputs(plan, changed)
}

async function prunedScan(scan: ScanNode): Promise<ScanNode> {
  const options = scan.source.options as OfTable
  if (options.ofTable === undefined) return prunedFolders(scan)
  const needed = scan.where === undefined ? options : neededOf(await known(options.ofTable, options.path), scan.where, options)
  return withOptions(scan, await placed(needed))
}

function withOptions(scan: ScanNode, options: OfTable): ScanNode {
  return options === scan.source.options ? scan : { ...scan, source: { ...scan.source, options } }
}

function neededOf(manifest: TableManifest, where: ExprNode, options: OfTable): OfTable {
  const needed = new Set(prune(manifest, where).map(file => file.path))
  // One file stays, so that the reader knows the columns.
  const first = manifest.files[0]
  if (needed.size === 0 && first !== undefined) needed.add(first.path)
  if (needed.size === manifest.files.length || manifest.files.length !== options.files.length) return options
  const keep = manifest.files.map(file => needed.has(file.path))
  const files = options.files.filter((_, index) => keep[index])
  const fileNames = options.fileNames?.filter((_, index) => keep[index])
  return { ...options, files, ...(fileNames === undefined ? {} : { fileNames }) }
}

/** The options of a source with the files of a table where they lie now; copies of them stay. */
export async function placed<T extends Partial<OfTable>>(options: T): Promise<T> {
  const { ofTable, files = [], groups } = options
  if (ofTable === undefined) return options
  const places = await filesNow(ofTable, files)
  const now = new Map(files.map((file, index) => [file, places[index] ?? file]))
  if (files.every((file, index) => places[index] === file)) return options
  const moved = groups?.map(group => ({ ...group, files: group.files.map(file => now.get(file) ?? file) }))
  return { ...options, files: places, ...(moved === undefined ? {} : { groups: moved }) }
}

/** Versions never change: the last few are kept. */
const cache = new Map<string, TableManifest>()

async function known({ root, version, writer }: TableVersion, shown: string): Promise<TableManifest> {
  const key = `${writer} ${version} ${root}`
  const found = cache.get(key) ?? (await tableVersion(root, version))
  if (found?.writer !== writer) throw removed(version, shown)
  cache.delete(key)
  cache.set(key, found)
  for (const old of cache.keys()) {
    if (cache.size <= 8) break
    cache.delete(old)
  }
  return found
}

/** @throws storage.unknown-version when the version that a source was opened at is not kept any more */
export async function checkKept({ ofTable, path }: Partial<OfTable>): Promise<void> {
  if (ofTable === undefined || (await tableVersion(ofTable.root, ofTable.version))?.writer === ofTable.writer) return
  throw removed(ofTable.version, path ?? ofTable.root)
}

function removed(version: number, shown: string): TidemillError {
  return new TidemillError('storage.unknown-version', `version ${version} of ${shown} was removed since it was opened`, {
    hint: 'read the table again; keep and retain say how long old versions stay',
    details: { path: shown, version },
  })
}
