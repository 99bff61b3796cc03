import { execFile } from 'node:child_process'
import type { CodeState } from '../types.ts'

/** Milliseconds after which git is not waited for: a run must start. */
const longest = 10_000

/**
 * The commit of a folder, as git tells it; undefined without git, outside of a repository and before its first commit.
 *
 * Nothing of the repository is run (no file system monitor) and nothing is written there.
 */
export async function readCodeState(folder: string): Promise<CodeState | undefined> {
  const commit = await git(folder, 'rev-parse', '--verify', '--quiet', 'HEAD')
  if (commit === undefined || commit === '') return undefined
  const [branch, changes] = await Promise.all([
    git(folder, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    git(folder, 'status', '--porcelain', '--untracked-files=normal'),
  ])
  return { commit, branch, dirty: changes === undefined ? undefined : changes !== '' }
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
