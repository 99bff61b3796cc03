import { writeFileAtomic } from '../storage/index.ts'
import { needRelation, type Relation } from '../plan/index.ts'
import { renderPage, showing } from '../display/index.ts'
import type { Profile } from './profile.ts'
import { profileColumns } from './profile-columns.ts'
import { plain } from './plain.ts'
import { describeProfile, profilePage } from './describe-profile.ts'

/** The body of `profile`. */
export async function makeProfile<R>(data: Relation<R>, options: { readonly signal?: AbortSignal | undefined }): Promise<Profile> {
  needRelation(data, 'profile', { code: 'plan.argument', example: 'await profile(orders)' })
  const { rows, columns } = await profileColumns(data, options)
  const json = (): object => plain({ rows, columns }) as object
  return Object.freeze({
    rows,
    columns,
    async toHtml(path: string, write: { readonly signal?: AbortSignal | undefined } = {}) {
      await writeFileAtomic(path, renderPage('profile', profilePage(rows, columns)), { signal: write.signal })
    },
    toJson: json,
    ...showing(() => describeProfile(rows, columns)),
  })
}
