import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Overview } from '../api/answers.ts'
import { ask } from '../api/ask.ts'
import { Icon } from '../parts/icon.tsx'
import type { LiveFeed } from '../parts/use-feed.ts'
import { go, usePlace } from '../router/location.ts'
import type { Route } from '../router/route.ts'
import { type Store, store, useStore } from '../state/store.ts'
import { type Code, CodeLine } from './code-line.tsx'
import { ContactWord, LostContact, Trouble } from './contact.tsx'
import { KeysDialog, useKeys } from './keys.tsx'
import { Nav } from './nav.tsx'
import { toggleTheme } from './theme.ts'
import { say } from './toast.tsx'

export interface PageProps {
  readonly page: Route['page']
  /** Of the window: `overheat`. */
  readonly title: string
  /** Rooms above this page, with their addresses. */
  readonly above?: readonly (readonly [title: string, path: string])[]
  readonly code: Code
  /** Of a page whose figures move. */
  readonly live?: LiveFeed | undefined
  readonly children: ComponentChildren
}

/** The newest overview that any page has heard of: the list of rooms shows amounts from it. */
const known: Store<Overview | undefined> = store<Overview | undefined>(undefined)

/** The frame of every page but the one that signs in. */
export function Page({ page, title, above = [], code, live, children }: PageProps): VNode {
  const main = useRef<HTMLElement>(null)
  const { hash } = usePlace()
  const overview = useStore(known)
  const heard = live?.feed.overview
  useKeys(code.shell)
  useEffect(() => {
    document.title = `${title} · Tidemill`
    // Somebody who came by a link inside the page starts reading at its top.
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true })
  }, [title])
  useEffect(() => {
    if (heard !== undefined) known.set(heard)
    // The page itself tells what is wrong with the server; amounts beside the rooms can be missing.
    else if (known.get() === undefined) void ask<Overview>('/api/overview').then(known.set, () => undefined)
  }, [heard])
  const signOut = async (): Promise<void> => {
    try {
      await ask('/api/sign-out', { method: 'POST', body: {} })
      known.set(undefined)
      go('/sign-in')
    } catch (error) {
      say(`not signed out: ${error instanceof Error ? error.message : String(error)}`, 'bad')
    }
  }
  return (
    <>
      <a class="skip" href="#main">
        Skip to content
      </a>
      <div class="shell">
        <Nav page={page} overview={overview} />
        <header class="topbar">
          <button type="button" class="btn icon menu-btn" popovertarget="nav" aria-label="Rooms">
            <Icon name="menu" />
          </button>
          <div class="crumbs">
            {[[overview?.workspace ?? 'Tidemill', '/'] as const, ...above].map(([name, path]) => [
              <a key={path} href={path}>
                {name}
              </a>,
              <span key={`${path} /`} aria-hidden="true">
                /
              </span>,
            ])}
            <b>{title}</b>
          </div>
          <span class="grow" />
          <ContactWord feed={live?.feed} />
          <button type="button" class="btn icon ghost" aria-label="Light or dark" title="Light or dark" onClick={toggleTheme}>
            <Icon name="theme" />
          </button>
          <a class="btn icon ghost lo" href="#keys" aria-label="Keys" title="Keys">
            ?
          </a>
          <button type="button" class="btn ghost" onClick={() => void signOut()}>
            Sign out
          </button>
        </header>
        <main ref={main} class="page" id="main" tabIndex={-1} data-contact={live?.feed.contact}>
          <div class="body">
            {live === undefined ? null : <LostContact feed={live.feed} retry={live.retry} />}
            {live === undefined ? null : <Trouble feed={live.feed} />}
            {children}
          </div>
          <CodeLine {...code} />
        </main>
      </div>
      {hash === 'keys' ? <KeysDialog /> : null}
    </>
  )
}
