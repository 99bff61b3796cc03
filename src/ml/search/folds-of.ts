import { named } from '../check-arguments.ts'
import { TidemillError } from '../../errors/index.ts'
import { type Folds, kFold, stratifiedKFold } from '../folds/index.ts'

/** A number of folds as a plan: for classifiers each fold has the classes in the proportions of the whole. */
export function foldsOf(role: 'classifier' | 'regressor', folds: number | Folds | undefined): Folds {
  if (folds !== undefined && typeof folds !== 'number') {
    if (isFolds(folds)) return folds
    throw new TidemillError('ml.folds', `folds must be a number or kFold(), stratifiedKFold() or givenFolds(), not ${named(folds)}`)
  }
  const count = folds ?? 5
  return role === 'classifier' ? stratifiedKFold({ folds: count }) : kFold({ folds: count })
}

/** What types promise, JavaScript does not. */
function isFolds(folds: unknown): boolean {
  return typeof folds === 'object' && folds !== null && 'kind' in folds && 'folds' in folds
}
