/** `run.json`: a kept run with a hash of itself. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { TidemillError } from '../errors/index.ts'
import type { KeptRun } from './types.ts'

const version = 1

/** The bytes of the file. */
export function printRun(run: KeptRun): string {
  const body = JSON.stringify({ ...run, started: run.started.getTime(), ended: run.ended.getTime() })
  return `${JSON.stringify({ format: 'tidemill-run', version, sha256: sha256(body), run: JSON.parse(body) as unknown }, undefined, 1)}\n`
}

/** The run of a file; undefined when there is none. @throws runs.damaged, storage.version */
export async function readRun(path: string): Promise<KeptRun | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const file = parsed(text) as { readonly format?: string; readonly version?: number; readonly sha256?: string; readonly run?: object }
  if (file.format !== 'tidemill-run' || file.run === undefined) throw damaged(path, 'it is no run')
  if (file.version !== version)
    throw new TidemillError(
      'storage.version',
      `run of another version: ${path} (version ${String(file.version)}, this package reads ${version})`,
      {
        details: { path },
      },
    )
  if (sha256(JSON.stringify(file.run)) !== file.sha256) throw damaged(path, 'its hash does not fit')
  const { started, ended, ...run } = file.run as Omit<KeptRun, 'started' | 'ended'> & { readonly started: number; readonly ended: number }
  return { ...run, started: new Date(started), ended: new Date(ended) }
}

/** The error of a file that was changed. */
export function damaged(path: string, why: string): TidemillError {
  return new TidemillError('runs.damaged', `damaged file of a run: ${path} (${why})`, {
    details: { path },
    hint: 'remove the run, or put back a copy of the file',
  })
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
