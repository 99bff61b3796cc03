/** `workspace.json`: written last when a workspace is made, so that its presence says that the rest must be there. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { TidemillError } from '../errors/index.ts'
import { hashBytes, writeFileAtomic } from '../storage/index.ts'

export const workspaceFile = 'workspace.json'
/** The newest layout of folders that this package reads. */
const newest = 1

interface WorkspaceFile {
  readonly format: 'tidemill.workspace'
  readonly version: 1
  readonly id: string
  /** Milliseconds since 1970. */
  readonly created: number
}

/**
 * True when the folder is a workspace; false when there is no such file.
 *
 * @throws models.damaged, models.version
 */
export async function readWorkspaceFile(path: string): Promise<boolean> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return false
    throw new TidemillError('models.unwritable', `workspace cannot be read: ${path}: ${(cause as Error).message}`, {
      cause,
      details: { path },
    })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(path, 'not JSON', cause)
  }
  const { hash, ...body } = (value ?? {}) as Partial<Record<keyof WorkspaceFile | 'hash', unknown>>
  if (body.format !== 'tidemill.workspace') throw damaged(path, 'it is no workspace')
  if (typeof body.version === 'number' && body.version > newest)
    throw new TidemillError('models.version', `workspace of version ${body.version}: ${path} (this tidemill reads up to ${newest})`, {
      hint: 'update tidemill',
      details: { path, version: body.version },
    })
  if (hash !== hashBytes(JSON.stringify(body))) throw damaged(path, 'its text does not have the hash it names')
  if (body.version !== newest) throw damaged(path, `version ${String(body.version)}`)
  return true
}

/** Writes the file where it is not there yet; of several processes one wins, and all go on. */
export async function writeWorkspaceFile(path: string, created: number): Promise<void> {
  const body: WorkspaceFile = { format: 'tidemill.workspace', version: 1, id: randomUUID(), created }
  const text = `${JSON.stringify({ ...body, hash: hashBytes(JSON.stringify(body)) }, null, 2)}\n`
  try {
    await writeFileAtomic(path, text, { ifAbsent: true })
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'storage.exists') throw error
  }
}

function damaged(path: string, why: string, cause?: unknown): TidemillError {
  return new TidemillError('models.damaged', `damaged workspace file: ${path} (${why})`, {
    details: { path },
    hint: 'put back a copy of this file; when there is none, remove it: it is made again from the database beside it',
    ...(cause === undefined ? {} : { cause }),
  })
}
