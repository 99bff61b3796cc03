import { type Clock, systemClock } from '../time/index.ts'
import type { SubtaskFigures } from './figures.ts'
import { addCounts, quantile } from './histogram.ts'
import type { CheckpointStatus, JobPoint, JobState, JobStatus, StepStatus } from './job-status.ts'
import { growth } from './rate.ts'

/** What does not change while a job runs. */
export interface JobShape {
  readonly name: string
  readonly threads: number
  /** Milliseconds between checkpoints. */
  readonly checkpointMs: number
  /** Inputs before what reads them. */
  readonly steps: readonly ShapeStep[]
  readonly edges: JobStatus['edges']
}
export interface ShapeStep {
  readonly id: string
  /** `source`, `sink`, or the kind of the step: `filter`, `window`. */
  readonly kind: string
  /** For people: `filter price > 100`. */
  readonly label: string
  readonly stage: number
  readonly parallelism: number
  readonly guarantee?: string | undefined
  readonly target?: string | undefined
  /** Of a sink: what it takes; default `rows`. The others do not count as rows out of the job. */
  readonly on?: 'rows' | 'late' | 'dead' | undefined
}

const rateMs = 1000
/** Latency is told of the rows of so long. */
const latencyMs = 10_000
/** Looks that follow each other faster are one. */
const lookMs = 100
/** A little less than the half second of a status, so that a timer that comes early still makes a point. */
const pointMs = 450
const mostPoints = 600
const mostCheckpoints = 20
const withState: ReadonlySet<string> = new Set(['window', 'running', 'process'])

/** Rows in and out, added up. */
interface Passed {
  in: number
  out: number
}
/** What the subtasks of a stage are doing now. */
interface StageNow {
  readonly busy: number
  readonly waiting: number
  readonly watermark: number | null
  readonly lag: number | null
  readonly stateKeys: number
  readonly stateBytes: number
}

/**
 * Folds what the subtasks of a job count into its status: totals over all attempts, rates of the last second, latency of the last ten, the history.
 *
 * Rows that are processed again after a restart are counted again. Ask for the status about every half second: rates and the history are made of these looks.
 *
 * @example
 * const keeper = new StatusKeeper(shape)
 * keeper.enter('running')
 * keeper.see(figures)
 * keeper.status().totals.rowsPerSecond
 */
export class StatusKeeper {
  readonly #shape: JobShape
  readonly #clock: Clock
  readonly #pid: number
  readonly #startedAt: number
  #state: JobState = 'starting'
  #error: JobStatus['error'] = null
  #restarts = 0
  #taken = 0
  #failed = 0
  #recent: CheckpointStatus['recent'] = []
  #history: JobPoint[] = []
  /** Newest figures of each subtask of this attempt. */
  #tasks = new Map<string, SubtaskFigures>()
  /** What attempts that have ended counted. */
  readonly #past = new Map<string, Passed>()
  #pastLate = 0
  #pastDead = 0
  #pastLatency: readonly number[] = []
  readonly #pastTime = new Map<number, { busy: number; parked: number }>()
  readonly #watermarks = new Map<number, number>()
  #lookedAt = Number.NEGATIVE_INFINITY
  readonly #rates
  readonly #latency
  /** The same over a second: of a point of the history. */
  readonly #latencyNow

  constructor(shape: JobShape, { clock = systemClock, pid = process.pid }: { readonly clock?: Clock; readonly pid?: number } = {}) {
    this.#shape = shape
    this.#clock = clock
    this.#pid = pid
    this.#startedAt = clock.now()
    this.#rates = growth({ windowMs: rateMs, clock })
    this.#latency = growth({ windowMs: latencyMs, clock })
    this.#latencyNow = growth({ windowMs: rateMs, clock })
    this.#look()
  }

  /** Takes the figures of one subtask, in the place of its earlier ones. */
  see(figures: SubtaskFigures): void {
    this.#tasks.set(`${figures.stage}/${figures.subtask}`, figures)
  }

  /** An attempt ended by this error and another begins: its subtasks count from 0 on. */
  restarted(error: JobStatus['error']): void {
    for (const figures of this.#tasks.values()) {
      for (const [id, { in: rowsIn, out }] of Object.entries(figures.steps)) {
        const past = this.#past.get(id) ?? { in: 0, out: 0 }
        this.#past.set(id, { in: past.in + rowsIn, out: past.out + out })
      }
      const time = this.#pastTime.get(figures.stage) ?? { busy: 0, parked: 0 }
      this.#pastTime.set(figures.stage, { busy: time.busy + figures.busyMs, parked: time.parked + figures.parkedMs })
      this.#pastLate += figures.late
      this.#pastDead += figures.dead
      this.#pastLatency = addCounts(this.#pastLatency, figures.latency)
    }
    this.#tasks = new Map()
    // A restart goes back to the last checkpoint, and event time with it.
    this.#watermarks.clear()
    this.#restarts++
    this.enter('restarting', error)
  }

  /** The job is in this state now. An error stays until another takes its place. */
  enter(state: JobState, error?: JobStatus['error']): void {
    this.#state = state
    if (error !== undefined) this.#error = error
  }

  /** A checkpoint is complete; `ms`: from its start to its manifest. */
  checkpoint(done: { readonly seq: number; readonly epoch: number; readonly ms: number; readonly bytes: number }): void {
    const { seq, epoch, ms, bytes } = done
    this.#taken++
    this.#recent = [...this.#recent.slice(1 - mostCheckpoints), { seq, epoch, at: this.#clock.now(), ms, bytes }]
  }

  /** A checkpoint was given up. */
  checkpointFailed(): void {
    this.#failed++
  }

  /** The status now; adds a point to the history when the last is half a second old. */
  status(): JobStatus {
    this.#look()
    const { name, threads, steps, edges } = this.#shape
    const now = this.#clock.now()
    const made = this.#steps()
    const totals = this.#totals(made)
    if (now - (this.#history.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= pointMs) {
      const p99 = quantile(this.#latencyNow.grown(), 0.99)
      const outPerSecond = sum(this.#ends().map(step => made[steps.indexOf(step)]?.rowsPerSecond ?? 0))
      this.#history = [
        ...this.#history.slice(1 - mostPoints),
        { at: now, rowsPerSecond: totals.rowsPerSecond, outPerSecond, lag: totals.lag, p99 },
      ]
    }
    return Object.freeze({
      version: 1,
      name,
      state: this.#state,
      pid: this.#pid,
      startedAt: this.#startedAt,
      updatedAt: now,
      threads,
      restarts: this.#restarts,
      error: this.#error,
      steps: made,
      edges,
      totals,
      checkpoints: {
        every: this.#shape.checkpointMs,
        taken: this.#taken,
        failed: this.#failed,
        pauseMs: this.#pauseMs(),
        recent: this.#recent,
      },
      history: this.#history,
    })
  }

  #pauseMs(): number {
    return Math.max(0, ...[...this.#tasks.values()].map(({ pauseMs }) => pauseMs))
  }

  /** Writes the totals down, for the rates. */
  #look(): void {
    const at = this.#clock.monotonic()
    if (at - this.#lookedAt < lookMs) return
    this.#lookedAt = at
    const passed = this.#shape.steps.flatMap(({ id }) => {
      const { in: rowsIn, out } = this.#passed(id)
      return [rowsIn, out]
    })
    const times = this.#stages().flatMap(stage => {
      const tasks = this.#tasksOf(stage)
      const past = this.#pastTime.get(stage) ?? { busy: 0, parked: 0 }
      return [past.busy + sum(tasks.map(task => task.busyMs)), past.parked + sum(tasks.map(task => task.parkedMs))]
    })
    this.#rates.look([...passed, ...times])
    const counts = this.#latencyCounts()
    this.#latency.look(counts)
    this.#latencyNow.look(counts)
  }

  #steps(): readonly StepStatus[] {
    const rates = this.#rates.perSecond()
    const stages = new Map(this.#stages().map((stage, index) => [stage, this.#stageNow(stage, index)]))
    return this.#shape.steps.map((step, index) => {
      const stage = stages.get(step.stage) as StageNow
      const { in: rowsIn, out: rowsOut } = this.#passed(step.id)
      const holdsState = this.#shape.steps.find(one => one.stage === step.stage && withState.has(one.kind)) === step
      const takesOnly = step.kind === 'sink' || (this.#ends().includes(step) && step.kind !== 'source')
      return {
        id: step.id,
        kind: step.kind,
        label: step.label,
        stage: step.stage,
        parallelism: step.parallelism,
        rowsIn,
        rowsOut,
        rowsPerSecond: rates[2 * index + (takesOnly ? 0 : 1)] ?? 0,
        busy: stage.busy,
        waiting: stage.waiting,
        idle: Math.max(0, 1 - stage.busy - stage.waiting),
        lag: step.kind === 'source' ? stage.lag : null,
        watermark: stage.watermark,
        stateKeys: holdsState ? stage.stateKeys : 0,
        stateBytes: holdsState ? stage.stateBytes : 0,
        guarantee: step.guarantee ?? null,
        target: step.target ?? null,
      }
    })
  }

  #stageNow(stage: number, index: number): StageNow {
    const tasks = this.#tasksOf(stage)
    const rates = this.#rates.perSecond()
    const offset = 2 * this.#shape.steps.length + 2 * index
    // Milliseconds a second, of so many subtasks.
    const share = (at: number): number => Math.min(1, (rates[at] ?? 0) / 1000 / Math.max(1, tasks.length))
    const busy = share(offset)
    const lags = tasks.map(task => task.lag)
    // A subtask that has told nothing yet has read nothing yet.
    const all = tasks.length >= (this.#shape.steps.find(step => step.stage === stage)?.parallelism ?? 1)
    return {
      busy,
      waiting: Math.min(1 - busy, share(offset + 1)),
      watermark: this.#watermark(stage, tasks),
      lag: all && lags.every(lag => Number.isFinite(lag) && lag >= 0) ? sum(lags) : null,
      stateKeys: sum(tasks.map(task => task.stateKeys)),
      stateBytes: sum(tasks.map(task => task.stateBytes)),
    }
  }

  /** Event time up to which the stage has seen all, in milliseconds. At the end of the input, and while all inputs are idle, it stays where it was. */
  #watermark(stage: number, tasks: readonly SubtaskFigures[]): number | null {
    const told = tasks.map(task => task.watermark).filter((at): at is number => at !== 'idle' && at !== Number.MAX_SAFE_INTEGER)
    const least = told.length === 0 ? Number.MIN_SAFE_INTEGER : Math.min(...told)
    if (least > Number.MIN_SAFE_INTEGER) this.#watermarks.set(stage, Math.floor(least / 1000))
    return this.#watermarks.get(stage) ?? null
  }

  #totals(steps: readonly StepStatus[]): JobStatus['totals'] {
    const sources = steps.filter(step => step.kind === 'source')
    const ends = this.#ends()
    const recent = this.#latency.grown()
    // Between rows, what was known last: of all rows.
    const counts = sum(recent) > 0 ? recent : this.#latencyCounts()
    const watermarks = steps.map(step => step.watermark).filter(at => at !== null)
    const tasks = [...this.#tasks.values()]
    return {
      rowsIn: sum(sources.map(step => step.rowsOut)),
      rowsOut: sum(ends.map(step => this.#passed(step.id).in)),
      rowsPerSecond: sum(sources.map(step => step.rowsPerSecond)),
      latencyMs: { p50: quantile(counts, 0.5), p99: quantile(counts, 0.99) },
      watermark: watermarks.length === 0 ? null : Math.min(...watermarks),
      lag: sum(sources.map(step => step.lag ?? 0)),
      backpressure: Math.max(0, ...steps.map(step => step.waiting)),
      late: this.#pastLate + sum(tasks.map(task => task.late)),
      deadLetters: this.#pastDead + sum(tasks.map(task => task.dead)),
    }
  }

  /** Steps that rows leave the job by: sinks of rows, and in a topology what nothing reads. */
  #ends(): readonly ShapeStep[] {
    const { steps, edges } = this.#shape
    const read = new Set(edges.map(edge => edge.from))
    return steps.filter(step => step.kind !== 'source' && !read.has(step.id) && (step.on ?? 'rows') === 'rows')
  }

  #stages(): readonly number[] {
    return [...new Set(this.#shape.steps.map(step => step.stage))]
  }

  #tasksOf(stage: number): readonly SubtaskFigures[] {
    return [...this.#tasks.values()].filter(task => task.stage === stage)
  }

  #passed(id: string): Passed {
    const { in: rowsIn, out } = this.#past.get(id) ?? { in: 0, out: 0 }
    const now = [...this.#tasks.values()].map(task => task.steps[id])
    return { in: rowsIn + sum(now.map(step => step?.in ?? 0)), out: out + sum(now.map(step => step?.out ?? 0)) }
  }

  #latencyCounts(): readonly number[] {
    return [...this.#tasks.values()].reduce((counts, task) => addCounts(counts, task.latency), this.#pastLatency)
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
