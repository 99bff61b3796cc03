import { TidemillError } from '../errors/index.ts'
import { problemOf } from './answer.ts'
import { overviewOf } from './overview.ts'
import type { Service } from './route.ts'

/** Something to tell those that listen: the name of the event, and its data as JSON. */
export interface FeedEvent {
  readonly name: 'overview' | 'status' | 'gone' | 'trouble'
  readonly data: string
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
    const { event, key } = await read(service, job)
    if (topics.get(job) !== topic) return
    if (key !== topic.key || (job === undefined && began - topic.toldAt >= againMs)) {
      topic.key = key
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
      const topic = known ?? { hears: new Set(), last: undefined, toldAt: 0, key: '', cancel: () => undefined }
      topic.hears.add(hear)
      if (topic.last !== undefined) hear(topic.last)
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

/** What is to be told now; never throws. */
async function read(service: Omit<Service, 'feed'>, job: string | undefined): Promise<{ readonly event: FeedEvent; readonly key: string }> {
  try {
    if (job === undefined) {
      const overview = await overviewOf(service)
      return { event: { name: 'overview', data: JSON.stringify(overview) }, key: JSON.stringify({ ...overview, at: 0, machine: 0 }) }
    }
    const data = JSON.stringify(await service.jobs.get(job))
    return { event: { name: 'status', data }, key: data }
  } catch (error) {
    const gone = error instanceof TidemillError && error.code === 'stream.unknown-job'
    const event: FeedEvent = gone
      ? { name: 'gone', data: JSON.stringify({ name: job }) }
      : { name: 'trouble', data: JSON.stringify(problemOf(error, service.report).body) }
    return { event, key: `${event.name} ${event.data}` }
  }
}
