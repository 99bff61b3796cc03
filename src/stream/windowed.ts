import { type Description, describe, inspected, jupyterBundle, type JupyterBundle, jupyterDisplay } from '../display/index.ts'
import { buildExprs, durationMicros, printDuration } from '../expr/index.ts'
import { checkVerb, lazySite, type Make, namedOf, type Plan, verbs } from '../plan/index.ts'
import type { Window } from './types.ts'

/** A windowed stream without its row type. */
export interface Windowed {
  lateness(allowed: string): Windowed
  agg(make: Make): unknown
}
interface How {
  readonly keys: readonly string[]
  readonly window: Window
  /** Microseconds. */
  readonly allowed: number
}

/** What `window` gives: it waits for the aggregates. */
export function windowed(plan: Plan, how: How, derive: (plan: Plan) => unknown): Windowed {
  return new WindowedRows(plan, how, derive)
}

class WindowedRows implements Windowed {
  readonly #plan: Plan
  readonly #how: How
  readonly #derive: (plan: Plan) => unknown

  constructor(plan: Plan, how: How, derive: (plan: Plan) => unknown) {
    this.#plan = plan
    this.#how = how
    this.#derive = derive
  }

  lateness(allowed: string): Windowed {
    return new WindowedRows(this.#plan, { ...this.#how, allowed: durationMicros(allowed) }, this.#derive)
  }

  agg(make: Make): unknown {
    checkVerb.agg(make)
    const { keys, window, allowed } = this.#how
    const aggs = namedOf(buildExprs('agg', this.#plan.fields, this.#plan.open, ['aggregate'], make as (r: unknown) => object))
    const { kind, size, offset } = window
    return this.#derive(verbs.window(this.#plan, { keys, aggs, window: { kind, size, offset, allowed } }, lazySite()))
  }

  [inspected](): string {
    return this.#text()
  }
  [jupyterDisplay](): JupyterBundle {
    return jupyterBundle(this[describe]())
  }
  [describe](): Description {
    return { kind: 'text', text: this.#text() }
  }
  #text(): string {
    const { keys, window } = this.#how
    return `windows of ${printDuration(window.size)}${keys.length === 0 ? '' : ` by ${keys.join(', ')}`}: agg() makes a stream of them`
  }
}
