import { Draws } from './draws.ts'
import { midpoint } from './midpoint.ts'
import type { GrowSettings, TreeData } from './settings.ts'
import { type GrownTrees, TreeWriter } from './tree-table.ts'

/** Words of 32 bits that say which of 256 bins hold rows. */
export const bitWords = 8
/** From so many rows on nearly every bin is filled, and reading all is cheaper than keeping the words of bits. */
export const manyRows = 512
const depthItems = 4

/**
 * Grows trees one after the other in the same memory. What a tree is depends on the data, its rows, the settings and its number only, never on the trees before.
 *
 * The nodes are made in preorder, by a stack; the rows of a node are a range of `index`, in their first order.
 */
export abstract class Grower {
  protected readonly codes: Uint8Array
  protected readonly stride: number
  protected readonly width: number
  protected readonly weights: Float64Array | undefined
  protected readonly draws: Draws = new Draws()
  protected readonly trees: TreeWriter
  /** Row numbers, by node. */
  protected index: Int32Array = new Int32Array(0)
  protected spare: Int32Array = new Int32Array(0)
  protected readonly bits: Int32Array = new Int32Array(bitWords)
  protected readonly order: Int32Array
  // The node at hand.
  protected weight = 0
  protected minLeaf = 0
  // The best split so far: rows up to bin `bestBin` go left, those from bin `nextBin` on right.
  protected bestScore = 0
  protected bestFeature = -1
  protected bestBin = 0
  protected nextBin = 0
  readonly #lowers: readonly Float64Array[]
  readonly #uppers: readonly Float64Array[]
  readonly #gains: Float64Array
  #drawn: Uint16Array = new Uint16Array(0)
  #stack: Int32Array = new Int32Array(64 * depthItems)

  constructor(data: TreeData, outputs: number) {
    this.codes = data.codes
    this.stride = data.rows
    this.width = data.lowers.length
    this.weights = data.weights
    this.trees = new TreeWriter(outputs, this.width)
    this.order = new Int32Array(this.width)
    this.#lowers = data.lowers
    this.#uppers = data.uppers
    this.#gains = new Float64Array(this.width)
  }

  /** Adds a tree to those grown before. At least one of `rows` must have a weight above 0. */
  grow(rows: Int32Array, settings: GrowSettings, tree: number): void {
    const { maxDepth, minSplit } = settings
    this.minLeaf = settings.minLeaf <= 1 ? 0 : settings.minLeaf
    const least = Math.max(minSplit <= 2 ? 0 : minSplit, 2 * this.minLeaf)
    const tries = Math.min(Math.max(1, settings.maxFeatures), this.width)
    this.draws.reset(settings.seed, tree)
    for (let feature = 0; feature < this.width; feature++) this.order[feature] = feature
    this.#gains.fill(0)
    const { trees } = this
    let stack = this.#stack
    stack[0] = 0
    stack[1] = this.#takeRows(rows, settings.bootstrap)
    stack[2] = 0
    stack[3] = -1
    let top = 1
    while (top > 0) {
      const at = --top * depthItems
      const start = stack[at] as number
      const end = stack[at + 1] as number
      const depth = stack[at + 2] as number
      const parent = stack[at + 3] as number
      const node = trees.nodes
      if (parent >= 0) trees.rights[parent] = node
      const mixed = this.open(start, end)
      this.bestFeature = -1
      if (mixed && depth < maxDepth && this.weight >= least) this.#search(start, end, tries)
      const feature = this.bestFeature
      if (feature < 0) {
        this.close(start, end, trees.leaf())
        continue
      }
      this.#gains[feature] = (this.#gains[feature] as number) + this.gain()
      trees.ask(feature, this.#threshold(feature))
      const middle = this.part(feature * this.stride, this.bestBin, start, end)
      if (at + 2 * depthItems > stack.length) {
        stack = new Int32Array(stack.length * 2)
        stack.set(this.#stack)
        this.#stack = stack
      }
      stack[at] = middle
      stack[at + 1] = end
      stack[at + 2] = depth + 1
      stack[at + 3] = node
      stack[at + 4] = start
      stack[at + 5] = middle
      stack[at + 6] = depth + 1
      stack[at + 7] = -1
      top += 2
    }
    trees.endTree(this.#gains)
  }

  /** The trees grown so far. */
  take(): GrownTrees {
    return this.trees.take()
  }

  /** Puts the row at a place of `index`, counted so often. */
  protected abstract put(place: number, row: number, count: number): void
  /** Makes room for rows beside `index`. */
  protected abstract reserve(rows: number): void
  /** Reads a node: sets `weight` and what `trySplits` needs; false when there is nothing to tell apart. */
  protected abstract open(start: number, end: number): boolean
  /** Tries every split of a feature; false when it is constant. Sets `best...` where one is better; `done` when none can be. */
  protected abstract trySplits(feature: number, start: number, end: number): boolean
  protected abstract get done(): boolean
  /** The decrease of impurity by the best split, times the weight. */
  protected abstract gain(): number
  /** Moves the rows that go left to the front, keeping their order; gives where the others begin. */
  protected abstract part(offset: number, bin: number, start: number, end: number): number
  /** Writes the values of a leaf. */
  protected abstract close(start: number, end: number, place: number): void

  /** Features by chance, each once, until enough were tried and one of them was not constant: as scikit-learn does. */
  #search(start: number, end: number, tries: number): void {
    const { order, draws } = this
    let tried = 0
    let varied = false
    for (let left = this.width; left > 0 && (tried < tries || !varied); tried++) {
      const pick = left === 1 ? 0 : draws.below(left)
      const feature = order[pick] as number
      left--
      order[pick] = order[left] as number
      order[left] = feature
      if (!this.trySplits(feature, start, end)) continue
      varied = true
      if (this.done) return
    }
  }

  #threshold(feature: number): number {
    const upper = (this.#uppers[feature] as Float64Array)[this.bestBin] as number
    return midpoint(upper, (this.#lowers[feature] as Float64Array)[this.nextBin] as number)
  }

  /** The rows of the root: those drawn, or all that have a weight. */
  #takeRows(rows: Int32Array, bootstrap: boolean): number {
    const { weights } = this
    if (this.index.length < rows.length) {
      this.index = new Int32Array(rows.length)
      this.spare = new Int32Array(rows.length)
      this.#drawn = new Uint16Array(rows.length)
      this.reserve(rows.length)
    }
    const { index } = this
    let count = 0
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      if (weights === undefined || (weights[row] as number) > 0) index[count++] = row
    }
    if (!bootstrap) {
      for (let i = 0; i < count; i++) this.put(i, index[i] as number, 1)
      return count
    }
    const drawn = this.#drawn
    const { draws } = this
    drawn.fill(0, 0, count)
    for (let i = 0; i < count; i++) {
      const pick = draws.below(count)
      drawn[pick] = (drawn[pick] as number) + 1
    }
    let taken = 0
    for (let i = 0; i < count; i++) if ((drawn[i] as number) > 0) this.put(taken++, index[i] as number, drawn[i] as number)
    return taken
  }
}
