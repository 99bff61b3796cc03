import { randomUUID } from 'node:crypto'
import { type Shown, showing } from '../../display/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { Relation, RowOf } from '../../plan/index.ts'
import { cancellable } from '../cancelled.ts'
import { checkEstimator, checkOptions, named } from '../check-arguments.ts'
import { openTraining } from '../estimator.ts'
import { type Folds, foldOfRows } from '../folds/index.ts'
import { makeModel } from '../model.ts'
import { type ScorerName, scorerNamed } from '../metrics/index.ts'
import type { Wanted } from '../source.ts'
import { gather, sharedIntegers, type Table, tableSource } from '../table.ts'
import type { AnyEstimator, AnyModel, Estimator, FitArgs, FitSettings, Fitted, Role, Takes, Trainable } from '../types.ts'
import { foldsOf } from './folds-of.ts'
import type { FoldTask } from './fold-task.ts'
import { type Candidate, candidatesOf, type GridOf } from './grid.ts'
import { fingerprintOf, openJournal } from './journal.ts'
import { scoreFolds, type SearchProgress } from './score-folds.ts'
import { describeSearch } from './describe-search.ts'

export interface SearchOptions<R extends Role> {
  /** A number of folds (stratified for classifiers, in the order of the rows), or a plan of folds. Default: 5. */
  readonly folds?: number | Folds
  /** What decides. Default: accuracy for classifiers, mse for regressors. */
  readonly scoring?: ScorerName<R>
  /** A file that remembers the scores: a search that was stopped goes on from there when it is started again on the same data. */
  readonly resume?: string
  /** Told after each fit. */
  readonly progress?: (progress: SearchProgress) => void
}

/** A candidate with what its fits scored. */
export interface ScoredCandidate<P> {
  readonly params: { readonly [K in keyof P]?: P[K] }
  /** Mean over the folds. */
  readonly mean: number
  /** Population standard deviation over the folds. */
  readonly std: number
  readonly scores: readonly number[]
  /** 1 is the best; equal means share a rank. */
  readonly rank: number
}
export interface SearchResult<P, M> extends Shown {
  /** Learnt from all rows with the best parameters. */
  readonly best: M
  /** All parameters of the best candidate. */
  readonly bestParams: Readonly<P>
  /** Mean over the folds: an estimate from held-out rows, not an error on the rows it learnt from. */
  readonly bestScore: number
  /** In the order of the grid. */
  readonly candidates: readonly ScoredCandidate<P>[]
  readonly scoring: string
  readonly folds: number
  /** How parameters were read, where that is not obvious. */
  readonly notes: readonly string[]
  /** The candidates as rows, best first. */
  table(): readonly Readonly<Record<string, unknown>>[]
}

/** A search that can be fitted. */
export interface Search<R extends Role, P extends object, T extends Takes, Needs> extends Shown {
  readonly candidates: number
  /**
   * Scores every candidate on every fold, then learns from all rows with the best. All threads of the session help; the bits do not depend on how many.
   * Of equal means the candidate that comes first in the grid is taken.
   *
   * @throws what `fit` of the estimator throws; ml.folds; ml.search when no candidate has a score
   */
  fit<
    D extends Relation<unknown>,
    const Target extends keyof RowOf<D> & string = never,
    const Weight extends keyof RowOf<D> & string = never,
    const Columns extends keyof RowOf<D> & string = keyof RowOf<D> & string,
  >(
    data: D & Trainable<RowOf<D>, Target | Weight, Columns, T, Needs>,
    ...options: FitArgs<R, RowOf<D>, Target, Weight, Columns>
  ): Promise<SearchResult<P, Fitted<R, RowOf<D>, Target, Weight, Columns, T, Needs>>>
}

/**
 * Tries all combinations of some parameters by cross-validation, on all cores.
 *
 * @param grid values to try by parameter; of a pipeline `'step.parameter'`
 * @example
 * const search = await gridSearch(randomForestClassifier(), { trees: [100, 200], maxDepth: [10, 20] }, { folds: 5 }).fit(train, { target: 'species' })
 * console.log(search.bestParams, search.table())
 * @throws ml.search for an empty grid, ml.param for a parameter or a value that the estimator does not have
 */
export function gridSearch<R extends 'regressor' | 'classifier', P extends object, T extends Takes, Needs>(
  estimator: Estimator<R, P, T, Needs>,
  grid: GridOf<P>,
  options: SearchOptions<R> = {},
): Search<R, P, T, Needs> {
  checkEstimator('gridSearch', estimator)
  checkOptions('gridSearch', options, ['folds', 'scoring', 'resume', 'progress'] satisfies readonly (keyof SearchOptions<R>)[])
  const role = checkRole(estimator.role)
  const candidates = candidatesOf(estimator as AnyEstimator, grid)
  checkExtras(options)
  const scoring = options.scoring ?? (role === 'classifier' ? 'accuracy' : 'mse')
  scorerNamed(role, scoring)
  const folds = foldsOf(role, options.folds)
  const search: UntypedSearch = {
    candidates: candidates.length,
    fit: (data, given = {}) =>
      cancellable('grid search', given?.signal, () =>
        fitSearch({ estimator: estimator as AnyEstimator, role, candidates, scoring, folds, options }, data, given),
      ),
    ...showing(() => ({
      kind: 'keyValues',
      title: `grid search of ${estimator.kind}`,
      pairs: [
        ['candidates', String(candidates.length)],
        ...Object.entries(grid).map(([name, values]) => [name, (values as readonly unknown[]).map(String).join(', ')] as const),
        ['scoring', scoring],
      ],
    })),
  }
  // The types of `fit` follow the rows of the data; what runs is the same for all.
  return Object.freeze(search) as unknown as Search<R, P, T, Needs>
}

function checkExtras({ resume, progress }: { readonly resume?: unknown; readonly progress?: unknown }): void {
  if (resume !== undefined && (typeof resume !== 'string' || resume === ''))
    throw new TidemillError('ml.search', `resume must be a path, not ${named(resume)}`)
  if (progress !== undefined && typeof progress !== 'function')
    throw new TidemillError('ml.search', `progress must be a function, not ${named(progress)}`)
}

interface UntypedSearch extends Shown {
  readonly candidates: number
  fit(data: Relation<unknown>, options?: Wanted & FitSettings): Promise<SearchResult<object, AnyModel>>
}
interface SearchPlan {
  readonly estimator: AnyEstimator
  readonly role: 'regressor' | 'classifier'
  readonly candidates: readonly Candidate[]
  readonly scoring: string
  readonly folds: Folds
  readonly options: SearchOptions<never>
}

function checkRole(role: Role): 'regressor' | 'classifier' {
  if (role === 'regressor' || role === 'classifier') return role
  throw new TidemillError('ml.search', `a ${role} has no score to search by`, { hint: 'search over a regressor or a classifier' })
}

async function fitSearch(plan: SearchPlan, data: Relation<unknown>, given: Wanted & FitSettings): Promise<SearchResult<object, AnyModel>> {
  const { estimator, role, candidates, scoring, options } = plan
  const opened = await openTraining(data, { role, takes: estimator['~takes'], columns: estimator['~columns'] }, given)
  const table = await gather(opened.source)
  const folds = sharedIntegers(foldOfRows(plan.folds, table.rows, classCodes(table), table.classes))
  const count = 1 + folds.reduce((most, fold) => Math.max(most, fold), 0)
  const tasks: FoldTask[] = []
  const keys: string[] = []
  for (const [number, candidate] of candidates.entries()) {
    for (let fold = 0; fold < count; fold++) {
      tasks.push({ table, folds, fold, estimator: candidate.estimator['~data'], role, scoring: [scoring], predictions: false })
      keys.push(`${number}/${fold}`)
    }
  }
  const journal =
    options.resume === undefined
      ? undefined
      : await openJournal(options.resume, fingerprintOf({ candidates: candidates.map(c => c.estimator['~data']), scoring }, table, folds))
  const answers = await scoreFolds(tasks, keys, {
    crew: opened.source.crew,
    signal: given.signal,
    run: randomUUID(),
    label: 'grid search',
    journal,
    progress: options.progress,
  })
  const scored = ranked(
    candidates.map((candidate, number) => ({
      params: candidate.params,
      scores: answers.slice(number * count, (number + 1) * count).map(answer => answer.scores[scoring] as number),
    })),
    scorerNamed(role, scoring).better,
  )
  if (scored.every(candidate => Number.isNaN(candidate.mean))) throw noScore(scoring)
  const best = scored.findIndex(candidate => candidate.rank === 1)
  const winner = (candidates[best] as Candidate).estimator
  const learnt = await winner['~learn'](tableSource(table, undefined, { crew: opened.source.crew, signal: given.signal }))
  const model = makeModel({ ...learnt, features: opened.fields, target: opened.targetField, rows: table.rows }) as AnyModel
  return result({ plan, scored, best, model, count })
}

function classCodes(table: Table): Int32Array | undefined {
  return table.classes === undefined || table.target === undefined ? undefined : Int32Array.from(table.target)
}

function noScore(scoring: string): TidemillError {
  return new TidemillError('ml.search', `no candidate has a score: ${scoring} is no number on some fold of each`, {
    hint: 'folds need rows of every class: take stratifiedKFold(), or kFold({ shuffle: true })',
    details: { scoring },
  })
}

type Unranked = Pick<ScoredCandidate<object>, 'params' | 'scores'>

function ranked(candidates: readonly Unranked[], better: 'higher' | 'lower'): readonly ScoredCandidate<object>[] {
  const measured = candidates.map(candidate => ({ ...candidate, ...spreadOf(candidate.scores) }))
  // A score that is no number (AUC of a fold with one class) never wins.
  const value = (mean: number): number => (Number.isNaN(mean) ? Number.NEGATIVE_INFINITY : better === 'higher' ? mean : -mean)
  return measured.map(candidate => ({
    ...candidate,
    rank: 1 + measured.filter(other => value(other.mean) > value(candidate.mean)).length,
  }))
}

/** Mean and population standard deviation. */
export function spreadOf(scores: readonly number[]): { readonly mean: number; readonly std: number } {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  return { mean, std: Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length) }
}

function result({
  plan,
  scored,
  best,
  model,
  count,
}: {
  readonly plan: SearchPlan
  readonly scored: readonly ScoredCandidate<object>[]
  readonly best: number
  readonly model: AnyModel
  readonly count: number
}): SearchResult<object, AnyModel> {
  const notes = [...new Set(plan.candidates.flatMap(candidate => candidate.estimator['~notes'] ?? []))]
  const made = {
    best: model,
    bestParams: (plan.candidates[best] as Candidate).estimator.params,
    bestScore: (scored[best] as ScoredCandidate<object>).mean,
    candidates: Object.freeze(scored.map(candidate => Object.freeze(candidate))),
    scoring: plan.scoring,
    folds: count,
    notes: Object.freeze(notes),
    table: () =>
      scored.toSorted((a, b) => a.rank - b.rank).map(({ rank, params, mean, std }) => ({ rank, ...params, [plan.scoring]: mean, std })),
  }
  return Object.freeze({ ...made, ...showing(() => describeSearch(made)) })
}
