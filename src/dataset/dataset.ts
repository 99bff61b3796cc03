import { type BatchView, type ColumnValues, rawAt, rowsOf } from '../batch/index.ts'
import { channels } from '../channels/index.ts'
import type { Chart, PlotOptions } from '../chart/index.ts'
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
import { buildCondition, buildExprs, buildOrder, callNode } from '../expr/index.ts'
import {
  checkTable,
  checkVerb,
  type Engine,
  type Explanation,
  type ExplainOptions,
  type Gap,
  gaps,
  type JoinHow,
  lazySite,
  type Make,
  namedOf,
  type PickArgument,
  picksOf,
  type Plan,
  type Relation,
  type RowSplit,
  type RunOptions,
  type Spec,
  toTypeScript,
  verbs,
  writeDown,
  type WriteReport,
} from '../plan/index.ts'
import { printType } from '../schema/index.ts'
import type { Pool } from '../workers/index.ts'
import { checkpoint, type Checkpoint, type CheckpointOptions, dropCheckpoint } from './checkpoint.ts'
import { collectRows, columnsOf, eachRow } from './collect.ts'
import { type DatasetContext, runOptions } from './context.ts'
import { grouped, type Groups } from './grouped.ts'
import { keyPairs } from './key-pairs.ts'
import { joinedNames, sideView } from './join-view.ts'
import { preview, terminalText } from './preview.ts'
import { TableSteps } from './table-verbs.ts'
import { arrowPieces, respond } from './respond.ts'
import { type SplitOptions, splittingOf } from './split-how.ts'
import { labelsPlan, toTranspose, transposed, type TransposeOptions } from './transpose.ts'
import type { ArrowRunOptions, Dataset, ResponseOptions } from './types.ts'
import { shownBatch, shownReport } from './shown.ts'

type AnyMake = (r: unknown) => object

/**
 * A lazy table over a plan.
 *
 * @example
 * const houses = dataset<{ price: number }>(plan, engine)
 * @param context where `show` prints and how runs are named
 */
export function dataset<R>(plan: Plan, engine: Engine, context: DatasetContext = {}): Dataset<R> {
  // The one place where rows get the type the caller vouches for: the class works on plans and knows no row type.
  return new Table(plan, engine, context) as unknown as Dataset<R>
}

/**
 * The class behind `Dataset`: an index of the verbs and of the ways to run. The interface says what the compiler knows of rows; here they are plain plans.
 */
class Table extends TableSteps<Table> implements AsyncIterable<object> {
  readonly pool: Pool | undefined
  readonly #context: DatasetContext

  constructor(plan: Plan, engine: Engine, context: DatasetContext) {
    super(plan, engine)
    this.pool = context.pool
    this.#context = context
  }

  derive(plan: Plan): Table {
    return new Table(plan, this.engine, this.#context)
  }

  protected override get self(): Table {
    return this
  }

  // Verbs

  sort(...by: readonly PickArgument[]): Table {
    checkVerb.sort(by)
    const orders = by.flatMap(item => buildOrder(this.plan.fields, this.plan.open, item as string | AnyMake))
    return this.derive(verbs.sort(this.plan, { by: orders }, lazySite()))
  }
  limit(rows: number, options?: { readonly offset?: number }): Table {
    checkVerb.limit(rows, options)
    return this.derive(verbs.limit(this.plan, { rows, offset: options?.offset }, lazySite()))
  }
  split(parts: Readonly<Record<string, number>> | RowSplit, options?: SplitOptions): Readonly<Record<string, Table>> {
    checkVerb.split(parts, options)
    const at = lazySite()
    const { names, ...splitting } = splittingOf(parts, options)
    return Object.fromEntries(names.map(part => [part, this.derive(verbs.split(this.plan, { ...splitting, part }, at))]))
  }
  groupBy(...keys: readonly PickArgument[]): Groups {
    checkVerb.groupBy(keys)
    return grouped(this.plan, picksOf('groupBy', this.plan, keys, ['column']), plan => this.derive(plan))
  }
  agg(make: Make): Table {
    checkVerb.agg(make)
    const aggs = namedOf(buildExprs('agg', this.plan.fields, this.plan.open, ['aggregate'], make as AnyMake))
    return this.derive(verbs.aggregate(this.plan, { keys: [], aggs }, lazySite()))
  }
  join(
    other: Relation<unknown>,
    options: {
      readonly on: string | readonly string[] | Readonly<Record<string, string>>
      readonly how?: JoinHow
      readonly suffix?: string
      readonly validate?: 'one-to-one' | 'one-to-many' | 'many-to-one'
      readonly onManyToMany?: 'warn' | 'fail'
    },
  ): Table {
    const right = this.otherPlan(other, 'join')
    checkVerb.join(options)
    const { on, how, suffix, validate, onManyToMany } = options
    return this.derive(
      verbs.join(this.plan, { other: right, on: keyPairs(on), how, suffix, validate, manyToMany: onManyToMany }, lazySite()),
    )
  }
  joinWhere(other: Relation<unknown>, condition: (left: never, right: never) => object, options?: { readonly suffix?: string }): Table {
    const right = this.otherPlan(other, 'joinWhere')
    checkVerb.joinWhere(condition, options)
    const suffix = options?.suffix ?? ''
    const at = lazySite()
    const { fields, open } = verbs.joinWhere(this.plan, { other: right, suffix }, at)
    const names = joinedNames(this.plan, right, suffix)
    const both = condition as (left: unknown, right: unknown) => object
    const where = buildCondition('joinWhere', fields, open, ['column'], r =>
      both(sideView(r as object, 'left', names.left), sideView(r as object, 'right', names.right)),
    )
    return this.derive(verbs.joinWhere(this.plan, { other: right, where, suffix }, at))
  }
  crossJoin(other: Relation<unknown>, options?: { readonly suffix?: string }): Table {
    const right = this.otherPlan(other, 'crossJoin')
    checkVerb.crossJoin(options)
    return this.derive(verbs.joinWhere(this.plan, { other: right, suffix: options?.suffix }, lazySite()))
  }
  // What is known before a run

  gaps(): readonly Gap[] {
    return gaps(this.plan, this.engine.capabilities)
  }
  toTypeScript(): string {
    return toTypeScript(this.plan)
  }
  explain(options: ExplainOptions = {}): Promise<Explanation> {
    const { analyze, ...run } = options
    return this.engine.explain(this.plan, { ...this.#run(run), ...(analyze === undefined ? {} : { analyze }) })
  }

  // Runs

  rows(options?: RunOptions): Promise<object[]> {
    return collectRows(this.engine.run(this.plan, this.#run(options)))
  }
  async *batches(options?: RunOptions): AsyncGenerator<BatchView<unknown>> {
    for await (const batch of this.engine.run(this.plan, this.#run(options))) yield shownBatch(batch)
  }
  [Symbol.asyncIterator](): AsyncIterator<object> {
    return eachRow(this.engine.run(this.plan, this.#run(undefined)))
  }
  async count(options?: RunOptions): Promise<number> {
    const plan = verbs.aggregate(this.plan, { keys: [], aggs: [{ name: 'count', expr: callNode('count', []) }] }, lazySite())
    for await (const batch of this.engine.run(plan, this.#run(options))) {
      const [column] = batch.columns
      if (column !== undefined && batch.rows > 0) return Number(rawAt(column, 0))
    }
    throw new TidemillError('engine.incomplete', `${this.engine.name} gave no row for a count`)
  }
  async show(options?: { readonly rows?: number }): Promise<void> {
    checkVerb.show(options)
    const described = await preview(this.plan, this.engine, options?.rows ?? 10, this.#run(undefined))
    const text = terminalText(described)
    const { print } = this.#context
    if (print === undefined) process.stdout.write(`${text}\n`)
    else print(text)
    channels.shown.publish({ value: described })
  }
  async plot(options?: PlotOptions): Promise<Chart> {
    const { plot } = await import('../chart/index.ts')
    return plot(this as unknown as Relation<object>, options)
  }
  async write(sink: Spec, options?: RunOptions): Promise<WriteReport> {
    checkVerb.write(sink)
    return shownReport(await this.engine.write(this.plan, sink, this.#run(options)))
  }
  async cache(options?: RunOptions): Promise<CachedTable> {
    const run = this.#run(options)
    const plan = this.plan.open ? await this.engine.learn(this.plan, run) : this.plan
    const { engine } = this
    const staged = await (engine.cache === undefined ? engine.stage(engine.run(plan, run), plan.fields, run) : engine.cache(plan, run))
    writeDown(staged.plan, { how: 'cache', input: plan })
    return new CachedTable(staged.plan, this.engine, this.#context, staged)
  }
  async transpose(options: TransposeOptions = {}, run?: RunOptions): Promise<CachedTable> {
    checkTable.transpose(options)
    const own = this.#run(run)
    const plan = this.plan.open ? await this.engine.learn(this.plan, own) : this.plan
    // Kept, so that the names of the columns and what stands in them are of the same rows.
    const kept = await this.derive(toTranspose(plan, options)).cache(run)
    try {
      const labels: unknown[] = []
      for await (const batch of this.engine.run(labelsPlan(kept.plan, options), own))
        labels.push(...rowsOf(batch).map(row => Object.values(row)[0]))
      const names = options.names === undefined ? labels.map((_, row) => `row${row + 1}`) : labels
      return new CachedTable(transposed(kept.plan, names, options), this.engine, this.#context, kept)
    } catch (error) {
      await kept[Symbol.asyncDispose]()
      throw error
    }
  }
  async checkpoint(options: CheckpointOptions = {}): Promise<CheckpointTable> {
    checkTable.checkpoint(options)
    const { checkpoints } = this.#context
    if (checkpoints === undefined) throw new TidemillError('plan.argument', 'a checkpoint needs a workspace, and this table has none')
    const run = this.#run(options)
    const plan = this.plan.open ? await this.engine.learn(this.plan, run) : this.plan
    const made = await checkpoint(plan, this.engine, checkpoints, { ...options, ...run })
    return new CheckpointTable(made, this.engine, this.#context)
  }
  toResponse(options: ResponseOptions = {}): Response {
    const { plan, engine } = this
    return respond(
      {
        fields: plan.fields,
        run: signal => engine.run(plan, this.#run({ signal })),
        writeParquet: (path, signal) => engine.write(plan, { kind: 'parquet', options: { path } }, this.#run({ signal })),
      },
      options,
    )
  }
  toColumns(options?: RunOptions): Promise<Readonly<Record<string, ColumnValues>>> {
    return columnsOf(this.engine.run(this.plan, this.#run(options)), this.plan.fields)
  }
  async toArrow(options?: ArrowRunOptions): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for await (const piece of this.arrowStream(options)) pieces.push(piece)
    return new Uint8Array(Buffer.concat(pieces))
  }
  arrowStream({ compression, ...options }: ArrowRunOptions = {}): AsyncGenerator<Uint8Array> {
    return arrowPieces(this.engine.run(this.plan, this.#run(options)), this.plan.fields, compression)
  }

  // How it looks

  [inspected](): string {
    return renderTerminal(this[describe](), { width: 100, color: false })
  }

  [describe](): Description {
    const { fields, open } = this.plan
    return {
      kind: 'table',
      title: 'Dataset',
      columns: [
        { name: 'column', type: '', align: 'left' },
        { name: 'type', type: '', align: 'left' },
      ],
      rows: fields.map(field => [field.name, `${printType(field.type)}${field.nullable ? '?' : ''}`]),
      total: fields.length,
      shown: fields.length,
      note: open ? 'more columns are known when it has run' : 'rows are read by show(), rows(), write()',
    }
  }
  async [jupyterDisplay](): Promise<JupyterBundle> {
    return jupyterBundle(await preview(this.plan, this.engine, 10, this.#run(undefined)))
  }

  #run(options: RunOptions | undefined): RunOptions {
    checkVerb.run(options)
    return runOptions(this.#context, options)
  }
}

/** A table whose rows lie in a file of the workspace until it is disposed of. */
class CheckpointTable extends Table implements AsyncDisposable {
  readonly path: string
  readonly reused: boolean

  constructor({ plan, path, reused }: Checkpoint, engine: Engine, context: DatasetContext) {
    super(plan, engine, context)
    this.path = path
    this.reused = reused
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await dropCheckpoint(this.path)
  }
}

/** A table whose rows lie with the engine until it is disposed of. */
class CachedTable extends Table implements AsyncDisposable {
  readonly #staged: AsyncDisposable

  constructor(plan: Plan, engine: Engine, context: DatasetContext, staged: AsyncDisposable) {
    super(plan, engine, context)
    this.#staged = staged
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#staged[Symbol.asyncDispose]()
  }
}
