// oxlint-disable-next-line no-restricted-imports -- whether files differ from the commit only git can tell
import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'

/** The commit of the working folder. */
export interface CodeState {
  readonly commit: string
  readonly branch: string | undefined
  /** True when files differ from the commit; undefined when git did not tell. */
  readonly dirty: boolean | undefined
}

/** Milliseconds after which git is not waited for: a run must start. */
const longest = 10_000

/**
 * The commit of a folder, as git tells it; undefined without git, outside of a repository and before its first commit.
 *
 * Nothing of the repository is run (no file system monitor) and nothing is written there.
 *
 * @param own a folder whose files are no change of the code
 */
export async function readCodeState(folder: string, own?: string): Promise<CodeState | undefined> {
  const commit = await git(folder, 'rev-parse', '--verify', '--quiet', 'HEAD')
  if (commit === undefined || commit === '') return undefined
  const [branch, changes] = await Promise.all([
    git(folder, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    without(folder, own).then(paths => git(folder, 'status', '--porcelain', '--untracked-files=all', '--', ':/', ...paths)),
  ])
  return { commit, branch, dirty: changes === undefined ? undefined : changes !== '' }
}

/** The path to leave out, where it lies in the repository. */
async function without(folder: string, own: string | undefined): Promise<readonly string[]> {
  if (own === undefined) return []
  const top = await git(folder, 'rev-parse', '--show-toplevel')
  const path = await realpath(own).catch(() => undefined)
  if (top === undefined || path === undefined) return []
  const inside = relative(top, path)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? [] : [`:(top,exclude,literal)${inside.replaceAll('\\', '/')}`]
}

/** What git prints; undefined when it fails, as it does when there is nothing to tell. */
function git(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(
      'git',
      ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-C', folder, ...args],
      { timeout: longest, maxBuffer: 64 * 2 ** 20, windowsHide: true },
      (error, stdout) => resolve(error === null ? stdout.trim() : undefined),
    )
  })
}
