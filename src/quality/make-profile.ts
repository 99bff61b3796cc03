import { writeFileAtomic } from '../storage/index.ts'
import { needRelation, type Relation } from '../plan/index.ts'
import { renderHtml, renderPage, showing } from '../display/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { Profile, ProfileOptions } from './profile.ts'
import { profileColumns, thinned } from './profile-columns.ts'
import { correlationsOf, duplicatesOf, missingOf } from './profile-table.ts'
import { warningsOf } from './profile-warnings.ts'
import { plain } from './plain.ts'
import { describeProfile, profilePage } from './describe-profile.ts'

/** The body of `profile`. */
export async function makeProfile<R>(data: Relation<R>, options: ProfileOptions): Promise<Profile> {
  needRelation(data, 'profile', { code: 'plan.argument', example: 'await profile(orders)' })
  const { limit = 1_000_000, correlations: most = 12, signal } = options
  if (!(Number.isSafeInteger(limit) && limit > 0))
    throw new TidemillError('plan.argument', `limit of profile is no number of rows: ${String(limit)}`)
  if (!(Number.isSafeInteger(most) && most >= 0 && most <= 60))
    throw new TidemillError('plan.argument', `correlations of profile must be 0 to 60 columns, not ${String(most)}`)
  const run = { signal }
  const plan = data.plan.open ? await data.engine.learn(data.plan, run) : data.plan
  const choose = (rows: number) => {
    const every = Math.ceil(rows / limit)
    return every <= 1 ? { plan, rows, some: plan, every: 1 } : { plan, rows, some: thinned(plan, every), every }
  }
  const { looked, columns } = await profileColumns(data, plan, choose, run)
  const { rows, every } = looked
  const sample = every > 1 ? { rows: Math.ceil(rows / every), every } : undefined
  const duplicates = await duplicatesOf(data, looked, run)
  const missing = await missingOf(data, looked, columns, run)
  const correlations = await correlationsOf(data, looked, columns, most, run)
  const warnings = warningsOf(rows, columns, { duplicates, correlations, looked: sample?.rows ?? rows })
  const facts = { rows, columns, duplicates, correlations, missing, warnings, sample }
  return Object.freeze({
    ...facts,
    async toHtml(path: string, write: { readonly signal?: AbortSignal | undefined } = {}) {
      await writeFileAtomic(path, renderPage('profile', profilePage(facts)), { signal: write.signal })
    },
    toFragment: async () => renderHtml(profilePage(facts)),
    toJson: () => plain(facts) as object,
    ...showing(() => describeProfile(facts)),
  })
}
