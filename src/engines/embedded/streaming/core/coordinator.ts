import { dirname } from 'node:path'
import { TidemillError } from '../../../../errors/index.ts'
import { decodeManifest } from '../files/index.ts'
import type { Io, Manifest, Report, StreamToken } from '../seams.ts'
import type { Coordinator, CoordinatorOptions } from './coordinator-seams.ts'
import { Debts } from './debts.ts'
import { lastStages, subtaskNames } from './layout.ts'
import { manifestName, publish, writeDraft } from './manifests.ts'
import { dropLeftovers, type History, pinnedFiles, retain } from './settle.ts'
import { isDiskError } from './state-files.ts'
import { checkSavepoint, takeOver } from './take-over.ts'

type Acknowledge = Extract<Report, { readonly kind: 'acknowledge' }>
/** The checkpoint under way; one at a time. */
interface Flight {
  readonly epoch: number
  readonly kind: 'checkpoint' | 'savepoint' | 'final'
  readonly stop: boolean
  readonly begun: number
  /** How many of those that wait for a savepoint, from the first, get this one. */
  readonly asked: number
  readonly reports: Map<string, Acknowledge>
}
const defaults = { checkpointMs: 1000, timeoutMs: 60_000 }
const keep = 2
/** Sinks that take nothing: so many epochs may wait before no further checkpoint is taken (R11). */
const mostWaiting = 4
const soonMs = 10
/** No message is so late that it tells a token of so many epochs ago. */
const rememberedEpochs = 1000

/** Drives one attempt of a job: takes it over, starts its subtasks, makes checkpoints, commits sinks. */
export function coordinate(options: CoordinatorOptions): Coordinator {
  const inbox: Report[] = []
  const savepoints: PromiseWithResolvers<string>[] = []
  let stopping: 'savepoint' | 'drain' | undefined
  let wake: (() => void) | undefined
  let resting = false
  const woken = (): void => {
    wake?.()
    wake = undefined
  }
  const desk: Desk = {
    inbox,
    savepoints,
    stopping: () => stopping,
    *sleep(ms) {
      resting = ms > 0
      yield pause(ms)
      resting = false
    },
  }
  const pause = (ms: number): PromiseLike<void> | undefined => {
    const { scheduler } = options
    if (scheduler === undefined) return undefined
    return new Promise<void>(resolve => {
      const cancel = scheduler.after(Math.max(0, ms), resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })
  }
  return {
    *run() {
      try {
        return yield* new Run(options, desk).run()
      } finally {
        for (const { reject } of savepoints.splice(0)) reject(new TidemillError('stream.closed', `job ${options.job} has ended`))
      }
    },
    get resting() {
      return resting
    },
    report(report) {
      inbox.push(report)
      woken()
    },
    stop({ drain = false } = {}) {
      stopping = drain ? 'drain' : (stopping ?? 'savepoint')
      woken()
    },
    savepoint() {
      const asked = Promise.withResolvers<string>()
      savepoints.push(asked)
      woken()
      return asked.promise
    },
  }
}

/** What comes in from outside while the coordinator runs. */
interface Desk {
  readonly inbox: Report[]
  readonly savepoints: PromiseWithResolvers<string>[]
  stopping(): 'savepoint' | 'drain' | undefined
  sleep(ms: number): Io<void>
}

class Run {
  readonly #options: CoordinatorOptions
  readonly #desk: Desk
  readonly #debts: Debts
  readonly #ended = new Set<string>()
  /** Tokens that were listed, by epoch: subtasks tell them again until they hear that an epoch is complete. */
  readonly #known = new Map<string, number>()
  #seq = 0
  #generation = 0
  #epoch = 0
  #lastTry = 0
  #flight: Flight | undefined
  #closing: 'finished' | 'stopped' | undefined
  #drained = false
  /** All rows have arrived: what remains is the last checkpoint. */
  #over = false
  #history: History = { manifests: [], pinned: new Set() }

  constructor(options: CoordinatorOptions, desk: Desk) {
    this.#options = options
    this.#desk = desk
    this.#debts = new Debts(options)
  }

  *run(): Io<'finished' | 'stopped'> {
    const { runner, sinks, graph } = this.#options
    const base = yield* this.#takeOver()
    yield* this.#payAll(base.tokens)
    yield* dropLeftovers(this.#options, base, sinks, this.#history.pinned)
    if (base.complete) return yield* this.#payLast()
    if (this.#desk.stopping() === 'savepoint') return 'stopped'
    const { start, folder } = yield* this.#origin(base)
    yield* runner.start(start, this.#generation, folder)
    const all = subtaskNames(graph.stages, this.#generation)
    const last = subtaskNames(lastStages(graph), this.#generation)
    this.#lastTry = this.#now()
    for (;;) {
      yield* this.#desk.sleep(this.#pause())
      this.#hear(all)
      this.#drain()
      this.#over = this.#ended.size === last.length
      this.#begin()
      if (this.#flight?.reports.size === all.length) yield* this.#complete(this.#flight, start)
      yield* this.#debts.pay()
      if (this.#closing !== undefined && this.#debts.owed === 0) return this.#closing
      if (this.#closing !== undefined && this.#leaves()) return 'stopped'
    }
  }

  *#takeOver(): Io<Manifest> {
    const options = this.#options
    const { base, found, damaged } = yield* takeOver({
      ...options,
      now: () => options.clock.now(),
      adapt: manifest => this.#adapt(manifest),
    })
    this.#seq = base.seq
    this.#generation = base.generation
    this.#epoch = base.epoch
    for (const token of base.tokens) this.#known.set(keyOf(token), token.epoch)
    const before: Manifest = { ...base, seq: base.seq - 1, kind: found?.seq === base.seq - 1 ? found.kind : 'takeover' }
    this.#history = { manifests: [before, base], pinned: yield* pinnedFiles(options) }
    if (found !== undefined) options.hear?.recovered?.({ seq: found.seq, epoch: found.epoch, damaged })
    return base
  }

  /** Where the subtasks begin: at the manifest, or at a savepoint of another job. */
  *#origin(base: Manifest): Io<{ readonly start: Manifest; readonly folder?: string }> {
    const { graph } = this.#options
    if (base.epoch > 0 || base.from === undefined) return { start: base }
    const origin = decodeManifest(yield* this.#savepoint(base.from))
    if (origin === undefined) throw new TidemillError('stream.checkpoint-corrupt', `savepoint ${base.from} is damaged`)
    checkSavepoint(graph, origin, base.from)
    return { start: { ...base, job: origin.job, positions: origin.positions, states: origin.states }, folder: dirname(base.from) }
  }

  *#savepoint(path: string): Io<Uint8Array> {
    try {
      return yield* this.#options.disk.read(path)
    } catch (error) {
      if (!isDiskError(error)) throw error
      throw new TidemillError('stream.argument', `savepoint cannot be read: ${path}: ${(error as Error).message}`, {
        details: { path },
        hint: 'give what job.savepoint() gave: start({ name, from: await job.savepoint() })',
        cause: error,
      })
    }
  }

  #hear(all: readonly string[]): void {
    for (const report of this.#desk.inbox.splice(0)) {
      if (report.generation !== this.#generation || !all.includes(report.from)) continue
      // Only those that nobody reads tell of their end.
      if (report.kind === 'ended') this.#ended.add(report.from)
      else if (report.epoch !== this.#flight?.epoch) continue
      else if (report.kind === 'decline') this.#giveUp(report.why)
      else this.#flight.reports.set(report.from, report)
    }
    const { timeoutMs = defaults.timeoutMs } = this.#options
    if (this.#flight !== undefined && this.#now() > this.#flight.begun + timeoutMs) this.#giveUp(`not all in after ${timeoutMs} ms`)
  }

  #giveUp(why: string): void {
    const flight = this.#flight as Flight
    this.#flight = undefined
    this.#options.hear?.failed?.(flight.epoch, why)
  }

  #drain(): void {
    if (this.#desk.stopping() !== 'drain' || this.#drained) return
    this.#drained = true
    this.#options.runner.drain()
  }

  #wanted(): { readonly kind: Flight['kind']; readonly stop: boolean; readonly every: number } {
    const { checkpointMs = defaults.checkpointMs } = this.#options
    if (this.#over) return { kind: 'final', stop: false, every: soonMs }
    if (this.#desk.stopping() === 'savepoint') return { kind: 'checkpoint', stop: true, every: soonMs }
    if (this.#desk.savepoints.length > 0) return { kind: 'savepoint', stop: false, every: soonMs }
    return { kind: 'checkpoint', stop: false, every: checkpointMs }
  }

  #begin(): void {
    if (this.#flight !== undefined || this.#held()) return
    const { kind, stop, every } = this.#wanted()
    if (this.#now() - this.#lastTry < every) return
    this.#lastTry = this.#now()
    const asked = kind === 'savepoint' ? this.#desk.savepoints.length : 0
    this.#flight = { epoch: ++this.#epoch, kind, stop, begun: this.#now(), asked, reports: new Map() }
    this.#options.runner.request(this.#epoch, stop)
  }

  /** No checkpoint is begun: the job closes, or its sinks take nothing. */
  #held(): boolean {
    return this.#closing !== undefined || (this.#debts.epochs >= mostWaiting && !this.#leaves())
  }

  /** Who is asked to stop does not wait for sinks that take nothing: its last manifest lists what they are owed. */
  #leaves(): boolean {
    return this.#desk.stopping() === 'savepoint' && this.#debts.refused
  }

  *#complete(flight: Flight, start: Manifest): Io<void> {
    const { runner, folder, hear } = this.#options
    const reports = [...flight.reports.values()]
    const fresh = unique(reports.flatMap(({ tokens }) => tokens)).filter(token => !this.#known.has(keyOf(token)))
    const before = this.#history.manifests.at(-1) as Manifest
    const manifest = yield* this.#adapt({
      ...before,
      seq: this.#seq + 1,
      generation: this.#generation,
      epoch: flight.epoch,
      kind: flight.kind,
      complete: flight.kind === 'final',
      positions: Object.assign({}, start.positions, ...reports.map(({ positions }) => positions ?? {})) as Manifest['positions'],
      states: reports.flatMap(({ state }) => (state === undefined ? [] : [state])),
      tokens: [...this.#debts.tokens, ...fresh],
      at: this.#options.clock.now(),
      from: undefined,
    })
    const draft = yield* this.#draft(manifest)
    if (draft === undefined) return
    yield* publish(this.#options, draft, manifest)
    this.#flight = undefined
    this.#seq = manifest.seq
    this.#remember(fresh, manifest.epoch)
    this.#debts.owe(fresh)
    if (flight.kind === 'final') this.#closing = 'finished'
    else if (flight.stop) this.#closing = 'stopped'
    runner.completed(manifest.epoch)
    this.#history.manifests.push(manifest)
    hear?.checkpoint?.({
      seq: manifest.seq,
      epoch: manifest.epoch,
      kind: manifest.kind,
      ms: this.#now() - flight.begun,
      bytes: writtenFor(manifest, before),
    })
    for (const { resolve } of this.#desk.savepoints.splice(0, flight.asked)) resolve(`${folder}/${manifestName(manifest.seq)}`)
    yield* retain(this.#options, this.#history, this.#options.sinks, keep)
    runner.released?.((this.#history.manifests[0] as Manifest).positions)
  }

  #remember(tokens: readonly StreamToken[], epoch: number): void {
    for (const token of tokens) this.#known.set(keyOf(token), token.epoch)
    for (const [token, at] of this.#known) {
      if (at > epoch - rememberedEpochs) break
      this.#known.delete(token)
    }
  }

  /** Before the link nothing has happened: a disk that is full costs this checkpoint only. */
  *#draft(manifest: Manifest): Io<string | undefined> {
    try {
      return yield* writeDraft(this.#options, manifest)
    } catch (error) {
      if (!isDiskError(error)) throw error
      this.#giveUp((error as Error).message)
      return undefined
    }
  }

  *#adapt(manifest: Manifest): Io<Manifest> {
    const { hooks } = this.#options
    return hooks === undefined ? manifest : yield* hooks.manifest(manifest)
  }

  /** Before anything else is done, what an earlier manifest promised is made good, as far as sinks take it: one that refuses is tried again beside the work. */
  *#payAll(tokens: readonly StreamToken[]): Io<void> {
    this.#debts.owe(tokens)
    for (yield* this.#debts.pay(); !this.#debts.refused; yield* this.#debts.pay()) yield* this.#desk.sleep(this.#debts.payAt - this.#now())
  }

  /** Of a job that has read all: nothing is left but to pay. */
  *#payLast(): Io<'finished' | 'stopped'> {
    while (this.#debts.owed > 0) {
      if (this.#leaves()) return 'stopped'
      yield* this.#desk.sleep(this.#debts.payAt - this.#now())
      yield* this.#debts.pay()
    }
    return 'finished'
  }

  /** Until there is something to do, if nothing comes in. */
  #pause(): number {
    if (this.#desk.inbox.length > 0) return 0
    const { timeoutMs = defaults.timeoutMs } = this.#options
    const due = this.#held() ? Infinity : this.#lastTry + this.#wanted().every
    const next = this.#flight === undefined ? due : this.#flight.begun + timeoutMs + 1
    return Math.max(0, Math.min(next, this.#debts.payAt) - this.#now())
  }

  #now(): number {
    return this.#options.clock.monotonic()
  }
}

function keyOf({ sink, id }: StreamToken): string {
  return `${sink} ${id}`
}

/** Acknowledgements repeat what was declined before. */
function unique(tokens: readonly StreamToken[]): readonly StreamToken[] {
  return [...new Map(tokens.map(token => [keyOf(token), token])).values()]
}

/** Bytes of state files that the manifest before did not have. */
function writtenFor(manifest: Manifest, before: Manifest): number {
  const ends = (of: Manifest): ReadonlyMap<string, number> =>
    new Map(of.states.flatMap(({ files }) => files.map(({ name, to }) => [name, to])))
  const had = ends(before)
  return [...ends(manifest)].reduce((sum, [name, to]) => sum + Math.max(0, to - (had.get(name) ?? 0)), 0)
}
