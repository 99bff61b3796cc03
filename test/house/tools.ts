import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mustRun } from './run.ts'
import { root } from './tree.ts'

/**
 * Packages that only strangers have (an older compiler, a bundler, an older Node), in a folder of their own that is kept between runs. They are no development
 * dependencies: two versions of one compiler do not fit into one tree.
 *
 * @returns the path of a package
 */
export async function tool(name: string, version: string): Promise<string> {
  const home = join(root, 'node_modules/.cache/strangers', `${name}-${version}`)
  const at = join(home, 'node_modules', name)
  if (existsSync(join(at, 'package.json'))) return at
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'package.json'), JSON.stringify({ private: true }))
  await mustRun(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--save-exact', `${name}@${version}`],
    { cwd: home },
  )
  return at
}
