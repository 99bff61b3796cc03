/** Times at which keys want to be woken, earliest first; of one time, in the order they were set. */
export interface Timer {
  readonly at: number
  readonly key: number
  readonly order: number
}

export class Timers {
  readonly #heap: Timer[] = []
  #order = 0

  set(at: number, key: number): void {
    this.put({ at, key, order: this.#order++ })
  }

  /** The earliest, when its time has come. */
  next(until: number): Timer | undefined {
    const [first] = this.#heap
    if (first === undefined || first.at > until) return undefined
    const last = this.#heap.pop() as Timer
    if (this.#heap.length > 0) this.#sink(last)
    return first
  }

  /** Puts one in, or back. */
  put(timer: Timer): void {
    const heap = this.#heap
    let at = heap.push(timer) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(timer, heap[above] as Timer)) break
      heap[at] = heap[above] as Timer
      at = above
    }
    heap[at] = timer
  }

  #sink(timer: Timer): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && before(heap[below + 1] as Timer, heap[below] as Timer)) below++
      if (!before(heap[below] as Timer, timer)) break
      heap[at] = heap[below] as Timer
      at = below
    }
    heap[at] = timer
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at
}
