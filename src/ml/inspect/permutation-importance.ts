import { TidemillError } from '../../errors/index.ts'
import type { Fits, Relation, RowOf } from '../../plan/index.ts'
import { cancellable } from '../cancelled.ts'
import { checkModel, checkOptions, checkSignal, checkWorkers } from '../check-arguments.ts'
import { checkFeatures, checkLabels, featureFields } from '../check-features.ts'
import { checkRelation } from '../check-relation.ts'
import { withKnownClasses } from '../classes.ts'
import { crewOf, spread } from '../crew.ts'
import { kindNamed } from '../kinds/index.ts'
import { type ScorerName, scorerNamed } from '../metrics/index.ts'
import { spreadOf } from '../search/grid-search.ts'
import { openSource } from '../source.ts'
import { gather } from '../table.ts'
import type { AnyModel, FitSettings, Learnt, Model } from '../types.ts'
import { type PermuteTask, scoreShuffled } from './permute-task.ts'
import { builtUrl } from '../../workers/index.ts'

export interface ImportanceOptions<R extends 'regressor' | 'classifier'> extends FitSettings {
  /** Default: accuracy for classifiers, r2 for regressors. */
  readonly scoring?: ScorerName<R>
  /** Shuffles of each feature. Default: 5. */
  readonly repeats?: number
  /** Default: 0. */
  readonly seed?: number
}
/** How much worse the score gets when a feature's values are shuffled; about 0 for a feature the model does not use. */
export interface FeatureImportance {
  readonly feature: string
  readonly mean: number
  readonly std: number
}

/**
 * How much a model's score on some rows depends on each feature: the mean loss of score when the values of that feature are shuffled, greatest first.
 *
 * Take rows the model has not learnt from. Features that say the same share their importance. The bits do not depend on the number of workers.
 * Source: Breiman, "Random forests" (2001); Fisher, Rudin, Dominici (2019).
 *
 * @example
 * const importance = await permutationImportance(model, test)
 * @throws ml.missing-feature, ml.unknown-target, ml.param
 */
export async function permutationImportance<R extends 'regressor' | 'classifier', In, Adds, D extends Relation<unknown>>(
  model: Model<R, In, Adds>,
  data: D & Fits<RowOf<D>, In>,
  options: ImportanceOptions<R> = {},
): Promise<readonly FeatureImportance[]> {
  checkModel('permutationImportance', model)
  checkRelation(data, 'permutationImportance', 'await permutationImportance(model, test)')
  checkOptions('permutationImportance', options, [
    'scoring',
    'repeats',
    'seed',
    'workers',
    'signal',
  ] satisfies readonly (keyof ImportanceOptions<R>)[])
  return cancellable('permutation importance', options.signal, () => importanceOf(model, data, options))
}

async function importanceOf(
  model: AnyModel,
  relation: Relation<unknown>,
  options: ImportanceOptions<'regressor' | 'classifier'>,
): Promise<readonly FeatureImportance[]> {
  const { learnt, role } = judged(model)
  const { repeats = 5, seed = 0, signal } = options
  checkWorkers(options.workers)
  checkSignal(signal)
  if (!Number.isSafeInteger(seed)) throw new TidemillError('ml.param', `seed must be a whole number, not ${String(seed)}`)
  if (!Number.isInteger(repeats) || repeats < 1)
    throw new TidemillError('ml.param', `repeats must be a whole number above 0, not ${String(repeats)}`)
  const scoring = options.scoring ?? (role === 'classifier' ? 'accuracy' : 'r2')
  const scorer = scorerNamed(role, scoring)
  checkFeatures(model.needs, relation)
  const missing = (kindNamed(learnt.kind).fills?.(learnt.state).length ?? 0) > 0
  const source = await openSource(relation, {
    columns: model.features,
    target: model.target,
    signal,
    takes: { text: true, missing },
    labels: role === 'classifier',
  })
  featureFields(model.needs, source.fields)
  if (source.targetField !== undefined && role === 'classifier') checkLabels(source.targetField, model.classes ?? [])
  const known =
    role === 'classifier' && source.targetField !== undefined ? withKnownClasses(source, source.targetField, model.classes ?? []) : source
  const table = await gather(known)
  const crew = relation.pool === undefined ? undefined : crewOf(relation.pool, options)
  const all = model.features.map((_, index) => index)
  const pieces = crew === undefined ? [all] : dealt(all, crew.size)
  const task = (features: readonly number[]): PermuteTask => ({ learnt, table, role, scoring, features, repeats, seed })
  const work = async (features: readonly number[]): Promise<readonly (readonly number[])[]> =>
    crew === undefined ? scoreShuffled(task(features)) : crew.call(permuteUrl, 'scoreShuffled', task(features), 'permutation importance')
  const [base] = (await work([]))[0] ?? []
  const scores = await spread(crew?.size ?? 1, pieces, work, { signal })
  const found = pieces.flatMap((features, piece) =>
    features.map((feature, i) => {
      const losses = (scores[piece]?.[i] ?? []).map(score =>
        scorer.better === 'higher' ? (base as number) - score : score - (base as number),
      )
      return Object.freeze({ feature: model.features[feature] as string, ...spreadOf(losses) })
    }),
  )
  return Object.freeze(
    found.toSorted((a, b) => b.mean - a.mean || model.features.indexOf(a.feature as never) - model.features.indexOf(b.feature as never)),
  )
}

const permuteUrl = builtUrl(new URL('./permute-task.ts', import.meta.url))

function judged(model: { readonly role: string; readonly state: object; readonly target: string | undefined }): {
  readonly learnt: Learnt
  readonly role: 'classifier' | 'regressor'
} {
  const { role } = model
  if (role !== 'classifier' && role !== 'regressor')
    throw new TidemillError('ml.param', `a ${role} predicts nothing, so no feature of it can be judged`)
  return { learnt: model.state as Learnt, role }
}

/** Dealt out like cards, so that each piece has early and late ones. */
function dealt(items: readonly number[], pieces: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.min(pieces, items.length) }, (_, piece) => items.filter((_item, index) => index % pieces === piece))
}
