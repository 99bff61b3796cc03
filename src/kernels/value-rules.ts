/** Aggregates that look at values: how often, which, of which row. */
import type { CallNode } from '../expr/index.ts'
import { compareRaw, keyOf } from './compare.ts'
import { HyperLogLog } from './sketches/hyper-log-log.ts'
import { TDigest } from './sketches/t-digest.ts'
import { type Make, type Rule, States, states } from './states.ts'
import { decimalToNumber, type Raw, scaleOf } from './vector.ts'

interface Counted {
  readonly value: Raw
  count: number
}
type Frequencies = Map<Raw, Counted>

const frequencies: Pick<Rule<Frequencies>, 'init' | 'add' | 'merge' | 'plain'> = {
  init: () => new Map(),
  add(state, value) {
    const key = keyOf(value)
    const known = state.get(key)
    if (known === undefined) state.set(key, { value: value === 0 ? 0 : value, count: 1 })
    else known.count++
    return state
  },
  merge(a, b) {
    for (const [key, { value, count }] of b) {
      const known = a.get(key)
      if (known === undefined) a.set(key, { value, count })
      else known.count += count
    }
    return a
  },
  plain: {
    of: state => Array.from(state.values(), ({ value, count }) => [value, count]),
    back: plain => new Map((plain as [Raw, number][]).map(([value, count]) => [keyOf(value), { value, count }])),
  },
}

/** Of equally frequent values the least. */
const mode: Make = node =>
  new States<Frequencies>(
    {
      ...frequencies,
      finish(state) {
        let best: Counted | undefined
        for (const one of state.values())
          if (
            best === undefined ||
            one.count > best.count ||
            (one.count === best.count && compareRaw(node.type, one.value, best.value) < 0)
          )
            best = one
        return best?.value ?? null
      },
    },
    node.type,
  )

const entropy: Make = states<Frequencies>({
  ...frequencies,
  finish(state) {
    let total = 0
    for (const { count } of state.values()) total += count
    if (total === 0) return null
    let sum = 0
    for (const { count } of state.values()) sum -= (count / total) * Math.log2(count / total)
    return sum === 0 ? 0 : sum
  },
})

/** A value and the value it was chosen by; of equal ones the first stays. */
interface Best {
  readonly value: Raw
  readonly by: Raw
}
function argExtreme(sign: 1 | -1): Make {
  return node => {
    const type = node.args[1]?.type ?? 'unknown'
    const better = (a: Best | null, b: Best | null): Best | null =>
      a === null || b === null ? (a ?? b) : sign * compareRaw(type, b.by, a.by) > 0 ? b : a
    return new States<Best | null>(
      {
        nulls: true,
        init: () => null,
        add: (state, value, _, __, [by]) => better(state, { value, by }),
        merge: better,
        finish: state => state?.value ?? null,
      },
      node.type,
    )
  }
}

function asNumber(node: CallNode): (value: Raw) => number {
  const scale = scaleOf(node.args[0]?.type ?? 'float64')
  return value => (typeof value === 'bigint' ? decimalToNumber(value, scale) : (value as number))
}

const product: Make = node => {
  const real = asNumber(node)
  return new States<number | null>(
    {
      init: () => null,
      add: (state, value) => (state ?? 1) * real(value),
      merge: (a, b) => (a === null || b === null ? (a ?? b) : a * b),
      finish: state => state,
    },
    node.type,
  )
}

function bits(join: (a: bigint, b: bigint) => bigint): Make {
  return node => {
    const small = node.type !== 'int64' && node.type !== 'bigint'
    return new States<bigint | null>(
      {
        init: () => null,
        add: (state, value) => (state === null ? BigInt(value as number) : join(state, BigInt(value as number))),
        merge: (a, b) => (a === null || b === null ? (a ?? b) : join(a, b)),
        finish: state => (state === null || !small ? state : Number(state)),
      },
      node.type,
    )
  }
}

const histogram: Make = node => {
  const edges = node.options?.edges ?? []
  const last = edges.length - 1
  const real = asNumber(node)
  return new States<number[]>(
    {
      init: () => new Array<number>(Math.max(0, last)).fill(0),
      add(state, value) {
        const x = real(value)
        if (!(x >= (edges[0] as number) && x <= (edges[last] as number))) return state
        // The last edge that is not above x; the greatest edge belongs to the last bin.
        let [low, high] = [0, last]
        while (high - low > 1) {
          const middle = (low + high) >> 1
          if ((edges[middle] as number) <= x) low = middle
          else high = middle
        }
        state[low] = (state[low] as number) + 1
        return state
      },
      merge(a, b) {
        b.forEach((count, index) => (a[index] = (a[index] as number) + count))
        return a
      },
      finish: state => state.map((count, index) => ({ low: edges[index], high: edges[index + 1], count: BigInt(count) })),
    },
    node.type,
  )
}

const approxCountDistinct: Make = node => {
  const type = node.args[0]?.type
  return new States<HyperLogLog>(
    {
      init: () => new HyperLogLog(),
      add(state, value) {
        state.add(keyOf(value, type))
        return state
      },
      merge(a, b) {
        a.merge(b)
        return a
      },
      finish: state => BigInt(state.count()),
      plain: { of: state => state.toPlain(), back: plain => HyperLogLog.of(plain) },
    },
    node.type,
  )
}

const approxQuantile: Make = node => {
  const q = node.options?.q ?? 0.5
  const real = asNumber(node)
  return new States<TDigest>(
    {
      init: () => new TDigest(),
      add(state, value) {
        const x = real(value)
        if (Number.isFinite(x)) state.add(x)
        return state
      },
      merge(a, b) {
        a.merge(b)
        return a
      },
      finish: state => state.quantile(q) ?? null,
      plain: { of: state => state.toPlain(), back: plain => TDigest.of(plain) },
    },
    node.type,
  )
}

type ValueAggregate =
  | 'mode'
  | 'entropy'
  | 'argMin'
  | 'argMax'
  | 'anyValue'
  | 'product'
  | 'bitAndAgg'
  | 'bitOrAgg'
  | 'bitXorAgg'
  | 'histogram'
  | 'approxCountDistinct'
  | 'approxQuantile'

export const valueRules: Readonly<Record<ValueAggregate, Make>> = {
  mode,
  entropy,
  argMin: argExtreme(-1),
  argMax: argExtreme(1),
  anyValue: states<Raw>({ init: () => null, add: (state, value) => state ?? value, merge: (a, b) => a ?? b, finish: state => state }),
  product,
  bitAndAgg: bits((a, b) => a & b),
  bitOrAgg: bits((a, b) => a | b),
  bitXorAgg: bits((a, b) => a ^ b),
  histogram,
  approxCountDistinct,
  approxQuantile,
}
