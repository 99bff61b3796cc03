/** The files of one registered version: what they must be, and whether they still are. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../../errors/index.ts'
import { hashBytes } from '../../storage/index.ts'

export interface ModelFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** Every file of a folder that `model.save` wrote, by name. */
export async function filesOf(folder: string, signal?: AbortSignal): Promise<readonly ModelFile[]> {
  const files: ModelFile[] = []
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name)
    files.push({ name, bytes: (await lstat(path)).size, sha256: await hashFile(path, signal) })
  }
  return files
}

/** One sha256 for all of them. */
export function digestOf(files: readonly ModelFile[]): string {
  return hashBytes(JSON.stringify(files.map(({ name, bytes, sha256 }) => [name, bytes, sha256])))
}

/**
 * Compares the files of a version with what was registered; other files beside them are nobody's business.
 *
 * @param reference `price@3`, for messages
 * @throws models.damaged naming the file
 */
export async function checkFiles(folder: string, files: readonly ModelFile[], reference: string, signal?: AbortSignal): Promise<void> {
  if ((await kindOf(folder)) !== 'folder') throw damaged(reference, folder, 'its folder is missing')
  for (const file of files) {
    const path = join(folder, file.name)
    const kind = await kindOf(path)
    if (kind === undefined) throw damaged(reference, path, 'it is missing')
    // A link could point at anything, and be moved between the check and the reading.
    if (kind !== 'file') throw damaged(reference, path, 'it is no plain file')
    const { size } = await lstat(path)
    if (size !== file.bytes) throw damaged(reference, path, `it has ${size} bytes, not the ${file.bytes} that were registered`)
    if ((await hashFile(path, signal)) !== file.sha256) throw damaged(reference, path, 'its bytes are not those that were registered')
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
  try {
    const found = await lstat(path)
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, signal === undefined ? {} : { signal })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

/** The error for a version that is not as it was registered. */
export function damaged(reference: string, path: string, why: string, cause?: unknown): TidemillError {
  return new TidemillError('models.damaged', `damaged model: ${reference}: ${path} (${why})`, {
    details: { reference, path },
    hint: 'put back a copy of the folder of this version, or load another version',
    ...(cause === undefined ? {} : { cause }),
  })
}
