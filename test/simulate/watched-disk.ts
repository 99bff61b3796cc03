import { decodeManifest } from '../../src/engines/embedded/streaming/files/index.ts'
import type { Disk, Manifest } from '../../src/engines/embedded/streaming/seams.ts'
import type { SimulatedDisk } from './simulated-disk.ts'

/** The disk as one attempt uses it, with what it does about manifests told to the world. */
export function watchedDisk(
  disk: SimulatedDisk,
  folder: string,
  hears: { linked(): void; believed(manifest: Manifest, newestThen: number): void },
): Disk {
  let linked: string | undefined
  let newer: number | undefined
  return {
    *append(path, bytes) {
      // Who begins another draft has given the linked one up.
      if (path.includes('/draft-')) linked = undefined
      yield* disk.append(path, bytes)
    },
    fsync: path => disk.fsync(path),
    makeFolder: () => disk.makeFolder(),
    rename: (from, to) => disk.rename(from, to),
    exists: path => disk.exists(path),
    size: path => disk.size(path),
    read: (path, from, to) => disk.read(path, from, to),
    remove: path => disk.remove(path),
    *link(from, to) {
      yield* disk.link(from, to)
      ;[linked, newer] = [to, undefined]
      hears.linked()
    },
    /** The listing after a link decides whether the link counts. */
    *list(path) {
      const names = yield* disk.list(path)
      if (path === folder && linked !== undefined) newer = newestGeneration(disk, folder)
      return names
    },
    *fsyncFolder(path) {
      yield* disk.fsyncFolder(path)
      if (path !== folder || linked === undefined) return
      const manifest = decodeManifest(disk.peek(linked))
      linked = undefined
      if (manifest !== undefined) hears.believed(manifest, newer ?? 0)
    },
  }
}

/** By the bytes of the manifest, which never change but by damage. */
const generations = new WeakMap<ArrayBufferLike, number>()

function newestGeneration(disk: SimulatedDisk, folder: string): number {
  let newest = 0
  for (const name of disk.names(folder)) {
    if (!name.startsWith('manifest-')) continue
    const bytes = disk.peek(`${folder}/${name}`)
    const generation = generations.get(bytes.buffer) ?? decodeManifest(bytes)?.generation ?? 0
    generations.set(bytes.buffer, generation)
    newest = Math.max(newest, generation)
  }
  return newest
}
