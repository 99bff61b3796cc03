import type { Shown } from '../display/index.ts'
import type { Relation } from '../plan/index.ts'
import type { ColumnProfile } from './profile-columns.ts'

/** What the columns of a table hold. */
export interface Profile extends Shown {
  readonly rows: number
  readonly columns: readonly ColumnProfile[]
  /** Writes a page that needs nothing else, whole or not at all. */
  toHtml(path: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  toJson(): object
}

/**
 * Looks at every column of a table: how many values, NULLs and distinct values; smallest, largest, mean, spread, quartiles; the most frequent values; a
 * histogram of numbers.
 *
 * All figures are exact. One query answers for all columns; most frequent values and histograms take one each.
 *
 * @example
 * await (await profile(orders)).toHtml('profile.html')
 */
export async function profile<R>(data: Relation<R>, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Profile> {
  const { makeProfile } = await import('./make-profile.ts')
  return makeProfile(data, options)
}
