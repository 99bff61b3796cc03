/**
 * When keys are to be forgotten. A key stands in the bucket of the time it would be forgotten at when it was put there; when the bucket is due it is asked again, and
 * moves on when it was touched since. So a touch costs nothing.
 */
export class Expiry {
  readonly #width: number
  readonly #buckets = new Map<number, number[]>()

  /** @param ttl microseconds */
  constructor(ttl: number) {
    this.#width = Math.max(1, Math.floor(ttl / 16))
  }

  put(key: number, at: number): void {
    const bucket = Math.floor(at / this.#width)
    const keys = this.#buckets.get(bucket)
    if (keys === undefined) this.#buckets.set(bucket, [key])
    else keys.push(key)
  }

  /** Asks the keys whose time may have come: `forget` gives the time of a key that stays, undefined for one that is gone. */
  advance(furthest: number, forget: (key: number) => number | undefined): void {
    const stay: [key: number, at: number][] = []
    for (const [bucket, keys] of this.#buckets) {
      if (bucket * this.#width > furthest) continue
      this.#buckets.delete(bucket)
      for (const key of keys) {
        const at = forget(key)
        if (at !== undefined) stay.push([key, at])
      }
    }
    for (const [key, at] of stay) this.put(key, at)
  }
}
