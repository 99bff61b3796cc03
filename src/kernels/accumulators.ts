/** The state of one aggregate for all groups: it takes rows, merges with another of its kind, and ends as a column. */
import { type Batch, columnFromRaw, type Column } from '../batch/index.ts'
import { TidemillError } from '../errors/index.ts'
import type { AggregateName, CallNode } from '../expr/index.ts'
import { type DataType, printType } from '../schema/index.ts'
import { compareNumbers, compareRaw, keyOf } from './compare.ts'
import { decimalToNumber, type Raw, scaleOf } from './vector.ts'

export interface Accumulator {
  /** One row of a group. `value` is null for NULL; `row` is its number in `batch`. */
  add(group: number, value: Raw, row: number, batch: Batch): void
  /** What the other knows of its group becomes known of this one's. */
  merge(other: Accumulator, from: number, to: number): void
  finish(groups: number): Column
}

/** A state for an aggregate call; `orderValues` gives the keys of `first` and `last` for a row. */
export function accumulator(node: CallNode, orderValues: (batch: Batch, row: number) => readonly Raw[]): Accumulator {
  return makers[node.op as AggregateName](node, orderValues)
}

type Make = (node: CallNode, orderValues: (batch: Batch, row: number) => readonly Raw[]) => Accumulator

/** One state a group, made when the group is first met. */
interface Rule<S> {
  init(): S
  /** The state after a value; NULLs are left out before, unless `nulls`. */
  add(state: S, value: Raw, row: number, batch: Batch): S
  merge(a: S, b: S): S
  finish(state: S): Raw
  readonly nulls?: boolean
}

class States<S> implements Accumulator {
  readonly #rule: Rule<S>
  readonly #type: DataType
  readonly #states: S[] = []

  constructor(rule: Rule<S>, type: DataType) {
    this.#rule = rule
    this.#type = type
  }

  add(group: number, value: Raw, row: number, batch: Batch): void {
    if (value === null && this.#rule.nulls !== true) return
    this.#grow(group)
    this.#states[group] = this.#rule.add(this.#states[group] as S, value, row, batch)
  }

  merge(other: Accumulator, from: number, to: number): void {
    // Proved by the aggregator: both were made for the same call.
    const theirs = (other as States<S>).#states[from]
    if (theirs === undefined) return
    this.#grow(to)
    this.#states[to] = this.#rule.merge(this.#states[to] as S, theirs)
  }

  finish(groups: number): Column {
    this.#grow(groups - 1)
    return columnFromRaw(
      this.#type,
      this.#states.slice(0, groups).map(state => this.#rule.finish(state)),
    )
  }

  #grow(group: number): void {
    while (this.#states.length <= group) this.#states.push(this.#rule.init())
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

interface Real {
  sum: number
  count: number
}
const real = {
  init: (): Real => ({ sum: 0, count: 0 }),
  add(state: Real, value: Raw): Real {
    state.sum += value as number
    state.count++
    return state
  },
  merge(a: Real, b: Real): Real {
    a.sum += b.sum
    a.count += b.count
    return a
  },
}

const sum: Make = node => {
  const { type } = node
  if (type === 'float64') return new States<Real>({ ...real, finish: ({ sum: total, count }) => (count === 0 ? null : total) }, type)
  const limit = typeof type === 'object' && 'decimal' in type ? 10n ** BigInt(type.decimal[0]) : 9_223_372_036_854_775_808n
  return new States<Exact>(
    {
      ...exact,
      finish(state) {
        if (state.count === 0) return null
        const total = totalOf(state)
        if (total < limit && total >= -limit) return total
        throw new TidemillError('expr.overflow', `sum outside its type: ${total} is no ${printType(type)}`, {
          hint: "cast to 'float64' before the sum",
        })
      },
    },
    type,
  )
}

const mean: Make = node => {
  const of = node.args[0]?.type ?? 'float64'
  if (of === 'float64')
    return new States<Real>({ ...real, finish: ({ sum: total, count }) => (count === 0 ? null : total / count) }, 'float64')
  const scale = scaleOf(of)
  return new States<Exact>(
    { ...exact, finish: state => (state.count === 0 ? null : decimalToNumber(totalOf(state), scale) / state.count) },
    'float64',
  )
}

interface Spread {
  count: number
  /** In units of `unit`. */
  mean: number
  /** In units of `unit` squared. */
  squares: number
  /** 1, or `hugeUnit` once there was a value whose square is beyond a double. */
  unit: number
  finite: boolean
}
const huge = 1e150
const hugeUnit = 1e200

/** Beside a huge value, squares of usual ones are nothing. */
function inHugeUnits(state: Spread): void {
  if (state.unit === hugeUnit) return
  state.unit = hugeUnit
  state.mean /= hugeUnit
  state.squares = state.squares / hugeUnit / hugeUnit
}

/** Welford's steps, Chan's merge: no difference of large sums. */
function spread(last: (variance: number, unit: number) => number): Make {
  return node => {
    const scale = scaleOf(node.args[0]?.type ?? 'float64')
    return new States<Spread>(
      {
        init: () => ({ count: 0, mean: 0, squares: 0, unit: 1, finite: true }),
        add(state, raw) {
          const value = typeof raw === 'bigint' ? decimalToNumber(raw, scale) : (raw as number)
          state.count++
          if (!Number.isFinite(value)) state.finite = false
          else {
            if (value >= huge || value <= -huge) inHugeUnits(state)
            const scaled = value / state.unit
            const delta = scaled - state.mean
            state.mean += delta / state.count
            state.squares += delta * (scaled - state.mean)
          }
          return state
        },
        merge(a, b) {
          if (b.count === 0) return a
          if (a.unit !== b.unit) [a, b].forEach(inHugeUnits)
          const count = a.count + b.count
          const delta = b.mean - a.mean
          a.squares += b.squares + (delta * delta * a.count * b.count) / count
          a.mean += (delta * b.count) / count
          a.count = count
          a.finite &&= b.finite
          return a
        },
        finish: ({ count, squares, unit, finite }) => (count < 2 ? null : finite ? last(squares / (count - 1), unit) : Number.NaN),
      },
      'float64',
    )
  }
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

const makers: Readonly<Record<AggregateName, Make>> = {
  count: states<number>({ init: () => 0, add: state => state + 1, merge: (a, b) => a + b, finish: state => BigInt(state) }),
  countDistinct: states<Set<Raw>>({
    init: () => new Set(),
    add: (state, value) => state.add(keyOf(value)),
    merge: (a, b) => {
      for (const value of b) a.add(value)
      return a
    },
    finish: state => BigInt(state.size),
  }),
  sum,
  mean,
  min: extreme(-1),
  max: extreme(1),
  median: quantile(() => 0.5),
  quantile: quantile(node => node.options?.q ?? 0.5),
  stddev: spread((variance, unit) => Math.sqrt(variance) * unit),
  variance: spread((variance, unit) => variance * unit * unit),
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
export const aggregateKernels: readonly AggregateName[] = Object.keys(makers) as AggregateName[]
