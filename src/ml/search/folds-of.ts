import { type Folds, kFold, stratifiedKFold } from '../folds/index.ts'

/** A number of folds as a plan: for classifiers each fold has the classes in the proportions of the whole. */
export function foldsOf(role: 'classifier' | 'regressor', folds: number | Folds | undefined): Folds {
  if (folds !== undefined && typeof folds !== 'number') return folds
  const count = folds ?? 5
  return role === 'classifier' ? stratifiedKFold({ folds: count }) : kFold({ folds: count })
}
