/** What a new coordinator tidies up, and what a running one lets go of. */
import type { Disk, FileRef, Io, Manifest, StreamSink } from '../seams.ts'
import { listManifests, manifestName, type ManifestPlace, manifestAt } from './manifests.ts'

/** Names of the state files that a manifest lists. */
export function filesOf(manifest: Manifest): readonly string[] {
  return manifest.states.flatMap(({ files }) => files.map(({ name }: FileRef) => name))
}

/** State files that savepoints list; they are kept as long as their savepoint. */
export function* pinnedFiles(place: ManifestPlace): Io<Set<string>> {
  const pinned = new Set<string>()
  for (const seq of yield* listManifests(place)) {
    const manifest = yield* manifestAt(place, seq)
    if (manifest?.kind === 'savepoint') for (const name of filesOf(manifest)) pinned.add(name)
  }
  return pinned
}

/** Drops what no manifest promised: work of older generations in sinks, their state files, manifests before the previous one. Savepoints stay. */
export function* dropLeftovers(
  place: ManifestPlace,
  base: Manifest,
  sinks: ReadonlyMap<string, StreamSink>,
  pinned: ReadonlySet<string>,
): Io<void> {
  const { disk, folder, id } = place
  for (const [step, sink] of sinks) {
    const listed = new Set(base.tokens.filter(token => token.sink === step).map(token => token.id))
    yield* sink.abortOrphans(base.generation, listed)
  }
  const used = new Set([...filesOf(base), ...pinned])
  for (const name of yield* disk.list(folder)) {
    const [, generation] = /^g(\d+)-s\d+-\d+-\d+\.(?:log|image)$/.exec(name) ?? []
    if (generation !== undefined && Number(generation) < base.generation && !used.has(name)) yield* disk.remove(`${folder}/${name}`)
    const [, process, seq] = /^draft-(.*)-(\d+)$/.exec(name) ?? []
    if (seq !== undefined && process !== id && Number(seq) < base.seq) yield* disk.remove(`${folder}/${name}`)
  }
  for (const seq of yield* listManifests(place)) {
    if (seq >= base.seq - 1) break
    // A damaged one cannot be told from a savepoint, but cannot be used either.
    if ((yield* manifestAt(place, seq))?.kind !== 'savepoint') yield* disk.remove(`${folder}/${manifestName(seq)}`)
  }
}

/** Manifests that are kept, oldest first, and the savepoints. */
export interface History {
  readonly manifests: Manifest[]
  readonly pinned: Set<string>
}

/** Lets go of all but the newest `keep` manifests, with the state files and sink work that only they list (R13). */
export function* retain(
  { disk, folder }: { readonly disk: Disk; readonly folder: string },
  { manifests, pinned }: History,
  sinks: ReadonlyMap<string, StreamSink>,
  keep: number,
): Io<void> {
  while (manifests.length > keep) {
    const old = manifests.shift() as Manifest
    if (old.kind === 'savepoint') for (const name of filesOf(old)) pinned.add(name)
    else yield* disk.remove(`${folder}/${manifestName(old.seq)}`)
    const files = new Set([...manifests.flatMap(filesOf), ...pinned])
    for (const name of filesOf(old)) if (!files.has(name)) yield* disk.remove(`${folder}/${name}`)
    const tokens = new Set(manifests.flatMap(manifest => manifest.tokens.map(({ sink, id }) => `${sink} ${id}`)))
    for (const token of old.tokens) if (!tokens.has(`${token.sink} ${token.id}`)) yield* (sinks.get(token.sink) as StreamSink).forget(token)
  }
}
