/** Manifests in the folder of a job: named by a dense sequence, claimed by a link that fails when the name is taken (R12). */
import { TidemillError } from '../../../../errors/index.ts'
import { decodeManifest, encodeManifest } from '../files/index.ts'
import type { Disk, Io, Manifest } from '../seams.ts'
import { diskCode, isDiskError } from './state-files.ts'

const named = /^manifest-(\d{6,})$/

export function manifestName(seq: number): string {
  return `manifest-${String(seq).padStart(6, '0')}`
}

/** The sequence number of a file name; undefined for other files. */
export function seqOf(name: string): number | undefined {
  const digits = named.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

export interface ManifestPlace {
  readonly disk: Disk
  readonly folder: string
  /** Of this process: what its drafts are called by. */
  readonly id: string
}

/** Sequence numbers in the folder, lowest first. */
export function* listManifests({ disk, folder }: ManifestPlace): Io<readonly number[]> {
  const names = yield* disk.list(folder)
  return names
    .map(seqOf)
    .filter(seq => seq !== undefined)
    .toSorted((a, b) => a - b)
}

/** One manifest; undefined when it is damaged. @throws ENOENT when it is gone */
export function* readManifest({ disk, folder }: ManifestPlace, seq: number): Io<Manifest | undefined> {
  return decodeManifest(yield* disk.read(`${folder}/${manifestName(seq)}`))
}

/** A manifest that may be gone: undefined when it is damaged or gone, as an older coordinator may still be removing what it no longer needs. */
export function* manifestAt(place: ManifestPlace, seq: number): Io<Manifest | undefined> {
  try {
    return yield* readManifest(place, seq)
  } catch (error) {
    if (diskCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Puts a manifest on disk under a name of its own. After an error the manifest does not exist. */
export function* writeDraft({ disk, folder, id }: ManifestPlace, manifest: Manifest): Io<string> {
  const draft = `${folder}/draft-${id}-${manifest.seq}`
  yield* disk.remove(draft)
  try {
    yield* disk.append(draft, encodeManifest(manifest))
    yield* disk.fsync(draft)
  } catch (error) {
    if (isDiskError(error)) yield* disk.remove(draft)
    throw error
  }
  return draft
}

/**
 * Gives a draft its name, for good: when this returns, the manifest survives a loss of power and no older coordinator can write another.
 *
 * @throws stream.fenced when somebody else has this number or a higher one
 */
export function* publish({ disk, folder }: ManifestPlace, draft: string, { seq }: Manifest): Io<void> {
  const path = `${folder}/${manifestName(seq)}`
  // The names of state files must be durable before the manifest that lists them.
  yield* disk.fsyncFolder(folder)
  try {
    yield* disk.link(draft, path)
  } catch (error) {
    if (diskCode(error) === 'EEXIST' || (diskCode(error) === 'ENOENT' && (yield* isOvertaken(disk, folder, seq - 1)))) throw fenced(seq)
    throw error
  }
  // Retention frees names: the number may have been free again.
  if (yield* isOvertaken(disk, folder, seq)) throw fenced(seq)
  yield* disk.fsyncFolder(folder)
  yield* disk.remove(draft)
}

function* isOvertaken(disk: Disk, folder: string, seq: number): Io<boolean> {
  return (yield* disk.list(folder)).some(name => (seqOf(name) ?? 0) > seq)
}

function fenced(seq: number): TidemillError {
  return new TidemillError('stream.fenced', `another process took the job over: manifest ${seq} is not ours`, { details: { seq } })
}
