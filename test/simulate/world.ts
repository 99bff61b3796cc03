import {
  type Actor,
  type Attempt,
  lastStages,
  type SubtaskPlace,
  startAttempt,
  subtaskNames,
} from '../../src/engines/embedded/streaming/core/index.ts'
import { fileSink, webhookSink } from '../../src/engines/embedded/streaming/sinks/index.ts'
import type { Manifest, Report, SinkStep, StreamSink, StreamToken } from '../../src/engines/embedded/streaming/seams.ts'
import { TidemillError } from '../../src/errors/index.ts'
import type { Clock } from '../../src/time/index.ts'
import { chance, type Chance } from './chance.ts'
import { checkOutput } from './check-output.ts'
import { type Config, type Event, type Fault, makeInput } from './config.ts'
import { countFunction, jobGraph, makeCount, type Seen, simulatedReader } from './job-graph.ts'
import type { Mutation, Surroundings } from './mutation.ts'
import { Servers } from './servers.ts'
import { SimulatedDisk } from './simulated-disk.ts'
import { watchedDisk } from './watched-disk.ts'

export interface Result {
  readonly seed: number
  readonly steps: number
  readonly attempts: number
  readonly calls: number
  readonly refused: boolean
  readonly violation?: string
}
type End = Attempt['outcome'] | 'fenced' | 'refused'
interface Running {
  readonly number: number
  readonly attempt: Attempt
  end: End
  /** A stale coordinator may be frozen for a while and then go on as if nothing had happened. */
  wakesAt: number
  generation: number
}

const mostSteps = 60_000
const folder = '/job/checkpoints'
const out = '/out'

/** One machine with its disk, its clock, its sinks and up to two coordinators that do not know of each other. */
export class World {
  readonly config: Config
  readonly disk: SimulatedDisk = new SimulatedDisk()
  readonly servers: Servers
  readonly input: readonly (readonly Event[])[]
  readonly acknowledged: number[]
  readonly log: string[] | undefined
  now = 0
  readonly #mutation: Mutation | undefined
  readonly #random: Chance
  readonly #listed = new Set<string>()
  readonly #savepoints: Manifest[] = []
  readonly #seen: Seen = { poison: false, timer: false }
  #wall = 0
  #current: Running | undefined
  #stale: Running[] = []
  #attempts = 0
  #restartAt = 0
  #fullUntil = 0
  #armed: Fault[] = []
  #struck: Fault[] = []
  #rotten = false
  #violation: string | undefined
  #delayed: { readonly at: number; readonly report: Report }[] = []

  constructor(config: Config, options: { readonly mutation?: Mutation | undefined; readonly log?: string[] | undefined } = {}) {
    this.config = config
    this.log = options.log
    this.#mutation = options.mutation
    this.#random = chance(config.seed)
    this.input = makeInput(config)
    this.acknowledged = this.input.map(() => 0)
    this.servers = new Servers(this.#random)
    this.servers.remembers = options.mutation?.forgets !== true
  }

  run(): Result {
    const faults = [...this.config.faults]
    let end: End = 'running'
    while (this.#violation === undefined && end !== 'finished' && end !== 'refused') {
      if (++this.now > mostSteps) this.#violation = 'no progress'
      this.#wall++
      this.#strike(faults)
      this.#deliverLate()
      if (this.#current === undefined && this.now >= this.#restartAt) this.#current = this.#begin()
      const zombie = this.#random.chance(0.2) ? this.#stale.find(other => other.end === 'running' && other.wakesAt <= this.now) : undefined
      const running = zombie ?? this.#current
      if (running === undefined) continue
      this.#step(running)
      if (running === this.#current && running.end !== 'running') {
        end = running.end
        this.trace(`attempt ${running.number} ended: ${end}`)
        this.#restart()
        if (end === 'fenced') this.#current = this.#stale.findLast(other => other.end === 'running')
      }
    }
    for (let i = 0; i < 400; i++) {
      const zombie = this.#stale.find(other => other.end === 'running')
      if (zombie !== undefined) this.#step(zombie)
    }
    this.disk.losePower(this.#random)
    if (end === 'refused' && !this.#rotten) this.#violation ??= 'refused to start without damage at rest'
    if (end === 'finished') this.#violation ??= checkOutput(this, { folder, out, savepoints: this.#rotten ? [] : this.#savepoints })
    const result = { seed: this.config.seed, steps: this.now, attempts: this.#attempts, calls: this.disk.calls, refused: end === 'refused' }
    return this.#violation === undefined ? result : { ...result, violation: this.#violation }
  }

  trace(line: string): void {
    this.log?.push(`${this.now} ${line}`)
  }

  // One step of one attempt ------------------------------------------------------------------------------------------------------

  /** One actor, drawn by chance; another when it had nothing to do. */
  #step(running: Running): void {
    const { actors } = running.attempt
    try {
      for (let tries = 0; tries < 4; tries++) {
        const actor = this.#holder(actors, actors[this.#random.below(actors.length)] as Actor)
        if (actor.step()) break
      }
      if (running.attempt.outcome !== 'running') running.end = running.attempt.outcome
    } catch (error) {
      this.#fail(running, error)
    }
  }

  /** On a thread where sending blocks, only the one that waits has a turn. */
  #holder(actors: readonly Actor[], chosen: Actor): Actor {
    if (this.#mutation?.blocking !== true) return chosen
    const thread = ({ name }: Actor): number => Number(/-(\d+)$/.exec(name)?.[1] ?? Number.NaN) % 2
    return actors.find(other => other.parked && thread(other) === thread(chosen)) ?? chosen
  }

  #fail(running: Running, error: unknown): void {
    const code = (error as { readonly code?: unknown }).code
    this.trace(`attempt ${running.number}: ${String(code)} ${(error as Error).message}`)
    running.attempt.close()
    running.end = code === 'stream.fenced' ? 'fenced' : code === 'stream.checkpoint-corrupt' ? 'refused' : 'failed'
    if (running.end !== 'failed') return
    // What a sink, a disk or a server does not give now is part of life; anything else is a fault of ours, unless somebody else has gone on meanwhile.
    const life = ['EIO', 'ENOSPC', 'ENOENT', 'stream.sink-unavailable']
    if (typeof code === 'string' && life.includes(code)) return
    if (error instanceof TidemillError && this.#isStale(running)) return
    this.#violation ??= `${String(code)}: ${(error as Error).stack ?? String(error)}`
  }

  #begin(): Running {
    const { config } = this
    const mutation = this.#mutation
    const number = ++this.#attempts
    const notes = new Map<string, unknown>()
    const widths = [0, 1, 2].map(() => (config.rescale ? 1 + this.#random.below(config.widest) : config.widest))
    const plain = jobGraph(config, widths, out)
    const graph = mutation?.graph?.(plain) ?? plain
    const watched = watchedDisk(this.disk, folder, {
      linked: () => this.#linked(),
      believed: (manifest, newestThen) => this.#believed(number, manifest, newestThen),
    })
    const disk = mutation?.disk?.(watched, { folder, out }) ?? watched
    const sinks = new Map(
      graph.stages.flatMap(stage =>
        stage.sinks.map(step => {
          const sink = this.#openSink(step, disk)
          return [step.id, this.#checked(mutation?.sink?.(sink, step, { servers: this.servers, notes }) ?? sink, number)] as const
        }),
      ),
    )
    const ownClock: Clock = { now: () => 1_000_000 + this.#wall, monotonic: () => this.now }
    const asked = { epoch: 0, generation: 0 }
    const running: Running = { number, attempt: undefined as unknown as Attempt, end: 'running', wakesAt: 0, generation: 0 }
    const surroundings: Surroundings = {
      folder,
      out,
      servers: this.servers,
      sinks,
      disk,
      notes,
      asked,
      acknowledge: positions => this.#acknowledge(positions),
      finish: () => void (running.end = 'finished'),
      last: [],
    }
    const attempt = startAttempt({
      graph,
      job: 'simulated',
      folder,
      id: `process${number}`,
      disk,
      clock: mutation?.clock?.(ownClock, () => this.#wall) ?? ownClock,
      sinks,
      context: {
        clock: ownClock,
        functions: new Map([[countFunction.hash, makeCount(mutation?.keepsState !== true, this.#seen)]]),
        modules: new Map(),
      },
      credits: config.credits,
      checkpointMs: config.checkpointMs,
      timeoutMs: this.#random.pick([200, 2000, 2000]),
      openReader: (_, index, width) =>
        simulatedReader(
          {
            input: this.input,
            now: () => this.now,
            holds: partition => config.silent && partition === config.partitions && !this.#seen.timer && !this.#seen.poison,
            check: (partition, from) => this.#checkPosition(running, partition, from),
          },
          index,
          width,
        ),
      subtasks: {
        batchRows: config.batchRows,
        imageDue: this.#imageDue(),
        choose: count => this.#random.below(count),
      },
      released: positions => this.#acknowledge(positions),
      hooks: {
        ...(mutation?.channel === undefined ? {} : { channel: (credits, to) => mutation.channel!(credits, to, surroundings) }),
        ...(mutation?.manifest === undefined ? {} : { manifest: manifest => mutation.manifest!(manifest, surroundings) }),
        place: place => this.#placed(mutation?.place?.(place) ?? place, surroundings, asked, running),
        report: (report, deliver) => this.#report(running, report, deliver, surroundings),
        request: (epoch, stop, ask) => {
          asked.epoch = epoch
          const twice = this.#random.chance(0.05)
          for (let i = twice ? 2 : 1; i > 0; i--) (mutation?.request ?? ((e, s, now) => now(e, s)))(epoch, stop, ask)
        },
      },
      hear: {
        checkpoint: done => this.trace(`attempt ${number}: ${done.kind} ${done.seq} epoch ${done.epoch}`),
        failed: (epoch, why) => this.trace(`attempt ${number}: epoch ${epoch} given up: ${why}`),
        recovered: from =>
          this.trace(`attempt ${number}: goes on from manifest ${from.seq} epoch ${from.epoch}, damaged ${from.damaged.join()}`),
      },
    })
    Object.assign(running, { attempt })
    Object.assign(surroundings, { graph })
    return running
  }

  /** Somebody else has taken the job over. */
  #isStale(running: Running): boolean {
    return running.generation === 0 ? running !== this.#current : running.generation < this.#generation
  }
  #generation = 0

  #placed(place: SubtaskPlace, surroundings: Surroundings, asked: { generation: number }, running: Running): SubtaskPlace {
    running.generation = place.generation
    asked.generation = place.generation
    Object.assign(surroundings, { last: subtaskNames(lastStages(place.graph), place.generation) })
    return place
  }

  /** Every n-th cut of a subtask brings an image. */
  #imageDue(): () => boolean {
    let cuts = 0
    return () => ++cuts % this.config.imageEvery === 0
  }

  #openSink(step: SinkStep, disk: ReturnType<typeof watchedDisk>): StreamSink {
    const place = { job: 'simulated', folder: '/job', disk, send: this.servers.send }
    if (step.sink === 'file') return fileSink(step, place)
    if (step.sink === 'webhook') return webhookSink(step, place)
    return step.sink === 'plain' ? this.servers.plain(step) : this.servers.transaction(step)
  }

  /** Rows may be shown only when a durable manifest has promised them (I7). */
  #checked(sink: StreamSink, number: number): StreamSink {
    const check = (token: StreamToken): void => {
      this.trace(`attempt ${number}: commit ${token.id}`)
      if (!this.#listed.has(token.id) && this.#mutation === undefined) this.#violation = `committed without a durable manifest: ${token.id}`
    }
    return {
      ...sink,
      *commit(token) {
        check(token)
        yield* sink.commit(token)
      },
    }
  }

  /** Reports come late, twice, or to a coordinator that did not ask. */
  #report(running: Running, report: Report, deliver: (report: Report) => void, surroundings: Surroundings): void {
    if (this.#random.chance(0.05)) this.#delayed.push({ at: this.now + this.#random.below(300), report })
    const send = this.#mutation?.report
    const tell = send === undefined ? deliver : (given: Report) => send(given, deliver, surroundings)
    tell(report)
    this.#reporters.set(running, tell)
  }
  readonly #reporters = new Map<Running, (report: Report) => void>()

  #deliverLate(): void {
    const due = this.#delayed.filter(({ at }) => at <= this.now)
    if (due.length === 0) return
    this.#delayed = this.#delayed.filter(({ at }) => at > this.now)
    const deliver = this.#current === undefined ? undefined : this.#reporters.get(this.#current)
    if (deliver !== undefined) for (const { report } of due) deliver(report)
  }

  // What the world sees ------------------------------------------------------------------------------------------------------------

  #acknowledge(positions: Readonly<Record<string, { readonly next: number }>>): void {
    for (const [name, { next }] of Object.entries(positions)) {
      const partition = Number(name.slice(name.indexOf('/') + 1))
      this.acknowledged[partition] = Math.max(this.acknowledged[partition] as number, next)
    }
  }

  #checkPosition(running: Running, partition: number, from: number): void {
    if (from >= (this.acknowledged[partition] as number)) return
    if (!this.#isStale(running)) this.#violation = `partition ${partition} is read again from ${from}, which the source has forgotten`
    throw new TidemillError('stream.source-failed', 'forgotten')
  }

  /** A manifest has its name, which is not durable yet. */
  #linked(): void {
    this.#struck.push(...this.#armed.splice(0).map(({ kind }) => ({ kind, step: this.now + this.#random.below(60) })))
  }

  /** A coordinator takes its manifest for durable: none of a newer generation may have been there when it looked (I8). */
  #believed(number: number, manifest: Manifest, newestThen: number): void {
    this.#generation = Math.max(this.#generation, manifest.generation)
    if (newestThen > manifest.generation)
      this.#violation = `generation ${manifest.generation} wrote manifest ${manifest.seq} after generation ${newestThen}`
    this.trace(
      `attempt ${number}: ${manifest.kind} ${manifest.seq} is durable: ${JSON.stringify(manifest.positions)} ${manifest.tokens.map(({ id }) => id).join()}`,
    )
    for (const token of manifest.tokens) this.#listed.add(token.id)
    if (manifest.kind === 'savepoint') this.#savepoints.push(manifest)
  }

  // Faults -------------------------------------------------------------------------------------------------------------------------

  #strike(faults: Fault[]): void {
    for (; faults[0] !== undefined && faults[0].step <= this.now; faults.shift()) {
      if (faults[0].nearLink === true) this.#armed.push(faults[0])
      else this.#inject(faults[0])
    }
    for (const fault of this.#struck.splice(0)) {
      if (fault.step <= this.now) this.#inject(fault)
      else this.#struck.push(fault)
    }
    if (this.disk.full && this.now > this.#fullUntil) this.disk.full = false
  }

  #restart(): void {
    this.#current = undefined
    this.#restartAt = this.now + this.#random.below(20)
  }

  #inject({ kind }: Fault): void {
    this.trace(`fault: ${kind}`)
    switch (kind) {
      case 'EIO':
      case 'ENOSPC':
        this.disk.failAt.set(this.disk.calls + 1 + this.#random.below(4), kind)
        return
      case 'clock':
        this.#wall += this.#random.pick([-7200, 7200])
        return
      case 'stop':
        this.#current?.attempt.stop()
        return
      case 'savepoint':
        this.#current?.attempt.savepoint().catch(() => undefined)
        return
      case 'server':
        this.servers.fail(this.#random.below(10))
        return
      case 'full':
        this.disk.full = true
        this.#fullUntil = this.now + 400
        return
      case 'worker':
        if (this.#current !== undefined) {
          this.#current.end = 'failed'
          this.#current.attempt.close()
        }
        this.#restart()
        return
      case 'failover':
        if (this.#current !== undefined) {
          this.#current.wakesAt = this.now + this.#random.pick([0, 0, 400, 1000])
          this.#stale = [...this.#stale.slice(-1), this.#current]
        }
        this.#restart()
        return
      case 'kill':
      case 'power':
      case 'rot': {
        this.#stale = []
        this.#restart()
        if (kind === 'power') this.disk.losePower(this.#random)
        const newest = this.disk.names(folder).findLast(name => name.startsWith('manifest-'))
        if (kind !== 'rot' || newest === undefined || this.disk.peek(`${folder}/${newest}`).length === 0) return
        this.disk.rot(`${folder}/${newest}`, this.#random)
        this.#rotten = true
      }
    }
  }
}
