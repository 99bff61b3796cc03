import { type Description, describe, inspected, jupyterBundle, type JupyterBundle, jupyterDisplay } from '../display/index.ts'
import { callSite } from '../errors/index.ts'
import { buildExprs, durationMicros } from '../expr/index.ts'
import { lazySite, type Make, namedOf, type Plan, verbs } from '../plan/index.ts'
import { type SchemaLike, schemaOf } from '../schema/index.ts'
import { carveAll } from '../workers/index.ts'
import { checkStream } from './check.ts'
import type { Window } from './types.ts'
import { windowed, type Windowed } from './windowed.ts'

/** A keyed stream without its row type. */
export interface Keyed {
  window(window: Window): Windowed
  agg(make: Make, options: { readonly ttl: string }): unknown
  process(options: ProcessGiven): unknown
}
interface ProcessGiven {
  readonly schema: SchemaLike
  readonly ttl: string
  readonly with?: object
  readonly state: Function
  readonly event: Function
  readonly timer?: Function
}

/** What `keyBy` gives: it waits for what is to be done with the rows of each key. @throws plan.unknown-column */
export function keyed(plan: Plan, keys: readonly string[], derive: (plan: Plan) => unknown): Keyed {
  // Told here, where the keys are written, and not with the aggregate.
  verbs.select(plan, { columns: keys }, lazySite())
  return new KeyedRows(plan, keys, derive)
}

class KeyedRows implements Keyed {
  readonly #plan: Plan
  readonly #keys: readonly string[]
  readonly #derive: (plan: Plan) => unknown

  constructor(plan: Plan, keys: readonly string[], derive: (plan: Plan) => unknown) {
    this.#plan = plan
    this.#keys = keys
    this.#derive = derive
  }

  window(window: Window): Windowed {
    checkStream.window(window)
    return windowed(this.#plan, { keys: this.#keys, window, allowed: 0 }, this.#derive)
  }

  agg(make: Make, options: { readonly ttl: string }): unknown {
    checkStream.running(make, options)
    const aggs = namedOf(buildExprs('agg', this.#plan.fields, this.#plan.open, ['aggregate'], make as (r: unknown) => object))
    return this.#derive(verbs.running(this.#plan, { keys: this.#keys, aggs, ttl: durationMicros(options.ttl) }, lazySite()))
  }

  process(options: ProcessGiven): unknown {
    checkStream.process(options)
    const { schema, ttl, state, event, timer } = options
    const fn = carveAll({ state, event, ...(timer === undefined ? {} : { timer }) }, callSite(), {
      name: 'process',
      arity: { state: 0, event: 2, timer: 1 },
      ...(options.with === undefined ? {} : { with: options.with }),
    })
    const args = { keys: this.#keys, fn, fields: schemaOf(schema), ttl: durationMicros(ttl) }
    return this.#derive(verbs.process(this.#plan, args, lazySite()))
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
    return `rows by ${this.#keys.join(', ')}: window(), agg() or process() makes a stream of them`
  }
}
