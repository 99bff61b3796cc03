import { allWords, bitWords, Grower, manyRows, nearly } from './grower.ts'
import type { TreeData } from './settings.ts'

/** Rows with a number each. */
export interface NumberData extends TreeData {
  readonly targets: Float64Array
}

/** Grows trees that lessen the squared error. */
export class RegressorGrower extends Grower {
  readonly #targets: Float64Array
  /** Beside `index`: the target less the mean of the node, times the weight; and the weight. */
  #apart: Float64Array = new Float64Array(0)
  #rowWeights: Float64Array = new Float64Array(0)
  /** By bin: the sum of `apart`, then the weight. All 0 between features. */
  readonly #sums: Float64Array = new Float64Array(bitWords * 32 * 2)
  #mean = 0
  #rows = 0

  constructor(data: NumberData) {
    super(data, 1)
    this.#targets = data.targets
  }

  protected override reserve(rows: number): void {
    this.#apart = new Float64Array(rows)
    this.#rowWeights = new Float64Array(rows)
  }

  protected open(start: number, end: number): boolean {
    const { index, items, weights } = this
    const apart = this.#apart
    const rowWeights = this.#rowWeights
    const targets = this.#targets
    // Counted from the first target, so that a node of equal targets has just that mean.
    const first = targets[index[start] as number] as number
    let weight = 0
    let sum = 0
    let mixed = false
    for (let i = start; i < end; i++) {
      const row = index[i] as number
      const times = weights === undefined ? (items[i] as number) : (items[i] as number) * (weights[row] as number)
      const from = (targets[row] as number) - first
      apart[i] = from
      rowWeights[i] = times
      weight += times
      sum += times * from
      if (from !== 0) mixed = true
    }
    const shifted = sum / weight
    this.weight = weight
    this.#rows = end - start
    this.#mean = first + shifted
    this.bestScore = -1
    if (mixed) for (let i = start; i < end; i++) apart[i] = ((apart[i] as number) - shifted) * (rowWeights[i] as number)
    return mixed
  }

  /** Of two rows every split is the best. */
  protected done(): boolean {
    return this.#rows === 2 && this.bestFeature >= 0
  }

  protected gain(): number {
    return this.bestScore * this.weight
  }

  /** With the mean taken away the sums left and right are opposite, so the squared error falls by `sum^2 * W / (wl * wr)`. */
  protected trySplits(feature: number, start: number, end: number): boolean {
    const used = this.#addUp(feature * this.stride, start, end)
    const { bits, weight, minLeaf } = this
    const sums = this.#sums
    let bar = this.bestScore * nearly
    let left = 0
    let leftSum = 0
    let last = -1
    let filled = 0
    for (let words = used; words !== 0; words &= words - 1) {
      const word = 31 - Math.clz32(words & -words)
      let rest = bits[word] as number
      bits[word] = 0
      while (rest !== 0) {
        const lowest = rest & -rest
        rest ^= lowest
        const bin = (word << 5) | (31 - Math.clz32(lowest))
        const here = sums[(bin << 1) | 1] as number
        if (here === 0) continue
        const right = weight - left
        if (filled > 0 && left >= minLeaf && right >= minLeaf) {
          const score = (leftSum * leftSum) / (left * right)
          if (score > bar) {
            bar = score * nearly
            this.bestScore = score
            this.bestFeature = feature
            this.bestBin = last
            this.nextBin = bin
          }
        }
        left += here
        leftSum += sums[bin << 1] as number
        sums[bin << 1] = 0
        sums[(bin << 1) | 1] = 0
        last = bin
        filled++
      }
    }
    return filled > 1
  }

  /** Adds the rows to their bins; gives which words of `bits` have any. */
  #addUp(offset: number, start: number, end: number): number {
    const { codes, index, bits } = this
    const apart = this.#apart
    const rowWeights = this.#rowWeights
    const sums = this.#sums
    if (end - start >= manyRows) {
      for (let i = start; i < end; i++) {
        const code = codes[offset + (index[i] as number)] as number
        sums[code << 1] = (sums[code << 1] as number) + (apart[i] as number)
        sums[(code << 1) | 1] = (sums[(code << 1) | 1] as number) + (rowWeights[i] as number)
      }
      bits.fill(-1)
      return allWords
    }
    let used = 0
    for (let i = start; i < end; i++) {
      const code = codes[offset + (index[i] as number)] as number
      sums[code << 1] = (sums[code << 1] as number) + (apart[i] as number)
      sums[(code << 1) | 1] = (sums[(code << 1) | 1] as number) + (rowWeights[i] as number)
      bits[code >> 5] = (bits[code >> 5] as number) | (1 << (code & 31))
      used |= 1 << (code >> 5)
    }
    return used
  }

  protected close(place: number): void {
    // A mean of -0 becomes 0.
    this.trees.values[place] = this.#mean + 0
  }
}
