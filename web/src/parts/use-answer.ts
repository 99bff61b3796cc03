import { useEffect, useState } from 'preact/hooks'
import { ask, AskError } from '../api/ask.ts'
import { currentPlace, go } from '../router/location.ts'

export type Answer<T> =
  | { readonly state: 'asking'; readonly value?: undefined; readonly error?: undefined }
  | { readonly state: 'here'; readonly value: T; readonly error?: undefined }
  | { readonly state: 'failed'; readonly value?: undefined; readonly error: unknown }

const asking = { state: 'asking' } as const

/** Asks the server once for what a page shows. Who is not signed in is led to the page that signs in. */
export function useAnswer<T>(path: string): Answer<T> {
  const [kept, keep] = useState<{ readonly path: string; readonly answer: Answer<T> }>({ path, answer: asking })
  useEffect(() => {
    const leaving = new AbortController()
    ask<T>(path, { signal: leaving.signal }).then(
      value => keep({ path, answer: { state: 'here', value } }),
      (error: unknown) => {
        if (leaving.signal.aborted) return
        if (!ledToSignIn(error)) keep({ path, answer: { state: 'failed', error } })
      },
    )
    return () => leaving.abort()
  }, [path])
  return kept.path === path ? kept.answer : asking
}

/** Goes to the page that signs in when that is what is missing, and says whether it did. */
export function ledToSignIn(error: unknown): boolean {
  if (!(error instanceof AskError) || error.status !== 401) return false
  const { path, query } = currentPlace()
  go(`/sign-in?next=${encodeURIComponent(path + query)}`, { replace: true })
  return true
}
