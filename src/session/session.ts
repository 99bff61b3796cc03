/** The session: where an engine, workers and a store meet, and where reading begins. */
import { channels, listen, type TaskEvent } from '../channels/index.ts'
import { dirname, join } from 'node:path'
import { type Lines, parquet, prepareSource, staging } from '../connectors/index.ts'
import { type Dataset, dataset } from '../dataset/index.ts'
import {
  type Description,
  describe,
  inspected,
  jupyterBundle,
  type JupyterBundle,
  jupyterDisplay,
  renderTerminal,
} from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { AnyJob, MapReduceJob, ScalingOptions, ScalingReport, TokenJob } from '../mapreduce/index.ts'
import type { Experiment, Models, Workspace } from '../models/index.ts'
import {
  bounded,
  type Capabilities,
  type Changes,
  type Engine,
  gaps,
  type Gap,
  type Host,
  type KeepOptions,
  nodesOf,
  type Plan,
  type Relation,
  type RunOptions,
  type ScanNode,
  type Source,
  type Spec,
  verbs,
  writeDown,
  type Written,
} from '../plan/index.ts'
import type { Merge, OpenRow, Row, SchemaLike, Timestamp } from '../schema/index.ts'
import type { Store } from '../storage/index.ts'
import { type EventColumns, type EventTime, type Stream, stream } from '../stream/index.ts'
import type { Pool } from '../workers/index.ts'
import { checkEnds, checkListener, checkRelation, checkSource, checkSql } from './check-arguments.ts'
import { type TableFolders, tableFolders } from './files.ts'
import { type Jobs, jobsIn } from './jobs.ts'
import { keptRuns, type Supervised } from '../runs/index.ts'
import { type WorkspaceRun, type WorkspaceRuns, workspaceRuns } from './runs.ts'
import { learnSchema } from './learn-schema.ts'
import { advise, type Advice, type AdviceOptions } from '../advice/index.ts'
import { mapReduced, type Reducing, type Reported, scalingOf } from './map-reduce.ts'
import { type Replayed, replayed, type ReplayOptions, type Stamp } from './replay.ts'
import { foreign, isTable, type SqlPart, sqlTemplate } from './sql-template.ts'
import { sourceTable, streamPlan, streamSource } from './stream-source.ts'

/** What `tm.sql` needs besides the text. */
export interface SqlOptions<S extends SchemaLike | undefined = undefined> {
  /** The tables the text may name; nothing else is readable. */
  readonly tables?: Readonly<Record<string, Relation<unknown>>>
  readonly schema?: S
}

/** Made by `tidemill()`. Close it, or let `await using` do so. */
export interface Session extends AsyncDisposable {
  /** The engine that runs the plans. */
  readonly engine: Engine
  /** The threads that run functions. */
  readonly pool: Pool
  readonly store: Store
  /** The registry of models in the workspace, which is opened by its first use. */
  readonly models: Models
  /** The runs of the workspace: of experiments, of tables that were kept, of jobs. */
  readonly runs: WorkspaceRuns
  /** The jobs of the workspace: streams and topologies that run, or ran. */
  readonly jobs: Jobs
  /** Folders that writes have made: how full they are, putting small files together, removing old versions. */
  readonly files: TableFolders
  /**
   * An experiment of the workspace, to run and write down.
   *
   * @example
   * const run = await tm.experiment('price').run(async run => {
   *   const model = await linearRegression().fit(train, { target: 'price' })
   *   run.log(await model.evaluate(test))
   *   return model
   * })
   * @throws models.bad-name
   */
  experiment(name: string): Experiment
  /**
   * Finds the columns of a source and gives a lazy table. What the engine cannot read as it lies (an address, standard input, another encoding, lines that are to be left out, a JSON
   * document) is copied into a folder for temporary files, which goes when the session closes.
   *
   * @param options a signal that stops the finding and the copying
   * @throws connectors.not-found, connectors.empty, connectors.encoding, connectors.ragged when the file cannot be read as it should
   * @throws schema.changed-file when `tidemill types` saw other columns
   */
  read<R>(source: Source<R>, options?: { readonly signal?: AbortSignal }): Promise<Dataset<R>>
  /**
   * A source whose rows never end, as a lazy stream. Without a declared schema its columns are learnt from what is there.
   *
   * @example
   * const sensors = await tm.stream(ndjson.follow('sensors/', { schema: reading }), { eventTime: 'at', lateness: '10s' })
   * @param time when its rows happened; whatever keeps something of them needs it
   * @throws stream.argument for a source that ends; plan.type when the event time is no timestamp or may be NULL
   */
  stream<R>(source: Source<R>, time?: EventTime<NoInfer<R>>): Promise<Stream<R>>
  /**
   * The rows of a table as a stream, in their order, at a rate: to try a stream on what has happened.
   *
   * @example const listings = await tm.replay(houses, { rate: 500, eventTime: { stamp: 'at' } })
   * @throws stream.argument
   */
  replay<R>(table: Relation<R>, options?: ReplayOptions & { readonly eventTime?: EventColumns<NoInfer<R>> }): Promise<Stream<R>>
  replay<R, const N extends string>(
    table: Relation<R>,
    options: ReplayOptions & { readonly eventTime: Stamp<N> },
  ): Promise<Stream<Merge<R, { [K in N]: Timestamp }>>>
  /**
   * The table of a stream: what it gives in the end, over the rows that its sources have now. Windows are groups of a span of time, running totals the totals
   * of all rows; no row is late.
   *
   * @throws stream.unsupported for `process` and late rows, which tables do not have; stream.unbounded for a generator without end
   */
  table<R>(stream: Stream<R, Changes>): Promise<Dataset<R>>
  /**
   * One SELECT statement over named tables. It sees those tables only: no files, no settings, no second statement.
   *
   * @example
   * const top = await tm.sql('select city, avg(price) as price from houses group by city', { tables: { houses } })
   */
  sql(query: string, options?: SqlOptions): Promise<Dataset<OpenRow>>
  sql<const S extends SchemaLike>(query: string, options: SqlOptions<S> & { readonly schema: S }): Promise<Dataset<Row<S>>>
  /**
   * The same as a template: tables stand in its gaps, and values, which are bound and never part of the text; an array is a list of values for `in`, `sql.id(name)` a name.
   * The row type is said by hand, or checked: `(await tm.sql`...`).as({ city: 'string' })`.
   *
   * @example
   * const dear = await tm.sql<{ city: string; n: number }>`select city, count(*) as n from ${houses} where price > ${limit} group by city`
   * @throws engine.sql for a value inside a text or a name; plan.argument for what cannot stand in a gap
   */
  sql<R extends object = OpenRow>(text: TemplateStringsArray, ...parts: readonly SqlPart[]): Promise<Dataset<{ [C in keyof R]: R[C] }>>
  /**
   * Map, combine and reduce with your own functions on worker threads; the result is ordered by key and says in `report` what it cost. `lines` hands out the bare
   * text of a line; files of lines are read by the workers themselves.
   *
   * @example
   * const counts = await tm.mapReduce(lines('books/*.txt'), { map: words(), reduce: (word, [n]) => ({ word, n }) })
   * @throws session.map-reduce, workers.captured, workers.function-failed, workers.died, mapreduce.deadline, mapreduce.disk-full, storage.exists
   * @throws engine.cancelled when its signal says so
   */
  mapReduce<O extends object>(source: Lines, job: TokenJob<O>): Promise<Dataset<{ [C in keyof O]: O[C] }> & Reported>
  mapReduce<K extends string | number, V, O extends object>(
    source: Lines,
    job: MapReduceJob<string, K, V, O>,
  ): Promise<Dataset<{ [C in keyof O]: O[C] }> & Reported>
  mapReduce<I, K extends string | number, V, O extends object>(
    source: Source<I>,
    job: MapReduceJob<I, K, V, O>,
  ): Promise<Dataset<{ [C in keyof O]: O[C] }> & Reported>
  /**
   * Runs a job over parts of its input and on pools of several sizes: how its time grows with n, and what more workers bring. Results are thrown away.
   *
   * @example await (await tm.scalingReport(lines('books/*.txt'), job, { sizes: [0.25, 0.5, 1], workers: [1, 2, 4] })).show()
   * @throws as `mapReduce`
   */
  scalingReport<O extends object>(source: Lines, job: TokenJob<O>, options?: ScalingOptions): Promise<ScalingReport>
  scalingReport<K extends string | number, V, O extends object>(
    source: Lines,
    job: MapReduceJob<string, K, V, O>,
    options?: ScalingOptions,
  ): Promise<ScalingReport>
  scalingReport<I, K extends string | number, V, O extends object>(
    source: Source<I>,
    job: MapReduceJob<I, K, V, O>,
    options?: ScalingOptions,
  ): Promise<ScalingReport>
  /**
   * Where to run a table's plan, how to partition its rows and what to keep them in, each answer with its figures. Reads sizes, footers and a sample only.
   *
   * @example console.log(String(await tm.advise(orders, { access: 'lookup' })))
   * @throws advice.argument
   */
  advise(of: Relation<unknown> | Source<unknown>, options?: AdviceOptions): Promise<Advice>
  /**
   * Runs a table only to keep the run: plan, inputs, figures, program and rows (the first 1,000,000). `tm.runs.get(name)` reopens it, in any process.
   * `rows({ keep: name })`, `write(sink, { keep: name })` and the other ways to run keep theirs on the way.
   *
   * @example
   * const run = await tm.keep(byRegion, { name: 'sales-by-region' })
   * await (await run.result()).show()
   * @throws runs.argument
   */
  keep(table: Relation<unknown>, keep: string | KeepOptions, options?: RunOptions): Promise<WorkspaceRun>
  /**
   * Tells of every piece of work on the worker threads of this process; gives back the function that stops telling.
   *
   * @example
   * const stop = tm.onTask(event => console.log(event.task, event.worker))
   */
  onTask(hear: (event: TaskEvent) => void): () => void
  /** What the engine cannot do of a plan, known before anything runs. */
  supports(relation: Relation<unknown> | Plan): readonly Gap[]
  close(): Promise<void>
}

export interface SessionParts {
  readonly supervised: Supervised
  /** Folder of kept runs. */
  readonly kept: string
  readonly host: Host
  readonly workspace: Workspace
  /** Folder of the jobs. */
  readonly jobs: string
  /** Folder of the rows that are replayed. */
  readonly replays: string
  /** Folder of what jobs keep while they run. */
  readonly temporary: string
  readonly print: (text: string) => void
  readonly typesFile: string | false
}

class TidemillSession implements Session {
  readonly engine: Engine
  readonly pool: Pool
  readonly store: Store
  readonly models: Models
  readonly runs: WorkspaceRuns
  readonly jobs: Jobs
  readonly files: TableFolders
  readonly #replays: string
  readonly #temporary: string
  readonly #replayed = new WeakMap<Spec, Replayed>()
  readonly #host: Host
  readonly #workspace: Workspace
  readonly #print: (text: string) => void
  readonly #typesFile: string | false
  readonly #supervised: Supervised
  readonly #staging = staging()
  #closed = false

  constructor(parts: SessionParts) {
    this.engine = parts.supervised.engine
    this.#supervised = parts.supervised
    this.pool = parts.host.pool
    this.store = parts.host.store
    this.models = parts.workspace.models
    this.jobs = jobsIn(parts.jobs)
    this.runs = workspaceRuns({
      experiments: parts.workspace.runs,
      kept: keptRuns(parts.kept),
      jobs: this.jobs,
      clock: parts.host.clock,
      read: path => this.read(parquet(path)) as Promise<Dataset<OpenRow>>,
    })
    this.files = tableFolders(this.engine)
    this.#replays = parts.replays
    this.#temporary = parts.temporary
    this.#host = parts.host
    this.#workspace = parts.workspace
    this.#print = parts.print
    this.#typesFile = parts.typesFile
  }

  experiment(name: string): Experiment {
    this.#check()
    return this.#workspace.experiment(name)
  }

  async read<R>(source: Source<R>, options: { readonly signal?: AbortSignal } = {}): Promise<Dataset<R>> {
    this.#check()
    checkSource(source)
    checkEnds(source)
    return this.#dataset<R>(await this.#readPlan(source, options.signal))
  }

  async stream<R>(source: Source<R>, time?: EventTime<NoInfer<R>>): Promise<Stream<R>> {
    this.#check()
    checkSource(source, 'stream')
    const spec = await streamSource(source, some => this.#readPlan(some))
    return stream<R>(streamPlan(spec, time as EventTime<never> | undefined), this.engine)
  }

  async replay<R>(table: Relation<R>, options: ReplayOptions = {}): Promise<Stream<never>> {
    this.#check()
    checkRelation(table, 'replay')
    const made = await replayed(table.plan, this.engine, this.#replays, options)
    this.#replayed.set(made.spec, made)
    // The row type is the overload's to say; here it is only carried.
    return stream<never>(streamPlan(made.spec, made.time), this.engine)
  }

  async table<R>(of: Stream<R, Changes>): Promise<Dataset<R>> {
    this.#check()
    checkRelation(of, 'table', 'a stream')
    const scans = nodesOf(of.plan).filter(node => node.node === 'scan')
    const tables = new Map<ScanNode, Plan>()
    await Promise.all(scans.map(async scan => tables.set(scan, await this.#tableOf(scan))))
    return this.#dataset<R>(bounded(of.plan, scan => tables.get(scan) ?? scan))
  }

  async sql(query: string | TemplateStringsArray, ...given: readonly unknown[]): Promise<Dataset<never>> {
    this.#check()
    if (typeof query === 'object' && 'raw' in query) return this.#sqlTemplate(query, given)
    const options = (given[0] === undefined ? {} : given[0]) as SqlOptions<SchemaLike | undefined>
    checkSql(query, options)
    const tables = Object.fromEntries(Object.entries(options.tables ?? {}).map(([name, relation]) => [name, relation.plan]))
    const answer = this.#dataset<OpenRow>(await this.#sqlPlan({ text: query, tables }, { how: 'sql', text: query, tables }))
    // The row type is the overload's to say; here it is only carried.
    return (options.schema === undefined ? answer : answer.as(options.schema)) as unknown as Dataset<never>
  }

  async #sqlTemplate(query: TemplateStringsArray, parts: readonly unknown[]): Promise<Dataset<never>> {
    for (const part of parts) if (isTable(part) && part.engine !== this.engine) throw foreign(part.engine.name, this.engine.name)
    const { text, tables, values, strings, gaps: found } = sqlTemplate(query, parts)
    const plan = await this.#sqlPlan({ text, tables, values }, { how: 'sqlTemplate', strings, gaps: found })
    // The row type is the caller's to say.
    return this.#dataset<OpenRow>(plan) as unknown as Dataset<never>
  }

  async #sqlPlan(options: object, written: Written): Promise<Plan> {
    const spec = { kind: 'sql', options }
    const known = this.engine.capabilities.sources['sql']
    if (typeof known !== 'string')
      throw new TidemillError('session.engine', `no SQL text on ${this.engine.name}${known === undefined ? '' : `: ${known.reason}`}`)
    return writeDown(verbs.scan(spec, await this.engine.schemaOf(spec), undefined), written)
  }

  async mapReduce(source: Source<unknown>, job: AnyJob): Promise<Dataset<never> & Reported> {
    this.#check()
    checkSource(source)
    return mapReduced(source, job, this.#reducing())
  }

  async scalingReport(source: Source<unknown>, job: AnyJob, options: ScalingOptions = {}): Promise<ScalingReport> {
    this.#check()
    checkSource(source)
    return scalingOf(source, job, options, this.#reducing())
  }

  async advise(of: Relation<unknown> | Source<unknown>, options?: AdviceOptions): Promise<Advice> {
    return advise('plan' in of ? of : await this.read(of), options)
  }

  async keep(table: Relation<unknown>, keep: string | KeepOptions, options: RunOptions = {}): Promise<WorkspaceRun> {
    this.#check()
    checkRelation(table, 'keep')
    const { id } = await this.#supervised.keep(table.plan, keep, options)
    return this.runs.get(id)
  }

  onTask(hear: (event: TaskEvent) => void): () => void {
    checkListener(hear)
    return listen(channels.task, hear)
  }

  supports(relation: Relation<unknown> | Plan): readonly Gap[] {
    checkRelation(relation)
    const plan: Plan = 'node' in relation ? relation : relation.plan
    const capabilities: Capabilities = this.engine.capabilities
    return gaps(plan, capabilities)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    try {
      await this.#workspace.close()
    } finally {
      try {
        await this.pool.close()
      } finally {
        try {
          await this.engine.close()
        } finally {
          await this.#staging.close()
        }
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  [jupyterDisplay](): JupyterBundle {
    return jupyterBundle(this[describe]())
  }

  [inspected](): string {
    return renderTerminal(this[describe](), { width: 100, color: false })
  }

  [describe](): Description {
    return { kind: 'text', text: `tidemill session on ${this.engine.name}, ${this.pool.size} workers${this.#closed ? ', closed' : ''}` }
  }

  async #readPlan(source: Spec, signal?: AbortSignal): Promise<Plan> {
    const prepared = await prepareSource(source, { staging: this.#staging, signal })
    const { spec, schema } = await learnSchema(prepared, this.engine, this.#host, this.#typesFile, { signal })
    return writeDown(verbs.scan(spec, schema, undefined), { how: 'read', source })
  }

  async #tableOf({ source }: ScanNode): Promise<Plan> {
    const replay = this.#replayed.get(source)
    return replay === undefined ? sourceTable(source, some => this.#readPlan(some)) : replay.table()
  }

  #reducing(): Reducing {
    return {
      engine: this.engine,
      pool: this.pool,
      temporary: this.#temporary,
      plan: source => this.#readPlan(source),
      table: plan => this.#dataset(plan),
      keep: this.#supervised.keepJob,
    }
  }

  #dataset<R>(plan: Plan): Dataset<R> {
    const checkpoints = {
      folder: join(dirname(this.#replays), 'checkpoints'),
      read: async (path: string, signal: AbortSignal | undefined) => this.#readPlan(parquet(path), signal),
    }
    return dataset<R>(plan, this.engine, { pool: this.pool, print: this.#print, checkpoints })
  }

  #check(): void {
    if (this.#closed) throw new TidemillError('engine.closed', 'the session is closed', { hint: 'open another one with tidemill()' })
  }
}

/** Puts the parts of a session together; `tidemill()` chooses them. */
export function makeSession(parts: SessionParts): Session {
  return new TidemillSession(parts)
}
