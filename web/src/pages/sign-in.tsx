import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ask } from '../api/ask.ts'
import type { SignedIn } from '../api/answers.ts'
import { Mark } from '../parts/icon.tsx'
import { ProblemBox } from '../parts/problem.tsx'
import { currentPlace, go, usePlace } from '../router/location.ts'
import { nextPath } from '../router/route.ts'
import { toggleTheme } from '../shell/theme.ts'

/** Signs in with the code of the one-time link, which stands behind `#` so that no log sees it, or with one that is typed. */
export function SignInPage(): VNode {
  const { hash } = usePlace()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const field = useRef<HTMLInputElement>(null)
  const signIn = async (once: string): Promise<void> => {
    setBusy(true)
    setError(undefined)
    try {
      await ask<SignedIn>('/api/sign-in', { method: 'POST', body: { once } })
      go(nextPath(currentPlace().query), { replace: true })
    } catch (problem) {
      setError(problem)
      setBusy(false)
      field.current?.focus()
    }
  }
  useEffect(() => {
    document.title = 'Sign in · Tidemill'
  }, [])
  useEffect(() => {
    const once = codeOf(hash)
    if (once === undefined) return
    // Out of the address and the history before anything else: it must not be seen, copied or found again.
    go(`${location.pathname}${location.search}`, { replace: true })
    void signIn(once)
    // Also when the link is opened in a window that shows this page: then only what is behind `#` changes.
  }, [hash])
  return (
    <main class="sign-in" id="main">
      <div>
        <span class="brand">
          <Mark />
          <span>Tidemill</span>
        </span>
        <div class="card">
          <div class="pad">
            <div>
              <h1>Sign in</h1>
              <p class="dim">The program that started this server printed a link. It works once, for 10 minutes.</p>
            </div>
            <form
              class="stack"
              onSubmit={event => {
                event.preventDefault()
                const text = field.current?.value.trim() ?? ''
                void signIn(codeOf(text.slice(text.indexOf('#'))) ?? text)
              }}
            >
              <label class="field">
                <span>Link, its code, or a token of the server</span>
                <input ref={field} class="in mono" name="once" type="password" autocomplete="off" spellcheck={false} required />
              </label>
              <button type="submit" class="btn primary" disabled={busy}>
                {busy ? 'Signing in …' : 'Sign in'}
              </button>
            </form>
            {error === undefined ? null : (
              <ProblemBox error={error}>
                <span>Links are printed by the program that serves this page: start it again for a new one, or type its token above.</span>
              </ProblemBox>
            )}
            <div>
              <p class="meta">Where you ran the server</p>
              <pre class="code" tabIndex={0}>
                <span class="c">$</span> tidemill serve
              </pre>
            </div>
          </div>
        </div>
        <p class="meta row">
          <span>Nothing is sent anywhere else</span>
          <button type="button" class="btn ghost tiny" onClick={toggleTheme}>
            Light or dark
          </button>
        </p>
      </div>
    </main>
  )
}

/** The code in `#once=...`; undefined where there is none. */
function codeOf(hash: string): string | undefined {
  const code = new URLSearchParams(hash.replace(/^#/, '')).get('once')
  return code === null || code === '' ? undefined : code
}
