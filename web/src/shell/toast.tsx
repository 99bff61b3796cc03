import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { type Store, store, useStore } from '../state/store.ts'

interface Toast {
  readonly text: string
  readonly grade: 'ok' | 'bad'
}
const current: Store<Toast | undefined> = store<Toast | undefined>(undefined)

/** Says shortly what was done; a screen reader hears it. */
export function say(text: string, grade: Toast['grade'] = 'ok'): void {
  current.set({ text, grade })
}

export function Toasts(): VNode {
  const toast = useStore(current)
  useEffect(() => {
    if (toast === undefined) return
    const timer = setTimeout(() => current.set(undefined), 5000)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toast === undefined ? null : (
        <div class={`toast ${toast.grade}`}>
          <span>{toast.text}</span>
        </div>
      )}
    </div>
  )
}
