import { type BatchView, type ColumnValues, rawAt } from '../batch/index.ts'
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
  checkVerb,
  type Engine,
  type Explanation,
  type Gap,
  gaps,
  type JoinHow,
  lazySite,
  type Make,
  namedOf,
  needTable,
  type PickArgument,
  picksOf,
  type Plan,
  type Relation,
  RowSteps,
  type RowSplit,
  type RunOptions,
  type Spec,
  verbs,
  type WriteReport,
} from '../plan/index.ts'
import { printType } from '../schema/index.ts'
import type { Pool } from '../workers/index.ts'
import { collectRows, columnsOf, eachRow } from './collect.ts'
import { type DatasetContext, runOptions } from './context.ts'
import { grouped, type Groups } from './grouped.ts'
import { joinedNames, sideView } from './join-view.ts'
import { pivotArgs, type PivotOptions, type PivotValue } from './pivot-args.ts'
import { preview, terminalText } from './preview.ts'
import { arrowPieces, respond } from './respond.ts'
import { type SplitOptions, splittingOf } from './split-how.ts'
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
class Table extends RowSteps<Table> implements AsyncIterable<object> {
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

  // Verbs

  union(other: Relation<unknown> | readonly Relation<unknown>[], options?: { readonly missing?: 'fail' | 'null' }): Table {
    checkVerb.union(other, options)
    const others = (Array.isArray(other) ? (other as readonly Relation<unknown>[]) : [other as Relation<unknown>]).map(one => this.#otherPlan(one, 'union'))
    const [first] = others
    return first === undefined ? this : this.derive(verbs.union(this.plan, { other: first, others, ...options }, lazySite()))
  }
  distinct(...columns: readonly string[]): Table {
    checkVerb.distinct(columns)
    return this.derive(verbs.distinct(this.plan, { columns }, lazySite()))
  }
  sort(...by: readonly PickArgument[]): Table {
    checkVerb.sort(by)
    const orders = by.flatMap(item => buildOrder(this.plan.fields, this.plan.open, item as string | AnyMake))
    return this.derive(verbs.sort(this.plan, { by: orders }, lazySite()))
  }
  limit(rows: number, options?: { readonly offset?: number }): Table {
    checkVerb.limit(rows, options)
    return this.derive(verbs.limit(this.plan, { rows, offset: options?.offset }, lazySite()))
  }
  sample(size: { readonly rows: number } | { readonly fraction: number }, options?: { readonly seed?: number }): Table {
    checkVerb.sample(size, options)
    return this.derive(verbs.sample(this.plan, { size, seed: options?.seed }, lazySite()))
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
    },
  ): Table {
    const right = this.#otherPlan(other, 'join')
    checkVerb.join(options)
    const { on, how, suffix } = options
    return this.derive(verbs.join(this.plan, { other: right, on: keyPairs(on), how, suffix }, lazySite()))
  }
  joinWhere(other: Relation<unknown>, condition: (left: never, right: never) => object, options?: { readonly suffix?: string }): Table {
    const right = this.#otherPlan(other, 'joinWhere')
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
    const right = this.#otherPlan(other, 'crossJoin')
    checkVerb.crossJoin(options)
    return this.derive(verbs.joinWhere(this.plan, { other: right, suffix: options?.suffix }, lazySite()))
  }
  pivot(options: PivotOptions & { readonly into: readonly PivotValue[] }): Table {
    checkVerb.pivot(options)
    return this.derive(verbs.pivot(this.plan, pivotArgs(this.plan, options, options.into), lazySite()))
  }
  async pivotAll(options: PivotOptions, run?: RunOptions): Promise<Table> {
    const at = lazySite()
    checkVerb.pivotAll(options)
    const { columns } = options
    const found = await this.select(columns).dropNulls(columns).distinct().sort(columns).rows(run)
    const into = found.map(row => (row as Readonly<Record<string, PivotValue>>)[columns] ?? '')
    return this.derive(verbs.pivot(this.plan, pivotArgs(this.plan, options, into), at))
  }
  unpivot(options: { readonly columns: readonly string[]; readonly name: string; readonly value: string }): Table {
    checkVerb.unpivot(options)
    return this.derive(verbs.unpivot(this.plan, options, lazySite()))
  }
  describe(): Table {
    return this.derive(verbs.describe(this.plan, {}, lazySite()))
  }
  // What is known before a run

  gaps(): readonly Gap[] {
    return gaps(this.plan, this.engine.capabilities)
  }
  explain(): Promise<Explanation> {
    return this.engine.explain(this.plan)
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
    const text = terminalText(await preview(this.plan, this.engine, options?.rows ?? 10, this.#run(undefined)))
    const { print } = this.#context
    if (print === undefined) process.stdout.write(`${text}\n`)
    else print(text)
  }
  async write(sink: Spec, options?: RunOptions): Promise<WriteReport> {
    checkVerb.write(sink)
    return shownReport(await this.engine.write(this.plan, sink, this.#run(options)))
  }
  async cache(options?: RunOptions): Promise<CachedTable> {
    const run = this.#run(options)
    const plan = this.plan.open ? await this.engine.learn(this.plan, run) : this.plan
    const staged = await this.engine.stage(this.engine.run(plan, run), plan.fields, run)
    return new CachedTable(staged.plan, this.engine, this.#context, staged)
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

  #otherPlan(other: Relation<unknown>, verb: string): Plan {
    needTable(verb, other, `a.${verb}(b${verb === 'union' || verb === 'crossJoin' ? '' : ', ...'})`)
    if (other.engine !== this.engine)
      throw new TidemillError('plan.argument', `${verb} of tables of two engines: ${this.engine.name} and ${other.engine.name}`, {
        hint: 'read both in one session',
      })
    return other.plan
  }
}

/** The left and the right name of each key. */
function keyPairs(on: string | readonly string[] | Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  if (typeof on === 'string') return [[on, on]]
  return isList(on) ? on.map(name => [name, name]) : Object.entries(on)
}

// `Array.isArray` does not tell read-only arrays.
function isList(on: readonly string[] | Readonly<Record<string, string>>): on is readonly string[] {
  return Array.isArray(on)
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
