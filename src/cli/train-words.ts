import { type ErrorCode, TidemillError } from '../errors/index.ts'
import { usage } from './train-request.ts'

/** What to type, where the library says what to program. */
const hints: Readonly<Partial<Record<ErrorCode, string>>> = {
  'ml.not-finite': 'leave the column out with --drop NAME, or mend the file',
  'ml.has-nulls': 'leave the column out with --drop NAME, or mend the file',
  'ml.no-labels': 'to predict a number: --regress',
  'ml.no-values': 'leave the column out with --drop NAME',
  'ml.too-many-categories': 'leave the column out with --drop NAME',
  'ml.folds': 'take fewer folds with --folds 2, or leave --grid out',
}

/** An error of the library with a hint for the command line; any other as it is. */
export function inCommandWords(error: unknown): unknown {
  if (!(error instanceof TidemillError)) return error
  // Parameters, grid and scoring come from the command line and nowhere else.
  if (error.code === 'ml.param') return usage(error.message, error.hint)
  const hint = hints[error.code]
  return hint === undefined ? error : new TidemillError(error.code, error.message, { hint, details: error.details, cause: error })
}
