import type { JobItem } from '../api/answers.ts'
import { count, percent } from '../format/number.ts'
import { isActive } from './feed.ts'

/** One thing to look at, worst first in a list. */
export interface Concern {
  readonly job: string
  readonly grade: 'bad' | 'warn'
  readonly text: string
  readonly since: number | undefined
}

/** From this share of its time on, a stage that waits for those below is worth a word. */
export const heldBack = 0.5

/** What is wrong with jobs, from their figures alone. */
export function concernsOf(jobs: readonly JobItem[]): readonly Concern[] {
  const found = jobs.flatMap((job): Concern[] => {
    const { name, state, totals, checkpoints } = job
    const concern = (grade: Concern['grade'], text: string, since?: number): Concern => ({ job: name, grade, text, since })
    const concerns: Concern[] = []
    const why = job.error === null ? '' : `: ${job.error.message}`
    if (state === 'failed') concerns.push(concern('bad', `failed${why}`, job.updatedAt))
    if (state === 'lost') concerns.push(concern('bad', 'is lost: its process ended without a word', job.updatedAt))
    if (state === 'restarting') concerns.push(concern('warn', `starts again${why}`, job.updatedAt))
    if (!isActive(state)) return concerns
    if (totals.backpressure >= heldBack)
      concerns.push(
        concern(
          'warn',
          job.bottleneck === null
            ? `waits ${percent(totals.backpressure)} of the time`
            : `is held back by ${job.bottleneck}: steps before it wait ${percent(totals.backpressure)} of the time`,
        ),
      )
    if (checkpoints.failed > 0)
      concerns.push(
        concern('warn', `failed at ${count(checkpoints.failed)} of ${count(checkpoints.taken + checkpoints.failed)} checkpoints`),
      )
    if (totals.deadLetters > 0) concerns.push(concern('warn', `put ${count(totals.deadLetters)} records aside as dead letters`))
    return concerns
  })
  return found.sort((a, b) => Number(a.grade === 'warn') - Number(b.grade === 'warn'))
}

/** At most so many jobs: those that work before those that broke, and these before those that ended well; of each the newest. */
export function foremost(jobs: readonly JobItem[], most: number): readonly JobItem[] {
  const rank = ({ state }: JobItem): number => (isActive(state) ? 0 : state === 'failed' || state === 'lost' ? 1 : 2)
  return jobs.toSorted((a, b) => rank(a) - rank(b) || b.startedAt - a.startedAt).slice(0, most)
}
