/** Whether the files of a version are those that were written. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { TidemillError } from '../errors/index.ts'
import { findPlaces, placesOf } from './retired.ts'
import type { TableManifest } from './table-manifest.ts'

/** `size`: every file is there and has its size. `hash`: and its bytes. */
export type Verify = 'size' | 'hash' | 'off'

/**
 * Checks the files of a version. Gives where each lies, as absolute paths.
 *
 * @throws storage.damaged naming the file that is missing or changed
 */
export async function verifyFiles(
  root: string,
  { files, version }: Pick<TableManifest, 'files' | 'version'>,
  verify: Verify,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const places = [...(await placesOf(root, { version, files }))]
  if (verify === 'off') return places
  await eachOf(files, verify === 'hash' ? 4 : 16, async (file, index) => {
    signal?.throwIfAborted()
    const found = await sizeOf(places[index] ?? '')
    // A write may have replaced the version since it was looked up.
    if (found === undefined) [places[index]] = (await findPlaces(root, version, [file])) as [string]
    const path = places[index] ?? ''
    const size = found ?? (await sizeOf(path))
    if (size === undefined) throw damaged(path, version, 'is missing')
    if (size !== file.bytes) throw damaged(path, version, `has ${size} bytes, not ${file.bytes}`)
    if (verify !== 'hash' || file.sha256 === undefined) return
    const hash = await hashFile(path, signal).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      ;[places[index]] = (await findPlaces(root, version, [file])) as [string]
      return hashFile(places[index], signal)
    })
    if (hash !== file.sha256) throw damaged(path, version, 'has other bytes than were written')
  })
  return places
}

async function sizeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  return found?.size
}

/** sha256 of a file, in hexadecimal. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted()
    hash.update(chunk as Uint8Array)
  }
  return hash.digest('hex')
}

/** Does some work for each item, so many at a time; the first error ends it. */
export async function eachOf<T>(items: readonly T[], width: number, work: (item: T, index: number) => Promise<void>): Promise<void> {
  let next = 0
  let failed = false
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      while (next < items.length && !failed) {
        const index = next++
        try {
          // The items of one lane come one after the other: that is the limit.
          // oxlint-disable-next-line no-await-in-loop
          await work(items[index] as T, index)
        } catch (error) {
          failed = true
          throw error
        }
      }
    }),
  )
}

function damaged(path: string, version: number, what: string): TidemillError {
  return new TidemillError('storage.damaged', `file of version ${version} ${what}: ${path}`, {
    hint: "copy the folder again from where it is whole, or write it again; verify: 'off' reads what is there",
    details: { file: path, version } satisfies Readonly<Record<string, unknown>>,
  })
}
