/** Files of tables that no row of the answer can come from are not opened. */
import { TidemillError } from '../../../errors/index.ts'
import { prune, type TableManifest, tableVersion } from '../../../layout/index.ts'
import { inputsOf, type Plan, type ScanNode, withInputs } from '../../../plan/index.ts'
import { prunedFolders } from '../prune-folders.ts'

interface OfTable {
  readonly files: readonly string[]
  readonly fileNames?: readonly string[]
  readonly path: string
  readonly ofTable?: { readonly root: string; readonly version: number }
}

/** The plan with fewer files in its scans; the same plan where there is nothing to leave out. */
export async function pruned(plan: Plan): Promise<Plan> {
  if (plan.node === 'scan') return prunedScan(plan)
  const inputs = inputsOf(plan)
  const changed = await Promise.all(inputs.map(input => pruned(input)))
  return changed.every((input, index) => input === inputs[index]) ? plan : withInputs(plan, changed)
}

async function prunedScan(scan: ScanNode): Promise<ScanNode> {
  const options = scan.source.options as OfTable
  if (options.ofTable === undefined) return prunedFolders(scan)
  if (scan.where === undefined) return scan
  const { root, version } = options.ofTable
  const manifest = await known(root, version, options.path)
  const needed = new Set(prune(manifest, scan.where).map(file => file.path))
  // One file stays, so that the reader knows the columns.
  const first = manifest.files[0]
  if (needed.size === 0 && first !== undefined) needed.add(first.path)
  if (needed.size === manifest.files.length || manifest.files.length !== options.files.length) return scan
  const keep = manifest.files.map(file => needed.has(file.path))
  const files = options.files.filter((_, index) => keep[index])
  const fileNames = options.fileNames?.filter((_, index) => keep[index])
  return { ...scan, source: { ...scan.source, options: { ...options, files, ...(fileNames === undefined ? {} : { fileNames }) } } }
}

/** Versions never change: the last few are kept. */
const cache = new Map<string, TableManifest>()

async function known(root: string, version: number, shown: string): Promise<TableManifest> {
  const key = `${version} ${root}`
  const found = cache.get(key) ?? (await tableVersion(root, version))
  if (found === undefined)
    throw new TidemillError('storage.unknown-version', `version ${version} of ${shown} was removed since it was opened`, {
      hint: 'read the table again; keep and retain say how long old versions stay',
      details: { path: shown, version },
    })
  cache.delete(key)
  cache.set(key, found)
  for (const old of cache.keys()) {
    if (cache.size <= 8) break
    cache.delete(old)
  }
  return found
}
