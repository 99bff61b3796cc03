import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { clock } from '../format/time.ts'
import { contactWord, type Feed, stalledSince } from '../state/feed.ts'

/** Whether the figures on this page move: the word in the bar on top. */
export function ContactWord({ feed }: { readonly feed: Feed | undefined }): VNode | null {
  if (feed === undefined) return null
  const word = contactWord(feed)
  return <span class={`live${word === 'live' ? '' : word === 'lost contact' ? ' off lost' : ' off'}`}>{word}</span>
}

/** What else stands between the reader and fresh figures: the server cannot read them, or the job tells none. */
export function Trouble({ feed }: { readonly feed: Feed }): VNode | null {
  const [now, tick] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now), 1000)
    return () => clearInterval(timer)
  }, [])
  if (feed.trouble !== undefined)
    return (
      <div class="note bad" role="alert">
        <span>
          <b>{feed.trouble.error}</b> {feed.trouble.hint}
        </span>
      </div>
    )
  const since = stalledSince(feed, now)
  if (since === undefined || feed.job === undefined) return null
  return (
    <div class="note warn" role="status">
      <span>
        <b>{feed.job.name}</b> has told nothing since {clock(since)}: its process {feed.job.pid} may hang.
      </span>
    </div>
  )
}

/** Above grey figures: since when, and what is being done. */
export function LostContact({ feed, retry }: { readonly feed: Feed; readonly retry: () => void }): VNode | null {
  const [now, tick] = useState(Date.now)
  const lost = feed.contact === 'lost'
  useEffect(() => {
    if (!lost) return
    tick(Date.now)
    const timer = setInterval(() => tick(Date.now), 500)
    return () => clearInterval(timer)
  }, [lost, feed.retryAt])
  if (!lost) return null
  const wait = Math.max(0, Math.ceil(((feed.retryAt ?? 0) - now) / 1000))
  return (
    <div class="note bad" role="alert">
      <span>
        <b>Lost contact with the server at {clock(feed.lostAt ?? null)}.</b>{' '}
        {feed.heardAt === undefined ? null : `Figures below are of ${clock(feed.heardAt)}. `}
        <span aria-hidden="true">{wait === 0 ? 'Trying again …' : `Trying again in ${wait} s.`}</span>
      </span>
      <span class="acts">
        <button type="button" class="btn tiny" onClick={retry}>
          Retry now
        </button>
      </span>
    </div>
  )
}
