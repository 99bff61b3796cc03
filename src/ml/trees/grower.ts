import { Draws } from './draws.ts'
import { midpoint } from './midpoint.ts'
import type { GrowSettings, TreeData } from './settings.ts'
import { type GrownTrees, TreeWriter } from './tree-table.ts'

/** Words of 32 bits that say which of 256 bins hold rows. */
export const bitWords = 8
/** The same for the words themselves. */
export const allWords: number = (1 << bitWords) - 1
/** From so many rows on nearly every bin is filled, and looking at all is cheaper than keeping the bits. */
export const manyRows = 512
/** What the stack knows of a node: its first row, the end of its rows, its depth, the node whose right child it is. */
const stackItems = 4
/** Scores of sums that are rounded are the same when they differ by less, so that rounding decides no tie. */
export const nearly: number = 1 + 2 ** -40
const firstStack = 64

/**
 * Grows trees one after the other in the same memory. What a tree is depends on the data, its rows, the settings and its number only, never on the trees before.
 *
 * Nodes are made in preorder; the rows of a node are a range of `index` and `items`, in their first order. A kind of tree says what a split is worth.
 */
export abstract class Grower {
  protected readonly codes: Uint8Array
  protected readonly stride: number
  protected readonly weights: Float64Array | undefined
  protected readonly trees: TreeWriter
  /** The rows of the tree, node by node. */
  protected index: Int32Array = new Int32Array(0)
  /** Beside `index`: how often the row was drawn, and below that its label in `shift` bits. */
  protected items: Int32Array = new Int32Array(0)
  protected readonly shift: number
  /** Bins of a feature that hold rows of the node: a bit for each, where the node has less than `manyRows`. All 0 between features. */
  protected readonly bits: Int32Array = new Int32Array(bitWords)
  /** The weight of the node at hand, set by `open`. */
  protected weight = 0
  protected minLeaf = 0
  // The best split so far: rows up to bin `bestBin` go left, those from bin `nextBin` on right.
  protected bestScore = 0
  protected bestFeature = -1
  protected bestBin = 0
  protected nextBin = 0
  readonly #width: number
  readonly #labels: Int32Array | undefined
  readonly #whole: boolean
  readonly #lowers: readonly Float64Array[]
  readonly #uppers: readonly Float64Array[]
  readonly #draws: Draws = new Draws()
  readonly #order: Int32Array
  readonly #gains: Float64Array
  #spareIndex: Int32Array = new Int32Array(0)
  #spareItems: Int32Array = new Int32Array(0)
  #drawn: Uint16Array = new Uint16Array(0)
  #stack: Int32Array = new Int32Array(firstStack * stackItems)

  /**
   * @param labels whole numbers of `shift` bits, that travel with the rows
   * @param whole weights are whole numbers and stand in `items` with the draws
   */
  constructor(
    data: TreeData,
    outputs: number,
    { labels, shift = 0, whole = false }: { readonly labels?: Int32Array; readonly shift?: number; readonly whole?: boolean } = {},
  ) {
    this.codes = data.codes
    this.stride = data.rows
    this.weights = data.weights
    this.shift = shift
    this.trees = new TreeWriter(outputs, data.lowers.length)
    this.#width = data.lowers.length
    this.#labels = labels
    this.#whole = whole
    this.#lowers = data.lowers
    this.#uppers = data.uppers
    this.#order = new Int32Array(this.#width)
    this.#gains = new Float64Array(this.#width)
  }

  /** Adds a tree to those grown before. At least one of `rows` must have a weight above 0. */
  grow(rows: Int32Array, settings: GrowSettings, tree: number): void {
    this.minLeaf = settings.minLeaf <= 1 ? 0 : settings.minLeaf
    const least = Math.max(settings.minSplit <= 2 ? 0 : settings.minSplit, 2 * this.minLeaf)
    const tries = Math.min(Math.max(1, settings.maxFeatures), this.#width)
    this.#draws.reset(settings.seed, tree)
    for (let feature = 0; feature < this.#width; feature++) this.#order[feature] = feature
    this.#gains.fill(0)
    const { trees } = this
    let stack = this.#stack
    let top = 0
    stack[0] = 0
    stack[1] = this.#takeRows(rows, settings.bootstrap)
    stack[2] = 0
    stack[3] = -1
    while (top >= 0) {
      const start = stack[top] as number
      const end = stack[top + 1] as number
      const depth = stack[top + 2] as number
      const parent = stack[top + 3] as number
      const node = trees.nodes
      if (parent >= 0) trees.rights[parent] = node
      const mixed = this.open(start, end)
      this.bestFeature = -1
      if (mixed && depth < settings.maxDepth && this.weight >= least) this.#search(start, end, tries)
      const feature = this.bestFeature
      if (feature < 0) {
        this.close(trees.leaf())
        top -= stackItems
        continue
      }
      this.#gains[feature] = (this.#gains[feature] as number) + this.gain()
      trees.ask(feature, this.#threshold(feature))
      const middle = this.#part(feature * this.stride, this.bestBin, start, end)
      if (top + 2 * stackItems > stack.length) stack = this.#growStack()
      stack[top] = middle
      stack[top + 1] = end
      stack[top + 2] = depth + 1
      stack[top + 3] = node
      top += stackItems
      stack[top] = start
      stack[top + 1] = middle
      stack[top + 2] = depth + 1
      stack[top + 3] = -1
    }
    trees.endTree(this.#gains)
  }

  /** The trees grown so far. */
  take(): GrownTrees {
    return this.trees.take()
  }

  /** Makes room beside `index`, where a kind needs it. */
  protected reserve(_rows: number): void {}
  /** Reads a node: sets `weight` and what `trySplits` needs; false when there is nothing to tell apart. */
  protected abstract open(start: number, end: number): boolean
  /** Tries every split by a feature; false when it is constant. Sets `best...` where one is better. */
  protected abstract trySplits(feature: number, start: number, end: number): boolean
  /** True when no split can be better than the best. */
  protected abstract done(): boolean
  /** By how much the best split lessens the impurity, times the weight. */
  protected abstract gain(): number
  /** Writes the values of a leaf for the node at hand. */
  protected abstract close(place: number): void

  /**
   * Features by chance, each once, until enough were tried and one of them was not constant: the rule of scikit-learn. Where no better split can come, features
   * are drawn all the same, so that the trees do not depend on what is left out to save time.
   */
  #search(start: number, end: number, tries: number): void {
    const order = this.#order
    let varied = false
    let done = false
    for (let left = this.#width, tried = 0; left > 0 && (tried < tries || !varied); tried++) {
      const pick = this.#draws.below(left)
      const feature = order[pick] as number
      left--
      order[pick] = order[left] as number
      order[left] = feature
      if (done || !this.trySplits(feature, start, end)) continue
      varied = true
      done = this.done()
    }
  }

  #threshold(feature: number): number {
    const upper = (this.#uppers[feature] as Float64Array)[this.bestBin] as number
    return midpoint(upper, (this.#lowers[feature] as Float64Array)[this.nextBin] as number)
  }

  /** Moves the rows that go left to the front, keeping their order; gives where the others begin. */
  #part(offset: number, bin: number, start: number, end: number): number {
    const { codes, index, items } = this
    const spareIndex = this.#spareIndex
    const spareItems = this.#spareItems
    let left = start
    let right = 0
    // Both places are written and one is kept: cheaper than a branch that nobody can foresee.
    for (let i = start; i < end; i++) {
      const row = index[i] as number
      const item = items[i] as number
      const goesRight = (bin - (codes[offset + row] as number)) >>> 31
      index[left] = row
      items[left] = item
      spareIndex[right] = row
      spareItems[right] = item
      left += 1 - goesRight
      right += goesRight
    }
    for (let i = 0; i < right; i++) {
      index[left + i] = spareIndex[i] as number
      items[left + i] = spareItems[i] as number
    }
    return left
  }

  /** The rows of the root: those drawn, or all that have a weight; gives how many. */
  #takeRows(rows: Int32Array, bootstrap: boolean): number {
    const { weights, shift } = this
    const labels = this.#labels
    const whole = this.#whole && weights !== undefined
    this.#makeRoom(rows.length)
    const { index, items } = this
    const drawn = this.#drawn
    let some = 0
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      if (weights === undefined || (weights[row] as number) > 0) index[some++] = row
    }
    drawn.fill(bootstrap ? 0 : 1, 0, some)
    if (bootstrap)
      for (let i = 0; i < some; i++) {
        const pick = this.#draws.below(some)
        drawn[pick] = (drawn[pick] as number) + 1
      }
    let taken = 0
    for (let i = 0; i < some; i++) {
      let times = drawn[i] as number
      if (times === 0) continue
      const row = index[i] as number
      if (whole) times *= weights[row] as number
      index[taken] = row
      items[taken++] = labels === undefined ? times : (times << shift) | (labels[row] as number)
    }
    return taken
  }

  #makeRoom(rows: number): void {
    if (this.index.length >= rows) return
    this.index = new Int32Array(rows)
    this.items = new Int32Array(rows)
    this.#spareIndex = new Int32Array(rows)
    this.#spareItems = new Int32Array(rows)
    this.#drawn = new Uint16Array(rows)
    this.reserve(rows)
  }

  #growStack(): Int32Array {
    const larger = new Int32Array(this.#stack.length * 2)
    larger.set(this.#stack)
    this.#stack = larger
    return larger
  }
}
