/** Files of a version that were moved away, because a write replaced it, between the moment they were looked up and the moment they were opened. */
import { TidemillError } from '../../../errors/index.ts'
import type { ScanNode } from '../../../plan/index.ts'
import { checkKept, placed } from './prune-plan.ts'

/** A file moves once, but the moving of many takes a while. */
export const tries = 10

/**
 * Whether a statement failed because files of a table were moved since it was made: then it can be made and run again, over the same version.
 *
 * @throws storage.unknown-version when the files are not moved but gone
 */
export async function haveMoved(scans: readonly ScanNode[], error: unknown): Promise<boolean> {
  if (!(error instanceof TidemillError) || error.code !== 'connectors.not-found') return false
  for (const { source } of scans) if ((await placed(source.options)) !== source.options) return true
  for (const { source } of scans) await checkKept(source.options)
  return false
}

/** What a reader is told who has some rows already: others of the same version may not come any more. */
export function movedError(scans: readonly ScanNode[], cause: unknown): TidemillError {
  const paths = scans.flatMap(({ source }) => {
    const { path, ofTable } = source.options as { readonly path?: string; readonly ofTable?: object }
    return path === undefined || ofTable === undefined ? [] : [path]
  })
  return new TidemillError('storage.conflict', `table was replaced while its rows were read: ${[...new Set(paths)].join(', ')}`, {
    hint: 'some rows were delivered already: read again, from the beginning',
    details: { paths },
    retryable: true,
    cause,
  })
}
