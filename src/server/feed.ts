import { TidemillError } from '../errors/index.ts'
import type { JobStatus } from '../telemetry/index.ts'
import type { JobChange } from './api-types.ts'
import { problemOf } from './answer.ts'
import { overviewOf } from './overview.ts'
import type { Service } from './route.ts'

/** Something to tell those that listen: the name of the event, and its data as JSON. */
export interface FeedEvent {
  readonly name: 'overview' | 'status' | 'change' | 'gone' | 'trouble'
  readonly data: string
  /** Of a change, which follows the event before it: the same for who has not heard that one. */
  readonly whole?: (() => FeedEvent) | undefined
}
/** What changes, told to all that listen. What they listen to is read for all of them at once, and only while somebody listens. */
export interface Feed {
  /** Hears of one job, or of all together without a name: what is known at once, then what changes. Gives back the function that ends it. */
  listen(job: string | undefined, hear: (event: FeedEvent) => void): () => void
}

const statusMs = 500
const overviewMs = 1000
/** The overview is told again after so long, though only the figures of the machine changed. */
const againMs = 5000

interface Topic {
  readonly hears: Set<(event: FeedEvent) => void>
  last: FeedEvent | undefined
  /** Of a job: its status when it was told last, if it was. */
  status: JobStatus | undefined
  toldAt: number
  /** What of it counts as a change. */
  key: string
  cancel: () => void
}

/** A feed over the jobs, runs and models of a server. */
export function feedOf(service: Omit<Service, 'feed'>): Feed {
  const topics = new Map<string | undefined, Topic>()
  const { clock, scheduler } = service

  const look = async (job: string | undefined, topic: Topic): Promise<void> => {
    const began = clock.monotonic()
    const { event, key, status } = await read(service, job, topic.status)
    if (topics.get(job) !== topic) return
    if (key !== topic.key || (job === undefined && began - topic.toldAt >= againMs)) {
      topic.key = key
      topic.status = status
      topic.last = event
      topic.toldAt = began
      for (const hear of topic.hears) hear(event)
    }
    const every = job === undefined ? overviewMs : statusMs
    topic.cancel = scheduler.after(Math.max(0, every - (clock.monotonic() - began)), () => void look(job, topic))
  }
  return {
    listen(job, hear) {
      const known = topics.get(job)
      const topic = known ?? { hears: new Set(), last: undefined, status: undefined, toldAt: 0, key: '', cancel: () => undefined }
      topic.hears.add(hear)
      if (topic.last !== undefined) hear(topic.last.whole?.() ?? topic.last)
      if (known === undefined) {
        topics.set(job, topic)
        void look(job, topic)
      }
      return () => {
        topic.hears.delete(hear)
        if (topic.hears.size > 0 || topics.get(job) !== topic) return
        topic.cancel()
        topics.delete(job)
      }
    },
  }
}

interface Told {
  readonly event: FeedEvent
  readonly key: string
  readonly status?: JobStatus
}

/** What is to be told now to those who know the job as it was `before`; never throws. */
async function read(service: Omit<Service, 'feed'>, job: string | undefined, before: JobStatus | undefined): Promise<Told> {
  try {
    if (job === undefined) {
      const overview = await overviewOf(service)
      return { event: { name: 'overview', data: JSON.stringify(overview) }, key: JSON.stringify({ ...overview, at: 0, machine: 0 }) }
    }
    const status = await service.jobs.get(job)
    const { history, ...now } = status
    return { event: statusEvent(status, before), key: JSON.stringify([now, history.at(-1)]), status }
  } catch (error) {
    const gone = error instanceof TidemillError && error.code === 'stream.unknown-job'
    const event: FeedEvent = gone
      ? { name: 'gone', data: JSON.stringify({ name: job }) }
      : { name: 'trouble', data: JSON.stringify(problemOf(error, service.report).body) }
    return { event, key: `${event.name} ${event.data}` }
  }
}

/** The history is most of a status, and all but its end is known already: it is told once, then only what is new. */
function statusEvent(status: JobStatus, before: JobStatus | undefined): FeedEvent {
  const whole = (): FeedEvent => ({ name: 'status', data: JSON.stringify(status) })
  const points = before === undefined ? undefined : newPoints(status, before)
  if (points === undefined) return whole()
  const { history: _, ...now } = status
  return { name: 'change', data: JSON.stringify({ ...now, points } satisfies JobChange), whole }
}

/** The points since; undefined when the histories do not join: the job was started anew, or nobody looked for minutes. */
function newPoints({ startedAt, history }: JobStatus, before: JobStatus): JobStatus['history'] | undefined {
  const last = before.history.at(-1)
  if (startedAt !== before.startedAt) return undefined
  if (last === undefined) return history
  const at = history.findLastIndex(point => point.at === last.at)
  return at < 0 ? undefined : history.slice(at + 1)
}
