import { type Store, store, useStore } from '../state/store.ts'

/** Where the reader is: the address is the state of the page, so that a pasted link shows the same and Back undoes. */
export interface Place {
  readonly path: string
  /** With `?`, or empty. */
  readonly query: string
  /** Without `#`. */
  readonly hash: string
}

function here(): Place {
  return { path: location.pathname, query: location.search, hash: location.hash.slice(1) }
}

const place: Store<Place> = store(here())

export function usePlace(): Place {
  return useStore(place)
}
export function currentPlace(): Place {
  return place.get()
}

/** Goes to an address of this page: `/streams`, `?graph=rate`, `#stop`. `replace` leaves no step for Back. */
export function go(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const url = new URL(to, location.href)
  if (url.href !== location.href) {
    if (replace) history.replaceState(null, '', url)
    else history.pushState(null, '', url)
  }
  place.set(here())
}

/** The address with one word of the query set, or taken out. */
export function withQuery({ path, query }: Place, name: string, value: string | undefined): string {
  const words = new URLSearchParams(query)
  if (value === undefined) words.delete(name)
  else words.set(name, value)
  const text = words.toString()
  return text === '' ? path : `${path}?${text}`
}

/** The address without its `#...`: closes what that had opened. */
export function closeHash(): void {
  const { path, query } = place.get()
  go(`${path}${query}`, { replace: true })
}

/** Follows links within the page without loading it again. Called once. */
export function followLinks(): void {
  addEventListener('popstate', () => place.set(here()))
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    // Jumping inside the page (the skip link) is the browser's work.
    if (link === null || link.origin !== location.origin || link.target !== '' || link.hasAttribute('download') || link.matches('.skip'))
      return
    event.preventDefault()
    const before = location.pathname
    go(link.href)
    if (location.pathname !== before) scrollTo(0, 0)
  })
}
