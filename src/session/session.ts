/** The session: where an engine, workers and a store meet, and where reading begins. */
import { randomUUID } from 'node:crypto'
import { channels, listen, type TaskEvent } from '../channels/index.ts'
import { type Lines, prepareSource, rows } from '../connectors/index.ts'
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
import type { Experiment, Models, Runs, Workspace } from '../models/index.ts'
import { type Capabilities, type Engine, gaps, type Gap, type Host, type Plan, type Relation, type Source, verbs } from '../plan/index.ts'
import type { OpenRow, Row, SchemaLike } from '../schema/index.ts'
import type { Store } from '../storage/index.ts'
import type { Pool } from '../workers/index.ts'
import { checkJob, checkListener, checkRelation, checkSource, checkSql } from './check-arguments.ts'
import { learnSchema } from './learn-schema.ts'
import { carveJob, type MapReduceJob, mapReduce } from './map-reduce.ts'

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
  /** The runs of the workspace. */
  readonly runs: Runs
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
   * Finds the columns of a source and gives a lazy table.
   *
   * @throws connectors.not-found, connectors.empty, connectors.encoding, connectors.ragged when the file cannot be read as it should
   * @throws schema.changed-file when `tidemill types` saw other columns
   */
  read<R>(source: Source<R>): Promise<Dataset<R>>
  /**
   * One SELECT statement over named tables. It sees those tables only: no files, no settings, no second statement.
   *
   * @example
   * const top = await tm.sql('select city, avg(price) as price from houses group by city', { tables: { houses } })
   */
  sql(query: string, options?: SqlOptions): Promise<Dataset<OpenRow>>
  sql<const S extends SchemaLike>(query: string, options: SqlOptions<S> & { readonly schema: S }): Promise<Dataset<Row<S>>>
  /** Map, combine and reduce with your own functions on worker threads; the result is ordered by key. `lines` hands out the bare text of a line. */
  mapReduce<K extends string | number, V, O extends object>(
    source: Lines,
    job: MapReduceJob<string, K, V, O>,
  ): Promise<Dataset<{ [C in keyof O]: O[C] }>>
  mapReduce<I, K extends string | number, V, O extends object>(
    source: Source<I>,
    job: MapReduceJob<I, K, V, O>,
  ): Promise<Dataset<{ [C in keyof O]: O[C] }>>
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
  readonly engine: Engine
  readonly host: Host
  readonly workspace: Workspace
  readonly print: (text: string) => void
  readonly typesFile: string | false
}

class TidemillSession implements Session {
  readonly engine: Engine
  readonly pool: Pool
  readonly store: Store
  readonly models: Models
  readonly runs: Runs
  readonly #host: Host
  readonly #workspace: Workspace
  readonly #print: (text: string) => void
  readonly #typesFile: string | false
  #closed = false

  constructor(parts: SessionParts) {
    this.engine = parts.engine
    this.pool = parts.host.pool
    this.store = parts.host.store
    this.models = parts.workspace.models
    this.runs = parts.workspace.runs
    this.#host = parts.host
    this.#workspace = parts.workspace
    this.#print = parts.print
    this.#typesFile = parts.typesFile
  }

  experiment(name: string): Experiment {
    this.#check()
    return this.#workspace.experiment(name)
  }

  async read<R>(source: Source<R>): Promise<Dataset<R>> {
    this.#check()
    checkSource(source)
    const prepared = await prepareSource(source)
    const { spec, schema } = await learnSchema(prepared, this.engine, this.#host, this.#typesFile)
    return this.#dataset<R>(verbs.scan(spec, schema, undefined))
  }

  async sql(query: string, options: SqlOptions<SchemaLike | undefined> = {}): Promise<Dataset<never>> {
    this.#check()
    checkSql(query, options)
    const tables = Object.fromEntries(Object.entries(options.tables ?? {}).map(([name, relation]) => [name, relation.plan]))
    const spec = { kind: 'sql', options: { text: query, tables } }
    const known = this.engine.capabilities.sources['sql']
    if (typeof known !== 'string')
      throw new TidemillError('session.engine', `no SQL text on ${this.engine.name}${known === undefined ? '' : `: ${known.reason}`}`)
    const answer = this.#dataset<OpenRow>(verbs.scan(spec, await this.engine.schemaOf(spec), undefined))
    // The row type is the overload's to say; here it is only carried.
    return (options.schema === undefined ? answer : answer.as(options.schema)) as unknown as Dataset<never>
  }

  async mapReduce<K extends string | number, V, O extends object>(
    source: Source<unknown>,
    job: MapReduceJob<never, K, V, O>,
  ): Promise<Dataset<{ [C in keyof O]: O[C] }>> {
    this.#check()
    checkSource(source)
    checkJob(job)
    const carved = carveJob(job)
    const input = await this.read(source)
    const itemOf = source.kind === 'lines' ? 'line' : 'row'
    const made = await mapReduce(input.plan, itemOf, job, carved, { engine: this.engine, pool: this.pool, run: randomUUID() })
    if (made.length === 0)
      throw new TidemillError('session.map-reduce', 'map gave no pair for any item: a result without rows has no columns', {
        hint: 'look at what map yields; where nothing is right too, yield a pair that stands for nothing',
      })
    return (await this.read(rows(made))) as Dataset<{ [C in keyof O]: O[C] }>
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
        await this.engine.close()
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

  #dataset<R>(plan: Plan): Dataset<R> {
    return dataset<R>(plan, this.engine, { pool: this.pool, print: this.#print })
  }

  #check(): void {
    if (this.#closed) throw new TidemillError('engine.closed', 'the session is closed', { hint: 'open another one with tidemill()' })
  }
}

/** Puts the parts of a session together; `tidemill()` chooses them. */
export function makeSession(parts: SessionParts): Session {
  return new TidemillSession(parts)
}
