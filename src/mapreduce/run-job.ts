/** MapReduce over worker threads: split, map and combine, sort into runs, merge, reduce. */
import { join } from 'node:path'
import { channels } from '../channels/index.ts'
import { TidemillError } from '../errors/index.ts'
import { type Engine, type Plan, verbs } from '../plan/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import { type Clock, type Scheduler, systemClock, systemScheduler } from '../time/index.ts'
import { builtUrl, moduleFunction, type Pool } from '../workers/index.ts'
import type { Carved } from './carve-job.ts'
import type { Settings } from './check-job.ts'
import { type CrewOptions, type Finished, runTasks, type Task } from './crew.ts'
import type { AnyJob } from './job.ts'
import { type CompareKeys, type Key, orderOf } from './keys.ts'
import type { MergeInput } from './merge.ts'
import { type OutputFolder, outputFolder } from './output-folder.ts'
import type { FileRange } from './read-range.ts'
import { type JobReport, jobReport, type PartReport, type PhaseReport } from './report.ts'
import { alone } from './run-file.ts'
import { fileRanges, lineOf, rowChunks } from './splits.ts'
import type { MapAnswer, MapArgument, ReduceAnswer, ReduceArgument, TaskAnswer, TaskBase } from './task-data.ts'
import { ownName, releaseName, removeFolder, sweepLeft } from './temporary.ts'
import { isTokenRule } from './tokens.ts'

/** Where items come from: a plan that the engine runs, or text files that the workers read. */
export interface JobInput {
  readonly plan: Plan
  readonly itemOf: 'row' | 'line'
  /** Absolute paths of plain text files, where the source is nothing else. */
  readonly files?: readonly string[] | undefined
  /** Only so much of it, from its beginning: 0 to 1. Default: 1. */
  readonly part?: number | undefined
}
/** What a job needs of its session. */
export interface JobMeans {
  readonly engine: Engine
  readonly pool: Pool
  readonly run: string
  /** Folder for runs that do not fit in memory; made when needed, removed at the end. */
  readonly temporary: string
  readonly clock?: Clock
  readonly scheduler?: Scheduler
}
/** Rows in the order of their keys, or the folder they were written to. */
export interface JobResult {
  readonly rows: readonly object[]
  readonly folder: string | undefined
  readonly report: JobReport
}
/** A job that was checked. */
export interface PreparedJob {
  readonly job: AnyJob
  readonly settings: Settings
  readonly carved: Carved
}

/** Rows of a map task that the engine reads. */
const taskRows = 16_384
/** The same for a tokeniser, whose answer is as large for few rows as for many. */
const countedRows = 262_144
/** A task's runs up to so many bytes come back in memory. */
const smallRun = 256 * 1024
const mapUrl = builtUrl(new URL('./map-task.ts', import.meta.url))
const reduceUrl = builtUrl(new URL('./reduce-task.ts', import.meta.url))

/**
 * Runs the job. Tasks are cut by bytes or rows and answers are taken in order, so the result is the same for any number of workers.
 *
 * @throws session.map-reduce, workers.function-failed, workers.died, mapreduce.deadline, mapreduce.disk-full, storage.exists
 * @throws engine.cancelled when its signal says so
 */
export async function runJob(input: JobInput, prepared: PreparedJob, means: JobMeans): Promise<JobResult> {
  const { signal } = prepared.job
  const name = ownName()
  try {
    signal?.throwIfAborted()
    await sweepLeft(means.temporary)
    return await new Run(input, prepared, means, join(means.temporary, name)).finish()
  } catch (error) {
    // As every other work that a signal stops.
    if (signal?.aborted === true && error === signal.reason)
      throw new TidemillError('engine.cancelled', 'map-reduce cancelled', { cause: error })
    throw error
  } finally {
    await removeFolder(means.temporary, name)
    releaseName(name)
  }
}

class Run {
  readonly #input: JobInput
  readonly #job: AnyJob
  readonly #settings: Settings
  readonly #carved: Carved
  readonly #means: JobMeans
  readonly #folder: string
  readonly #clock: Clock
  /** Where the items of each map task stand. */
  readonly #inputs: (FileRange | { readonly firstRow: number })[] = []
  #heldBytes = 0
  #inputBytes: number | undefined
  /** For progress. */
  #done = { map: 0, reduce: 0, items: 0, pairs: 0, keys: 0 }
  #tasks: { map: number | undefined; reduce: number | undefined } = { map: undefined, reduce: undefined }

  constructor(input: JobInput, { job, settings, carved }: PreparedJob, means: JobMeans, folder: string) {
    this.#input = input
    this.#job = job
    this.#settings = settings
    this.#carved = carved
    this.#means = means
    this.#folder = folder
    this.#clock = means.clock ?? systemClock
  }

  async finish(): Promise<JobResult> {
    const began = this.#clock.monotonic()
    const output = this.#settings.output === undefined ? undefined : await outputFolder(this.#settings.output)
    try {
      const mapped = await runTasks(this.#mapTasks(), this.#crew('map'))
      const mapMs = this.#clock.monotonic() - began
      const parts = partsOf(mapped.map(({ answer }) => answer))
      const reduced = await runTasks(this.#reduceTasks(parts, output), this.#crew('reduce'))
      const reduceMs = this.#clock.monotonic() - began - mapMs
      await this.#quarantine(mapped, reduced)
      const folder = await output?.publish()
      const report = this.#report(mapped, parts, reduced, { mapMs, reduceMs, ms: this.#clock.monotonic() - began })
      this.#tell('reduce', 0, true)
      return { rows: inOrder(reduced, orderOf(this.#job.sort)), folder, report }
    } catch (error) {
      await output?.abandon()
      throw error
    }
  }

  #crew(phase: 'map' | 'reduce'): CrewOptions {
    const { pool, run, scheduler = systemScheduler } = this.#means
    const tick = (running: number): void => this.#tell(phase, running, false)
    return { pool, run, scheduler, clock: this.#clock, signal: this.#job.signal, settings: this.#settings, tick }
  }

  async *#mapTasks(): AsyncGenerator<Task<MapAnswer>> {
    const { files, itemOf } = this.#input
    const { splitBytes, taskRows: rows } = this.#settings
    if (files !== undefined && rows === undefined) {
      const { ranges, total } = await fileRanges(files, splitBytes ?? (await this.#tokenBytes(files)), this.#input.part)
      this.#inputBytes = total
      this.#tasks.map = ranges.length
      let number = 0
      for (const range of ranges) yield this.#mapTask(range, ++number, async item => lineOf(range, item))
      return
    }
    const { engine, run } = this.#means
    const options = this.#job.signal === undefined ? { run } : { run, signal: this.#job.signal }
    let number = 0
    for await (const { batches, firstRow } of rowChunks(
      engine.run(await this.#plan(), options),
      rows ?? (isTokenRule(this.#carved.map) ? countedRows : taskRows),
    )) {
      const place = async (item: number): Promise<string> => `${itemOf} ${firstRow + item}`
      yield this.#mapTask({ batches, itemOf, firstRow }, ++number, place)
    }
  }

  async #plan(): Promise<Plan> {
    const { plan, part = 1 } = this.#input
    if (part === 1) return plan
    const { engine, run } = this.#means
    let rows = 0
    for await (const batch of engine.run(plan, { run })) rows += batch.rows
    return verbs.limit(plan, { rows: Math.ceil(rows * part), offset: 0 }, undefined)
  }

  /** Counting is exact in any grouping, and large pieces make few runs: some for each worker. */
  async #tokenBytes(files: readonly string[]): Promise<number | undefined> {
    if (!isTokenRule(this.#carved.map)) return undefined
    const { total } = await fileRanges(files, Number.MAX_SAFE_INTEGER)
    return Math.round(Math.min(2 ** 28, Math.max(2 ** 22, total / (2 * this.#means.pool.size))))
  }

  #mapTask(input: MapArgument['input'], number: number, place: Task<MapAnswer>['place']): Task<MapAnswer> {
    const { map, combine, partition } = this.#carved
    const { memory, partitions } = this.#settings
    const fn = moduleFunction(mapUrl, 'mapTask', { name: 'map' })
    this.#inputs.push('file' in input ? input : { firstRow: input.firstRow })
    const argument = (base: Pick<TaskBase, 'progress' | 'passOver'>, attempt: number): MapArgument => ({
      ...this.#base(base, `map-${number}-${attempt}`),
      input,
      map,
      combine,
      partition,
      partitions,
      // The same for 1 to 8 workers: where pairs are combined decides the last bit of a sum.
      memory: Math.floor(memory / Math.max(8, this.#means.pool.size)),
      inMemory: this.#heldBytes > memory / 4 ? 0 : smallRun,
    })
    const finished = ({ runs, items, pairs }: MapAnswer): void => {
      for (const { bytes } of runs) this.#heldBytes += bytes?.length ?? 0
      this.#done.map++
      this.#done.items += items
      this.#done.pairs += pairs
    }
    return { name: `map ${number}`, fn, argument, place, finished }
  }

  #reduceTasks(parts: readonly Part[], output: OutputFolder | undefined): Task<ReduceAnswer>[] {
    const fn = moduleFunction(reduceUrl, 'reduceTask', { name: 'reduce' })
    const { reduce, map, combine } = this.#carved
    this.#tasks.reduce = parts.length
    return parts.map(({ part, inputs }) => ({
      name: `reduce ${part + 1}`,
      fn,
      argument: (base, attempt): ReduceArgument => ({
        ...this.#base(base, `reduce-${part}-${attempt}`),
        inputs,
        reduce,
        combine: isTokenRule(map) ? 'sum' : combine,
        output: output?.attempt(part, attempt),
      }),
      place: async (item, key) => (key === undefined ? `key ${item + 1} of part ${part}` : `key ${JSON.stringify(key)}`),
      finished: async ({ groups }, attempt) => {
        this.#done.reduce++
        this.#done.keys += groups
        await output?.keep(part, attempt)
      },
    }))
  }

  #base(base: Pick<TaskBase, 'progress' | 'passOver'>, path: string): TaskBase {
    const { onError } = this.#settings
    return {
      ...base,
      onError: onError === 'fail' ? 'fail' : 'skip',
      values: typeof onError === 'object' && onError.values === 'shown',
      compare: this.#carved.sort,
      path: join(this.#folder, path),
    }
  }

  #tell(phase: 'map' | 'reduce', running: number, last: boolean): void {
    const done = this.#done
    const tasks = this.#tasks[phase]
    const items = running + (phase === 'map' ? done.items : done.keys)
    this.#job.onProgress?.({ phase, done: done[phase], tasks, items, pairs: done.pairs })
    if (!channels.progress.hasSubscribers) return
    // Reading is the longer half; the rest cannot be known before.
    const fraction = tasks === undefined || tasks === 0 ? undefined : (phase === 'map' ? 0 : 0.5) + (0.5 * done[phase]) / tasks
    channels.progress.publish({
      run: this.#means.run,
      label: `map-reduce: ${phase} ${done[phase]}${tasks === undefined ? '' : ` of ${tasks}`}`,
      rows: done.items + (phase === 'map' ? running : 0),
      ...(last ? { fraction: 1, done: true } : fraction === undefined ? {} : { fraction }),
    })
  }

  /** Writes what was passed over, also when that is nothing: the file is of this run. */
  async #quarantine(mapped: readonly Finished<MapAnswer>[], reduced: readonly Finished<ReduceAnswer>[]): Promise<void> {
    const { onError } = this.#settings
    if (typeof onError !== 'object') return
    const lines: object[] = []
    let before = { file: '', lines: 0 }
    mapped.forEach(({ answer }, index) => {
      const input = this.#inputs[index]
      if (input === undefined) return
      // Lines of the tasks before of the same file.
      if ('file' in input) before = { file: input.file, lines: before.file === input.file ? before.lines : 0 }
      for (const { item, error, value } of answer.failed) {
        const place = 'file' in input ? { file: input.file, line: before.lines + item + 1 } : { row: input.firstRow + item }
        lines.push({ phase: 'map', ...place, error, ...(value === undefined ? {} : { value }) })
      }
      before = { ...before, lines: before.lines + answer.items }
    })
    for (const { answer } of reduced)
      for (const { key, error, value } of answer.failed) lines.push({ phase: 'reduce', ...(value === undefined ? {} : { key }), error })
    await writeFileAtomic(onError.quarantine, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  }

  #report(
    mapped: readonly Finished<MapAnswer>[],
    parts: readonly Part[],
    reduced: readonly Finished<ReduceAnswer>[],
    { mapMs, reduceMs, ms }: { readonly mapMs: number; readonly reduceMs: number; readonly ms: number },
  ): JobReport {
    const maps = mapped.map(({ answer }) => answer)
    const reduces = reduced.map(({ answer }) => answer)
    const runs = maps.flatMap(answer => answer.runs)
    const spilled = runs.filter(run => run.file !== undefined)
    const items = sum(maps, answer => answer.items)
    const combined = sum(parts, part => part.pairs)
    const partReports: PartReport[] = parts.map(({ part, pairs, bytes }, index) => ({
      part,
      pairs,
      bytes,
      keys: reduces[index]?.groups ?? 0,
      ms: reduced[index]?.figures.ms ?? 0,
    }))
    return jobReport({
      run: this.#means.run,
      workers: this.#means.pool.size,
      ms,
      input: { items, bytes: this.#inputBytes },
      map: phaseReport('map', mapped, items, mapMs),
      shuffle: {
        pairs: sum(maps, answer => answer.pairs),
        combined,
        bytes: sum(runs, run => run.size),
        spilledRuns: spilled.length,
        spilledBytes: sum(spilled, run => run.size),
      },
      reduce: phaseReport(
        'reduce',
        reduced,
        sum(reduces, answer => answer.groups),
        reduceMs,
      ),
      skew: combined === 0 ? 1 : Math.max(...parts.map(part => part.pairs)) / (combined / this.#settings.partitions),
      parts: partReports,
      counters: addedUp([...maps, ...reduces]),
      failed: { map: sum(maps, answer => answer.failures), reduce: sum(reduces, answer => answer.failures) },
      tasks: [...mapped, ...reduced].map(({ figures }) => figures),
    })
  }
}

/** The pairs of one part in all runs. */
interface Part {
  readonly part: number
  readonly inputs: readonly MergeInput[]
  readonly pairs: number
  readonly bytes: number
}

/** Segments by part, in the order of the splits: that is the order of the values of a key. */
function partsOf(answers: readonly MapAnswer[]): Part[] {
  const inputs = new Map<number, MergeInput[]>()
  for (const { runs } of answers)
    for (const run of runs)
      for (const segment of run.segments) {
        const found = inputs.get(segment.partition)
        const input = alone(run, segment)
        if (found === undefined) inputs.set(segment.partition, [input])
        else found.push(input)
      }
  return [...inputs]
    .sort(([a], [b]) => a - b)
    .map(([part, of]) => ({
      part,
      inputs: of,
      pairs: sum(of, ({ segment }) => segment.values),
      bytes: sum(of, ({ segment }) => segment.to - segment.from),
    }))
}

/** Rows of all parts by their keys; each part is ordered, which the sort makes use of. */
function inOrder(reduced: readonly Finished<ReduceAnswer>[], compare: CompareKeys): object[] {
  const keyed: { readonly key: Key; readonly row: object }[] = []
  for (const { answer } of reduced) answer.rows.forEach((row, index) => keyed.push({ key: answer.keys[index] as Key, row }))
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ row }) => row)
}

function phaseReport(phase: 'map' | 'reduce', finished: readonly Finished<TaskAnswer>[], items: number, ms: number): PhaseReport {
  return {
    phase,
    tasks: finished.length,
    items,
    ms,
    taskMs: sum(finished, ({ answer }) => answer.ms),
    retries: sum(finished, ({ figures }) => figures.retries),
    reissued: sum(finished, ({ figures }) => Number(figures.reissued)),
  }
}

function addedUp(answers: readonly TaskAnswer[]): Readonly<Record<string, number>> {
  const counters = new Map<string, number>()
  for (const answer of answers) for (const [name, by] of Object.entries(answer.counters)) counters.set(name, (counters.get(name) ?? 0) + by)
  return Object.fromEntries(counters)
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
