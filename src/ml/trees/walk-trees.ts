import type { TreeTable } from './tree-table.ts'

/** Numbers that a block of rows may hold: enough rows to make the reading of a large tree worth it, and few enough for the cache. */
const blockNumbers = 1 << 17
const mostBlockRows = 4096

/**
 * The sums of what all trees say of each row, in the order of the trees: `outputs` numbers a row, row after row. What a row with NaN gets means nothing.
 *
 * @param columns the features, in the order of the trees' numbers, each of `rows` numbers at least
 */
export function sumTrees(trees: TreeTable, columns: readonly Float64Array[], rows: number): Float64Array {
  const width = columns.length
  const sums = new Float64Array(rows * trees.outputs)
  const size = Math.min(rows, mostBlockRows, Math.max(1, Math.floor(blockNumbers / width)))
  const block = new Float64Array(size * width)
  for (let from = 0; from < rows; from += size) {
    const count = Math.min(size, rows - from)
    for (let feature = 0; feature < width; feature++) {
      const column = columns[feature] as Float64Array
      for (let row = 0, at = feature; row < count; row++, at += width) block[at] = column[from + row] as number
    }
    walk(trees, block, width, count, sums, from * trees.outputs)
  }
  return sums
}

/** Tree by tree over the rows of a block, so that a tree is read once for all of them. */
function walk(trees: TreeTable, block: Float64Array, width: number, rows: number, sums: Float64Array, place: number): void {
  const { starts, features, thresholds, rights, values, outputs } = trees
  for (let tree = 0; tree + 1 < starts.length; tree++) {
    const root = starts[tree] as number
    for (let row = 0; row < rows; row++) {
      const at = row * width
      let node = root
      let feature = features[root] as number
      while (feature >= 0) {
        node = (block[at + feature] as number) <= (thresholds[node] as number) ? node + 1 : (rights[node] as number)
        feature = features[node] as number
      }
      const from = (rights[node] as number) * outputs
      const to = place + row * outputs
      for (let output = 0; output < outputs; output++) sums[to + output] = (sums[to + output] as number) + (values[from + output] as number)
    }
  }
}
