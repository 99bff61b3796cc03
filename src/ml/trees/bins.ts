import { TidemillError } from '../../errors/index.ts'
import { midpoint } from './midpoint.ts'

/** The ranges that the values of each feature are put in. All arrays have one item a bin, but for `edges`, which lie between bins. */
export interface Bins {
  /** A value belongs to the first bin whose edge is not below it, else to the last. */
  readonly edges: readonly Float64Array[]
  /** The smallest and the largest value of the data in each bin. */
  readonly lowers: readonly Float64Array[]
  readonly uppers: readonly Float64Array[]
  /** True where every distinct value has a bin of its own; trees then split as if there were no bins. */
  readonly exact: readonly boolean[]
}

/** A code is one byte. */
const mostBins = 256

/**
 * Finds the bins of each column. A column with at most `maxBins` distinct values gets a bin for each; else bins hold about the same weight, and a frequent value
 * a bin of its own. Rows of weight 0 are as if they were not there.
 *
 * @param columns finite numbers, all of one length
 * @throws ml.not-finite naming the column's number, ml.no-rows
 */
export function findBins(
  columns: readonly Float64Array[],
  { maxBins = mostBins, weights }: { readonly maxBins?: number; readonly weights?: Float64Array | undefined } = {},
): Bins {
  if (!(Number.isInteger(maxBins) && maxBins >= 2 && maxBins <= mostBins))
    throw new TidemillError('ml.param', `maxBins out of range: ${maxBins} (2 to ${mostBins})`)
  const found = columns.map((column, index) => binsOf(index, sortedColumn(column, weights), maxBins))
  return {
    edges: found.map(({ lowers, uppers }) => lowers.subarray(1).map((low, bin) => midpoint(uppers[bin] as number, low))),
    lowers: found.map(bins => bins.lowers),
    uppers: found.map(bins => bins.uppers),
    exact: found.map(bins => bins.exact),
  }
}

/** The values in order, each with its weight where there are weights. */
interface Sorted {
  readonly values: Float64Array
  readonly weights: Float64Array | undefined
}

function sortedColumn(column: Float64Array, weights: Float64Array | undefined): Sorted {
  if (weights === undefined) return { values: Float64Array.from(column).sort(), weights }
  const rows = Uint32Array.from(column.keys()).filter(row => (weights[row] as number) > 0)
  // NaN, which has no order, goes last, where it is found.
  rows.sort(
    (a, b) => (column[a] as number) - (column[b] as number) || Number(Number.isNaN(column[a])) - Number(Number.isNaN(column[b])) || a - b,
  )
  return { values: Float64Array.from(rows, row => column[row] as number), weights: Float64Array.from(rows, row => weights[row] as number) }
}

interface ColumnBins {
  readonly lowers: Float64Array
  readonly uppers: Float64Array
  readonly exact: boolean
}

function binsOf(index: number, { values, weights }: Sorted, maxBins: number): ColumnBins {
  const rows = values.length
  if (rows === 0) throw new TidemillError('ml.no-rows', 'no row to learn from')
  if (!Number.isFinite(values[0]) || !Number.isFinite(values[rows - 1]))
    throw new TidemillError('ml.not-finite', `feature ${index} has NaN or infinite values`)
  const distinct = countDistinct(values)
  const size = Math.min(distinct, maxBins)
  const lowers = new Float64Array(size)
  const uppers = new Float64Array(size)
  let left = weights === undefined ? rows : weights.reduce((sum, weight) => sum + weight, 0)
  let bins = 0
  let filled = 0
  for (let row = 0, next = 0; row < rows; row = next) {
    const value = values[row] as number
    let weight = 0
    for (next = row; next < rows && values[next] === value; next++) weight += weights === undefined ? 1 : (weights[next] as number)
    // The bin at hand is closed when it has its share of what was left, or when this value fills a bin alone.
    const share = left / (maxBins - bins)
    const closes = distinct <= maxBins || filled >= share || weight >= share
    if (row === 0) lowers[0] = value
    else if (closes && bins < size - 1) {
      left -= filled
      filled = 0
      lowers[++bins] = value
    }
    uppers[bins] = value
    filled += weight
  }
  return { lowers: lowers.slice(0, bins + 1), uppers: uppers.slice(0, bins + 1), exact: distinct <= maxBins }
}

function countDistinct(sorted: Float64Array): number {
  let distinct = 1
  for (let row = 1; row < sorted.length; row++) if (sorted[row] !== sorted[row - 1]) distinct++
  return distinct
}
