/** Aggregates that keep what they meet: lists and texts, in an order if one is given. */
import type { CallNode } from '../expr/index.ts'
import { keyOf } from './compare.ts'
import { keyCompare, type Make, type OrderValues, type Rule, States } from './states.ts'
import type { Raw } from './vector.ts'

interface Placed {
  readonly value: Raw
  readonly keys: readonly Raw[]
}

/** What is gathered becomes the result by `finish`; `nulls` are gathered too. */
function gathered(node: CallNode, orderValues: OrderValues, nulls: boolean, finish: (values: readonly Raw[]) => Raw): States<never> {
  const made =
    node.options?.distinct === true
      ? distinct(node, finish)
      : (node.options?.orderBy ?? []).length > 0
        ? ordered(node, orderValues, finish)
        : asTheyCome(finish)
  return new States({ ...(made as Rule<unknown>), nulls }, node.type) as unknown as States<never>
}

function asTheyCome(finish: (values: readonly Raw[]) => Raw): Rule<Raw[]> {
  return {
    init: () => [],
    add(state, value) {
      state.push(value)
      return state
    },
    merge(a, b) {
      for (const value of b) a.push(value)
      return a
    },
    finish,
  }
}

function ordered(node: CallNode, orderValues: OrderValues, finish: (values: readonly Raw[]) => Raw): Rule<Placed[]> {
  const compare = keyCompare(node)
  return {
    init: () => [],
    add(state, value, row, batch) {
      state.push({ value, keys: orderValues(batch, row) })
      return state
    },
    merge(a, b) {
      for (const one of b) a.push(one)
      return a
    },
    finish: state => finish(state.toSorted((a, b) => compare(a.keys, b.keys)).map(({ value }) => value)),
  }
}

/** The order of distinct values is that of the values themselves. */
function distinct(node: CallNode, finish: (values: readonly Raw[]) => Raw): Rule<Map<Raw, Raw>> {
  const compare = keyCompare(node)
  const type = node.args[0]?.type
  return {
    init: () => new Map(),
    add: (state, value) => state.set(keyOf(value, type), value === 0 ? 0 : value),
    merge(a, b) {
      for (const [key, value] of b) a.set(key, value)
      return a
    },
    finish: state => finish([...state.values()].sort((a, b) => compare([a], [b]))),
    plain: {
      of: state => [...state.values()],
      back: plain => new Map((plain as Raw[]).map(value => [keyOf(value, type), value])),
    },
  }
}

export const gatherRules: Readonly<Record<'list' | 'stringAgg', Make>> = {
  list: (node, orderValues) => gathered(node, orderValues, true, values => values),
  stringAgg: (node, orderValues) =>
    gathered(node, orderValues, false, values => (values.length === 0 ? null : values.join(node.options?.separator ?? ','))),
}
