import type { Shown } from '../display/index.ts'
import type { Relation } from '../plan/index.ts'
import type { ColumnProfile } from './profile-columns.ts'
import type { Correlation, MissingPattern } from './profile-table.ts'
import type { ProfileWarning } from './profile-warnings.ts'

/** What the columns of a table hold. */
export interface Profile extends Shown {
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
  /** Rows that are there again: all but the first of each kind. Null for more than 100 columns, and columns that are not compared. */
  readonly duplicates: number | null
  /** Of the first columns of numbers, the strongest first. */
  readonly correlations: readonly Correlation[]
  /** Which columns are NULL together, the most frequent first; none when there is no NULL. */
  readonly missing: readonly MissingPattern[]
  /** What wants a look before the data are used. */
  readonly warnings: readonly ProfileWarning[]
  /** Said of a table with more rows than the limit: quartiles, histograms, most frequent values, duplicates, missing and correlations are of every n-th row. */
  readonly sample: { readonly rows: number; readonly every: number } | undefined
  /** Writes a page that needs nothing else, whole or not at all. */
  toHtml(path: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  /** The body of that page: HTML without a script, everything from data escaped. */
  toFragment(): Promise<string>
  toJson(): object
}
export interface ProfileOptions {
  /** Rows that are looked at closely; of a longer table every n-th row. Default: 1 000 000. */
  readonly limit?: number
  /** Columns of numbers that are correlated with each other; 0 for none. Default: 12. */
  readonly correlations?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Looks at every column of a table: how many values, NULLs, zeros, empty texts and distinct values; smallest, largest, mean, spread, quartiles; the most frequent values; a
 * histogram of numbers, lengths of texts, days of times. And at the table: duplicates, correlations, what is missing together.
 *
 * All figures are exact up to `limit` rows. Of a longer table counts, extremes, mean and spread are exact still, the number of different values is about right (standard error
 * 2.3 %), and the rest is of every n-th row: `sample` says so. A few queries answer for all columns.
 *
 * @example
 * await (await profile(orders)).toHtml('profile.html')
 * @throws plan.argument for something that is no table, or a limit that is no number of rows
 */
export async function profile<R>(data: Relation<R>, options: ProfileOptions = {}): Promise<Profile> {
  const { makeProfile } = await import('./make-profile.ts')
  return makeProfile(data, options)
}
