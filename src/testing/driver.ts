/** A test's hand on a stream: its input, its clock, its crashes. */
import { type Description, describe, inspected, jupyterBundle, type JupyterBundle, jupyterDisplay } from '../display/index.ts'
import { rowsOf } from '../batch/index.ts'
import { streamRuntime } from '../engines/embedded/index.ts'
import { knownOptions, TidemillError, whatIs } from '../errors/index.ts'
import { durationMicros } from '../expr/index.ts'
import { needRelation, nodesOf, type Plan, type Relation, rewrite, type ScanNode } from '../plan/index.ts'
import type { Duration, Timestamp } from '../schema/index.ts'
import type { DeadLetter } from '../stream/index.ts'
import type { Clock } from '../time/index.ts'
import { driven, drivenSinks, type Graph, lateRows, type Runtime } from './driven-graph.ts'
import { type MemoryDisk, memoryDisk } from './memory-disk.ts'
import { type PushedSource, pushedSource } from './pushed-source.ts'

/** A row as a test writes it: a plain Date where the stream has a Timestamp. */
export type Pushed<S> = { readonly [K in keyof S]: Timestamp extends S[K] ? Exclude<S[K], Timestamp> | Date : S[K] }

/** What a driver begins with. */
export interface DriverOptions {
  /** Subtasks of each stage. Default: 1. */
  readonly parallelism?: number
  /** Time between checkpoints. Default: `1s`. */
  readonly checkpoint?: Duration
  /** What the clock shows at the beginning. Default: 2026-01-01, UTC. */
  readonly start?: Date
}

/**
 * Drives a stream by hand. Its sources give what is pushed, its clock moves when it is told to, a crash loses what was not made durable. Between calls nothing
 * happens: each call works off all there is to do.
 */
export interface Driver<out R> {
  /** Rows for a source: the stream as `tm.stream` gave it, or any stream over it. */
  push<S>(into: Relation<S>, rows: readonly Pushed<S>[]): Driver<R>
  /** Moves the clock, by a time or to a time. Watermarks are moved by rows, not by the clock; the clock makes sources idle and checkpoints due. */
  advance(time: Duration | Date): Driver<R>
  /** A source gives nothing until `resume`. */
  pause(source: Relation<unknown>): Driver<R>
  resume(source: Relation<unknown>): Driver<R>
  /** The process dies: what was not fsynced is gone. */
  crash(): Driver<R>
  /** Starts it again from its last checkpoint, at this parallelism. Default: that of before. */
  restore(options?: { readonly parallelism?: number }): Driver<R>
  /** The sources end: all windows close, all timers are called. */
  close(): Driver<R>
  /** All rows that have come out so far, in their order. Takes a checkpoint, as rows are seen behind one. */
  output(): R[]
  /** All rows so far that came after their window had closed. */
  late(): object[]
  /** All that was put aside so far, of steps whose errors go to dead letters. */
  deadLetters(): DeadLetter[]
  [describe](): Description
}

/**
 * Drives a stream in a test, without threads, disk or waiting. It is asynchronous only to load the functions of the stream.
 *
 * @example
 * const d = await driver(counts)
 * d.push(sensors, [{ machine: 'm1', at: new Date('2026-01-01T00:00:01Z') }]).close()
 * d.output() // => [{ machine: 'm1', windowStart: ..., windowEnd: ..., n: 1 }]
 * @throws stream.unsupported, stream.unbounded as starting the job would
 */
export async function driver<R>(stream: Relation<R>, options: DriverOptions = {}): Promise<Driver<R>> {
  checkDriven(stream, options)
  const runtime = await streamRuntime()
  const sources = new Map<ScanNode, PushedSource>()
  const scans = nodesOf(stream.plan).filter(node => node.node === 'scan')
  for (const scan of scans) sources.set(scan, pushedSource(scan.fields))
  const plan = rewrite(stream.plan, (node, before) =>
    before.node === 'scan' ? { ...before, source: { kind: 'pushed', options: { index: scans.indexOf(before) } } } : node,
  )
  const sinks = drivenSinks(plan, runtime.collectSpec)
  const clock = new HandClock((options.start ?? new Date('2026-01-01T00:00:00Z')).getTime())
  const compile = (parallelism: number): Graph => driven(runtime.compileJob({ kind: 'stream', sinks }, { name: 'driven', parallelism }))
  const context = await runtime.loadContext(compile(1), clock)
  const checkpointMs = durationMicros(options.checkpoint ?? '1s') / 1000
  // The row type is the stream's; the class works on plain rows.
  return new Hand({
    runtime,
    sources,
    clock,
    compile,
    context,
    checkpointMs,
    parallelism: options.parallelism ?? 1,
  }) as Driver<unknown> as Driver<R>
}

const example = 'const d = await driver(counts), where counts is a stream'

/** What JavaScript lets through. */
function checkDriven(stream: unknown, options: unknown): void {
  knownOptions('driver', options, ['parallelism', 'checkpoint', 'start'], 'stream.argument')
  if (typeof stream !== 'object' || stream === null || !('plan' in stream))
    throw new TidemillError('stream.argument', `driver wants a stream, not ${whatIs(stream)}`, { hint: example })
  const ends = nodesOf(stream.plan as Plan).find(
    node => node.node === 'scan' && !['follow', 'generate', 'replay'].includes(node.source.kind),
  )
  if (ends !== undefined)
    throw new TidemillError('stream.argument', 'driver wants a stream, not a table', {
      hint: 'await tm.replay(table) makes a stream of it',
    })
}

type Attempt = ReturnType<Runtime['startAttempt']>

interface Parts {
  readonly runtime: Runtime
  readonly sources: ReadonlyMap<ScanNode, PushedSource>
  readonly clock: HandClock
  readonly compile: (parallelism: number) => Graph
  readonly context: Awaited<ReturnType<Runtime['loadContext']>>
  readonly checkpointMs: number
  readonly parallelism: number
}

class Hand implements Driver<object> {
  readonly #parts: Parts
  readonly #disk: MemoryDisk = memoryDisk()
  readonly #collected: ReturnType<Runtime['collector']>
  #parallelism: number
  #graph: Graph
  #attempt: Attempt | undefined
  #attempts = 0
  #checkpoints = 0

  constructor(parts: Parts) {
    this.#parts = parts
    this.#collected = parts.runtime.collector()
    this.#parallelism = parts.parallelism
    this.#graph = parts.compile(parts.parallelism)
    this.restore()
  }

  push<S>(into: Relation<S>, rows: readonly Pushed<S>[]): this {
    if (!Array.isArray(rows))
      throw new TidemillError('stream.argument', `push wants an array of rows, not ${whatIs(rows)}`, {
        hint: 'd.push(sensors, [row, row])',
      })
    this.#sourceOf(into).push(rows as readonly object[])
    return this.#settle()
  }

  advance(time: Duration | Date): this {
    const { clock, checkpointMs } = this.#parts
    const ms = time instanceof Date ? time.getTime() - clock.now() : durationMicros(time) / 1000
    if (!(ms >= 0)) throw new TidemillError('stream.argument', `time does not go back: ${String(time)}`)
    // In steps, so that checkpoints are taken as they would be; a long time in fewer.
    const step = Math.max(checkpointMs, ms / 100)
    for (let left = ms; left > 0; left -= step) {
      clock.move(Math.min(step, left))
      this.#settle()
    }
    return this
  }

  pause(source: Relation<unknown>): this {
    this.#sourceOf(source).paused = true
    return this
  }
  resume(source: Relation<unknown>): this {
    this.#sourceOf(source).paused = false
    return this.#settle()
  }

  crash(): this {
    if (this.#attempt === undefined) throw new TidemillError('stream.closed', 'it has crashed already: restore() starts it again')
    this.#attempt = undefined
    this.#disk.crash()
    return this
  }

  restore(options: { readonly parallelism?: number } = {}): this {
    if (this.#attempt !== undefined) throw new TidemillError('stream.running', 'it runs: restore() comes after crash()')
    const { runtime, clock, compile, context, checkpointMs, sources } = this.#parts
    this.#parallelism = options.parallelism ?? this.#parallelism
    this.#graph = compile(this.#parallelism)
    const readers = [...sources.values()]
    const place = { job: 'driven', folder: '/driven', disk: this.#disk, collector: this.#collected }
    const steps = this.#graph.stages.flatMap(stage => stage.sinks)
    this.#attempt = runtime.startAttempt({
      graph: this.#graph,
      job: 'driven',
      folder: '/driven/checkpoints',
      id: `driver-${++this.#attempts}`,
      disk: this.#disk,
      clock,
      context,
      checkpointMs,
      sinks: new Map(steps.map(step => [step.id, runtime.makeSink(step, place)])),
      openReader(step, index) {
        const source = readers[(step.options as { readonly index: number }).index]
        if (source === undefined) throw new TidemillError('engine.internal', `no pushed source of ${step.id}`)
        return source.open(step, index)
      },
      hear: { checkpoint: ({ kind }) => void (this.#checkpoints += kind === 'savepoint' ? 1 : 0) },
    })
    return this.#settle()
  }

  close(): this {
    for (const source of this.#parts.sources.values()) {
      source.paused = false
      source.closed = true
    }
    this.#settle()
    for (let turn = 0; this.#running().outcome === 'running'; turn++) {
      if (turn > mostTurns) throw stuck('the end of its sources')
      this.#parts.clock.move(checkpointTurnMs)
      this.#settle()
    }
    return this
  }

  output(): object[] {
    this.#checkpoint()
    return this.#rows(sink => sink.id === this.#outputId())
  }
  late(): object[] {
    this.#checkpoint()
    return this.#rows(sink => sink.on === 'late')
  }
  deadLetters(): DeadLetter[] {
    this.#checkpoint()
    return this.#rows(sink => sink.on === 'dead') as DeadLetter[]
  }

  [inspected](): string {
    return this.#text()
  }
  [jupyterDisplay](): JupyterBundle {
    return jupyterBundle(this[describe]())
  }
  [describe](): Description {
    return { kind: 'text', text: this.#text() }
  }
  #text(): string {
    const state = this.#attempt === undefined ? 'crashed' : this.#attempt.outcome
    return `driver: ${state}, ${new Date(this.#parts.clock.now()).toISOString()}`
  }

  #outputId(): string | undefined {
    return this.#graph.stages.flatMap(stage => stage.sinks).find(sink => sink.on !== 'dead' && !sink.id.startsWith(lateRows))?.id
  }

  #rows(of: (sink: Graph['stages'][number]['sinks'][number]) => boolean): object[] {
    const sinks = this.#graph.stages.flatMap(stage => stage.sinks).filter(of)
    return sinks.flatMap(sink => this.#collected.rows(sink.id).flatMap(batch => rowsOf(batch)))
  }

  #sourceOf(relation: Relation<unknown>): PushedSource {
    needRelation(relation, 'driver', { code: 'stream.argument', example: 'd.push(sensors, [row, row]), where sensors is the stream' })
    for (const node of nodesOf(relation.plan)) {
      const source = node.node === 'scan' ? this.#parts.sources.get(node) : undefined
      if (source !== undefined) return source
    }
    throw new TidemillError('stream.argument', 'rows pushed into a stream that is no source of the one that is driven')
  }

  /** What came out is seen after a checkpoint; of a job that has ended or crashed, what was seen last. */
  #checkpoint(): void {
    const attempt = this.#attempt
    if (attempt?.outcome !== 'running') return
    const before = this.#checkpoints
    // What rejects it is thrown by the step that fails.
    attempt.savepoint().catch(() => undefined)
    for (let turn = 0; this.#checkpoints === before && attempt.outcome === 'running'; turn++) {
      if (turn > mostTurns) throw stuck('a checkpoint')
      this.#parts.clock.move(checkpointTurnMs)
      this.#settle()
    }
  }

  #running(): Attempt {
    if (this.#attempt !== undefined) return this.#attempt
    throw new TidemillError('stream.closed', 'it has crashed: restore() starts it again')
  }

  /** Until there is nothing to do. */
  #settle(): this {
    const attempt = this.#attempt
    if (attempt === undefined) return this
    try {
      while (attempt.step());
    } catch (error) {
      this.#attempt = undefined
      this.#disk.crash()
      throw error
    }
    return this
  }
}

/** What a checkpoint takes of the driver's time, and how often that is waited for. */
const checkpointTurnMs = 10
const mostTurns = 1000

function stuck(what: string): TidemillError {
  return new TidemillError('engine.internal', `the driven stream waits for ${what} and does not go on`)
}

class HandClock implements Clock {
  readonly #start: number
  #now: number

  constructor(start: number) {
    this.#start = start
    this.#now = start
  }
  now(): number {
    return this.#now
  }
  monotonic(): number {
    return this.#now - this.#start
  }
  move(ms: number): void {
    this.#now += ms
  }
}
