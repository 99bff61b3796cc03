/** Fits of candidates on folds, over the threads there are. */
import { channels } from '../../channels/index.ts'
import { systemClock } from '../../time/index.ts'
import { type Crew, spread } from '../crew.ts'
import { type FoldAnswer, type FoldTask, fitFold } from './fold-task.ts'
import type { Journal } from './journal.ts'
import { builtUrl } from '../../workers/index.ts'

/** How far a search is. */
export interface SearchProgress {
  readonly done: number
  readonly of: number
}
export interface ScoringRun {
  readonly crew: Crew | undefined
  readonly signal: AbortSignal | undefined
  readonly run: string
  readonly label: string
  readonly journal: Journal | undefined
  readonly progress: ((progress: SearchProgress) => void) | undefined
}

/** What may be lost when the process ends in the middle: so many fits, and of slow ones those of so long. */
const flushEvery = 16
const flushAfterMs = 1_000

/** The answers of all tasks, in their order. A key names a task in the journal. */
export async function scoreFolds(tasks: readonly FoldTask[], keys: readonly string[], run: ScoringRun): Promise<readonly FoldAnswer[]> {
  const { crew, signal, journal } = run
  let done = 0
  let flushed = Number.NEGATIVE_INFINITY
  const tell = (): void => {
    if (channels.progress.hasSubscribers)
      channels.progress.publish({ run: run.run, label: run.label, fraction: done / tasks.length, done: done === tasks.length })
    run.progress?.({ done, of: tasks.length })
  }
  const work = async (task: FoldTask, index: number): Promise<FoldAnswer> => {
    const known = journal?.known.get(keys[index] as string)
    if (known !== undefined) return { rows: 0, scores: known }
    return crew === undefined ? fitFold(task) : crew.call<FoldAnswer>(foldTaskUrl, 'fitFold', task, `${run.label} ${keys[index]}`)
  }
  try {
    return await spread(crew?.size ?? 1, tasks, work, {
      signal,
      async done(answer, index) {
        done++
        journal?.add(keys[index] as string, answer.scores)
        if (done % flushEvery === 0 || systemClock.now() - flushed >= flushAfterMs) {
          flushed = systemClock.now()
          await journal?.flush()
        }
        tell()
      },
    })
  } finally {
    // What was scored is kept, also when the search was cancelled.
    await journal?.flush()
    if (done < tasks.length && channels.progress.hasSubscribers)
      channels.progress.publish({ run: run.run, label: run.label, fraction: done / tasks.length, done: true })
  }
}

const foldTaskUrl = builtUrl(new URL('./fold-task.ts', import.meta.url))
