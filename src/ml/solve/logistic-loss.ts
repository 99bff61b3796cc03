/** The loss of logistic regression and its gradient over blocks of rows, as a statistic that merges. */
import type { Batch } from '../../batch/index.ts'
import type { Statistic } from '../../plan/index.ts'
import { blockRows, decodeNumbers, encodeNumbers, numbersAt } from '../statistics/fold.ts'
import { addColumns, dotColumns } from '../column-products.ts'

/** The columns of a block: the features, the number of the class as float64, then the weight where rows are weighted. */
export interface LogisticShape {
  readonly features: number
  /** Two have one row of parameters (the scores of the second class), more have a row each. */
  readonly classes: number
  readonly weighted: boolean
  /** How much the rows of each class count, on top of their weight. Default: all 1. */
  readonly classWeights?: Float64Array | undefined
}
export interface LogisticPart {
  /** Sum of the weighted log losses. */
  readonly loss: number
  /** Of `loss` by each parameter, in their order. */
  readonly gradient: Float64Array
}

/** How many rows of parameters there are. */
export function scoreRows(classes: number): number {
  return classes === 2 ? 1 : classes
}

/**
 * Sum of weighted log losses and its gradient at given parameters: for each row of scores its coefficients, then its intercept.
 *
 * Scores are `intercept + x0 * coef0 + ...`; two classes take the logistic function of one score, more the softmax of theirs. The
 * statistics of one call share scratch memory: use them one after the other.
 */
export function logisticLoss(shape: LogisticShape): (params: Float64Array) => Statistic<LogisticPart, LogisticPart> {
  const size = scoreRows(shape.classes) * (shape.features + 1)
  const scratch: Scratch = { shares: new Float64Array(0), scores: [] }
  return params => ({
    init: () => ({ loss: 0, gradient: new Float64Array(size) }),
    update: (state, batch) => merge(state, ofBlock(batch, shape, params, scratch)),
    merge,
    finish: state => state,
    encode: state => encodeNumbers([[state.loss], state.gradient]),
    decode(bytes) {
      const [loss, gradient] = decodeNumbers(bytes, [1, size]) as [Float64Array, Float64Array]
      return { loss: loss[0] as number, gradient }
    },
  })
}

interface Scratch {
  shares: Float64Array
  scores: Float64Array[]
}

function merge(a: LogisticPart, b: LogisticPart): LogisticPart {
  return { loss: a.loss + b.loss, gradient: a.gradient.map((value, i) => value + (b.gradient[i] as number)) }
}

function ofBlock(block: Batch, shape: LogisticShape, params: Float64Array, scratch: Scratch): LogisticPart {
  const { rows } = block
  const width = shape.features + 1
  const count = scoreRows(shape.classes)
  if (scratch.shares.length < rows) {
    const room = Math.max(rows, blockRows)
    scratch.shares = new Float64Array(room)
    scratch.scores = Array.from({ length: count }, () => new Float64Array(room))
  }
  const columns = Array.from({ length: shape.features }, (_, index) => numbersAt(block, index))
  const target = numbersAt(block, shape.features)
  const { shares, scores } = scratch
  fillShares(shares, target, shape, shape.weighted ? numbersAt(block, width) : undefined)
  for (const [row, sums] of scores.entries()) {
    sums.fill(params[(row + 1) * width - 1] as number, 0, rows)
    addColumns(sums, columns, params, row * width, rows)
  }
  const loss = count === 1 ? logistic(scores[0] as Float64Array, target, shares, rows) : softmax(scores, target, shares, rows)
  const gradient = new Float64Array(count * width)
  for (const [row, residuals] of scores.entries()) {
    dotColumns(residuals, columns, rows, { into: gradient, to: row * width })
    gradient[(row + 1) * width - 1] = total(residuals, rows)
  }
  return { loss, gradient }
}

function fillShares(shares: Float64Array, target: Float64Array, shape: LogisticShape, weights: Float64Array | undefined): void {
  const { classWeights, classes } = shape
  for (let row = 0; row < target.length; row++) {
    const number = target[row] as number
    const share = classWeights === undefined ? 1 : classWeights[number]
    if (share === undefined || !(number < classes && number >= 0)) throw new RangeError(`class number ${number} of ${classes} classes`)
    shares[row] = weights === undefined ? share : share * (weights[row] as number)
  }
}

/** The scores become residuals of the second class: its weighted probability less its weighted truth. */
function logistic(scores: Float64Array, target: Float64Array, shares: Float64Array, rows: number): number {
  let loss = 0
  for (let row = 0; row < rows; row++) {
    const score = scores[row] as number
    const share = shares[row] as number
    const small = Math.exp(-Math.abs(score))
    const above = score > 0 ? 1 / (1 + small) : small / (1 + small)
    const isSecond = target[row] as number
    // How far the score is on the wrong side, and what is missing to certainty.
    const wrong = isSecond === 1 ? -score : score
    loss += share * ((wrong > 0 ? wrong : 0) + Math.log1p(small))
    scores[row] = share * (above - isSecond)
  }
  return loss
}

/** The scores become residuals of each class. */
function softmax(scores: readonly Float64Array[], target: Float64Array, shares: Float64Array, rows: number): number {
  let loss = 0
  for (let row = 0; row < rows; row++) {
    let most = Number.NEGATIVE_INFINITY
    for (const one of scores) most = Math.max(most, one[row] as number)
    const truth = scores[target[row] as number] as Float64Array
    const share = shares[row] as number
    const lacks = most - (truth[row] as number)
    let sum = 0
    for (const one of scores) {
      const part = Math.exp((one[row] as number) - most)
      one[row] = part
      sum += part
    }
    loss += share * (lacks + Math.log(sum))
    const each = share / sum
    for (const one of scores) one[row] = (one[row] as number) * each
    truth[row] = (truth[row] as number) - share
  }
  return loss
}

function total(values: Float64Array, rows: number): number {
  let sum = 0
  for (let row = 0; row < rows; row++) sum += values[row] as number
  return sum
}
