import { decodeManifest } from '../../src/engines/embedded/streaming/files/index.ts'
import type { Disk, Manifest } from '../../src/engines/embedded/streaming/seams.ts'
import type { SimulatedDisk } from './simulated-disk.ts'

/** The disk as one attempt uses it, with what it does about manifests told to the world. */
export function watchedDisk(
  disk: SimulatedDisk,
  folder: string,
  hears: { linked(): void; believed(manifest: Manifest): void },
): Disk {
  let linked: string | undefined
  return {
    append: (path, bytes) => disk.append(path, bytes),
    fsync: path => disk.fsync(path),
    makeFolder: () => disk.makeFolder(),
    rename: (from, to) => disk.rename(from, to),
    exists: path => disk.exists(path),
    size: path => disk.size(path),
    read: (path, from, to) => disk.read(path, from, to),
    list: path => disk.list(path),
    remove: path => disk.remove(path),
    *link(from, to) {
      yield* disk.link(from, to)
      linked = to
      hears.linked()
    },
    *fsyncFolder(path) {
      yield* disk.fsyncFolder(path)
      if (path !== folder || linked === undefined) return
      const manifest = decodeManifest(disk.peek(linked))
      linked = undefined
      if (manifest !== undefined) hears.believed(manifest)
    },
  }
}
