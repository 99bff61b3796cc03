import { allWords, bitWords, Grower, manyRows } from './grower.ts'
import type { TreeData } from './settings.ts'

/** Rows with a class each, by its number. */
export interface ClassData extends TreeData {
  readonly targets: Int32Array
  readonly classes: number
}

/** Grows trees of the Gini criterion where rows weigh whole numbers: every sum is exact. */
export class ClassifierGrower extends Grower {
  readonly #classes: number
  /** Weight by bin and class. All 0 between features. */
  readonly #counts: Int32Array
  readonly #totals: Float64Array
  readonly #lefts: Float64Array
  #squares = 0
  #most = 0

  constructor(data: ClassData) {
    const shift = labelBits(data.classes)
    super(data, data.classes, { labels: data.targets, shift, whole: true })
    this.#classes = data.classes
    this.#counts = new Int32Array((bitWords * 32) << shift)
    this.#totals = new Float64Array(data.classes)
    this.#lefts = new Float64Array(data.classes)
  }

  protected open(start: number, end: number): boolean {
    const totals = this.#totals
    const { items, shift } = this
    const mask = (1 << shift) - 1
    totals.fill(0)
    for (let i = start; i < end; i++) {
      const item = items[i] as number
      totals[item & mask] = (totals[item & mask] as number) + (item >> shift)
    }
    let weight = 0
    let squares = 0
    for (let c = 0; c < totals.length; c++) {
      const total = totals[c] as number
      weight += total
      squares += total * total
    }
    this.weight = weight
    this.#squares = squares
    this.bestScore = -1
    // A perfect split leaves the product of the two classes, or every row in a pure part.
    this.#most = this.#classes === 2 ? (totals[0] as number) * (totals[1] as number) : weight
    return squares !== weight * weight
  }

  protected done(): boolean {
    return this.bestScore >= this.#most
  }

  protected gain(): number {
    return this.#classes === 2 ? (2 * this.bestScore) / this.weight : this.bestScore - this.#squares / this.weight
  }

  protected trySplits(feature: number, start: number, end: number): boolean {
    const { codes, index, items, shift, bits } = this
    const counts = this.#counts
    const mask = (1 << shift) - 1
    const offset = feature * this.stride
    let used = allWords
    if (end - start < manyRows) {
      used = 0
      for (let i = start; i < end; i++) {
        const code = codes[offset + (index[i] as number)] as number
        const item = items[i] as number
        const cell = (code << shift) | (item & mask)
        counts[cell] = (counts[cell] as number) + (item >> shift)
        bits[code >> 5] = (bits[code >> 5] as number) | (1 << (code & 31))
        used |= 1 << (code >> 5)
      }
    } else {
      for (let i = start; i < end; i++) {
        const item = items[i] as number
        const cell = ((codes[offset + (index[i] as number)] as number) << shift) | (item & mask)
        counts[cell] = (counts[cell] as number) + (item >> shift)
      }
      bits.fill(-1)
    }
    return this.#classes === 2 ? this.#scanTwo(feature, used) : this.#scan(feature, used)
  }

  /** Two classes: the decrease of impurity is `(l1 * W - wl * t1)^2 / (wl * wr)`, but for a constant. */
  #scanTwo(feature: number, used: number): boolean {
    const { bits, weight, minLeaf } = this
    const counts = this.#counts
    const ones = this.#totals[1] as number
    let { bestScore } = this
    let left = 0
    let leftOnes = 0
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
        const zero = counts[bin << 1] as number
        const one = counts[(bin << 1) | 1] as number
        if (zero + one === 0) continue
        counts[bin << 1] = 0
        counts[(bin << 1) | 1] = 0
        const right = weight - left
        if (filled > 0 && left >= minLeaf && right >= minLeaf) {
          const apart = leftOnes * weight - left * ones
          const score = (apart * apart) / (left * right)
          if (score > bestScore) {
            bestScore = score
            this.bestScore = score
            this.bestFeature = feature
            this.bestBin = last
            this.nextBin = bin
          }
        }
        left += zero + one
        leftOnes += one
        last = bin
        filled++
      }
    }
    return filled > 1
  }

  /** Any number of classes: the sum of squares over the weight, left and right; whole numbers, so every square is exact. */
  #scan(feature: number, used: number): boolean {
    const { bits, shift, weight, minLeaf } = this
    const counts = this.#counts
    const totals = this.#totals
    const lefts = this.#lefts
    const classes = this.#classes
    lefts.fill(0)
    let { bestScore } = this
    let left = 0
    let leftSquares = 0
    let rightSquares = this.#squares
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
        const right = weight - left
        let score = -1
        if (filled > 0 && left >= minLeaf && right >= minLeaf) score = leftSquares / left + rightSquares / right
        let here = 0
        for (let c = 0, cell = bin << shift; c < classes; c++, cell++) {
          const count = counts[cell] as number
          if (count === 0) continue
          counts[cell] = 0
          here += count
          const before = lefts[c] as number
          const after = (totals[c] as number) - before
          leftSquares += count * (2 * before + count)
          rightSquares += count * (count - 2 * after)
          lefts[c] = before + count
        }
        if (here === 0) continue
        if (score > bestScore) {
          bestScore = score
          this.bestScore = score
          this.bestFeature = feature
          this.bestBin = last
          this.nextBin = bin
        }
        left += here
        last = bin
        filled++
      }
    }
    return filled > 1
  }

  protected close(place: number): void {
    const { values } = this.trees
    for (let c = 0; c < this.#classes; c++) values[place + c] = (this.#totals[c] as number) / this.weight
  }
}

/** How many bits a class number takes. */
export function labelBits(classes: number): number {
  return Math.max(1, 32 - Math.clz32(classes - 1))
}
