import type { Bins } from './bins.ts'

/** Cells of the table that narrows the search for an edge; four times the edges leave one edge or none in most. */
const cells = 1024

/**
 * The number of the bin of each value, feature after feature: the code of a row in feature `j` stands at `j * rows + row`.
 *
 * Tasks on several threads can each do a range of rows of the same `out`, over shared memory. Default: all rows.
 */
export function binColumns(
  columns: readonly Float64Array[],
  bins: Bins,
  { out, from = 0, to }: { readonly out?: Uint8Array | undefined; readonly from?: number; readonly to?: number | undefined } = {},
): Uint8Array {
  const rows = columns[0]?.length ?? 0
  const codes = out ?? new Uint8Array(columns.length * rows)
  if (codes.length !== columns.length * rows) throw new RangeError(`room for ${codes.length} codes, not ${columns.length * rows}`)
  const first = new Uint16Array(cells + 2)
  for (const [feature, column] of columns.entries()) {
    const target = codes.subarray(feature * rows, (feature + 1) * rows)
    binColumn(column, bins.edges[feature] as Float64Array, first, target, from, to ?? rows)
  }
  return codes
}

function binColumn(column: Float64Array, edges: Float64Array, first: Uint16Array, codes: Uint8Array, from: number, to: number): void {
  const last = edges.length
  if (last === 0) {
    codes.fill(0, from, to)
    return
  }
  const low = edges[0] as number
  const high = edges[last - 1] as number
  // Where the range is no number or 0, all values fall in cell 0, and the search does the work.
  const scale = cells / (high - low)
  first.fill(0)
  for (let edge = 0; edge < last; edge++) first[((((edges[edge] as number) - low) * scale) | 0) + 1]!++
  for (let cell = 1; cell < first.length; cell++) first[cell] = (first[cell] as number) + (first[cell - 1] as number)
  for (let row = from; row < to; row++) {
    const value = column[row] as number
    let code = 0
    if (value > high) code = last
    else if (value > low) {
      const cell = ((value - low) * scale) | 0
      code = first[cell] as number
      let end = first[cell + 1] as number
      while (code < end) {
        const middle = (code + end) >> 1
        if ((edges[middle] as number) < value) code = middle + 1
        else end = middle
      }
    }
    codes[row] = code
  }
}
