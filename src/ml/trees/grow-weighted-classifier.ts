import { type ClassData, labelBits } from './grow-classifier.ts'
import { bitWords, Grower, nearly } from './grower.ts'

/** Grows classification trees of either criterion where rows have weights of any size. */
export class WeightedClassifierGrower extends Grower {
  readonly #classes: number
  readonly #impurity: (weights: Float64Array, sum: number) => number
  /** Weight by bin and class. All 0 between features. */
  readonly #sums: Float64Array
  readonly #totals: Float64Array
  readonly #lefts: Float64Array
  readonly #rights: Float64Array
  #impure = 0
  #rows = 0
  #bar = 0

  constructor(data: ClassData, criterion: 'gini' | 'entropy') {
    const shift = labelBits(data.classes)
    super(data, data.classes, { labels: data.targets, shift })
    this.#classes = data.classes
    this.#impurity = criterion === 'gini' ? gini : entropy
    this.#sums = new Float64Array((bitWords * 32) << shift)
    this.#totals = new Float64Array(data.classes)
    this.#lefts = new Float64Array(data.classes)
    this.#rights = new Float64Array(data.classes)
  }

  protected open(start: number, end: number): boolean {
    const totals = this.#totals
    const mask = (1 << this.shift) - 1
    totals.fill(0)
    for (let i = start; i < end; i++) {
      const label = (this.items[i] as number) & mask
      totals[label] = (totals[label] as number) + this.#weightAt(i)
    }
    let weight = 0
    let present = 0
    for (const total of totals) {
      weight += total
      if (total > 0) present++
    }
    this.weight = weight
    this.bestScore = -1
    this.#bar = Number.NEGATIVE_INFINITY
    this.#impure = this.#impurity(totals, weight)
    this.#rows = end - start
    return present > 1
  }

  /** Of two rows every split is the best. */
  protected done(): boolean {
    return this.#rows === 2 && this.bestFeature >= 0
  }

  protected gain(): number {
    return Math.max(0, this.bestScore)
  }

  protected trySplits(feature: number, start: number, end: number): boolean {
    const { codes, index, items, bits, shift, weight, minLeaf } = this
    const sums = this.#sums
    const lefts = this.#lefts
    const rights = this.#rights
    const offset = feature * this.stride
    const mask = (1 << shift) - 1
    let used = 0
    for (let i = start; i < end; i++) {
      const code = codes[offset + (index[i] as number)] as number
      const cell = (code << shift) | ((items[i] as number) & mask)
      sums[cell] = (sums[cell] as number) + this.#weightAt(i)
      bits[code >> 5] = (bits[code >> 5] as number) | (1 << (code & 31))
      used |= 1 << (code >> 5)
    }
    lefts.fill(0)
    rights.set(this.#totals)
    let left = 0
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
        if (filled > 0 && left >= minLeaf && right >= minLeaf) this.#compare(feature, last, bin, left, right)
        for (let c = 0, cell = bin << shift; c < this.#classes; c++, cell++) {
          const here = sums[cell] as number
          sums[cell] = 0
          lefts[c] = (lefts[c] as number) + here
          rights[c] = (rights[c] as number) - here
          left += here
        }
        last = bin
        filled++
      }
    }
    return filled > 1
  }

  #compare(feature: number, last: number, bin: number, left: number, right: number): void {
    const score = this.#impure - this.#impurity(this.#lefts, left) - this.#impurity(this.#rights, right)
    if (!(score > this.#bar)) return
    this.#bar = score * nearly
    this.bestScore = score
    this.bestFeature = feature
    this.bestBin = last
    this.nextBin = bin
  }

  #weightAt(i: number): number {
    const times = (this.items[i] as number) >> this.shift
    return this.weights === undefined ? times : times * (this.weights[this.index[i] as number] as number)
  }

  protected close(place: number): void {
    for (const [c, total] of this.#totals.entries()) this.trees.values[place + c] = total / this.weight
  }
}

/** The Gini impurity of a node, times its weight. */
function gini(weights: Float64Array, sum: number): number {
  let squares = 0
  for (let c = 0; c < weights.length; c++) squares += (weights[c] as number) * (weights[c] as number)
  return sum - squares / sum
}

/** The entropy of a node in nats, times its weight. */
function entropy(weights: Float64Array, sum: number): number {
  let logs = 0
  for (let c = 0; c < weights.length; c++) {
    const weight = weights[c] as number
    if (weight > 0) logs -= weight * Math.log(weight / sum)
  }
  return logs
}
