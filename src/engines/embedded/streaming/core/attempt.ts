import { TidemillError } from '../../../../errors/index.ts'
import type { Io, Manifest, OperatorContext, Position, Report, SourceReader, SourceStep, SubtaskFigures } from '../seams.ts'
import { type Channel, localChannel, type Receiver, type Sending } from './channel.ts'
import { coordinate } from './coordinator.ts'
import type { Coordinator, CoordinatorOptions, Runner } from './coordinator-seams.ts'
import { openSubtask } from './open-subtask.ts'
import { SourceSubtask } from './source-subtask.ts'
import { type Stepper, stepper } from './stepper.ts'
import type { Lane, SubtaskOptions, SubtaskPlace } from './subtask.ts'
import type { WorkSubtask } from './work-subtask.ts'

export interface AttemptOptions extends Omit<CoordinatorOptions, 'runner' | 'hooks'> {
  /** Functions and modules are loaded. */
  readonly context: OperatorContext
  /** The reader of subtask `index` of `width`. */
  openReader(step: SourceStep, index: number, width: number): SourceReader
  /** Batches on their way on each channel. Default 3. */
  readonly credits?: number | undefined
  readonly subtasks?: SubtaskOptions | undefined
  /** No restore will need what lies before these positions. */
  released?(positions: Readonly<Record<string, Position>>): void
  readonly hooks?: AttemptHooks | undefined
}
/** For tests that must see the protocol broken. */
export interface AttemptHooks {
  channel?(credits: number | undefined, to: string): Channel
  place?(place: SubtaskPlace): SubtaskPlace
  manifest?(manifest: Manifest): Io<Manifest>
  report?(report: Report, deliver: (report: Report) => void): void
  request?(epoch: number, stop: boolean, ask: (epoch: number, stop: boolean) => void): void
}

/** Something that takes turns with others on this thread. */
export interface Actor {
  readonly name: string
  /** A subtask whose output waits for credits. */
  readonly parked: boolean
  /** False when there was nothing to do. @throws what ends the attempt */
  step(): boolean
}
export interface Attempt {
  /** Coordinator first; subtasks and their background work once they stand. */
  readonly actors: readonly Actor[]
  /** Each actor once; false when none had anything to do. An error ends the attempt and is thrown. */
  step(): boolean
  readonly outcome: 'running' | 'finished' | 'stopped' | 'failed'
  stop(options?: { readonly drain?: boolean }): void
  savepoint(): Promise<string>
  figures(): readonly SubtaskFigures[]
  /** An orderly end; a crash calls nothing. */
  close(): void
}

/** One run of a job with all its subtasks on this thread, taking turns; for tests, the simulator and the test driver. */
export function startAttempt(options: AttemptOptions): Attempt {
  const { hooks } = options
  const subtasks: (SourceSubtask | WorkSubtask)[] = []
  const actors: Actor[] = []
  let outcome: Attempt['outcome'] = 'running'
  const report = (given: Report): void =>
    hooks?.report === undefined ? coordinator.report(given) : hooks.report(given, coordinator.report)
  const sources = (): readonly SourceSubtask[] => subtasks.filter(subtask => subtask instanceof SourceSubtask)
  const request = (epoch: number, stop: boolean): void => {
    for (const source of sources()) source.request(epoch, stop)
  }
  const runner: Runner = {
    *start(base, generation, baseFolder) {
      for (const place of placesOf(options, { base, generation, baseFolder, report })) {
        const subtask = yield* openSubtask(hooks?.place?.(place) ?? place)
        subtasks.push(subtask)
        actors.push(subtaskActor(subtask), ...subtask.lanes.map((lane, at) => laneActor(`${subtask.name}/${at}`, lane)))
      }
    },
    request: (epoch, stop) => (hooks?.request === undefined ? request(epoch, stop) : hooks.request(epoch, stop, request)),
    drain() {
      for (const source of sources()) source.drain()
    },
    completed(epoch) {
      for (const subtask of subtasks) subtask.completed(epoch)
    },
    released: positions => options.released?.(positions),
  }
  const manifest = hooks?.manifest
  const coordinator: Coordinator = coordinate({ ...options, runner, hooks: manifest === undefined ? undefined : { manifest } })
  const run = stepper(coordinator.run())
  const close = (): void => {
    for (const subtask of subtasks.splice(0)) subtask.close()
    actors.length = 0
  }
  actors.push({
    name: 'coordinator',
    parked: false,
    step() {
      const done = run.step()
      if (!run.ended) return done && !coordinator.resting
      outcome = run.value as 'finished' | 'stopped'
      close()
      return true
    },
  })
  return {
    actors,
    step() {
      let done = false
      try {
        for (const actor of actors) if (outcome === 'running' && actor.step()) done = true
      } catch (error) {
        outcome = 'failed'
        close()
        throw error
      }
      return done
    },
    get outcome() {
      return outcome
    },
    stop: coordinator.stop,
    savepoint: coordinator.savepoint,
    figures: () => subtasks.map(subtask => subtask.figures()),
    close,
  }
}

function subtaskActor(subtask: SourceSubtask | WorkSubtask): Actor {
  return {
    name: subtask.name,
    get parked() {
      return subtask.parked
    },
    step: () => subtask.step(),
  }
}

function laneActor(name: string, lane: Lane): Actor {
  let work: Stepper<void> | undefined
  return {
    name,
    parked: false,
    step() {
      if (work === undefined || work.ended) {
        const io = lane.take()
        if (io === undefined) return false
        work = stepper(io)
      }
      return work.step()
    },
  }
}

interface Began {
  readonly base: Manifest
  readonly generation: number
  readonly baseFolder: string | undefined
  readonly report: (report: Report) => void
}

/** Where each subtask stands, with channels between them. */
function placesOf(options: AttemptOptions, began: Began): readonly SubtaskPlace[] {
  const { graph, job, folder, disk, clock, context, sinks, credits, hooks } = options
  const outputs = graph.stages.map(({ parallelism }) => Array.from({ length: parallelism }, (): (readonly Sending[])[] => []))
  const inputs = graph.stages.map(({ parallelism }) => Array.from({ length: parallelism }, (): Receiver[] => []))
  for (const { index, inputs: exchanges, parallelism } of graph.stages)
    for (const { from } of exchanges)
      for (const above of outputs[from] ?? []) {
        const channels = Array.from(
          { length: parallelism },
          (_, to) => hooks?.channel?.(credits, `${index}/${to}`) ?? localChannel(credits),
        )
        above.push(channels.map(({ sender }) => sender))
        channels.forEach(({ receiver }, to) => inputs[index]?.[to]?.push(receiver))
      }
  return graph.stages.flatMap(({ index: stage, parallelism, source }) =>
    Array.from({ length: parallelism }, (_, index): SubtaskPlace => {
      const place = { graph, job, folder, disk, clock, context, sinks, stage, index, options: options.subtasks, ...began }
      const [reads, writes] = [inputs[stage]?.[index], outputs[stage]?.[index]]
      if (reads === undefined || writes === undefined) throw new TidemillError('engine.internal', `stage ${stage} is out of order`)
      const reader = source === undefined ? undefined : options.openReader(source, index, parallelism)
      return { ...place, inputs: reads, outputs: writes, reader }
    }),
  )
}
