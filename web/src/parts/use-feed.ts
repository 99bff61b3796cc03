import { useEffect, useRef, useState } from 'preact/hooks'
import type { AskError } from '../api/ask.ts'
import { type FeedHandle, openFeed } from '../api/event-stream.ts'
import { type Feed, noFeed } from '../state/feed.ts'
import { ledToSignIn } from './use-answer.ts'

export interface LiveFeed {
  readonly feed: Feed
  /** Why the server does not tell it: no such job. */
  readonly refused: AskError | undefined
  readonly retry: () => void
}

/** The one stream of events of a page: of a job, else of the workspace. */
export function useFeed(job?: string): LiveFeed {
  const [state, set] = useState<Omit<LiveFeed, 'retry'>>({ feed: noFeed, refused: undefined })
  const handle = useRef<FeedHandle | undefined>(undefined)
  useEffect(() => {
    set({ feed: noFeed, refused: undefined })
    const opened = openFeed(job, {
      tell: feed => set({ feed, refused: undefined }),
      refused: error => {
        if (!ledToSignIn(error)) set({ feed: noFeed, refused: error })
      },
    })
    handle.current = opened
    return () => opened.close()
  }, [job])
  return { ...state, retry: () => handle.current?.retry() }
}
