/** Estimators are values: typed parameters in, an immutable model out of `fit`. */
import type { Shown } from '../display/index.ts'
import type { Builder, BuilderOf, Fits, Of, Relation, RowOf, TypedTransform } from '../plan/index.ts'
import type { IsOpen, Merge, NamesOf, Null, Problem } from '../schema/index.ts'
import type { EstimatorData } from './estimator-data.ts'
import type { Label, Role } from './kinds/index.ts'
import type { ClassificationMetrics } from './metrics/index.ts'
import type { Source, Takes as Taken } from './source.ts'
import type { RegressionErrors } from './statistics/errors.ts'

export type { Label, Role } from './kinds/index.ts'
/** `numeric`: every feature must be a number. `any`: text too. `named`: only the columns in Needs. */
export type Takes = 'numeric' | 'any' | 'named'

/**
 * Something that learns: its parameters, checked when it is made. Nothing is read before `fit`.
 *
 * `Needs` names columns it asks for by name; `T` says what its other features may hold.
 */
export interface Estimator<R extends Role, P extends object, T extends Takes = 'numeric', Needs = {}> extends Shown {
  readonly role: R
  readonly kind: string
  readonly params: Readonly<P>
  /** A copy with some parameters changed. @throws ml.param for a name that is not there or a wrong value */
  with(params: Partial<P>): Estimator<R, P, T, Needs>
  /**
   * Reads the columns it needs and learns. The same rows in the same order give the same bits, however they are cut into batches.
   *
   * Features are all columns but the target and the weight, or those named in `columns`.
   *
   * @throws ml.unknown-target, ml.not-numeric, ml.has-nulls, ml.not-finite, ml.no-rows, ml.no-features; each names every column it is about
   * @throws ml.param for an option that there is not; ml.cancelled
   */
  fit<
    D extends Relation<unknown>,
    const Target extends keyof RowOf<D> & string = never,
    const Weight extends keyof RowOf<D> & string = never,
    const Columns extends keyof RowOf<D> & string = keyof RowOf<D> & string,
  >(
    data: D & Trainable<RowOf<D>, Target | Weight, Columns, T, Needs>,
    ...options: FitArgs<R, RowOf<D>, Target, Weight, Columns>
  ): Promise<Fitted<R, RowOf<D>, Target, Weight, Columns, T, Needs>>
  /** For the compiler only. */
  readonly '~needs'?: { readonly takes: T; readonly needs: Needs }
  /** @internal Learns from prepared blocks; a pipeline calls it for each step. */
  readonly '~learn': (source: Source) => Promise<Learnt>
  /** @internal What its features may hold besides numbers. */
  readonly '~takes': Taken
  /** @internal The columns it names. */
  readonly '~columns': readonly string[] | undefined
  /** @internal How parameters are read, where that is not obvious. */
  readonly '~notes': readonly string[]
  /** @internal As plain data, to be made again on a thread. */
  readonly '~data': EstimatorData
}
/** The model that an estimator of these types makes of these rows. */
export type Fitted<R extends Role, Row, Target, Weight, Columns, T, Needs> = Model<
  R,
  Features<Row, Target | Weight, Columns, T, Needs>,
  Predictions<R, Row, Target, Features<Row, Target | Weight, Columns, T, Needs>, T>
>
/** @internal A fitted state and the name of its kind. */
export interface Learnt {
  readonly kind: string
  readonly state: object
}
/** Any estimator, as a step of a pipeline is. */
export type AnyEstimator = Pick<Estimator<Role, object>, 'kind' | 'params' | '~learn' | '~takes' | '~columns' | '~notes' | '~data'> & {
  readonly role: Role
  readonly '~needs'?: { readonly takes: Takes; readonly needs: unknown }
  with(params: never): AnyEstimator
}

// fit: what it asks of the data -------------------------------------------------------------------------------------------

export interface FitOptions<Row, Weight extends string, Columns extends string> {
  /** How much a row counts: 2 as if it were there twice, 0 as if it were not there. No feature. */
  readonly weight?: Weight & NamesOf<Row, number>
  /** The features, where not all columns are. */
  readonly columns?: readonly Columns[]
  /** How many worker threads may help, where the estimator can use them. Default: all of the session. The bits do not depend on it. */
  readonly workers?: number | undefined
  readonly signal?: AbortSignal | undefined
}
/** @internal The options of `fit` that are not about columns. */
export interface FitSettings {
  readonly workers?: number | undefined
  readonly signal?: AbortSignal | undefined
}
export type FitArgs<R, Row, Target, Weight extends string, Columns extends string> = R extends 'regressor' | 'classifier'
  ? [options: FitOptions<Row, Weight, Columns> & { readonly target: Target & TargetCheck<R, Row, Target> }]
  : [options?: FitOptions<Row, Weight, Columns>]
type TargetCheck<R, Row, Target> =
  IsOpen<Row> extends true
    ? unknown
    : [Target] extends [NamesOf<Row, R extends 'regressor' ? number | bigint : Label | bigint>]
      ? unknown
      : Problem<
          R extends 'regressor' ? 'a regressor needs a numeric target' : 'a classifier needs a text, number or boolean target',
          Target
        >

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
export type Trainable<Row, Other, Columns, T, Needs> =
  IsOpen<Row> extends true
    ? unknown
    : T extends 'named'
      ? Row extends Needs
        ? unknown
        : Problem<'columns() names columns that the data do not have, or have as another type', Needs>
      : T extends 'any'
        ? unknown
        : [TextFeatures<Row, Other, Columns>] extends [never]
          ? unknown
          : Problem<
              'numeric columns only: drop these, name the others in `columns`, or encode them with columns()',
              TextFeatures<Row, Other, Columns>
            >
type Features<Row, Other, Columns, T, Needs> =
  IsOpen<Row> extends true
    ? {}
    : T extends 'named'
      ? { [C in keyof Row as C extends keyof Needs ? C : never]: Row[C] }
      : { [C in keyof Row as C extends Other ? never : C extends Columns ? C : never]: Row[C] }
type Predictions<R, Row, Target, In, T> = R extends 'regressor'
  ? { prediction: number | Gap<In, T> }
  : R extends 'classifier'
    ? { prediction: PredictedLabel<Row, Target> | Gap<In, T>; probabilities: number[] | Gap<In, T> }
    : T extends 'numeric'
      ? { [C in keyof In]: number | Null<In[C]> }
      : {}
/** NULL where a feature may be NULL and nothing fills it: an estimator that takes numbers only learns from none, but may meet one later. */
type Gap<In, T> = T extends 'numeric' ? Null<In[keyof In]> : never

/** The labels of the target, where the compiler knows them. */
type PredictedLabel<Row, Target> = IsOpen<Row> extends true ? Label : Target extends keyof Row ? LabelOf<Exclude<Row[Target], null>> : Label
/** A bigint label is predicted as a number. */
type LabelOf<V> = V extends bigint ? number : V

// Models -----------------------------------------------------------------------------------------------------------------

/** What a model learnt, as plain data, and what can be done with it. It stands in plans by itself: `houses.transform(model)`. */
export interface Model<R extends Role, In, Adds> extends TypedTransform<In, Adds>, Shown {
  readonly role: R
  /** The columns it reads, in the order of its sums. */
  readonly features: readonly (keyof In & string)[]
  /** The column it learnt to predict; undefined for a transformer. */
  readonly target: string | undefined
  /** A classifier's labels, in the order of `probabilities`; undefined for others. */
  readonly classes: readonly Label[] | undefined
  /** How much each feature mattered while learning (trees); the shares add up to 1. Undefined where the kind does not know. */
  readonly importance: { readonly [C in keyof In & string]: number } | undefined
  /** How many rows it learnt from. */
  readonly rows: number
  /**
   * The same kind of thing with the predictions added, as part of the plan. A NULL feature gives a NULL prediction.
   *
   * @throws ml.missing-feature, ml.not-numeric
   */
  transform<D extends Relation<unknown>>(data: D & Fits<RowOf<D>, In>): Of<BuilderOf<D> & Builder, Merge<RowOf<D>, Adds>>
  /** One row at a time, with the same bits as `transform`. @throws ml.missing-feature for a NULL or a lack, and of a classifier for NaN */
  predict(row: In): Adds
  /**
   * Compares the predictions with the target of these rows; `rows` in the answer says how many they were.
   *
   * @throws ml.missing-feature, ml.not-numeric, ml.not-text, ml.unknown-target; ml.no-labels for labels of another type than those that were learnt
   */
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
  classifier: ClassificationMetrics
  clusterer: never
  detector: never
}
/** A model whose columns the compiler does not know, as one out of a file. */
// oxlint-disable-next-line typescript/no-explicit-any -- the columns of a file are known when it is read, and checked then
export type AnyModel = Model<any, any, any>
