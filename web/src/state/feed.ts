import type { JobChange, JobDetail, Overview, Problem } from '../api/answers.ts'

/** What a page knows of the server: the newest of each event, and whether more will come. */
export interface Feed {
  readonly contact: 'connecting' | 'live' | 'lost'
  readonly overview: Overview | undefined
  readonly job: JobDetail | undefined
  /** When the newest event came, by the clock of this browser. */
  readonly heardAt: number | undefined
  /** When the job's own figures changed last, by the same clock: a job that hangs tells nothing, while the server is well. */
  readonly movedAt: number | undefined
  /** What the server could not read; figures are then those of before. */
  readonly trouble: Problem | undefined
  /** When contact was lost, and when the next try is. */
  readonly lostAt: number | undefined
  readonly retryAt: number | undefined
  /** Tries since contact was lost. */
  readonly tries: number
}
export type FeedEvent = { readonly at: number } & (
  | { readonly kind: 'open' }
  | { readonly kind: 'overview'; readonly value: Overview }
  | { readonly kind: 'job'; readonly value: JobDetail }
  | { readonly kind: 'change'; readonly value: JobChange }
  | { readonly kind: 'trouble'; readonly value: Problem }
  | { readonly kind: 'lost' }
)

export const noFeed: Feed = Object.freeze({
  contact: 'connecting',
  overview: undefined,
  job: undefined,
  heardAt: undefined,
  movedAt: undefined,
  trouble: undefined,
  lostAt: undefined,
  retryAt: undefined,
  tries: 0,
})

/** Milliseconds before the first, second ... try after contact was lost; the last holds for all others. */
const patience = [1000, 2000, 5000, 10_000]

/** The feed after an event. Figures stay when contact is lost: they are shown grey, with their time. */
export function next(feed: Feed, event: FeedEvent): Feed {
  switch (event.kind) {
    case 'open':
      return { ...feed, contact: 'live', lostAt: undefined, retryAt: undefined, tries: 0 }
    case 'overview':
      return { ...next(feed, { kind: 'open', at: event.at }), overview: event.value, heardAt: event.at, trouble: undefined }
    case 'job':
      return {
        ...next(feed, { kind: 'open', at: event.at }),
        job: event.value,
        heardAt: event.at,
        movedAt: event.value.updatedAt === feed.job?.updatedAt ? feed.movedAt : event.at,
        trouble: undefined,
      }
    case 'change':
      return feed.job === undefined ? feed : next(feed, { kind: 'job', value: grown(feed.job, event.value), at: event.at })
    case 'trouble':
      return { ...feed, trouble: event.value, heardAt: event.at }
    case 'lost': {
      const wait = patience[Math.min(feed.tries, patience.length - 1)] as number
      return { ...feed, contact: 'lost', lostAt: feed.lostAt ?? event.at, retryAt: event.at + wait, tries: feed.tries + 1 }
    }
  }
}

const mostPoints = 600

/** A job after a change: its history grows at one end. A plain answer may have come between and told of the same. */
function grown(job: JobDetail, { points, ...now }: JobChange): JobDetail {
  if (now.updatedAt < job.updatedAt) return job
  const last = job.history.at(-1)?.at ?? Number.NEGATIVE_INFINITY
  return { ...now, history: [...job.history, ...points.filter(point => point.at > last)].slice(-mostPoints) }
}

/** A job that works now and whose figures move. */
export function isActive(state: JobDetail['state']): boolean {
  return state === 'starting' || state === 'running' || state === 'restarting' || state === 'stopping'
}

/** The word in the bar on top: whether the figures on this page move. */
export function contactWord(feed: Feed): 'connecting' | 'live' | 'idle' | 'done' | 'lost contact' {
  if (feed.contact === 'lost') return 'lost contact'
  if (feed.contact === 'connecting') return 'connecting'
  if (feed.job !== undefined) return isActive(feed.job.state) ? 'live' : 'done'
  return feed.overview?.jobs.some(job => isActive(job.state)) === true ? 'live' : 'idle'
}

/** Figures that move come at least every five seconds. After twice that the server is asked, whatever the connection says. */
const silenceMs = 10_000

/** True when the server should have told something by now. */
export function isSilent(feed: Feed, now: number): boolean {
  return feed.contact === 'live' && contactWord(feed) === 'live' && feed.heardAt !== undefined && now - feed.heardAt > silenceMs
}

/** Since when a job that should be running has told nothing new; undefined while all is well. */
export function stalledSince(feed: Feed, now: number): number | undefined {
  if (feed.contact !== 'live' || feed.job === undefined || !isActive(feed.job.state) || feed.movedAt === undefined) return undefined
  return now - feed.movedAt > silenceMs / 2 ? feed.movedAt : undefined
}
