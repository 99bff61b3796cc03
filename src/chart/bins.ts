/** Bars and cells along an axis: edges, and the expression that puts a row between them. */
import { callNode, columnNode, type ExprNode } from '../expr/index.ts'
import type { Plan } from '../plan/index.ts'
import { changed } from './changed.ts'
import { as, type ChartColumn, realOf } from './columns.ts'
import { figure, instant, rowsText } from './figures.ts'
import { aggregated, type Asking, ask, countOf, filtered, numberAt, real, selected } from './query.ts'
import { around, type Range, roundEdges } from './round-edges.ts'
import { nextPeriod, type Period, periodsOf, startOf } from './periods.ts'

export interface Bins {
  readonly edges: readonly number[]
  /** What a row is grouped by; NULL for rows outside the edges never, they are left out before. */
  readonly key: ExprNode
  /** The bin of a key; throws chart.changed for one that was not there when the ends were looked for. */
  place(key: number): number
  /** The unit of time, where bins are periods of the calendar. */
  readonly period?: Period | undefined
}

/** What is known of the values of a column. */
export interface Values {
  readonly range: Range
  readonly whole: boolean
}

/**
 * Bins of a column. Of a number: equal width (on a log scale: equal factor) with round edges, about `most`, or exactly `bins`; whole numbers that are close together get one bin each. Of a time: the finest
 * period of the calendar that gives at most `most` bins.
 *
 * A value on an edge belongs to the bin above it, the largest to the last; where the width has no short binary form, a value within rounding of an edge may
 * fall on its other side.
 *
 * @param most bins by default: about so many of a number, at most so many periods
 */
export function binsOf(column: ChartColumn, { whole, range }: Values, most: number, bins: number | undefined): Bins {
  if (column.log) return logBins(column, range, bins ?? most)
  if (column.role === 'time' && bins === undefined) {
    const period = periodsOf(column.day).find(unit => countPeriods(range, unit) <= most)
    if (period !== undefined) return calendarBins(column, range, period)
  }
  if (whole && range.high - range.low < (bins ?? Math.max(most, 32))) return wholeBins(column, range)
  return bins === undefined ? roundBins(column, range, most) : equalBins(column, range, bins)
}

/** About twice the cube root of the rows, 8 to 40 (the rule of Rice). */
export function binsFor(rows: number): number {
  return Math.min(40, Math.max(8, Math.ceil(2 * Math.cbrt(rows))))
}

function countPeriods(range: Range, { ms }: Period): number {
  return (range.high - range.low) / ms + 1
}

function calendarBins(column: ChartColumn, { low, high }: Range, period: Period): Bins {
  const edges = [startOf(low, period.unit)]
  while ((edges.at(-1) as number) <= high) edges.push(nextPeriod(edges.at(-1) as number, period.unit))
  const places = new Map(edges.map((edge, index) => [edge, index]))
  const key = as(callNode('epoch', [callNode('truncate', [column.node], { unit: period.unit })], { unit: 'millisecond' }), 'float64')
  const place = (at: number): number => {
    const found = places.get(at)
    if (found === undefined || found + 1 >= edges.length) throw changed(column.name, instant(at))
    return found
  }
  return { edges, key, period, place }
}

function wholeBins(column: ChartColumn, { low, high }: Range): Bins {
  const edges = Array.from({ length: high - low + 2 }, (_, index) => low + index - 0.5)
  const place = (at: number): number => {
    if (!(Number.isInteger(at) && at >= 0 && at + 1 < edges.length)) throw changed(column.name, low + at)
    return at
  }
  return { edges, key: callNode('sub', [realOf(column), real(low)]), place }
}

function equalBins(column: ChartColumn, range: Range, bins: number): Bins {
  const { low, high } = range.low === range.high ? around(range.low) : range
  const width = (high - low) / bins
  if (!(width > 0 && Number.isFinite(width))) return wideBins(column, range)
  const edges = Array.from({ length: bins + 1 }, (_, index) => (index === bins ? high : low + index * width))
  return { edges, key: clipped(callNode('div', [callNode('sub', [realOf(column), real(low)]), real(width)]), bins), place: at => at }
}

function roundBins(column: ChartColumn, range: Range, most: number): Bins {
  const round = roundEdges(range, most)
  if (round === undefined) return wideBins(column, range)
  const { edges, step, first } = round
  const key = clipped(callNode('sub', [callNode('div', [realOf(column), real(step)]), real(first)]), edges.length - 1)
  return { edges, key, place: at => at }
}

/** Bins of equal factor: a round share of a power of ten each. */
function logBins(column: ChartColumn, { low, high }: Range, most: number): Bins {
  const round = roundEdges({ low: Math.log10(low), high: Math.log10(high) }, most)
  if (round === undefined) return wideBins(column, { low, high })
  const { edges, step, first } = round
  const place = callNode('sub', [callNode('div', [callNode('log', [realOf(column)]), real(step * Math.LN10)]), real(first)])
  return { edges: edges.map(edge => Number((10 ** edge).toPrecision(12))), key: clipped(place, edges.length - 1), place: at => at }
}

/** Numbers so far apart that their difference is no number, or so close that it is none: two halves. */
function wideBins(column: ChartColumn, { low, high }: Range): Bins {
  const middle = low / 2 + high / 2
  const key = callNode('case', [callNode('lt', [realOf(column), real(middle)]), real(0), real(1)])
  return { edges: [low, middle, high], key, place: at => at }
}

function clipped(place: ExprNode, count: number): ExprNode {
  return callNode('clip', [callNode('floor', [place])], { low: 0, high: count - 1 })
}

export interface Trimmed {
  readonly plan: Plan
  readonly range: Range
  readonly notes: readonly string[]
}

const looks = 3
const fine = 512
const tail = 0.005

/**
 * Leaves out far tails: where the outer 0.5 % of the rows at each side take more than half of the axis, they are not drawn, and the note says how many.
 * Streams over the data, at most four times, and keeps nothing.
 */
export async function withoutTails(asking: Asking, plan: Plan, column: ChartColumn, whole: Range, rows: number): Promise<Trimmed> {
  // A log scale has room for tails.
  if (column.log) return { plan, range: whole, notes: [] }
  let middle: Middle = { ...whole, below: 0, above: 0 }
  for (let look = 0; look < looks && rows * tail >= 1; look++) {
    const cut = await middleOf(asking, plan, column, middle, rows * tail)
    if (cut === undefined) break
    middle = cut
  }
  const range = middle
  if (range.below + range.above === 0) return { plan, range: whole, notes: [] }
  const value = realOf(column)
  const kept = filtered(plan, callNode('between', [value, real(range.low), real(range.high)]))
  const [row] = await ask(asking, aggregated(kept, {}, { rows: countOf(), low: callNode('min', [value]), high: callNode('max', [value]) }))
  const outside = rows - numberAt(row, 0)
  const shown = { low: numberAt(row, 1), high: numberAt(row, 2) }
  const text = column.role === 'time' ? instant : figure
  return {
    plan: kept,
    range: shown,
    notes: [
      `${rowsText(outside)} with ${column.name} outside ${text(shown.low)} to ${text(shown.high)} ${outside === 1 ? 'is' : 'are'} not drawn: they lie far out`,
    ],
  }
}

/** A range, and how many rows lie beside it. */
interface Middle extends Range {
  readonly below: number
  readonly above: number
}

/** The part of a range with at most so many rows on each side of it; undefined when that is more than half of the range. */
async function middleOf(asking: Asking, plan: Plan, column: ChartColumn, from: Middle, most: number): Promise<Middle | undefined> {
  const { low, high } = from
  const width = (high - low) / fine
  if (!(width > 0 && Number.isFinite(width))) return undefined
  const value = realOf(column)
  const inside = filtered(plan, callNode('between', [value, real(low), real(high)]))
  const key = clipped(callNode('div', [callNode('sub', [value, real(low)]), real(width)]), fine)
  const binned = selected(inside, { bin: key })
  const bin = columnNode({ name: 'bin', type: key.type, nullable: key.nullable })
  const counts = Array.from({ length: fine }, () => 0)
  for (const [at, count] of await ask(asking, aggregated(binned, { bin }, { rows: countOf() }))) counts[Number(at)] = Number(count)
  const first = tailOf(counts, from.below, most)
  const last = tailOf(counts.toReversed(), from.above, most)
  const left = fine - first.bins - last.bins
  if (left > fine / 2 || left < 1) return undefined
  return { low: low + first.bins * width, high: high - last.bins * width, below: first.rows, above: last.rows }
}

/** How many bins can go until more than `most` rows have gone. */
function tailOf(counts: readonly number[], gone: number, most: number): { readonly bins: number; readonly rows: number } {
  let rows = gone
  for (const [bins, count] of counts.entries()) {
    if (rows + count > most) return { bins, rows }
    rows += count
  }
  return { bins: counts.length, rows }
}
