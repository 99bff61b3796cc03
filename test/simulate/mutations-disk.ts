/** Mistakes in what is brought to the disk, and when. */
import type { Disk, Io } from '../../src/engines/embedded/streaming/seams.ts'
import type { Mutation } from './mutation.ts'

const isState = (path: string): boolean => /\.(?:log|image)$/.test(path)
const isManifest = (path: string): boolean => path.includes('/manifest-')

/** The disk without some of its calls: they do nothing. */
function without(disk: Disk, call: 'fsync' | 'append', when: (path: string) => boolean): Disk {
  const real = disk[call] as (path: string, bytes: Uint8Array) => Io<void>
  return {
    ...disk,
    *[call](path: string, bytes: Uint8Array): Io<void> {
      if (when(path)) yield
      else yield* real(path, bytes)
    },
  }
}

/** The disk whose folder is not brought to it after certain other calls. */
function withoutFolder(disk: Disk, folder: string, when: (last: string) => boolean): Disk {
  let last = ''
  return {
    ...disk,
    *fsync(path) {
      yield* disk.fsync(path)
      last = `fsync ${path}`
    },
    *link(from, to) {
      yield* disk.link(from, to)
      last = `link ${to}`
    },
    *rename(from, to) {
      last = `rename ${to}`
      yield* disk.rename(from, to)
    },
    *fsyncFolder(path) {
      if (path === folder && when(last)) yield
      else yield* disk.fsyncFolder(path)
    },
  }
}

/** The listing of the folder just after a link shows nothing newer than what was linked. */
function blindAfterLink(disk: Disk, link: Disk['link']): Disk {
  let linked: string | undefined
  return {
    ...disk,
    *link(from, to) {
      yield* link(from, to)
      linked = to
    },
    *list(path) {
      const names = yield* disk.list(path)
      const newest = linked
      linked = undefined
      return newest === undefined ? names : names.filter(name => !isManifest(`/${name}`) || `${path}/${name}` <= newest)
    },
  }
}

export const diskMutations: Readonly<Record<string, Mutation>> = {
  'no-manifest-fsync': {
    about: 'the manifest is not fsynced before it is linked',
    disk: disk => without(disk, 'fsync', path => path.includes('/draft-')),
  },
  'no-directory-fsync': {
    about: 'the folder of the manifest is not fsynced after the link',
    disk: (disk, { folder }) => withoutFolder(disk, folder, last => last.startsWith('link')),
  },
  'one-directory-fsync': {
    about: 'the folder is fsynced after the link only, not before it',
    disk: (disk, { folder }) => withoutFolder(disk, folder, last => last.includes('/draft-') && last.startsWith('fsync')),
  },
  'no-state-fsync': { about: 'state files are not fsynced before the acknowledgement', disk: disk => without(disk, 'fsync', isState) },
  'fsync-retried': {
    about: 'a failed fsync of a state file is tried again and believed',
    disk: disk => ({
      ...disk,
      *fsync(path) {
        try {
          yield* disk.fsync(path)
        } catch (error) {
          if (!isState(path)) throw error
          yield* disk.fsync(path)
        }
      },
    }),
  },
  'no-sink-fsync': {
    about: 'prepare of the file sink and of the outbox does not fsync',
    disk: disk => without(disk, 'fsync', path => path.includes('/.tmp-') || path.includes('/box-')),
  },
  'no-sink-directory-fsync': {
    about: 'prepare does not fsync the folder',
    disk: (disk, { out }) =>
      withoutFolder(
        withoutFolder(disk, '/job/outbox', last => last.includes('/box-')),
        out,
        last => last.includes('/.tmp-'),
      ),
  },
  'commit-without-directory-fsync': {
    about: 'commit of the file sink is acknowledged before the rename is durable',
    disk: (disk, { out }) => withoutFolder(disk, out, last => last.startsWith('rename')),
  },
  'no-fencing': {
    about: 'the manifest is renamed over whatever is there, without compare-and-set',
    disk: disk => blindAfterLink(disk, (from, to) => disk.rename(from, to)),
  },
  'no-check-after-link': {
    about: 'a manifest whose name was free is believed, though newer ones exist and the name was freed by retention',
    disk: disk => blindAfterLink(disk, (from, to) => disk.link(from, to)),
  },
  'shown-epoch-untold': {
    about: 'an outbox does not write down that an epoch has rows outside',
    disk: disk => {
      const untold = (path: string): boolean => path.includes('/outbox/sent-')
      return without(without(disk, 'append', untold), 'fsync', untold)
    },
  },
}
