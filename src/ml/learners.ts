/** How each simple estimator learns: one pass of a mergeable statistic over the blocks of a source. */
import { TidemillError } from '../errors/index.ts'
import type { LinearState, MinMaxState, ScalerState } from './kinds/index.ts'
import { leastSquares } from './solve/least-squares.ts'
import type { Source } from './source.ts'
import { fold } from './statistics/fold.ts'
import { gram } from './statistics/gram.ts'
import { type Moments, moments } from './statistics/moments.ts'

/** Moments of the features; the target, where there is one, is read past. */
async function featureMoments(source: Source): Promise<Moments> {
  const width = source.features.length + (source.target ? 1 : 0)
  const found = await fold(moments(width, { weighted: source.weight }), source.blocks())
  weighs(found.weight)
  finite(source.features, found.squares)
  return found
}

/** Mean and population standard deviation; a constant column gets scale 1, so that it becomes 0. */
export async function learnStandardScaler(
  source: Source,
  params: { readonly withMean: boolean; readonly withStd: boolean },
): Promise<ScalerState> {
  const { mean, squares, weight } = await featureMoments(source)
  return {
    features: source.features,
    offset: source.features.map((_, i) => (params.withMean ? (mean[i] as number) + 0 : 0)),
    scale: source.features.map((_, i) => (params.withStd ? Math.sqrt((squares[i] as number) / weight) || 1 : 1)),
  }
}

/** Smallest value and range; a constant column gets range 1, so that it becomes `low`. */
export async function learnMinMaxScaler(source: Source, params: { readonly low: number; readonly high: number }): Promise<MinMaxState> {
  const { min, max } = await featureMoments(source)
  finite(
    source.features,
    min.map((low, i) => (max[i] as number) - low),
  )
  return {
    features: source.features,
    min: source.features.map((_, i) => (min[i] as number) + 0),
    range: source.features.map((_, i) => (max[i] as number) - (min[i] as number) || 1),
    low: params.low + 0,
    width: params.high - params.low,
  }
}

/** Ordinary least squares. */
export async function learnLinearRegression(source: Source, params: { readonly intercept: boolean }): Promise<LinearState> {
  const found = await fold(gram(source.features.length + 1, { weighted: source.weight }), source.blocks())
  weighs(found.weight)
  finite(
    [...source.features, 'the target'],
    found.products.filter((_, i) => i % (found.mean.length + 1) === 0),
  )
  const { coef, intercept } = leastSquares(found, params)
  finite(source.features, Float64Array.from(coef))
  return { features: source.features, coef, intercept }
}

/** Throws when nothing weighs anything. @throws ml.no-rows */
export function weighs(weight: number): void {
  if (weight === 0) throw new TidemillError('ml.no-rows', 'no row to learn from: every weight is 0')
}

function finite(names: readonly string[], values: Float64Array): void {
  const over = names.filter((_, i) => !Number.isFinite(values[i]))
  if (over.length > 0)
    throw new TidemillError('ml.not-finite', `columns whose squares overflow a float64: ${over.join(', ')}`, {
      hint: 'divide them by a power of ten',
    })
}
