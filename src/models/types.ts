/** What a workspace hands out: versions of models, their aliases and history, and the runs they came from. */
import type { Shown, ShownList } from '../display/index.ts'
import type { AnyModel } from '../ml/index.ts'
import type { Relation } from '../plan/index.ts'
import type { CodeState, Environment } from '../telemetry/index.ts'

export type { CodeState, Environment, ShownList }

/**
 * The models the compiler knows by name, filled in through declaration merging:
 * `declare module 'tidemill/models' { interface Catalog { price: Model<'regressor', { rooms: number }, { prediction: number }> } }`.
 * While it is empty every name is let through and a loaded model takes any columns.
 */
// oxlint-disable-next-line typescript/no-empty-interface, typescript/no-empty-object-type -- others merge into it
export interface Catalog {}

/** A name of a model: one of the catalog, or any text while that is empty. */
export type ModelName = NameIn<Catalog>
type NameIn<C> = [keyof C] extends [never] ? string : keyof C & string
/** The model of a name of the catalog. */
export type ModelNamed<N> = N extends keyof Catalog ? Catalog[N] : AnyModel
/** A name that points at one version of a model and can be moved. */
export type Alias = 'champion' | 'challenger' | 'shadow' | (string & {})

/** One registered version of a model; it never changes. `aliases` are those of the moment it was read. */
export interface Version<M = AnyModel> extends Shown {
  readonly name: string
  /** From 1 on, without gaps. */
  readonly number: number
  readonly created: Date
  /** The account of the system that registered it. */
  readonly by: string
  /** The id of the run it came from. */
  readonly run: string | undefined
  readonly kind: string
  readonly role: string
  readonly features: readonly string[]
  readonly target: string | undefined
  /** Rows it learnt from. */
  readonly rows: number
  /** sha256 over names, sizes and hashes of its files. */
  readonly digest: string
  readonly description: string | undefined
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, number>>
  readonly aliases: readonly string[]
  /** For the compiler only. */
  readonly '~model'?: M
}

/** One model in `list()`. */
export interface ModelSummary {
  readonly name: string
  /** How many versions there are; also the number of the newest. */
  readonly versions: number
  readonly kind: string
  readonly role: string
  readonly target: string | undefined
  /** Alias to version number. */
  readonly aliases: Readonly<Record<string, number>>
  /** When the newest version was registered. */
  readonly updated: Date
}

/** One change of an alias; kept for ever. */
export interface AliasChange {
  readonly name: string
  readonly alias: string
  readonly action: 'promote' | 'rollback'
  /** Undefined for the first promotion. */
  readonly from: number | undefined
  readonly to: number
  readonly at: Date
  /** The account of the system that changed it. */
  readonly by: string
  readonly reason: string | undefined
}

export interface RegisterOptions {
  /** The run it came from. Default: the run of this workspace that returned this very model. */
  readonly run?: string | { readonly id: string } | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Default: those of the run. */
  readonly metrics?: Readonly<Record<string, number>> | undefined
  readonly signal?: AbortSignal | undefined
}

/** The registry. Every method fails with `models.damaged`, `models.version`, `models.busy` or `models.closed` when the workspace cannot be used. */
export interface Models extends Shown {
  /**
   * Keeps a model as the next version of a name: 1, 2, 3, without gaps, also when several processes register at once.
   *
   * @example
   * const version = await tm.models.register('price', model, { description: 'all eight columns' })
   * @throws models.bad-name before anything is written; models.unknown-run
   */
  register<N extends ModelName, M extends ModelNamed<N>>(name: N, model: M, options?: RegisterOptions): Promise<Version<M>>
  /** Every model with its aliases, by name. */
  list(): Promise<ShownList<ModelSummary>>
  /** All versions of a model, the newest first. @throws models.unknown-model */
  versions(name: ModelName): Promise<ShownList<Version>>
  /**
   * The version of a reference: `price@champion`, `price@3`, or `price` for the newest.
   *
   * @throws models.unknown-model, models.unknown-version, models.unknown-alias, each naming what there is; models.reference
   */
  find<N extends ModelName>(reference: Reference<N>): Promise<Version<ModelNamed<N>>>
  find<N extends ModelName>(reference: N): Promise<Version<ModelNamed<N>>>
  /**
   * The model of a reference, as it was registered: its files are compared with the registry first.
   *
   * @example
   * const champion = await tm.models.load('price@champion')
   * @throws models.damaged when a file is missing, cut, changed or of another version; what `find` throws
   */
  load<N extends ModelName>(reference: Reference<N>, options?: LoadOptions): Promise<ModelNamed<N>>
  load<N extends ModelName>(reference: N, options?: LoadOptions): Promise<ModelNamed<N>>
  /**
   * Points an alias at a version, and writes down from where, who, when and why.
   *
   * @example
   * await tm.models.promote('price', 'champion', version, { reason: 'lower error on March' })
   */
  promote(name: ModelName, alias: Alias, version: Version<unknown> | number, options: { readonly reason: string }): Promise<Version>
  /**
   * Takes back the last promotion of an alias that was not taken back yet: twice goes two back. The history keeps it all.
   *
   * @throws models.no-history when there is no earlier version
   */
  rollback(name: ModelName, alias: Alias, options?: { readonly reason?: string | undefined }): Promise<Version>
  /** Every change of the aliases of a model, or of one of them, the newest first. */
  history(name: ModelName, alias?: Alias): Promise<ShownList<AliasChange>>
  /** Alias to version number. */
  aliases(name: ModelName): Promise<Readonly<Record<string, number>>>
}
export interface LoadOptions {
  readonly signal?: AbortSignal | undefined
}
/** `price@champion` or `price@3`. */
export type Reference<N extends string = string> = `${N}@${Alias | number}`

// Runs ----------------------------------------------------------------------------------------------------------------------

/** A run while it goes on: what its body is given. */
export interface Run extends Shown {
  readonly id: string
  readonly experiment: string
  /**
   * Writes down numbers as metrics, and nested plain data (a confusion matrix, a list of labels) as details. A later value of the same name takes
   * the place of the earlier; all are kept as points.
   *
   * @throws models.argument for what is no plain data
   */
  log(metrics: object, options?: { readonly step?: number | undefined }): void
  /** Writes down what the run was asked to do. @throws models.argument when a name has another value already */
  param(params: Readonly<Record<string, string | number | boolean>>): void
  /** Keeps a file with the run. @throws models.bad-name; models.argument when the run has a file of this name */
  artifact(name: string, bytes: Uint8Array | string): Promise<Artifact>
  /**
   * Writes down which rows were used: the plan's fingerprint, and the sha256 of all values in their order, which reads the rows once.
   */
  data(name: string, relation: Relation<unknown>, options?: { readonly signal?: AbortSignal | undefined }): Promise<DataDigest>
}
export interface Artifact {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}
/** Which rows a run used. */
export interface DataDigest {
  readonly name: string
  /** sha256 of the plan: the same question. */
  readonly fingerprint: string
  readonly rows: number
  /** sha256 of column names, types and all values in the order of the rows: the same answer. */
  readonly sha256: string
}
/** A run as it is written down. */
export interface RunRecord extends Shown {
  readonly id: string
  readonly experiment: string
  /** `running` also stands for a run whose process ended without a word. */
  readonly status: 'running' | 'finished' | 'failed'
  readonly started: Date
  readonly ended: Date | undefined
  /** The message of the error that ended it. */
  readonly failure: string | undefined
  readonly by: string
  readonly params: Readonly<Record<string, string | number | boolean>>
  /** The last value of each. */
  readonly metrics: Readonly<Record<string, number>>
  readonly details: Readonly<Record<string, unknown>>
  readonly data: readonly DataDigest[]
  readonly artifacts: readonly Artifact[]
  /** Undefined outside of git. */
  readonly code: CodeState | undefined
  readonly environment: Environment
  /** What kind of model the body gave back, where it was one. */
  readonly learnt: LearntModel | undefined
}
export interface LearntModel {
  readonly kind: string
  readonly role: string
  readonly features: readonly string[]
  readonly target: string | undefined
  readonly rows: number
}
/** What `experiment(name).run(body)` gives back: the record, and what the body returned. */
export interface FinishedRun<M> extends RunRecord {
  readonly model: M
}
export interface Experiment extends Shown {
  readonly name: string
  /**
   * Runs the body and writes down what it logs, with the commit, the environment, start and end. When the body throws, the run is kept as failed and
   * the error goes on.
   *
   * @example
   * const run = await tm.experiment('price').run(async run => {
   *   const model = await linearRegression().fit(train, { target: 'price' })
   *   run.log(await model.evaluate(test))
   *   return model
   * })
   */
  run<M>(body: (run: Run) => Promise<M> | M): Promise<FinishedRun<M>>
}
/** One logged value. */
export interface MetricPoint {
  readonly step: number | undefined
  readonly value: number
  readonly at: Date
}
export interface Runs extends Shown {
  /** The newest first. `limit` is 100 by default. */
  list(options?: { readonly experiment?: string | undefined; readonly limit?: number | undefined }): Promise<ShownList<RunRecord>>
  /** @throws models.unknown-run */
  get(id: string): Promise<RunRecord>
  /** Every value of one metric, in the order it was logged. @throws models.unknown-run, models.argument for an unknown metric */
  points(id: string, metric: string): Promise<ShownList<MetricPoint>>
  /** The bytes of a file of a run, compared with its hash. @throws models.damaged, models.argument for an unknown file */
  artifact(id: string, name: string): Promise<Uint8Array>
}

// The workspace ---------------------------------------------------------------------------------------------------------------

/** A folder of models and runs. Several processes may use it at once. Close it, or let `await using` do so. */
export interface Workspace extends AsyncDisposable, Shown {
  /** The whole path. */
  readonly folder: string
  readonly models: Models
  readonly runs: Runs
  /** @throws models.bad-name */
  experiment(name: string): Experiment
  close(): Promise<void>
}
