import { type Clock, nextTurn, type Scheduler, systemClock, systemScheduler } from '../../../../time/index.ts'
import { type Lane, SourceSubtask } from '../core/index.ts'
import { drive } from '../disk/index.ts'
import type { SubtaskFigures } from '../seams.ts'
import type { ThreadTasks } from './thread-tasks.ts'

export interface LoopPlace {
  readonly tasks: ThreadTasks
  /** Told every quarter of a second. */
  figures(figures: readonly SubtaskFigures[]): void
  readonly clock?: Clock | undefined
  readonly scheduler?: Scheduler | undefined
}
/** Subtasks in a loop, until it is stopped or one of them fails. */
export interface ThreadLoop {
  /** Resolves when stopped. @throws the fault of a subtask or of its background work */
  run(): Promise<void>
  /** Something came for a subtask from outside. */
  wake(): void
  stop(): void
}

/**
 * Batches or messages that a subtask takes before the next has its turn; background writes go on only between turns. A source gives two messages a poll, rows
 * and a watermark, so who reads must be able to take more than it, or messages pile up; a batch may be large, so not all of them.
 */
const [pollsATurn, messagesATurn] = [1, 16]
/** A busy thread lets messages and writes have their turn so often. */
const turnEveryMs = 3
const figuresEveryMs = 250
/** A source is asked again after so long: soon while rows keep coming, later when it is quiet. */
const pollSoonMs = 1
const pollLaterMs = 5
const quietTurns = 50
/** Where nothing is polled, a message wakes the thread; this is for what no message tells. */
const restMs = 100

export function threadLoop({ tasks, figures, clock = systemClock, scheduler = systemScheduler }: LoopPlace): ThreadLoop {
  const { subtasks, links } = tasks
  const polls = subtasks.some(subtask => subtask instanceof SourceSubtask)
  const turns = subtasks.map(subtask => ({ subtask, budget: subtask instanceof SourceSubtask ? pollsATurn : messagesATurn }))
  const lanes = subtasks.flatMap(subtask => subtask.lanes)
  const writing = new Set<Lane>()
  let stopped = false
  let failure: { readonly error: unknown } | undefined
  let awake = false
  let rouse: (() => void) | undefined
  const wake = (): void => {
    awake = true
    rouse?.()
  }
  for (const link of links) link.listen(wake)
  const write = (lane: Lane): void => {
    const work = writing.has(lane) ? undefined : lane.take()
    if (work === undefined) return
    writing.add(lane)
    drive(work)
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => {
        writing.delete(lane)
        wake()
      })
      .catch(() => undefined)
  }
  const sleep = async (ms: number): Promise<void> => {
    if (awake) return
    await new Promise<void>(resolve => {
      const cancel = scheduler.after(ms, resolve)
      rouse = () => {
        cancel()
        resolve()
      }
    })
    rouse = undefined
  }
  const turn = (): boolean => {
    let busy = false
    for (const link of links) if (link.drain()) busy = true
    for (const { subtask, budget } of turns) if (subtask.step(budget)) busy = true
    for (const lane of lanes) write(lane)
    for (const link of links) link.flush()
    return busy
  }
  return {
    wake,
    stop() {
      stopped = true
      wake()
    },
    async run() {
      let lastTurn = clock.monotonic()
      let lastFigures = -Infinity
      let quiet = 0
      while (!stopped) {
        awake = false
        const busy = turn()
        if (failure !== undefined) throw failure.error
        const now = clock.monotonic()
        if (now - lastFigures >= figuresEveryMs) {
          lastFigures = now
          figures(subtasks.map(subtask => subtask.figures()))
        }
        quiet = busy ? 0 : quiet + 1
        // The loop is the thread: each round goes on where the one before it ended.
        // oxlint-disable-next-line no-await-in-loop
        if (!busy) await sleep(polls ? (quiet < quietTurns ? pollSoonMs : pollLaterMs) : restMs)
        // oxlint-disable-next-line no-await-in-loop
        else if (now - lastTurn >= turnEveryMs) await nextTurn()
        else continue
        lastTurn = clock.monotonic()
      }
      figures(subtasks.map(subtask => subtask.figures()))
    },
  }
}
