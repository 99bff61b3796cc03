/** A write to a table in a folder: its mark, and the one step by which it is seen. */
import { type FileHandle, link, mkdir, open, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { TidemillError } from '../errors/index.ts'
import { syncFolder } from '../storage/index.ts'
import { retire } from './retired.ts'
import { encodeTable, type TableManifest } from './table-manifest.ts'
import { currentTable, manifestFolder, manifestPath } from './table-versions.ts'
import { hiddenPrefix, newWriterId } from './writer-id.ts'

export interface Transaction {
  readonly id: string
  /** Where its files are made: hidden, in the folder of the table. */
  readonly staging: string
  /**
   * Makes the next version seen by all readers at once. `next` makes it out of the newest one, and throws where another writer was first with something that
   * does not agree with it; it is asked again when another writer comes in between. Files that the version has no more are moved away at once.
   *
   * @throws storage.conflict when this write was taken for dead and swept
   */
  publish(next: (newest: TableManifest | undefined) => TableManifest): Promise<TableManifest>
  /** Removes the mark and what was staged. */
  close(): Promise<void>
}

/**
 * Begins a write: a mark `_tidemill/writing-<id>` says that it goes on, so that nobody sweeps its files.
 *
 * The mark is also the draft of the manifest: the version is published by a link from `manifest-<n>.json` to it. The link fails when another writer has the number, and
 * when the mark was swept: so a writer that was taken for dead cannot publish files that are gone.
 */
export async function beginWrite(root: string, shown: string): Promise<Transaction> {
  const id = newWriterId()
  const folder = join(root, manifestFolder)
  await mkdir(folder, { recursive: true })
  const mark = join(folder, `writing-${id}`)
  const staging = join(root, `${hiddenPrefix}${id}`)
  const handle = await open(mark, 'wx')
  let published = false
  return {
    id,
    staging,
    async publish(next) {
      // The draft is the published manifest from then on: it must not be written again.
      if (published) throw new TidemillError('engine.internal', 'a write publishes once')
      for (;;) {
        const newest = await currentTable(root)
        const manifest = next(newest)
        await rewrite(handle, encodeTable(manifest))
        try {
          await link(mark, manifestPath(root, manifest.version))
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException
          if (code === 'EEXIST') continue
          throw code === 'ENOENT' ? swept(shown, error) : code === 'EPERM' || code === 'ENOTSUP' ? noLinks(shown, error) : error
        }
        published = true
        await syncFolder(folder)
        if (newest !== undefined) await retire(root, [newest, manifest], shown)
        return manifest
      }
    },
    async close() {
      await handle.close()
      await rm(staging, { recursive: true, force: true })
      await unlink(mark).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    },
  }
}

async function rewrite(handle: FileHandle, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  await handle.truncate(0)
  for (let from = 0; from < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, from, bytes.length - from, from)
    from += bytesWritten
  }
  await handle.sync()
}

function swept(shown: string, cause: unknown): TidemillError {
  return new TidemillError('storage.conflict', `write was taken for dead and swept: ${shown}`, {
    hint: 'write again; the table is as it was',
    details: { path: shown },
    retryable: true,
    cause,
  })
}

function noLinks(shown: string, cause: unknown): TidemillError {
  return new TidemillError('connectors.unreadable', `output cannot be written: ${shown}: its file system has no hard links`, {
    hint: 'they keep two writers apart; write a new folder there instead of changing one',
    details: { path: shown },
    cause,
  })
}
