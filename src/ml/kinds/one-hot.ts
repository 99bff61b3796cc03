import { TidemillError } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { compareTexts } from '../../schema/index.ts'
import type { Columns, Kind, Output, Values } from './kind.ts'
import { textsIn } from './restore.ts'

/** What a column of categories holds. */
export type Category = string | number
/** For each feature its categories, in order; each but a dropped first one becomes a column of 0 and 1. */
export interface OneHotState {
  readonly features: readonly string[]
  readonly categories: readonly (readonly Category[])[]
  readonly drop: 'none' | 'first'
  readonly unknown: 'ignore' | 'error'
}

/** Categories as columns of 0 and 1. */
export const oneHotEncoderKind: Kind<OneHotState> = Object.freeze({
  kind: 'oneHotEncoder',
  role: () => 'transformer',
  inputs: state => state.features,
  outputs: state => tableOf(state).outputs,
  // NULL is no category: a row of zeros.
  fills: state => state.features,
  predict(state: OneHotState, columns: Columns, rows: number): Columns {
    const out = new Map<string, Float64Array>()
    for (const [index, feature] of tableOf(state).features.entries()) {
      const name = state.features[index] as string
      const made = feature.names.map(() => new Float64Array(rows))
      const at = slotsOf(name, feature.slots, columns.get(name), state)
      for (let row = 0; row < rows; row++) {
        const column = made[at(row)]
        if (column !== undefined) column[row] = 1
      }
      for (const [slot, output] of feature.names.entries()) out.set(output, made[slot] as Float64Array)
    }
    return out
  },
  express(state: OneHotState, column: (name: string) => ExprNode): ReadonlyMap<string, ExprNode> | undefined {
    // An expression cannot refuse a value.
    if (state.unknown === 'error') return undefined
    const out = new Map<string, ExprNode>()
    for (const [index, { names, shown }] of tableOf(state).features.entries()) {
      const from = column(state.features[index] as string)
      for (const [slot, name] of names.entries()) {
        const category = shown[slot] as Category
        const is = callNode('eq', [from, literalNode(category, typeof category === 'string' ? 'string' : 'float64')])
        out.set(name, callNode('case', [is, literalNode(1, 'float64'), literalNode(0, 'float64')]))
      }
    }
    return out
  },
  store: state => ({
    json: { features: state.features, categories: state.categories, drop: state.drop, unknown: state.unknown },
    tensors: {},
  }),
  restore: stored => {
    const features = textsIn(stored, 'features')
    const { categories, drop, unknown } = stored.json
    if (!Array.isArray(categories) || categories.length !== features.length)
      throw new Error(`categories are not those of ${features.length} features`)
    if (drop !== 'none' && drop !== 'first') throw new Error('drop is neither none nor first')
    if (unknown !== 'ignore' && unknown !== 'error') throw new Error('unknown is neither ignore nor error')
    const state: OneHotState = Object.freeze({
      features,
      categories: Object.freeze(categories.map((list: unknown, index) => categoriesIn(list, features[index] as string))),
      drop,
      unknown,
    })
    const twice = nameTwice(state)
    if (twice !== undefined) throw new Error(`two columns are called ${twice}`)
    return state
  },
} satisfies Kind<OneHotState>)

/** The name of a column of an encoder: `job=admin`. */
export function oneHotName(feature: string, category: Category): string {
  return `${feature}=${category}`
}

/** A name that two columns of an encoder would have; it takes an `=` in the name of a feature. */
export function nameTwice(state: OneHotState): string | undefined {
  const seen = new Set<string>()
  for (const { name } of tableOf(state).outputs) {
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

interface Table {
  readonly outputs: readonly Output[]
  readonly features: readonly {
    /** The columns it becomes, and the category of each. */
    readonly names: readonly string[]
    readonly shown: readonly Category[]
    /** The place of each category among them; -1 of a dropped one. */
    readonly slots: ReadonlyMap<Category, number>
  }[]
}

/** Tables made once a state: one row at a time must not pay for them. */
const tables = new WeakMap<OneHotState, Table>()

function tableOf(state: OneHotState): Table {
  const known = tables.get(state)
  if (known !== undefined) return known
  const dropped = state.drop === 'first' ? 1 : 0
  const features = state.categories.map((list, index) => {
    const shown = list.slice(dropped)
    return {
      names: shown.map(category => oneHotName(state.features[index] as string, category)),
      shown,
      slots: new Map(list.map((category, place) => [category, place - dropped])),
    }
  })
  const outputs = features.flatMap(({ names }) => names.map((name): Output => ({ name, type: 'float64' })))
  const table = { outputs, features }
  tables.set(state, table)
  return table
}

/** For each row the place of its category; -1 where there is none. */
function slotsOf(
  name: string,
  slots: ReadonlyMap<Category, number>,
  values: Values | undefined,
  state: OneHotState,
): (row: number) => number {
  const placeOf = (category: Category): number => {
    const slot = slots.get(category)
    if (slot !== undefined) return slot
    if (state.unknown === 'error') throw unknownCategory(name, category, [...slots.keys()])
    return -1
  }
  if (values === undefined || (!(values instanceof Float64Array) && 'items' in values))
    throw new RangeError(`no column ${name} in the block`)
  if (values instanceof Float64Array)
    return row => {
      const value = values[row] as number
      return Number.isNaN(value) ? -1 : placeOf(value)
    }
  const { codes } = values
  // The list may hold texts that no row has, so they are looked up when a row has them.
  const known = values.values.map((): number | undefined => undefined)
  return row => {
    const code = codes[row] as number
    if (code < 0) return -1
    return (known[code] ??= placeOf(values.values[code] as string))
  }
}

const mostShown = 20

function unknownCategory(name: string, category: Category, have: readonly Category[]): TidemillError {
  const more = have.length > mostShown ? ` and ${have.length - mostShown} more` : ''
  return new TidemillError(
    'ml.unknown-category',
    `unknown category of ${name}: ${category} (have ${have.slice(0, mostShown).join(', ')}${more})`,
    { details: { column: name, category }, hint: "learn from rows that have it, or take oneHotEncoder({ unknown: 'ignore' })" },
  )
}

function categoriesIn(list: unknown, feature: string): readonly Category[] {
  if (!Array.isArray(list) || list.length === 0) throw new Error(`no categories of ${feature}`)
  const type = typeof list[0]
  const fits = list.every(item => typeof item === type && (typeof item === 'string' || (typeof item === 'number' && Number.isFinite(item))))
  if (!fits) throw new Error(`categories of ${feature} are neither texts nor numbers`)
  const categories = list as Category[]
  for (let i = 1; i < categories.length; i++)
    if (compareCategories(categories[i - 1] as Category, categories[i] as Category) >= 0)
      throw new Error(`categories of ${feature} are not in order`)
  return Object.freeze([...categories])
}

/** Texts by code point, numbers upwards. */
export function compareCategories(a: Category, b: Category): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareTexts(String(a), String(b))
}
