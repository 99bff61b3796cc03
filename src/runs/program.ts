import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import type { RunProgram } from './types.ts'

const longestText = 256 * 1024

/** The program of this process, as its file is now; one that cannot be read (a prompt, a bundle that is gone) is kept by its path alone. */
export async function runProgram(): Promise<RunProgram> {
  const [, script] = process.argv
  const path = script === undefined ? undefined : await realpath(script).catch(() => undefined)
  const bytes = path === undefined ? undefined : await readFile(path).catch(() => undefined)
  if (bytes === undefined) return { path, sha256: undefined, text: undefined }
  return {
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    text: bytes.length > longestText ? undefined : bytes.toString('utf8'),
  }
}
