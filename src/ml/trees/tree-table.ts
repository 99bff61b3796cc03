/**
 * Trees one after the other, each in preorder: the left child of a node is the next node. All places count from the first tree.
 *
 * A row goes left where `x[features[node]] <= thresholds[node]`; prediction needs no bins.
 */
export interface TreeTable {
  /** Where each tree begins, and the number of nodes at the end. */
  readonly starts: Int32Array
  /** The feature a node asks; -1 for a leaf. */
  readonly features: Int32Array
  /** 0 for a leaf. */
  readonly thresholds: Float64Array
  /** The right child of a node; of a leaf its place among the leaves, which counts up. */
  readonly rights: Int32Array
  /** `outputs` numbers a leaf: the shares of the classes, or the mean. */
  readonly values: Float64Array
  readonly outputs: number
}
/** Trees as they were grown, with how much each feature made them purer. */
export interface GrownTrees extends TreeTable {
  /** The decrease of impurity by feature, for each tree in turn: `trees * features` numbers. */
  readonly gains: Float64Array
}

/** Collects the nodes of trees while they grow; the memory doubles when it is full. */
export class TreeWriter {
  nodes = 0
  leaves = 0
  readonly #outputs: number
  readonly #width: number
  readonly #starts: number[] = [0]
  readonly #gains: number[] = []
  features: Int32Array
  thresholds: Float64Array
  rights: Int32Array
  values: Float64Array

  /** @param outputs numbers a leaf @param width number of features */
  constructor(outputs: number, width: number) {
    this.#outputs = outputs
    this.#width = width
    const room = 256
    this.features = new Int32Array(room)
    this.thresholds = new Float64Array(room)
    this.rights = new Int32Array(room)
    this.values = new Float64Array(room * outputs)
  }

  /** A node that asks; its right child is set when that begins. */
  ask(feature: number, threshold: number): void {
    if (this.nodes === this.features.length) this.#growNodes()
    this.features[this.nodes] = feature
    this.thresholds[this.nodes] = threshold
    this.nodes++
  }

  /** A leaf; gives the place in `values` where its numbers go. */
  leaf(): number {
    if (this.nodes === this.features.length) this.#growNodes()
    this.features[this.nodes] = -1
    this.thresholds[this.nodes] = 0
    this.rights[this.nodes] = this.leaves
    this.nodes++
    const place = this.leaves++ * this.#outputs
    if (this.leaves * this.#outputs > this.values.length) this.values = doubled(this.values, Float64Array)
    return place
  }

  endTree(gains: Float64Array): void {
    this.#starts.push(this.nodes)
    for (const gain of gains) this.#gains.push(gain)
  }

  /** All trees so far, in arrays of their own. */
  take(): GrownTrees {
    const trees = this.#starts.length - 1
    const gains = Float64Array.from(this.#gains)
    if (gains.length !== trees * this.#width) throw new RangeError(`${gains.length} gains for ${trees} trees of ${this.#width} features`)
    return {
      starts: Int32Array.from(this.#starts),
      features: this.features.slice(0, this.nodes),
      thresholds: this.thresholds.slice(0, this.nodes),
      rights: this.rights.slice(0, this.nodes),
      values: this.values.slice(0, this.leaves * this.#outputs),
      outputs: this.#outputs,
      gains,
    }
  }

  #growNodes(): void {
    this.features = doubled(this.features, Int32Array)
    this.thresholds = doubled(this.thresholds, Float64Array)
    this.rights = doubled(this.rights, Int32Array)
  }
}

function doubled<A extends Int32Array | Float64Array>(array: A, Kind: new (length: number) => A): A {
  const larger = new Kind(array.length * 2)
  larger.set(array)
  return larger
}
