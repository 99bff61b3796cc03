/** Mistakes of the coordinator and of what subtasks tell it. */
import type { Io, Manifest, StateRef } from '../../src/engines/embedded/streaming/seams.ts'
import { beginning } from '../../src/engines/embedded/streaming/seams.ts'
import type { Mutation, Surroundings } from './mutation.ts'

const isTakeover = ({ kind }: Manifest): boolean => kind === 'takeover'

function* commitAll(manifest: Manifest, at: Surroundings): Io<void> {
  for (const token of manifest.tokens) {
    const sink = at.sinks.get(token.sink)
    if (sink !== undefined) yield* sink.commit(token)
  }
}

/** A manifest with other content. */
const altered = (about: string, alter: (manifest: Manifest, at: Surroundings) => Manifest): Mutation => ({
  about,
  // Nothing is waited for.
  // oxlint-disable-next-line require-yield
  *manifest(manifest, at) {
    return alter(manifest, at)
  },
})

export const protocolMutations: Readonly<Record<string, Mutation>> = {
  'commit-before-manifest': {
    about: 'sinks commit when all acknowledgements are in, before the manifest is durable',
    *manifest(manifest, at) {
      if (!isTakeover(manifest)) yield* commitAll(manifest, at)
      return manifest
    },
  },
  'act-before-takeover': {
    about: 'recovery commits and aborts before its own manifest is durable',
    *manifest(manifest, at) {
      if (!isTakeover(manifest)) return manifest
      yield* commitAll(manifest, at)
      for (const [step, sink] of at.sinks)
        yield* sink.abortOrphans(manifest.generation, new Set(manifest.tokens.filter(token => token.sink === step).map(({ id }) => id)))
      return manifest
    },
  },
  'tokens-not-in-manifest': altered('tokens are kept in memory only', manifest => ({ ...manifest, tokens: [] })),
  'tokens-not-carried': altered('a token not yet committed is left out of the next manifest', (manifest, at) => {
    const listed = (at.notes.get('listed') as Set<string> | undefined) ?? new Set<string>()
    at.notes.set('listed', listed)
    const tokens = isTakeover(manifest) ? manifest.tokens : manifest.tokens.filter(({ id }) => !listed.has(id))
    for (const { id } of manifest.tokens) listed.add(id)
    return { ...manifest, tokens }
  }),
  'sparse-sequence': altered('the manifest is named by the epoch, which may skip numbers', (manifest, { notes }) => {
    if (isTakeover(manifest)) notes.set('first', manifest.seq)
    return isTakeover(manifest) ? manifest : { ...manifest, seq: Math.max(manifest.seq, manifest.epoch + (notes.get('first') as number)) }
  }),
  'watermark-not-in-snapshot': altered('the watermark of a key group is not restored', manifest => ({
    ...manifest,
    states: manifest.states.map(state => ({ ...state, watermarks: state.watermarks.map(() => beginning) })),
  })),
  'garbage-too-early': {
    about: 'files of the previous manifest are removed before the new one is durable',
    *manifest(manifest, at) {
      const files = (of: Manifest): readonly string[] => of.states.flatMap((state: StateRef) => state.files.map(({ name }) => name))
      const before = at.notes.get('before') as Manifest | undefined
      at.notes.set('before', manifest)
      if (before === undefined || isTakeover(manifest)) return manifest
      yield* at.disk.remove(`${at.folder}/manifest-${String(before.seq).padStart(6, '0')}`)
      const kept = new Set(files(manifest))
      for (const name of files(before)) if (!kept.has(name)) yield* at.disk.remove(`${at.folder}/${name}`)
      return manifest
    },
  },
  'declined-tokens-forgotten': {
    about: 'rows prepared for a declined epoch are not listed again',
    report(report, deliver) {
      deliver(report.kind === 'acknowledge' ? { ...report, tokens: report.tokens.filter(({ epoch }) => epoch === report.epoch) } : report)
    },
  },
  'source-acknowledged-early': {
    about: 'source positions are acknowledged when the barrier is injected',
    report(report, deliver, at) {
      if (report.kind === 'acknowledge' && report.positions !== undefined) at.acknowledge(report.positions)
      deliver(report)
    },
  },
  'stale-acknowledgements': {
    about: 'acknowledgements are counted without looking at the epoch or the generation',
    report(report, deliver, at) {
      const { epoch, generation } = at.asked
      const from = report.from.replace(/^g\d+/, `g${generation}`)
      deliver(report.kind === 'acknowledge' ? { ...report, generation, from, epoch } : report)
    },
  },
  'no-final-checkpoint': {
    about: 'a bounded job ends without a last checkpoint',
    report(report, deliver, at) {
      const ended = (at.notes.get('ended') as Set<string> | undefined) ?? new Set<string>()
      at.notes.set('ended', ended)
      if (report.kind === 'ended') ended.add(report.from)
      if (at.last.every(name => ended.has(name))) at.finish()
      deliver(report)
    },
  },
  'rescale-own-file': {
    about: 'a restored subtask reads only the files of its own index',
    place: place => ({
      ...place,
      base: {
        ...place.base,
        states: place.base.states.map(state => ({
          ...state,
          files: state.files.filter(({ name }) => name.includes(`-s${place.stage}-${place.index}-`)),
        })),
      },
    }),
  },
  'stop-keeps-reading': {
    about: 'a source reads on after the barrier of a stop',
    harmless: true,
    request: (epoch, _, ask) => ask(epoch, false),
  },
}
