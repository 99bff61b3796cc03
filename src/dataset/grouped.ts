import {
  type Description,
  describe,
  inspected,
  jupyterBundle,
  type JupyterBundle,
  jupyterDisplay,
  renderTerminal,
} from '../display/index.ts'
import { didYouMean, whatIs } from '../errors/index.ts'
import { buildExprs } from '../expr/index.ts'
import {
  type AggregateArgs,
  checkTable,
  checkVerb,
  cubeSets,
  lazySite,
  mapArgs,
  type MapOptions,
  misuse,
  namedOf,
  type Plan,
  rollupSets,
  verbs,
} from '../plan/index.ts'
import { groupsInLists } from './map-groups.ts'

const mostCubed = 10

interface LevelOptions {
  readonly level?: string
}

/** Groups without their row type. */
export interface Groups {
  agg(make: (r: never) => object): unknown
  rollup(make: (r: never) => object, options?: LevelOptions): unknown
  cube(make: (r: never) => object, options?: LevelOptions): unknown
  groupingSets(sets: readonly (readonly string[])[], make: (r: never) => object, options?: LevelOptions): unknown
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

  rollup(make: (r: never) => object, options?: LevelOptions): unknown {
    checkTable.groupingSets('rollup', make, options)
    return this.#sets('rollup', rollupSets(this.#keys.length), make, options)
  }
  cube(make: (r: never) => object, options?: LevelOptions): unknown {
    checkTable.groupingSets('cube', make, options)
    if (this.#keys.length > mostCubed) throw misuse(`a cube of ${this.#keys.length} keys has too many sets (up to ${mostCubed} keys)`)
    return this.#sets('cube', cubeSets(this.#keys.length), make, options)
  }
  groupingSets(sets: readonly (readonly string[])[], make: (r: never) => object, options?: LevelOptions): unknown {
    checkTable.groupingSets('groupingSets', make, options)
    const names = this.#keys.map(key => (typeof key === 'string' ? key : key.name))
    return this.#sets('groupingSets', placesOf(sets, names), make, options)
  }

  mapGroups(each: Function, options?: MapOptions): unknown {
    const map = mapArgs('many', 'mapGroups', each, options)
    const groups = groupsInLists(this.#plan, this.#keys, map.fn)
    const at = lazySite()
    return this.#derive(verbs.map(verbs.aggregate(this.#plan, groups.args, at), { ...map, fn: groups.fn }, at))
  }

  #sets(
    verb: 'rollup' | 'cube' | 'groupingSets',
    sets: readonly (readonly number[])[],
    make: (r: never) => object,
    { level }: LevelOptions = {},
  ): unknown {
    const aggs = namedOf(buildExprs(verb, this.#plan.fields, this.#plan.open, ['aggregate'], make as (r: unknown) => object))
    return this.#derive(verbs.groupingSets(this.#plan, { keys: this.#keys, aggs, sets, level }, lazySite()))
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

/** Sets of names as sets of places. */
function placesOf(sets: readonly (readonly string[])[], names: readonly string[]): number[][] {
  if (!Array.isArray(sets) || !sets.every(set => Array.isArray(set)))
    throw misuse(
      `groupingSets wants an array of arrays of keys, not ${whatIs(sets)}`,
      "groupingSets([['city'], ['year'], []], r => ({ n: count() }))",
    )
  return sets.map(set =>
    set.map(name => {
      const place = names.indexOf(name)
      if (place < 0) throw misuse(`no such key: ${String(name)} (have ${names.join(', ')})`, didYouMean([String(name)], names))
      return place
    }),
  )
}
