import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The root of the repository. */
export const root: string = join(import.meta.dirname, '../..')

/** The text of every source file, by its path below `src`. */
export function sourceTree(): ReadonlyMap<string, string> {
  const src = join(root, 'src')
  const files = globSync('**/*.ts', { cwd: src }).map(file => file.replaceAll('\\', '/'))
  return new Map(files.sort().map(file => [file, readFileSync(join(src, file), 'utf8')]))
}
