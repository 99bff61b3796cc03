import { type Shown, showing } from '../../display/index.ts'
import { TidemillError, whatIs } from '../../errors/index.ts'
import { checkOptions } from '../check-arguments.ts'

/** Consecutive parts, the first ones a row longer where the rows do not divide; with `shuffle` rows drawn by chance. */
export interface KFold extends Shown {
  readonly kind: 'kFold'
  readonly folds: number
  readonly shuffle: boolean
  readonly seed: number
}
/** Parts that each have the classes in the proportions of the whole. */
export interface StratifiedKFold extends Shown {
  readonly kind: 'stratifiedKFold'
  readonly folds: number
  readonly shuffle: boolean
  readonly seed: number
}
/** Parts as they are given. */
export interface GivenFolds extends Shown {
  readonly kind: 'givenFolds'
  readonly folds: number
  /** The fold of each row. */
  readonly numbers: readonly number[]
}
/** How rows are dealt into folds; each fold is held out once while the others are learnt from. */
export type Folds = KFold | StratifiedKFold | GivenFolds

export interface FoldOptions {
  /** Default: 5. */
  readonly folds?: number
  /** Deal the rows by chance; without, in their order. Default: false. */
  readonly shuffle?: boolean
  /** Where the chance starts: the same seed deals the same way. Default: 0. */
  readonly seed?: number
}

/**
 * Folds of rows in their order: the first fifth, the second fifth and so on; with `shuffle` by chance.
 *
 * @example
 * gridSearch(linearRegression(), { intercept: [true, false] }, { folds: kFold({ folds: 10, shuffle: true, seed: 7 }) })
 * @throws ml.folds for fewer than two folds
 */
export function kFold(options: FoldOptions = {}): KFold {
  return dealt('kFold', options)
}

/**
 * Folds that each have the classes in the proportions of the whole. Without `shuffle` the same folds as scikit-learn's StratifiedKFold.
 *
 * @throws ml.folds for fewer than two folds
 */
export function stratifiedKFold(options: FoldOptions = {}): StratifiedKFold {
  return dealt('stratifiedKFold', options)
}

/**
 * Folds as they are given: for each row, in order, the number of the fold it is held out in, from 0.
 *
 * @example
 * givenFolds([0, 1, 2, 0, 1, 2])
 * @throws ml.folds for numbers that are not whole, or a fold without rows
 */
export function givenFolds(numbers: ArrayLike<number>): GivenFolds {
  if (typeof numbers !== 'object' || numbers === null || typeof numbers.length !== 'number')
    throw wrongFolds(`givenFolds wants a list of numbers, not ${whatIs(numbers)}`, {})
  const rows = new Map<number, number>()
  for (let row = 0; row < numbers.length; row++) {
    const fold = numbers[row] as number
    if (!Number.isSafeInteger(fold) || fold < 0) throw wrongFolds(`fold that is no number from 0: ${String(fold)} in row ${row}`, { row })
    rows.set(fold, (rows.get(fold) ?? 0) + 1)
  }
  const folds = rows.size
  for (let fold = 0; fold < folds; fold++) if (!rows.has(fold)) throw wrongFolds(`fold without rows: ${fold}`, { fold })
  checkCount(folds)
  return Object.freeze({
    kind: 'givenFolds',
    folds,
    numbers: Object.freeze(Array.from(numbers)),
    ...showing(() => ({ kind: 'text', text: `givenFolds: ${folds} folds of ${numbers.length} rows` })),
  })
}

/** An error about folds. */
export function wrongFolds(message: string, details: Readonly<Record<string, unknown>>, hint?: string): TidemillError {
  return new TidemillError('ml.folds', message, { details, ...(hint === undefined ? {} : { hint }) })
}

function dealt<K extends 'kFold' | 'stratifiedKFold'>(
  kind: K,
  options: FoldOptions,
): Shown & { readonly kind: K; readonly folds: number; readonly shuffle: boolean; readonly seed: number } {
  checkOptions(kind, options, ['folds', 'shuffle', 'seed'] satisfies readonly (keyof FoldOptions)[], 'ml.folds')
  const { folds = 5, shuffle = false, seed = 0 } = options
  checkCount(folds)
  if (typeof shuffle !== 'boolean') throw wrongFolds(`shuffle must be true or false, not ${whatIs(shuffle)}`, {})
  if (!Number.isSafeInteger(seed)) throw wrongFolds(`seed that is no whole number: ${String(seed)}`, { seed })
  return Object.freeze({
    kind,
    folds,
    shuffle,
    seed,
    ...showing(() => ({
      kind: 'text',
      text: `${kind}: ${folds} folds${shuffle ? `, shuffled with seed ${seed}` : ', in the order of the rows'}`,
    })),
  })
}

function checkCount(folds: number): void {
  if (!Number.isSafeInteger(folds) || folds < 2) throw wrongFolds(`folds that are not at least 2: ${String(folds)}`, { folds })
}
