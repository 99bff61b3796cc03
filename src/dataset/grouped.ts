import {
  type Description,
  describe,
  inspected,
  jupyterBundle,
  type JupyterBundle,
  jupyterDisplay,
  renderTerminal,
} from '../display/index.ts'
import { buildExprs } from '../expr/index.ts'
import { type AggregateArgs, checkVerb, lazySite, mapArgs, type MapOptions, namedOf, type Plan, verbs } from '../plan/index.ts'
import { groupsInLists } from './map-groups.ts'

/** Groups without their row type. */
export interface Groups {
  agg(make: (r: never) => object): unknown
  mapGroups(each: Function, options?: MapOptions): unknown
}

/** What `groupBy` gives: it waits for what is to be done with the groups. */
export function grouped(plan: Plan, keys: AggregateArgs['keys'], derive: (plan: Plan) => unknown): Groups {
  return new GroupedTable(plan, keys, derive)
}

class GroupedTable implements Groups {
  readonly #plan: Plan
  readonly #keys: AggregateArgs['keys']
  readonly #derive: (plan: Plan) => unknown

  constructor(plan: Plan, keys: AggregateArgs['keys'], derive: (plan: Plan) => unknown) {
    this.#plan = plan
    this.#keys = keys
    this.#derive = derive
  }

  agg(make: (r: never) => object): unknown {
    checkVerb.agg(make)
    const aggs = namedOf(buildExprs('agg', this.#plan.fields, this.#plan.open, ['aggregate'], make as (r: unknown) => object))
    return this.#derive(verbs.aggregate(this.#plan, { keys: this.#keys, aggs }, lazySite()))
  }

  mapGroups(each: Function, options?: MapOptions): unknown {
    const map = mapArgs('many', 'mapGroups', each, options)
    const groups = groupsInLists(this.#plan, this.#keys, map.fn)
    const at = lazySite()
    return this.#derive(verbs.map(verbs.aggregate(this.#plan, groups.args, at), { ...map, fn: groups.fn }, at))
  }

  [jupyterDisplay](): JupyterBundle {
    return jupyterBundle(this[describe]())
  }

  [inspected](): string {
    return renderTerminal(this[describe](), { width: 100, color: false })
  }

  [describe](): Description {
    const names = this.#keys.map(key => (typeof key === 'string' ? key : key.name))
    return { kind: 'text', text: `groups by ${names.join(', ')}: agg() or mapGroups() makes a table of them` }
  }
}
