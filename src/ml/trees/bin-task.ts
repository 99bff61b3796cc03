import { binColumns } from './bin-columns.ts'
import { type Bins, findBins } from './bins.ts'

/** Some features of a table to put in bins, as a message to a worker. Arrays over shared memory are not copied. */
export interface BinTask {
  /** Whole columns of these features. */
  readonly columns: readonly Float64Array[]
  readonly weights?: Float64Array | undefined
  readonly maxBins: number
  /** Where the codes of these features go: `columns.length * rows` bytes. */
  readonly codes: Uint8Array
}

/**
 * Finds the bins of some features and writes their codes. Features have nothing to do with each other, so a table has the same bins and codes however it is cut.
 *
 * @throws ml.not-finite, ml.no-rows
 */
export function binFeatures({ columns, weights, maxBins, codes }: BinTask): Bins {
  const bins = findBins(columns, { maxBins, weights })
  binColumns(columns, bins, { out: codes })
  return bins
}

/** The bins of all features, from those of some, in their order. */
export function joinBins(parts: readonly Bins[]): Bins {
  return {
    edges: parts.flatMap(part => part.edges),
    lowers: parts.flatMap(part => part.lowers),
    uppers: parts.flatMap(part => part.uppers),
    exact: parts.flatMap(part => part.exact),
  }
}
