/** How an imputer learns: one pass over the blocks, each column for itself. */
import { TidemillError } from '../errors/index.ts'
import { compareTexts } from '../schema/index.ts'
import { blockOf, valuesAt } from './blocks.ts'
import { type Coded, type ImputerState, indicatorName } from './kinds/index.ts'
import { weighs } from './learners.ts'
import type { Source } from './source.ts'
import { numbersAt } from './statistics/fold.ts'
import { moments } from './statistics/moments.ts'

export type Strategy = 'mean' | 'median' | 'mode'

/** Gathers what it needs of one column; rows of weight 0 and NULLs are as if they were not there. */
interface Filler {
  take(values: Float64Array | Coded, weights: Float64Array | undefined): void
  /** Undefined when no row had a value. */
  value(): string | number | undefined
}

const fillers: Readonly<Record<Strategy, () => Filler>> = { mean: meanFiller, median: medianFiller, mode: modeFiller }

/** The value for each feature. @throws ml.no-rows, ml.no-values, ml.not-finite, plan.duplicate-column */
export async function learnImputer(
  source: Source,
  { strategy, indicator }: { readonly strategy: Strategy; readonly indicator: boolean },
): Promise<ImputerState> {
  const { features } = source
  if (indicator) freeIndicators(features)
  const columns = features.map(() => fillers[strategy]())
  let weight = 0
  for await (const block of source.blocks()) {
    source.signal?.throwIfAborted()
    const weights = source.weight ? numbersAt(block, features.length + (source.target ? 1 : 0)) : undefined
    weight += weights === undefined ? block.rows : weights.reduce((sum, share) => sum + share, 0)
    for (const [index, column] of columns.entries()) column.take(valuesAt(block, index), weights)
  }
  weighs(weight)
  const values = columns.map(column => column.value())
  const empty = features.filter((_, i) => values[i] === undefined)
  if (empty.length > 0)
    throw new TidemillError('ml.no-values', `columns without any value: ${empty.join(', ')}`, {
      hint: 'there is nothing to fill them with: drop them',
      details: { columns: empty },
    })
  const over = features.filter((_, i) => typeof values[i] === 'number' && !Number.isFinite(values[i]))
  if (over.length > 0) throw new TidemillError('ml.not-finite', `columns whose ${strategy} overflows a float64: ${over.join(', ')}`)
  return { features, values: Object.freeze(values as (string | number)[]), indicator }
}

function freeIndicators(features: readonly string[]): void {
  const taken = features.map(indicatorName).filter(name => features.includes(name))
  if (taken.length > 0)
    throw new TidemillError('plan.duplicate-column', `columns called like an indicator of the imputer: ${taken.join(', ')}`, {
      hint: 'rename them, or take imputer({ indicator: false })',
    })
}

function meanFiller(): Filler {
  const statistic = moments(1, { weighted: true })
  let state = statistic.init()
  return {
    take(values, weights) {
      const { kept, shares } = present(values as Float64Array, weights)
      state = statistic.merge(state, statistic.update(statistic.init(), blockOf(['x', 'weight'], [kept, shares], kept.length)))
    },
    value: () => (state.weight === 0 ? undefined : (state.mean[0] as number) + 0),
  }
}

/** Keeps all values: the middle one is known when all are. */
function medianFiller(): Filler {
  const parts: Float64Array[] = []
  const weighted: Float64Array[] = []
  return {
    take(values, weights) {
      const { kept, shares } = present(values as Float64Array, weights)
      parts.push(kept)
      if (weights !== undefined) weighted.push(shares)
    },
    value() {
      const all = joined(parts)
      if (all.length === 0) return undefined
      return (weighted.length === 0 ? middle(all.sort()) : weightedMiddle(all, joined(weighted))) + 0
    },
  }
}

/** Counts every value. */
function modeFiller(): Filler {
  const counts = new Map<string | number, number>()
  const add = (value: string | number, share: number): void => {
    if (share > 0) counts.set(value, (counts.get(value) ?? 0) + share)
  }
  return {
    take(values, weights) {
      if (values instanceof Float64Array) {
        for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) add(values[row] as number, weights?.[row] ?? 1)
        return
      }
      for (const [row, code] of values.codes.entries()) if (code >= 0) add(values.values[code] as string, weights?.[row] ?? 1)
    },
    value() {
      let best: string | number | undefined
      let most = 0
      for (const [value, count] of counts) {
        if (count < most || (count === most && best !== undefined && !isBefore(value, best))) continue
        best = value
        most = count
      }
      return typeof best === 'number' ? best + 0 : best
    },
  }
}

function isBefore(a: string | number, b: string | number): boolean {
  return typeof a === 'number' && typeof b === 'number' ? a < b : compareTexts(String(a), String(b)) < 0
}

/** The values that are there and count, and what each weighs. */
function present(values: Float64Array, weights: Float64Array | undefined): { readonly kept: Float64Array; readonly shares: Float64Array } {
  const kept = new Float64Array(values.length)
  const shares = new Float64Array(values.length)
  let count = 0
  for (let row = 0; row < values.length; row++) {
    const share = weights === undefined ? 1 : (weights[row] as number)
    const value = values[row] as number
    if (share === 0 || Number.isNaN(value)) continue
    kept[count] = value
    shares[count] = share
    count++
  }
  return { kept: kept.subarray(0, count), shares: shares.subarray(0, count) }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[half] as number) : between(sorted[half - 1] as number, sorted[half] as number)
}

/** As if each value were there as often as it weighs. */
function weightedMiddle(values: Float64Array, weights: Float64Array): number {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number))
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2
  let sum = 0
  for (const [at, index] of order.entries()) {
    sum += weights[index] as number
    const next = order[at + 1]
    if (sum > half || next === undefined) return values[index] as number
    if (sum === half) return between(values[index] as number, values[next] as number)
  }
  throw new RangeError('no value')
}

function between(low: number, high: number): number {
  const sum = low + high
  return Number.isFinite(sum) ? sum / 2 : low / 2 + high / 2
}
