import { useEffect, useState } from 'preact/hooks'

/** A value that parts of the page watch. */
export interface Store<T> {
  get(): T
  set(value: T): void
  /** @returns what ends it */
  listen(hear: () => void): () => void
}

export function store<T>(first: T): Store<T> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const hear of listeners) hear()
    },
    listen(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
  }
}

/** The value of a store; the part is drawn again when it changes. */
export function useStore<T>(watched: Store<T>): T {
  const [, again] = useState<T>(watched.get)
  useEffect(() => {
    // It may have changed between the first drawing and now.
    again(watched.get)
    return watched.listen(() => again(watched.get))
  }, [watched])
  return watched.get()
}
