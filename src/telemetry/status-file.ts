/** `status.json` of a job: its status, with the hash of the rest. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { hashBytes, writeFileAtomic } from '../storage/index.ts'
import type { JobStatus } from './job-status.ts'

/** Name of the file in the folder of a job. */
export const statusFile = 'status.json'
const version = 1

/** Writes the status of a job again and again. */
export interface JobStatusWriter {
  /** Resolves when this status, or a newer one, is in the file. */
  write(status: JobStatus): Promise<void>
}

/**
 * Writes `status.json` in the folder of a job: readers see one whole status or the other. One write at a time; of those that wait meanwhile only the newest is written.
 *
 * @example
 * const writer = jobStatusWriter('.tidemill/jobs/alerts')
 * await writer.write(keeper.status())
 */
export function jobStatusWriter(folder: string): JobStatusWriter {
  const path = join(folder, statusFile)
  let running: Promise<void> | undefined
  let waiting: { status: JobStatus; readonly done: Promise<void> } | undefined
  const begin = (status: JobStatus): Promise<void> => {
    const done = writeFileAtomic(path, textOf(status)).then(() => undefined)
    const ended = done.then(
      () => void (running = undefined),
      () => void (running = undefined),
    )
    running = ended
    return done
  }
  return {
    write(status) {
      // Before the one that runs: it may have ended a moment ago, and the one that waits is about to begin.
      if (waiting !== undefined) {
        waiting.status = status
        return waiting.done
      }
      if (running === undefined) return begin(status)
      const next: { status: JobStatus; readonly done: Promise<void> } = {
        status,
        done: running.then(() => {
          waiting = undefined
          return begin(next.status)
        }),
      }
      waiting = next
      return next.done
    },
  }
}

/**
 * The status in a file; undefined when there is no file.
 *
 * @throws telemetry.version for a file of another version; telemetry.damaged
 */
export async function readJobStatus(path: string): Promise<JobStatus | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
  return statusIn(text, path)
}

function textOf(status: JobStatus): string {
  return JSON.stringify({ ...status, hash: hashBytes(JSON.stringify(status)) })
}

function statusIn(text: string, path: string): JobStatus {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(path, 'not JSON', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(path, 'it holds no status')
  const { hash, ...status } = value as JobStatus & { readonly hash?: unknown }
  // Before the hash: a later version may keep it otherwise.
  if (typeof status.version === 'number' && status.version !== version)
    throw new TidemillError('telemetry.version', `status of version ${status.version}: ${path} (this tidemill reads version ${version})`, {
      details: { path, version: status.version },
      hint: 'look at it with the tidemill that runs the job',
    })
  if (hash !== hashBytes(JSON.stringify(status))) throw damaged(path, 'its text does not have the hash it names')
  return status
}

function damaged(path: string, why: string, cause?: unknown): TidemillError {
  return new TidemillError('telemetry.damaged', `damaged status file: ${path} (${why})`, {
    details: { path },
    hint: 'a running job writes it again within a second; of a job that has ended it can be removed',
    ...(cause === undefined ? {} : { cause }),
  })
}
