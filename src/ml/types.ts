/** Estimators are values: typed parameters in, an immutable model out of `fit`. */
import type { Shown } from '../display/index.ts'
import type { Builder, BuilderOf, Fits, Of, Relation, RowOf, TypedTransform } from '../plan/index.ts'
import type { IsOpen, Merge, NamesOf, Null, Problem } from '../schema/index.ts'
import type { Role } from './kinds/index.ts'
import type { Source } from './source.ts'
import type { RegressionErrors } from './statistics/errors.ts'

export type { Role } from './kinds/index.ts'

/** Something that learns: its parameters, checked when it is made. Nothing is read before `fit`. */
export interface Estimator<R extends Role, P extends object> extends Shown {
  readonly role: R
  readonly kind: string
  readonly params: Readonly<P>
  /** A copy with some parameters changed. @throws ml.param for a name that is not there or a wrong value */
  with(params: Partial<P>): Estimator<R, P>
  /**
   * Reads the columns it needs and learns. The same rows in the same order give the same bits, however they are cut into batches.
   *
   * Features are all columns but the target and the weight, or those named in `columns`.
   *
   * @throws ml.unknown-target, ml.not-numeric, ml.has-nulls, ml.not-finite, ml.no-rows, ml.no-features; each names every column it is about
   */
  fit<
    D extends Relation<unknown>,
    const Target extends keyof RowOf<D> & string = never,
    const Weight extends keyof RowOf<D> & string = never,
    const Columns extends keyof RowOf<D> & string = keyof RowOf<D> & string,
  >(
    data: D & Trainable<RowOf<D>, Target | Weight, Columns>,
    ...options: FitArgs<R, RowOf<D>, Target, Weight, Columns>
  ): Promise<Model<R, Features<RowOf<D>, Target | Weight, Columns>, Predictions<R, Features<RowOf<D>, Target | Weight, Columns>>>>
  /** @internal Learns from prepared blocks; a pipeline calls it for each step. */
  readonly '~learn': (source: Source) => Promise<Learnt>
}
/** @internal A fitted state and the name of its kind. */
export interface Learnt {
  readonly kind: string
  readonly state: object
}
/** Any estimator, as a step of a pipeline is. */
export type AnyEstimator = Pick<Estimator<Role, object>, 'kind' | 'params' | '~learn'> & {
  readonly role: Role
  with(params: never): AnyEstimator
}

// fit: what it asks of the data -------------------------------------------------------------------------------------------

export interface FitOptions<Row, Weight extends string, Columns extends string> {
  /** How much a row counts: 2 as if it were there twice, 0 as if it were not there. No feature. */
  readonly weight?: Weight & NamesOf<Row, number>
  /** The features, where not all columns are. */
  readonly columns?: readonly Columns[]
  readonly signal?: AbortSignal | undefined
}
type FitArgs<R, Row, Target, Weight extends string, Columns extends string> = R extends 'regressor' | 'classifier'
  ? [options: FitOptions<Row, Weight, Columns> & { readonly target: Target & TargetCheck<Row, Target> }]
  : [options?: FitOptions<Row, Weight, Columns>]
type TargetCheck<Row, Target> =
  IsOpen<Row> extends true
    ? unknown
    : [Target] extends [NamesOf<Row, number | bigint>]
      ? unknown
      : Problem<'a regressor needs a numeric target', Target>

type TextFeatures<Row, Other, Columns> = {
  [C in keyof Row]: C extends Other
    ? never
    : C extends Columns
      ? Exclude<Row[C], null> extends number | bigint | boolean
        ? never
        : C
      : never
}[keyof Row] &
  string
type Trainable<Row, Other, Columns> =
  IsOpen<Row> extends true
    ? unknown
    : [TextFeatures<Row, Other, Columns>] extends [never]
      ? unknown
      : Problem<'numeric columns only: drop these, or name the others in `columns`', TextFeatures<Row, Other, Columns>>
type Features<Row, Other, Columns> =
  IsOpen<Row> extends true ? {} : { [C in keyof Row as C extends Other ? never : C extends Columns ? C : never]: Row[C] }
type Predictions<R, In> = R extends 'regressor' ? { prediction: number } : { [C in keyof In]: number | Null<In[C]> }

// Models -----------------------------------------------------------------------------------------------------------------

/** What a model learnt, as plain data, and what can be done with it. It stands in plans by itself: `houses.transform(model)`. */
export interface Model<R extends Role, In, Adds> extends TypedTransform<In, Adds>, Shown {
  readonly role: R
  /** The columns it reads, in the order of its sums. */
  readonly features: readonly (keyof In & string)[]
  /** The column it learnt to predict; undefined for a transformer. */
  readonly target: string | undefined
  /** How many rows it learnt from. */
  readonly rows: number
  /**
   * The same kind of thing with the predictions added, as part of the plan. A NULL feature gives a NULL prediction.
   *
   * @throws ml.missing-feature, ml.not-numeric
   */
  transform<D extends Relation<unknown>>(data: D & Fits<RowOf<D>, In>): Of<BuilderOf<D> & Builder, Merge<RowOf<D>, Adds>>
  /** One row at a time, with the same bits as `transform`. @throws ml.missing-feature for a NULL or a lack */
  predict(row: In): Adds
  /** Compares the predictions with the target of these rows; `rows` in the answer says how many they were. */
  evaluate<D extends Relation<unknown>>(
    data: D & Fits<RowOf<D>, In>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Metrics[R]>
  /** The bare expression of the prediction. @throws ml.no-sql for a transformer, which has one for each column: see `toSelect` */
  toSql(dialect?: SqlDialect): string
  /** A whole SELECT statement over a table of this name. */
  toSelect(table: string, dialect?: SqlDialect): string
  /** The whole model as JSON data. */
  toJson(): object
  /**
   * Writes the model to a folder: a manifest `model.json` and tensors named by their sha256. The folder appears whole or not at all; an older model in it
   * is replaced.
   *
   * @throws storage.exists when the path holds something else
   */
  save(path: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
}
export type SqlDialect = 'duckdb'
/** What `evaluate` answers, by role. */
export interface Metrics {
  regressor: RegressionErrors
  transformer: { readonly rows: number }
  classifier: never
  clusterer: never
  detector: never
}
/** A model whose columns the compiler does not know, as one out of a file. */
// oxlint-disable-next-line typescript/no-explicit-any -- the columns of a file are known when it is read, and checked then
export type AnyModel = Model<any, any, any>
