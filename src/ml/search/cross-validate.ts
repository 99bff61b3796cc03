import { randomUUID } from 'node:crypto'
import { type Description, type Shown, showing } from '../../display/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { Relation, RowOf } from '../../plan/index.ts'
import { cancellable } from '../cancelled.ts'
import { checkEstimator, checkOptions, named } from '../check-arguments.ts'
import { openTraining } from '../estimator.ts'
import { type Folds, foldOfRows } from '../folds/index.ts'
import type { Label } from '../kinds/index.ts'
import { type ScorerName, scorerNamed } from '../metrics/index.ts'
import type { Wanted } from '../source.ts'
import { gather, sharedIntegers } from '../table.ts'
import type { AnyEstimator, Estimator, FitArgs, FitSettings, Takes, Trainable } from '../types.ts'
import { foldsOf } from './folds-of.ts'
import type { FoldAnswer } from './fold-task.ts'
import { short } from './describe-search.ts'
import { spreadOf } from './grid-search.ts'
import { scoreFolds } from './score-folds.ts'

export interface CrossOptions<R extends 'regressor' | 'classifier'> {
  /** A number of folds (stratified for classifiers, in the order of the rows), or a plan of folds. Default: 5. */
  readonly folds?: number | Folds
  readonly scoring: readonly ScorerName<R>[]
}
/** What each row was predicted by the model that had not seen it, in the order of the rows. */
export interface OutOfFold {
  /** Class numbers, or the target. */
  readonly truth: Float64Array
  /** Class numbers, or predictions. */
  readonly prediction: Float64Array
  /** Of a classifier: a share for each class, row after row. */
  readonly probabilities: Float64Array | undefined
  readonly classes: readonly Label[] | undefined
}
export interface CrossResult extends Shown {
  /** One score a fold. */
  readonly scores: Readonly<Record<string, readonly number[]>>
  readonly mean: Readonly<Record<string, number>>
  readonly std: Readonly<Record<string, number>>
  readonly outOfFold: OutOfFold
}

/**
 * Scores an estimator on rows it has not learnt from: each fold is predicted by a model of the others.
 *
 * @returns scores by metric and fold, their means, and the out-of-fold prediction of every row
 * @example
 * const { mean } = await crossValidate(logisticRegression(), { folds: 5, scoring: ['accuracy', 'rocAuc'] }, people, { target: 'rich' })
 * @throws what `fit` of the estimator throws; ml.folds
 */
export async function crossValidate<
  R extends 'regressor' | 'classifier',
  P extends object,
  T extends Takes,
  Needs,
  D extends Relation<unknown>,
  const Target extends keyof RowOf<D> & string = never,
  const Weight extends keyof RowOf<D> & string = never,
  const Columns extends keyof RowOf<D> & string = keyof RowOf<D> & string,
>(
  estimator: Estimator<R, P, T, Needs>,
  options: CrossOptions<R>,
  data: D & Trainable<RowOf<D>, Target | Weight, Columns, T, Needs>,
  ...fitOptions: FitArgs<R, RowOf<D>, Target, Weight, Columns>
): Promise<CrossResult> {
  checkEstimator('crossValidate', estimator)
  const given = fitOptions[0] as (Wanted & FitSettings) | undefined
  return cancellable('cross-validation', given?.signal, () => cross(estimator as AnyEstimator, estimator.role, options, data, given))
}

async function cross(
  estimator: AnyEstimator,
  role: 'regressor' | 'classifier',
  options: { readonly folds?: number | Folds; readonly scoring: readonly string[] },
  data: Relation<unknown>,
  given: (Wanted & FitSettings) | undefined,
): Promise<CrossResult> {
  checkOptions('crossValidate', options, ['folds', 'scoring'] satisfies readonly (keyof CrossOptions<'regressor'>)[])
  const { scoring } = options
  if (!isList(scoring))
    throw new TidemillError('ml.param', `scoring must be a list of names, not ${named(scoring)}`, {
      hint: `crossValidate(estimator, { scoring: ['${role === 'regressor' ? 'mse' : 'accuracy'}'] }, data, { target: 'y' })`,
    })
  if (role !== 'regressor' && role !== 'classifier') throw new TidemillError('ml.param', `a ${String(role)} has no score`)
  for (const name of scoring) scorerNamed(role, name)
  const plan = foldsOf(role, options.folds)
  const training = { role, takes: estimator['~takes'], columns: estimator['~columns'] }
  const opened = await openTraining(data, training, given ?? {}, 'crossValidate')
  const table = await gather(opened.source)
  const codes = table.classes === undefined || table.target === undefined ? undefined : Int32Array.from(table.target)
  const folds = sharedIntegers(foldOfRows(plan, table.rows, codes, table.classes))
  const count = 1 + folds.reduce((most, fold) => Math.max(most, fold), 0)
  const tasks = Array.from({ length: count }, (_, fold) => ({
    table,
    folds,
    fold,
    estimator: estimator['~data'],
    role,
    scoring,
    predictions: true,
  }))
  const answers = await scoreFolds(
    tasks,
    tasks.map(task => `fold ${task.fold}`),
    {
      crew: opened.source.crew,
      signal: given?.signal,
      run: randomUUID(),
      label: 'cross-validation',
      journal: undefined,
      progress: undefined,
    },
  )
  const scores = Object.fromEntries(scoring.map(name => [name, answers.map(answer => answer.scores[name] as number)]))
  const spreads = Object.entries(scores).map(([name, all]) => [name, spreadOf(all)] as const)
  const found = {
    scores,
    mean: Object.fromEntries(spreads.map(([name, { mean }]) => [name, mean])),
    std: Object.fromEntries(spreads.map(([name, { std }]) => [name, std])),
    outOfFold: outOfFold(answers, table.target ?? new Float64Array(0), table.classes),
  }
  return Object.freeze({ ...found, ...showing(() => describeCross(estimator.kind, found)) })
}

/** A line for each metric: mean, spread, and the folds. */
function describeCross(kind: string, { scores, mean, std }: Omit<CrossResult, keyof Shown>): Description {
  const names = Object.keys(scores)
  const folds = scores[names[0] ?? '']?.length ?? 0
  const titles = ['metric', 'mean', 'std', ...Array.from({ length: folds }, (_, fold) => `fold ${fold + 1}`)]
  return {
    kind: 'table',
    title: `cross-validation of ${kind}: ${folds} folds`,
    columns: titles.map((name, i) => ({ name, type: '', align: i === 0 ? 'left' : 'right' })),
    rows: names.map(name => [name, ...[mean[name], std[name], ...(scores[name] ?? [])].map(short)]),
    total: names.length,
    shown: names.length,
  }
}

/** What types promise, JavaScript does not. */
function isList(scoring: unknown): boolean {
  return Array.isArray(scoring) && scoring.length > 0
}

function outOfFold(answers: readonly FoldAnswer[], truth: Float64Array, classes: readonly Label[] | undefined): OutOfFold {
  const width = classes?.length ?? 0
  const prediction = new Float64Array(truth.length)
  const probabilities = classes === undefined ? undefined : new Float64Array(truth.length * width)
  for (const { predictions } of answers) {
    predictions?.rows.forEach((row, i) => {
      prediction[row] = predictions.prediction[i] as number
      if (predictions.probabilities !== undefined)
        probabilities?.set(predictions.probabilities.subarray(i * width, (i + 1) * width), row * width)
    })
  }
  return { truth: truth.slice(), prediction, probabilities, classes }
}
