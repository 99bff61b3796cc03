import type { GrownTrees } from './tree-table.ts'

/**
 * How much each feature lessened the impurity: shares by tree, averaged over the trees; they add up to 1, or are all 0 where no tree has a split.
 *
 * Source: mean decrease in impurity, as `feature_importances_` of scikit-learn.
 */
export function treeImportance({ gains, starts }: Pick<GrownTrees, 'gains' | 'starts'>): readonly number[] {
  const trees = starts.length - 1
  const width = gains.length / trees
  const sums = new Float64Array(width)
  for (let tree = 0; tree < trees; tree++) {
    const own = gains.subarray(tree * width, (tree + 1) * width)
    const all = own.reduce((sum, gain) => sum + gain, 0)
    if (all > 0)
      for (let feature = 0; feature < width; feature++) sums[feature] = (sums[feature] as number) + (own[feature] as number) / all
  }
  const all = sums.reduce((sum, share) => sum + share, 0)
  return Object.freeze(Array.from(sums, share => (all > 0 ? share / all : 0)))
}
