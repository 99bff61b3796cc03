import { knownOptions, TidemillError, whatIs } from '../../errors/index.ts'

/** How much each row counts: 2 as if it were there twice. Default: all 1. */
export interface Weighted {
  readonly weights?: ArrayLike<number> | undefined
}

/** An error about what a metric was given. */
export function wrongMetric(message: string, details: Readonly<Record<string, unknown>> = {}, hint?: string): TidemillError {
  return new TidemillError('ml.metric', message, { details, ...(hint === undefined ? {} : { hint }) })
}

/** @throws ml.metric for what is no list: a promise, a text, nothing */
export function checkList(what: string, values: unknown): void {
  if (typeof values === 'object' && values !== null && 'length' in values && typeof values.length === 'number') return
  throw wrongMetric(`${what} must be a list, not ${whatIs(values)}`)
}

/** @throws ml.metric for an option that no metric of its kind has: `weight` for `weights` would be left out without a word */
export function checkOptions(options: object, have: readonly string[]): void {
  knownOptions('a metric', options, have, 'ml.metric')
}

/** @throws ml.metric when there is no row, or not as many predictions as truths */
export function checkLengths(truth: ArrayLike<unknown>, prediction: ArrayLike<unknown>): void {
  checkList('truth', truth)
  checkList('prediction', prediction)
  if (truth.length !== prediction.length)
    throw wrongMetric(`lengths that differ: ${truth.length} true values, ${prediction.length} predictions`, {
      truth: truth.length,
      prediction: prediction.length,
    })
  if (truth.length === 0) throw wrongMetric('no row to compare')
}

/** @throws ml.metric at the first value that is NaN or infinite */
export function checkFinite(what: string, values: ArrayLike<number>): void {
  for (let row = 0; row < values.length; row++)
    if (!Number.isFinite(values[row])) throw wrongMetric(`${what} that is not finite: ${String(values[row])} in row ${row}`, { row })
}

/** The weights, one a row, and their sum. @throws ml.metric when they do not fit the rows, are negative or all 0 */
export function weightsOf(
  rows: number,
  weights: ArrayLike<number> | undefined,
): { readonly at: (row: number) => number; readonly sum: number } {
  if (weights === undefined) return { at: () => 1, sum: rows }
  checkList('weights', weights)
  if (weights.length !== rows)
    throw wrongMetric(`lengths that differ: ${rows} rows, ${weights.length} weights`, { rows, weights: weights.length })
  checkFinite('weight', weights)
  let sum = 0
  for (let row = 0; row < rows; row++) {
    const weight = weights[row] as number
    if (weight < 0) throw wrongMetric(`weight below 0: ${weight} in row ${row}`, { row })
    sum += weight
  }
  if (sum === 0) throw wrongMetric('no row to compare: every weight is 0')
  return { at: row => weights[row] as number, sum }
}
