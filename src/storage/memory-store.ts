import { TidemillError } from '../errors/index.ts'
import { type Clock, systemClock } from '../time/index.ts'
import { checkKey, compareKeys } from './key.ts'
import { cutRange } from './range.ts'
import type { ObjectInfo, Store } from './seams.ts'

export interface StoreOptions {
  /** What `modified` is read from. */
  readonly clock?: Clock
}

/**
 * A store in the memory of this process, for tests and small runs.
 *
 * @example
 * const store = memoryStore()
 * await store.write('models/price', bytes)
 */
export function memoryStore(options: StoreOptions = {}): Store {
  const clock = options.clock ?? systemClock
  const objects = new Map<string, { readonly bytes: Uint8Array; readonly modified: number }>()
  const info = (key: string): ObjectInfo | undefined => {
    const object = objects.get(key)
    return object === undefined ? undefined : { key, bytes: object.bytes.length, modified: object.modified }
  }
  const read: Store['read'] = async (key, { from, to, signal } = {}) => {
    signal?.throwIfAborted()
    const object = objects.get(checkKey(key))
    if (object === undefined) throw notFound(key, 'memory')
    const range = cutRange(key, object.bytes.length, from, to)
    return object.bytes.slice(range.from, range.to)
  }
  return Object.freeze({
    name: 'memory',
    read,
    async *stream(key: string, { signal }: { readonly signal?: AbortSignal } = {}) {
      const bytes = await read(key, signal === undefined ? {} : { signal })
      for (let from = 0; from < bytes.length; from += chunkBytes) {
        signal?.throwIfAborted()
        yield bytes.subarray(from, from + chunkBytes)
      }
    },
    async write(key, bytes, { ifAbsent = false, signal } = {}) {
      signal?.throwIfAborted()
      checkKey(key)
      const whole = bytes instanceof Uint8Array ? bytes.slice() : await gather(bytes, signal)
      if (ifAbsent && objects.has(key)) throw taken(key, 'memory')
      objects.set(key, { bytes: whole, modified: clock.now() })
      return { key, bytes: whole.length, modified: clock.now() }
    },
    async stat(key) {
      return info(checkKey(key))
    },
    async *list(prefix = '') {
      for (const key of [...objects.keys()].filter(name => name.startsWith(prefix)).sort(compareKeys)) {
        const found = info(key)
        if (found !== undefined) yield found
      }
    },
    async delete(key) {
      objects.delete(checkKey(key))
    },
  } satisfies Store)
}

const chunkBytes = 1 << 16

/** The error for a key without an object. */
export function notFound(key: string, store: string): TidemillError {
  return new TidemillError('storage.not-found', `no such object: ${key} in ${store}`, { details: { key, store } })
}

/** The error for a key that is taken. */
export function taken(key: string, store: string): TidemillError {
  return new TidemillError('storage.exists', `object exists: ${key} in ${store}`, { details: { key, store } })
}

async function gather(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    parts.push(chunk.slice())
  }
  return new Uint8Array(Buffer.concat(parts))
}
