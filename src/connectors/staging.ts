/** Where files lie that must be brought or rewritten before an engine can read them. */
import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { RemoteParquet } from './remote-parquet.ts'

/** A folder of a session, made when first needed and removed when the session closes or the process ends. */
export interface Staging {
  /** A new path there, below the given folders, whose name ends as the given one. */
  path(name: string, below?: string): Promise<string>
  /** What was downloaded before, by address. */
  readonly fetched: Map<string, Fetched>
  /** Parquet files of which parts were brought, by address. */
  readonly remote: Map<string, RemoteParquet>
  close(): Promise<void>
}
/** A download and what proves that it is still what the server has. */
export interface Fetched {
  readonly file: string
  readonly etag?: string | undefined
  readonly modified?: string | undefined
}

/** Makes a staging place. Nothing is on the disk before a path is asked for. */
export function staging(): Staging {
  let folder: Promise<string> | undefined
  let made: string | undefined
  let count = 0
  const removeNow = (): void => {
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
  }
  const open = async (): Promise<string> => {
    made = await mkdtemp(join(tmpdir(), 'tidemill-read-'))
    process.once('exit', removeNow)
    return made
  }
  return {
    fetched: new Map(),
    remote: new Map(),
    async path(name, below = '') {
      folder ??= open()
      const into = join(await folder, String(++count), below)
      await mkdir(into, { recursive: true })
      return join(into, safeName(name))
    },
    async close() {
      const path = await folder
      folder = undefined
      if (path === undefined) return
      process.off('exit', removeNow)
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** A name from outside may hold anything; its ending says what the file is. */
function safeName(name: string): string {
  const plain = basename(name).replaceAll(/[^A-Za-z0-9._-]/g, '_')
  return /^\.*$/.test(plain) ? 'file' : plain.slice(-100)
}

let shared: Staging | undefined

/** The staging place of those who have no session. */
export function sharedStaging(): Staging {
  shared ??= staging()
  return shared
}
