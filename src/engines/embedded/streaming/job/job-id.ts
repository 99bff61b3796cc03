/** `job.json` of a job: the id that its checkpoints and the files of its sinks bear, so that two jobs of one name can write to one folder. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../../../../errors/index.ts'
import { hashBytes, writeFileAtomic } from '../../../../storage/index.ts'

const version = 1

interface JobFile {
  readonly version: number
  readonly id: string
  readonly hash: string
}

/**
 * The id of the job in a folder; made at its first start.
 *
 * @throws stream.checkpoint-corrupt when the file is damaged: without the id its checkpoints are nobody's
 * @throws stream.checkpoint-version
 */
export async function jobId(folder: string, name: string): Promise<string> {
  const path = join(folder, 'job.json')
  const known = await readId(path)
  if (known !== undefined) return known
  const id = `${name}-${randomUUID().slice(0, 8)}`
  try {
    await writeFileAtomic(path, JSON.stringify({ version, id, hash: hashOf(id) } satisfies JobFile), { ifAbsent: true })
  } catch (error) {
    if (!(error instanceof TidemillError && error.code === 'storage.exists')) throw error
    return (await readId(path)) ?? id
  }
  return id
}

async function readId(path: string): Promise<string | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const file = parsed(text)
  if (typeof file?.version === 'number' && file.version > version)
    throw new TidemillError('stream.checkpoint-version', `job of version ${file.version}: ${path} (this tidemill reads version ${version})`)
  if (typeof file?.id !== 'string' || file.hash !== hashOf(file.id))
    throw new TidemillError('stream.checkpoint-corrupt', `damaged file: ${path}, which holds the id of the job`)
  return file.id
}

function parsed(text: string): Partial<JobFile> | null {
  try {
    return JSON.parse(text) as Partial<JobFile> | null
  } catch {
    return null
  }
}

function hashOf(id: string): string {
  return hashBytes(`tidemill job ${version} ${id}`)
}
