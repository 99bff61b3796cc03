/** A task should read so many rows, that its work outweighs the message. */
const rowsPerTask = 200_000

/** The trees of a task: from `from` to `to` - 1. */
export interface TreeRange {
  readonly from: number
  readonly to: number
}

/**
 * Cuts a forest into tasks by its size alone, never by the number of workers. Answers are joined in the order of the tasks.
 *
 * @param trees how many trees
 * @param rows how many rows each learns from
 */
export function planTrees(trees: number, rows: number): readonly TreeRange[] {
  const each = Math.max(1, Math.ceil(rowsPerTask / Math.max(1, rows)))
  return Array.from({ length: Math.ceil(trees / each) }, (_, task) => ({ from: task * each, to: Math.min(trees, (task + 1) * each) }))
}
