import { TidemillError } from '../../errors/index.ts'
import { checkObject, named } from '../check-arguments.ts'
import type { AnyEstimator } from '../types.ts'

/** Values to try by parameter. */
export type GridOf<P> = { readonly [K in keyof P]?: readonly P[K][] }
/** One combination. */
export interface Candidate {
  readonly params: Readonly<Record<string, unknown>>
  readonly estimator: AnyEstimator
}

/**
 * All combinations, in the order of the grid: the last parameter changes fastest. Each is checked by making its estimator, so a wrong value is an error
 * before anything is learnt.
 *
 * @throws ml.search for a grid without values; ml.param for an unknown parameter or a wrong value
 */
export function candidatesOf(
  estimator: AnyEstimator,
  grid: Readonly<Record<string, readonly unknown[] | undefined>>,
): readonly Candidate[] {
  checkObject('gridSearch', grid, 'an object of lists', 'ml.search')
  const axes: (readonly [string, readonly unknown[]])[] = []
  for (const [name, values] of Object.entries(grid)) {
    if (!Array.isArray(values) || values.length === 0)
      throw new TidemillError('ml.search', `the grid has no values for ${name}: ${named(values)}`, {
        hint: `give a list: { ${JSON.stringify(name)}: [...] }`,
        details: { parameter: name },
      })
    axes.push([name, values])
  }
  if (axes.length === 0)
    throw new TidemillError(
      'ml.search',
      `an empty grid: there is nothing to choose (${estimator.kind} has ${Object.keys(estimator.params).join(', ')})`,
    )
  let all: Readonly<Record<string, unknown>>[] = [{}]
  for (const [name, values] of axes) all = all.flatMap(params => values.map(value => ({ ...params, [name]: value })))
  return all.map(params => Object.freeze({ params: Object.freeze(params), estimator: estimator.with(params as never) }))
}
