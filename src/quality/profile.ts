import { writeFileAtomic } from '../storage/index.ts'
import type { Relation } from '../plan/index.ts'
import { describe, type Described, type Description, renderPage } from '../display/index.ts'
import { type ColumnProfile, profileColumns } from './profile-columns.ts'
import { plain } from './plain.ts'
import { describeProfile, profilePage } from './describe-profile.ts'

/** What the columns of a table hold. */
export interface Profile extends Described {
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
  const { rows, columns } = await profileColumns(data, options)
  const json = (): object => plain({ rows, columns }) as object
  return Object.freeze({
    rows,
    columns,
    async toHtml(path: string, write: { readonly signal?: AbortSignal | undefined } = {}) {
      await writeFileAtomic(path, renderPage('profile', profilePage(rows, columns)), { signal: write.signal })
    },
    toJson: json,
    [describe]: (): Description => describeProfile(rows, columns),
  })
}
