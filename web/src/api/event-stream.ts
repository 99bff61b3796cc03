import { type Feed, type FeedEvent, isSilent, next, noFeed } from '../state/feed.ts'
import type { JobDetail, Overview } from './answers.ts'
import { ask, AskError } from './ask.ts'

export interface FeedHandle {
  /** Tries again now. */
  retry(): void
  close(): void
}

/**
 * Keeps one stream of server-sent events open and tells every new feed. Before each opening the server is asked in the plain way, as an event source does not say
 * why it failed: is this browser signed in, is there such a job? When contact is lost it tries again by itself.
 */
export function openFeed(
  job: string | undefined,
  { tell, refused }: { readonly tell: (feed: Feed) => void; readonly refused: (error: AskError) => void },
): FeedHandle {
  const url = job === undefined ? '/api/events' : `/api/events?job=${encodeURIComponent(job)}`
  let feed = noFeed
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false
  const see = (event: FeedEvent): void => {
    feed = next(feed, event)
    tell(feed)
  }
  const open = (): void => {
    const one = new EventSource(url)
    source = one
    const hear = (kind: 'overview' | 'job' | 'change') => (message: MessageEvent<string>) => {
      if (source === one) see({ kind, value: JSON.parse(message.data), at: Date.now() })
    }
    one.addEventListener('open', () => source === one && see({ kind: 'open', at: Date.now() }))
    one.addEventListener('overview', hear('overview'))
    one.addEventListener('status', hear('job'))
    one.addEventListener('change', hear('change'))
    one.addEventListener('trouble', (message: MessageEvent<string>) => {
      if (source === one) see({ kind: 'trouble', value: JSON.parse(message.data), at: Date.now() })
    })
    // The plain question says why: no such job.
    one.addEventListener('gone', () => source === one && void again())
    one.addEventListener('error', () => source === one && lose())
  }
  const lose = (): void => {
    source?.close()
    source = undefined
    see({ kind: 'lost', at: Date.now() })
    clearTimeout(timer)
    timer = setTimeout(() => void again(), (feed.retryAt ?? 0) - Date.now())
  }
  const again = async (): Promise<void> => {
    clearTimeout(timer)
    try {
      if (job === undefined) {
        const value = await ask<Overview>('/api/overview')
        if (!closed) see({ kind: 'overview', value, at: Date.now() })
      } else {
        const value = await ask<JobDetail>(`/api/jobs/${encodeURIComponent(job)}`)
        if (!closed) see({ kind: 'job', value, at: Date.now() })
      }
      if (!closed && source === undefined) open()
    } catch (error) {
      if (closed) return
      // 401 leads to the page of signing in, 404 says that the job is gone; all others may pass.
      if (error instanceof AskError && (error.status === 401 || error.status === 404)) refused(error)
      else lose()
    }
  }
  // A connection may be dead without an error: then the plain question fails, and contact is lost.
  const watch = setInterval(() => isSilent(feed, Date.now()) && void again(), 2000)
  void again()
  return {
    retry: () => void again(),
    close() {
      closed = true
      clearTimeout(timer)
      clearInterval(watch)
      source?.close()
      source = undefined
    },
  }
}
