/** The state of one aggregate for all groups: it takes rows, merges with another of its kind, and ends as a column. */
import type { Batch, Column } from '../batch/index.ts'
import type { AggregateName, CallNode } from '../expr/index.ts'
import type { DataType } from '../schema/index.ts'
import { gatherRules } from './gather-rules.ts'
import { compareNumbers, compareRaw, keyOf } from './compare.ts'
import { numberAccumulator, sumOverflow } from './numbers/index.ts'
import type { StateReader, StateWriter } from './state-bytes.ts'
import { keyCompare, type Make, type OrderValues, States, states } from './states.ts'
import { valueRules } from './value-rules.ts'
import { decimalToNumber, type Raw, scaleOf } from './vector.ts'

export interface Accumulator {
  /** Makes room for groups below this number; the other methods need it done. */
  reserve(groups: number): void
  /** Takes a batch: row i goes to `groups[i]`, to none where that is -1. `values` is the operand, absent for a count of rows; `more` are the other operands. */
  add(groups: Int32Array, values: Column | undefined, batch: Batch, more: readonly Column[]): void
  /** What the other knows of its group becomes known of this one's. */
  merge(other: Accumulator, from: number, to: number): void
  /** The results of these groups. */
  finish(groups: Int32Array): Column
  /** The group begins anew. */
  clear(group: number): void
  /** Puts down what is known of a group, so that `load` of the same call can go on from it. */
  save(group: number, out: StateWriter): void
  load(group: number, from: StateReader): void
}

/** A state for an aggregate call; `orderValues` gives the keys of `first` and `last` for a row. */
export function accumulator(node: CallNode, orderValues: OrderValues): Accumulator {
  return numberAccumulator(node) ?? makers[node.op as OtherAggregate](node, orderValues)
}

interface Exact {
  /** Whole numbers while they are safe; what grows beyond moves to `big`. */
  small: number
  big: bigint
  count: number
}
const exact = {
  init: (): Exact => ({ small: 0, big: 0n, count: 0 }),
  add(state: Exact, value: Raw): Exact {
    state.count++
    const small = state.small + Number(value)
    if (Number.isSafeInteger(small) && (typeof value === 'number' || Number.isSafeInteger(Number(value)))) state.small = small
    else state.big += BigInt(value as number | bigint)
    return state
  },
  merge(a: Exact, b: Exact): Exact {
    a.big += b.big + BigInt(b.small)
    a.count += b.count
    return a
  },
}
const totalOf = (state: Exact): bigint => state.big + BigInt(state.small)

/** Of decimals; other numbers have `numberAccumulator`. */
const sum: Make = node => {
  const { type } = node
  const limit = typeof type === 'object' && 'decimal' in type ? 10n ** BigInt(type.decimal[0]) : 9_223_372_036_854_775_808n
  return new States<Exact>(
    {
      ...exact,
      finish(state) {
        if (state.count === 0) return null
        const total = totalOf(state)
        if (total < limit && total >= -limit) return total
        throw sumOverflow(total, type)
      },
    },
    type,
  )
}

const mean: Make = node => {
  const scale = scaleOf(node.args[0]?.type ?? 'float64')
  return new States<Exact>(
    { ...exact, finish: state => (state.count === 0 ? null : decimalToNumber(totalOf(state), scale) / state.count) },
    'float64',
  )
}

/** All values of a group, to be sorted at the end. */
function sorted(finish: (values: Float64Array, node: CallNode) => Raw): Make {
  return node => {
    const scale = scaleOf(node.args[0]?.type ?? 'float64')
    return new States<number[]>(
      {
        init: () => [],
        add(state, value) {
          state.push(typeof value === 'bigint' ? decimalToNumber(value, scale) : (value as number))
          return state
        },
        merge: (a, b) => {
          for (const value of b) a.push(value)
          return a
        },
        finish: state => (state.length === 0 ? null : finish(Float64Array.from(state).sort(compareNumbers), node)),
      },
      node.type,
    )
  }
}

function quantile(values: Float64Array, q: number): number {
  const place = q * (values.length - 1)
  const low = values[Math.floor(place)] as number
  const high = values[Math.ceil(place)] as number
  const share = place - Math.floor(place)
  // Of -Infinity and a number this is -Infinity, where low + (high - low) * share would be NaN.
  return low === high ? low : low * (1 - share) + high * share
}

function extreme(sign: 1 | -1): Make {
  return node => {
    const { type } = node
    const better = (a: Raw, b: Raw): Raw => (a === null || (b !== null && sign * compareRaw(type, b, a) > 0) ? b : a)
    return new States<Raw>({ init: () => null, add: better, merge: better, finish: value => value }, type)
  }
}

interface Chosen {
  readonly value: Raw
  readonly keys: readonly Raw[]
}

/** Of equal keys `first` keeps the earlier row and `last` the later one. */
function chosen(side: 'first' | 'last'): Make {
  return (node, orderValues) => {
    const compare = keyCompare(node)
    const take = (a: Chosen | undefined, b: Chosen | undefined): Chosen | undefined => {
      if (a === undefined || b === undefined) return a ?? b
      const order = compare(b.keys, a.keys)
      return (side === 'first' ? order < 0 : order >= 0) ? b : a
    }
    return new States<Chosen | undefined>(
      {
        nulls: true,
        init: () => undefined,
        add: (state, value, row, batch) => take(state, { value, keys: orderValues(batch, row) }),
        merge: take,
        finish: state => state?.value ?? null,
      },
      node.type,
    )
  }
}

const truth = (start: boolean): Make =>
  states<boolean | null>({
    init: () => null,
    add: (state, value) => (start ? state !== false && value === true : state === true || value === true),
    merge: (a, b) => (a === null || b === null ? (a ?? b) : start ? a && b : a || b),
    finish: state => state,
  })

/** Of several columns: combinations. */
const countDistinct: Make = (node, orderValues) => distinct(node.args[0]?.type)(node, orderValues)

const distinct = (type?: DataType): Make =>
  states<Set<Raw>>({
    init: () => new Set(),
    add: (state, value, _, __, others) => state.add(others.length === 0 ? keyOf(value, type) : keyOf([value, ...others])),
    merge: (a, b) => {
      for (const value of b) a.add(value)
      return a
    },
    finish: state => BigInt(state.size),
    plain: { of: state => [...state], back: plain => new Set(plain as Raw[]) },
  })

/** What `numberAccumulator` never leaves over. */
type OtherAggregate = Exclude<AggregateName, NumberAggregate>
type NumberAggregate = (typeof ofNumbers)[number]
const ofNumbers = [
  'count',
  'stddev',
  'stddevPop',
  'variance',
  'variancePop',
  'skew',
  'kurtosis',
  'covariance',
  'covariancePop',
  'correlation',
] as const

const makers: Readonly<Record<OtherAggregate, Make>> = {
  countDistinct,
  sum,
  mean,
  min: extreme(-1),
  max: extreme(1),
  median: sorted(values => quantile(values, 0.5)),
  quantile: sorted((values, node) => quantile(values, node.options?.q ?? 0.5)),
  quantiles: sorted((values, node) => (node.options?.qs ?? []).map(q => quantile(values, q))),
  first: chosen('first'),
  last: chosen('last'),
  any: truth(false),
  all: truth(true),
  ...valueRules,
  ...gatherRules,
}

/** Names of the aggregates there are. */
export const aggregateKernels: readonly AggregateName[] = [...(Object.keys(makers) as OtherAggregate[]), ...ofNumbers]
