import { TidemillError } from '../../../../errors/index.ts'
import { type Graph, type Io, keyGroups, type Manifest, type StreamSink } from '../seams.ts'
import { listManifests, manifestName, type ManifestPlace, publish, readManifest, writeDraft } from './manifests.ts'
import { diskCode } from './state-files.ts'

export interface TakeOverPlace extends ManifestPlace {
  readonly job: string
  readonly graph: Graph
  readonly sinks: ReadonlyMap<string, StreamSink>
  readonly now: () => number
  readonly from?: string | undefined
  /** What is written in place of the manifest. */
  readonly adapt: (manifest: Manifest) => Io<Manifest>
}
export interface TakenOver {
  /** The job's state, under a sequence number of ours. */
  readonly base: Manifest
  /** The manifest it was copied from; undefined at a first start. */
  readonly found: Manifest | undefined
  /** Newer manifests that cannot be read. */
  readonly damaged: readonly number[]
}

/**
 * Claims the next sequence number with a copy of the newest manifest (R15). Until this returns, nothing may be committed, aborted or removed: it fences older
 * coordinators and makes durable what may only be visible.
 *
 * @throws stream.checkpoint-corrupt, stream.changed-plan, stream.checkpoint-version
 */
export function* takeOver(place: TakeOverPlace): Io<TakenOver> {
  yield* place.disk.makeFolder(place.folder)
  for (;;) {
    try {
      const newest = yield* findNewest(place)
      const claim = claimOf(place, newest)
      const written = yield* place.adapt(claim)
      const draft = yield* writeDraft(place, written)
      yield* publish(place, draft, written)
      return { base: written, found: newest.manifest, damaged: newest.damaged }
    } catch (error) {
      const raced = (error instanceof TidemillError && error.code === 'stream.fenced') || diskCode(error) === 'ENOENT'
      if (!raced) throw error
    }
    yield
  }
}

interface Newest {
  readonly manifest: Manifest | undefined
  readonly damaged: readonly number[]
  /** Highest number taken, also by one that cannot be read. */
  readonly highest: number
}

function claimOf({ job, graph, now, from }: TakeOverPlace, { manifest, highest }: Newest): Manifest {
  if (manifest !== undefined && manifest.epoch > 0) checkPlan(graph, manifest)
  const seq = highest + 1
  // A savepoint that could not be read may be named anew, as long as nothing was done.
  const origin = (manifest === undefined || manifest.epoch === 0 ? from : undefined) ?? manifest?.from
  return {
    format: 1,
    job,
    seq,
    generation: seq,
    epoch: manifest?.epoch ?? 0,
    kind: 'takeover',
    complete: manifest?.complete ?? false,
    planHash: graph.planHash,
    keyGroups,
    positions: manifest?.positions ?? {},
    states: manifest?.states ?? [],
    tokens: manifest?.tokens ?? [],
    at: now(),
    ...(origin === undefined ? {} : { from: origin }),
  }
}

/** @throws stream.changed-plan when a manifest of the job holds the state of another plan, or owes rows to other sinks */
function checkPlan(graph: Graph, manifest: Manifest): void {
  if (manifest.planHash === graph.planHash && manifest.keyGroups === keyGroups) return
  const onlySinks = computes(manifest.planHash) === computes(graph.planHash)
  throw changed(graph, manifest, `job ${graph.name} ${onlySinks ? 'has written to other sinks' : 'has state of another plan'}`, {
    hint: onlySinks
      ? 'to write elsewhere, take a savepoint of the job as it was and begin under another name: start({ name, from: savepoint })'
      : 'start the changed plan under another name; what it computes differs, so its state would not fit',
  })
}

/** @throws stream.changed-plan when a savepoint holds the state of another plan; where its rows go may differ */
export function checkSavepoint(graph: Graph, manifest: Manifest, path: string): void {
  if (computes(manifest.planHash) === computes(graph.planHash) && manifest.keyGroups === keyGroups) return
  throw changed(graph, manifest, `savepoint ${path} has state of another plan`, {
    hint: 'begin the very plan that it was taken of, with any sinks; what this one computes differs, so the state would not fit',
  })
}

/** The part of a plan's hash that says what is computed. */
function computes(planHash: string): string {
  return planHash.split('.')[0] ?? planHash
}

function changed(graph: Graph, { at, job, planHash }: Manifest, problem: string, { hint }: { readonly hint: string }): TidemillError {
  return new TidemillError('stream.changed-plan', `${problem} (written ${new Date(at).toISOString()})`, {
    details: { job, have: planHash, want: graph.planHash },
    hint,
  })
}

/** The newest manifest that can be read. An older one is good only if no sink shows rows that are newer than it. */
function* findNewest(place: TakeOverPlace): Io<Newest> {
  const seqs = yield* listManifests(place)
  const highest = seqs.at(-1) ?? 0
  const shown = yield* committedEpochs(place.sinks)
  const damaged: number[] = []
  for (const seq of seqs.toReversed()) {
    const manifest = yield* readManifest(place, seq)
    if (manifest === undefined) {
      damaged.push(seq)
      continue
    }
    const ahead = shown.filter(({ epoch }) => epoch > manifest.epoch)
    if (ahead.length === 0) return { manifest, damaged, highest }
    const rows = ahead.map(({ sink, epoch }) => `${sink} shows epoch ${epoch}`).join(', ')
    throw corrupt(place, `${rows}, the newest whole manifest ${seq} ends with epoch ${manifest.epoch}${damagedText(damaged)}`)
  }
  const ahead = shown.filter(({ epoch }) => epoch > 0)
  if (seqs.length === 0 && ahead.length === 0) return { manifest: undefined, damaged, highest }
  if (seqs.length > 0) throw corrupt(place, `no manifest can be read${damagedText(damaged)}`)
  throw corrupt(place, `no manifest is there, but ${ahead.map(({ sink, epoch }) => `${sink} shows epoch ${epoch}`).join(', ')}`)
}

function damagedText(damaged: readonly number[]): string {
  return damaged.length === 0 ? '' : ` (damaged: ${damaged.map(manifestName).join(', ')})`
}

function corrupt({ folder }: TakeOverPlace, problem: string): TidemillError {
  return new TidemillError('stream.checkpoint-corrupt', `checkpoints in ${folder} cannot be used without loss or repetition: ${problem}`, {
    hint: 'put the folder back from a copy, or start under another name, which reads the input again and writes its rows again',
  })
}

function* committedEpochs(sinks: ReadonlyMap<string, StreamSink>): Io<readonly { readonly sink: string; readonly epoch: number }[]> {
  const epochs: { readonly sink: string; readonly epoch: number }[] = []
  for (const [sink, { committedEpoch }] of sinks) epochs.push({ sink, epoch: yield* committedEpoch() })
  return epochs
}
