import { mustBeBoolean, mustBeCount, mustBeWhole, type Rules } from './params.ts'

/** What all trees have. */
export interface TreeParams {
  /** The longest way from the root to a leaf. Default: no limit. */
  maxDepth: number
  /** A node with fewer rows is not split; a row of weight 3 counts as three. Default: 2. */
  minSplit: number
  /** The fewest rows of a leaf; a row of weight 3 counts as three. Default: 1. */
  minLeaf: number
  /** Decides draws of rows and features. Default: 0. */
  seed: number
}
/** What a forest has besides. */
export interface ForestParams extends TreeParams {
  /** Default: 100. */
  trees: number
  /** Each tree learns from as many rows as there are, drawn with putting back. Default: true. */
  bootstrap: boolean
}
export type ClassCriterion = 'gini' | 'entropy'
/** Features tried at a node: the root or the binary logarithm of their number, a share below 1, a number of them, or all. */
export type MaxFeatures = 'sqrt' | 'log2' | 'all' | number

export const treeDefaults: TreeParams = { maxDepth: Number.POSITIVE_INFINITY, minSplit: 2, minLeaf: 1, seed: 0 }
export const treeRules: Rules<TreeParams> = {
  maxDepth: value => (value === Number.POSITIVE_INFINITY ? undefined : mustBeCount(value)),
  minSplit: value =>
    typeof value === 'number' && Number.isInteger(value) && value >= 2 ? undefined : 'must be a whole number of at least 2',
  minLeaf: mustBeCount,
  seed: mustBeWhole,
}
export const forestRules: Rules<ForestParams> = { ...treeRules, trees: mustBeCount, bootstrap: mustBeBoolean }

export function mustBeCriterion(value: unknown): string | undefined {
  return value === 'gini' || value === 'entropy' ? undefined : "must be 'gini' or 'entropy'"
}

export function mustBeMaxFeatures(value: unknown): string | undefined {
  if (value === 'sqrt' || value === 'log2' || value === 'all') return undefined
  const fits = typeof value === 'number' && value > 0 && (value < 1 || Number.isInteger(value))
  return fits ? undefined : "must be 'sqrt', 'log2', 'all', a share below 1 or a whole number"
}

/** How many features a node tries, of so many: at least one, and no more than there are. */
export function triesOf(maxFeatures: MaxFeatures | 'auto'): (features: number) => number {
  return features => {
    const asked =
      maxFeatures === 'all'
        ? features
        : maxFeatures === 'log2'
          ? Math.log2(features)
          : typeof maxFeatures === 'number'
            ? maxFeatures < 1
              ? maxFeatures * features
              : maxFeatures
            : Math.sqrt(features)
    return Math.max(1, Math.min(features, Math.floor(asked)))
  }
}
