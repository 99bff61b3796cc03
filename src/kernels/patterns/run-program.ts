import type { PatternProgram } from './pattern-program.ts'

/** The states that were entered at a place; one for all texts, as making it anew takes longer than a short text. */
export class SeenStates {
  readonly #last: Int32Array
  #base = 1

  constructor({ steps, loops }: PatternProgram) {
    this.#last = new Int32Array(steps.length << loops)
  }

  /** For one run over a text: whether a state is entered at a place for the first time. */
  over(text: string): (state: number, place: number) => boolean {
    if (this.#base + text.length + 2 >= 2 ** 31) {
      this.#last.fill(0)
      this.#base = 1
    }
    const [last, base] = [this.#last, this.#base]
    this.#base += text.length + 2
    return (state, place) => {
      if (last[state] === base + place) return false
      last[state] = base + place
      return true
    }
  }
}

/** Where a program is, with its slots. */
interface Thread {
  readonly at: number
  readonly slots: Int32Array
}
/** A way that is still to be gone. */
interface Way extends Thread {
  /** A bit for each loop whose turn has taken nothing yet. */
  readonly idle: number
}

/**
 * Finds the match that JavaScript finds, in time that grows with the product of the lengths of text and pattern, whatever they are: all ways are gone side by side,
 * one character after the other, and where two ways meet the better one goes on (Thompson 1968, Pike; Cox, "Regular Expression Matching: the Virtual Machine Approach").
 * Two ways meet where what can come of them is the same: at one step, with the same turns of loops idle.
 *
 * @returns the slots, or null; places count UTF-16 units
 */
export function runProgram(
  { steps, loops, groups, anchored, isWord }: PatternProgram,
  seen: SeenStates,
  text: string,
  from: number,
  sticky: boolean,
): Int32Array | null {
  const isNew = seen.over(text)
  const wordAt = (place: number): boolean => place >= 0 && place < text.length && isWord(text.charCodeAt(place))
  const holds = (what: 'start' | 'end' | 'word' | 'no-word', place: number): boolean => {
    if (what === 'start') return place === 0
    if (what === 'end') return place === text.length
    return (wordAt(place - 1) !== wordAt(place)) === (what === 'word')
  }
  /** Goes on from a step, over all that takes no character, the better ways first. */
  const enter = (threads: Thread[], first: number, own: Int32Array, place: number): void => {
    const todo: Way[] = [{ at: first, slots: own, idle: 0 }]
    for (let way = todo.pop(); way !== undefined; way = todo.pop()) {
      let { at, slots, idle } = way
      for (;;) {
        if (!isNew((at << loops) | idle, place)) break
        const step = steps[at]
        if (step === undefined || step.op === 'one' || step.op === 'match') {
          threads.push({ at, slots })
          break
        }
        if (step.op === 'assert' && !holds(step.what, place)) break
        if (step.op === 'moved' && (idle & (1 << step.loop)) !== 0) break
        if (step.op === 'fork') todo.push({ at: step.second, slots, idle })
        else if (step.op === 'turn') idle |= 1 << step.loop
        else if (step.op === 'save') {
          slots = slots.slice()
          slots[step.slot] = place
        } else if (step.op === 'forget') slots = slots.slice().fill(-1, step.from, step.to)
        at = step.op === 'fork' ? step.first : step.op === 'jump' ? step.to : at + 1
      }
    }
  }
  let threads: Thread[] = []
  let best: Int32Array | null = null
  for (let place = from; ; ) {
    if (best === null && (place === from || !(sticky || anchored))) {
      const own = new Int32Array(2 * (groups + 1)).fill(-1)
      own[0] = place
      enter(threads, 0, own, place)
    }
    if (threads.length === 0 && (best !== null || sticky || anchored)) return best
    const point = text.codePointAt(place)
    const next = place + (point !== undefined && point > 0xffff ? 2 : 1)
    const after: Thread[] = []
    for (const { at, slots: own } of threads) {
      const step = steps[at]
      if (step?.op === 'match') {
        best = own.slice()
        best[1] = place
        break
      }
      if (step?.op === 'one' && point !== undefined && step.is(point)) enter(after, at + 1, own, next)
    }
    if (point === undefined) return best
    threads = after
    place = next
  }
}
