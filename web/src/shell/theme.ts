import { type Store, store } from '../state/store.ts'

/** Counts changes of the theme, for what is painted and not styled. */
export const repaint: Store<number> = store(0)

const dark = matchMedia('(prefers-color-scheme: dark)')

/** Puts the remembered theme in place, and tells painted parts when the system's changes. Called once. */
export function startTheme(): void {
  const kept = remembered()
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset['theme'] = kept
  dark.addEventListener('change', () => repaint.set(repaint.get() + 1))
}

/** The other one of light and dark; remembered by this browser. */
export function toggleTheme(): void {
  const root = document.documentElement
  const now = root.dataset['theme'] ?? (dark.matches ? 'dark' : 'light')
  const next = now === 'dark' ? 'light' : 'dark'
  root.dataset['theme'] = next
  remember('theme', next)
  repaint.set(repaint.get() + 1)
}

function remembered(): string | undefined {
  return recall('theme')
}

/** What this browser remembers under a name; undefined where it may keep nothing. */
export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined
  } catch {
    // A browser that keeps nothing throws; the page works without.
    return undefined
  }
}

/** Remembers for the next visit, where the browser lets us. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    // See `recall`: the choice then holds for this visit only.
  }
}
