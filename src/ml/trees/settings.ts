/** How a tree grows. */
export interface GrowSettings {
  /** `entropy` for classes only; a regressor always lessens the squared error. */
  readonly criterion: 'gini' | 'entropy' | 'squaredError'
  /** A single leaf has depth 0. Infinity for no limit. */
  readonly maxDepth: number
  /** The least weight of a node that is split. 2 or less is no limit. */
  readonly minSplit: number
  /** The least weight of a leaf. 1 or less is no limit. */
  readonly minLeaf: number
  /** How many features are tried at a node; more, where these are all constant there. */
  readonly maxFeatures: number
  /** Draw as many rows as there are, with putting back; a row drawn twice weighs twice. */
  readonly bootstrap: boolean
  readonly seed: number
}

/** What trees learn from: codes of `binColumns`, and a target a row. */
export interface TreeData {
  readonly codes: Uint8Array
  /** Rows of `codes`. */
  readonly rows: number
  readonly lowers: readonly Float64Array[]
  readonly uppers: readonly Float64Array[]
  /** How often a row counts; a row of weight 0 is as if it were not there. Default: 1 for every row. */
  readonly weights?: Float64Array | undefined
}
