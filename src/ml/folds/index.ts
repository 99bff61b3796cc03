/** How rows are dealt into folds: plain values, and the pure function that deals. */
export {
  type FoldOptions,
  type Folds,
  type GivenFolds,
  givenFolds,
  type KFold,
  kFold,
  type StratifiedKFold,
  stratifiedKFold,
} from './folds.ts'
export { foldOfRows } from './fold-of-rows.ts'
