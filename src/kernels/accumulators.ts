/** The state of one aggregate for all groups: it takes rows, merges with another of its kind, and ends as a column. */
import { type Batch, columnFromRaw, type Column } from '../batch/index.ts'
import type { AggregateName, CallNode } from '../expr/index.ts'
import type { DataType } from '../schema/index.ts'
import { compareNumbers, compareRaw, keyOf } from './compare.ts'
import { numberAccumulator, sumOverflow } from './numbers/index.ts'
import type { StateReader, StateWriter } from './state-bytes.ts'
import { columnVector, decimalToNumber, type Raw, reader, scaleOf } from './vector.ts'

export interface Accumulator {
  /** Makes room for groups below this number; the other methods need it done. */
  reserve(groups: number): void
  /** Takes a batch: row i goes to `groups[i]`, to none where that is -1. `values` is the operand, absent for a count of rows. */
  add(groups: Int32Array, values: Column | undefined, batch: Batch): void
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
export function accumulator(node: CallNode, orderValues: (batch: Batch, row: number) => readonly Raw[]): Accumulator {
  return numberAccumulator(node) ?? makers[node.op as OtherAggregate](node, orderValues)
}

type Make = (node: CallNode, orderValues: (batch: Batch, row: number) => readonly Raw[]) => Accumulator

/** One state a group, made when the group is first met. States are plain data unless `plain` says how they become so. */
interface Rule<S> {
  init(): S
  /** The state after a value; NULLs are left out before, unless `nulls`. */
  add(state: S, value: Raw, row: number, batch: Batch): S
  merge(a: S, b: S): S
  finish(state: S): Raw
  readonly nulls?: boolean
  readonly plain?: { of(state: S): unknown; back(plain: unknown): S }
}

class States<S> implements Accumulator {
  readonly #rule: Rule<S>
  readonly #type: DataType
  readonly #states: S[] = []

  constructor(rule: Rule<S>, type: DataType) {
    this.#rule = rule
    this.#type = type
  }

  reserve(groups: number): void {
    while (this.#states.length < groups) this.#states.push(this.#rule.init())
  }

  add(groups: Int32Array, values: Column | undefined, batch: Batch): void {
    const states = this.#states
    const rule = this.#rule
    const read = values === undefined ? () => true : reader(columnVector(values))
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row] as number
      if (group < 0) continue
      const value = read(row)
      if (value !== null || rule.nulls === true) states[group] = rule.add(states[group] as S, value, row, batch)
    }
  }

  merge(other: Accumulator, from: number, to: number): void {
    // Proved by the aggregator: both were made for the same call.
    const theirs = (other as States<S>).#states[from]
    if (from < (other as States<S>).#states.length) this.#states[to] = this.#rule.merge(this.#states[to] as S, theirs as S)
  }

  finish(groups: Int32Array): Column {
    return columnFromRaw(
      this.#type,
      Array.from(groups, group => this.#rule.finish(this.#states[group] as S)),
    )
  }

  clear(group: number): void {
    this.#states[group] = this.#rule.init()
  }

  save(group: number, out: StateWriter): void {
    const state = this.#states[group] as S
    out.value(this.#rule.plain === undefined ? state : this.#rule.plain.of(state))
  }

  load(group: number, from: StateReader): void {
    const plain = from.value()
    this.#states[group] = this.#rule.plain === undefined ? (plain as S) : this.#rule.plain.back(plain)
  }
}

function states<S>(rule: Rule<S>): Make {
  return node => new States(rule, node.type)
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
function quantile(share: (node: CallNode) => number): Make {
  return node => {
    const q = share(node)
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
        finish(state) {
          if (state.length === 0) return null
          const values = Float64Array.from(state).sort(compareNumbers)
          const place = q * (values.length - 1)
          const low = values[Math.floor(place)] as number
          const high = values[Math.ceil(place)] as number
          const share = place - Math.floor(place)
          // Of -Infinity and a number this is -Infinity, where low + (high - low) * share would be NaN.
          return low === high ? low : low * (1 - share) + high * share
        },
      },
      'float64',
    )
  }
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
    const by = node.options?.orderBy ?? []
    const compare = (a: readonly Raw[], b: readonly Raw[]): number => {
      for (const [index, { expr, descending, nulls }] of by.entries()) {
        const [x = null, y = null] = [a[index], b[index]]
        if (x === null || y === null) {
          if (x === y) continue
          return (x === null) === (nulls === 'first') ? -1 : 1
        }
        const order = compareRaw(expr.type, x, y)
        if (order !== 0) return descending ? -order : order
      }
      return 0
    }
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

/** What `numberAccumulator` never leaves over. */
type OtherAggregate = Exclude<AggregateName, 'count' | 'stddev' | 'variance'>

const makers: Readonly<Record<OtherAggregate, Make>> = {
  countDistinct: states<Set<Raw>>({
    init: () => new Set(),
    add: (state, value) => state.add(keyOf(value)),
    merge: (a, b) => {
      for (const value of b) a.add(value)
      return a
    },
    finish: state => BigInt(state.size),
    plain: { of: state => [...state], back: plain => new Set(plain as Raw[]) },
  }),
  sum,
  mean,
  min: extreme(-1),
  max: extreme(1),
  median: quantile(() => 0.5),
  quantile: quantile(node => node.options?.q ?? 0.5),
  first: chosen('first'),
  last: chosen('last'),
  list: node =>
    new States<Raw[]>(
      {
        nulls: true,
        init: () => [],
        add: (state, value) => {
          state.push(value)
          return state
        },
        merge: (a, b) => {
          for (const value of b) a.push(value)
          return a
        },
        finish: state => state,
      },
      node.type,
    ),
  any: truth(false),
  all: truth(true),
}

/** Names of the aggregates there are. */
export const aggregateKernels: readonly AggregateName[] = [...(Object.keys(makers) as OtherAggregate[]), 'count', 'stddev', 'variance']
