import type { Batch } from '../../batch/index.ts'
import { TidemillError } from '../../errors/index.ts'
import type { Label } from '../kinds/kind.ts'
import type { LogisticState } from '../kinds/logistic.ts'
import { fold, numbersAt } from '../statistics/fold.ts'
import { type Minimum, minimise } from './lbfgs.ts'
import { centre, type Frame, frameOf, preconditioner, toFrame, toRaw } from './logistic-frame.ts'
import { logisticLoss, scoreRows } from './logistic-loss.ts'
import { type LogisticStart, logisticStart } from './logistic-start.ts'

export interface LogisticOptions {
  readonly features: readonly string[]
  /** The target column holds their numbers. */
  readonly classes: readonly Label[]
  /** A column of weights follows the target. */
  readonly weighted: boolean
  /** How much the data count against the penalty; used with `l2`. */
  readonly c: number
  readonly penalty: 'l2' | 'none'
  readonly intercept: boolean
  /** `balanced`: all classes weigh the same together. */
  readonly classWeight: 'none' | 'balanced'
  /** Largest slope of the mean loss that is let be, in features of standard deviation 1. */
  readonly tolerance: number
  readonly maxIterations: number
  readonly signal?: AbortSignal | undefined
}

/** Pairs of more features than these cost more than they spare. */
const mostPairs = 256

/**
 * Logistic regression: the least `c * sum(weight * log loss) + |coefficients|^2 / 2`, the objective of scikit-learn; the intercept has no
 * penalty.
 *
 * `blocks` gives the rows again on each call: float64 columns in the order features, number of the class, weight. One pass looks at the
 * data, then each step of L-BFGS takes one or more. Classes without weight in the data have no scores. Data that a plane separates have no
 * minimum without a penalty; the steps then end at the tolerance.
 *
 * @throws ml.no-rows without weight, ml.no-labels with one class, ml.not-finite when squares of a feature overflow
 */
export async function learnLogistic(blocks: () => AsyncIterable<Batch>, options: LogisticOptions): Promise<LogisticState> {
  options.signal?.throwIfAborted()
  const { start, shift } = await lookAt(blocks, options)
  const present = options.classes.flatMap((_, number) => ((start.weights[number] as number) > 0 ? [number] : []))
  check(start, present, options)
  if (present.length < options.classes.length) {
    const learnt = await learnLogistic(() => renumbered(blocks(), present, options), among(present, options))
    return Object.freeze({ ...learnt, classes: options.classes, seen: Object.freeze(present) })
  }
  const frame = frameOf(start, shift, options.intercept)
  const found = await solve(blocks, start, frame, options)
  const raw = toRaw(frame, found.point)
  const width = options.features.length + 1
  const rows = Array.from({ length: raw.length / width }, (_, row) =>
    Array.from(raw.subarray(row * width, (row + 1) * width), value => value + 0),
  )
  return Object.freeze({
    features: options.features,
    classes: options.classes,
    seen: Object.freeze(present),
    coef: rows.map(row => row.slice(0, -1)),
    intercept: rows.map(row => row.at(-1) as number),
    iterations: found.iterations,
    converged: found.end !== 'iterations',
  })
}

/** One pass. Features are shifted by their values in the first row that counts. */
async function lookAt(
  blocks: () => AsyncIterable<Batch>,
  options: LogisticOptions,
): Promise<{ readonly start: LogisticStart; readonly shift: Float64Array }> {
  const features = options.features.length
  const shape = { features, classes: options.classes.length, weighted: options.weighted, pairs: features <= mostPairs }
  const shift = new Float64Array(features)
  const statistic = logisticStart({ ...shape, shift })
  let start = statistic.init()
  let shifted = !options.intercept
  for await (const block of blocks()) {
    const row = shifted ? 0 : firstRow(block, options)
    // No rows, or of weight 0: nothing to add.
    if (row === -1) continue
    if (!shifted) for (let index = 0; index < features; index++) shift[index] = numbersAt(block, index)[row] as number
    shifted = true
    start = statistic.merge(start, statistic.update(statistic.init(), block))
  }
  return { start, shift }
}

function firstRow(block: Batch, { weighted, features }: LogisticOptions): number {
  if (block.rows === 0) return -1
  return weighted ? numbersAt(block, features.length + 1).findIndex(weight => weight > 0) : 0
}

function check(start: LogisticStart, present: readonly number[], options: LogisticOptions): void {
  if (present.length === 0) {
    const why = options.weighted ? ': every weight is 0' : ''
    throw new TidemillError('ml.no-rows', `no row to learn from${why}`)
  }
  if (present.length === 1)
    throw new TidemillError('ml.no-labels', `one class only: ${String(options.classes[present[0] as number])}`, {
      hint: 'a classifier needs rows of two classes',
    })
  const features = options.features.length
  const step = start.products.length === features ? 1 : features + 1
  const over = options.features.filter((_, index) => !Number.isFinite(start.products[index * step]))
  if (over.length > 0)
    throw new TidemillError('ml.not-finite', `columns whose squares overflow a float64: ${over.join(', ')}`, {
      hint: 'divide them by a power of ten',
    })
}

function among(present: readonly number[], options: LogisticOptions): LogisticOptions {
  return { ...options, classes: present.map(number => options.classes[number] as Label) }
}

/** The blocks with the classes that have weight numbered from 0; rows of the others weigh nothing, so their number does not matter. */
async function* renumbered(blocks: AsyncIterable<Batch>, present: readonly number[], options: LogisticOptions): AsyncIterable<Batch> {
  const at = options.features.length
  for await (const block of blocks) {
    const data = numbersAt(block, at).map(number => Math.max(0, present.indexOf(number)))
    yield { ...block, columns: block.columns.map((column, index) => (index === at ? { ...column, data } : column)) }
  }
}

async function solve(blocks: () => AsyncIterable<Batch>, start: LogisticStart, frame: Frame, options: LogisticOptions): Promise<Minimum> {
  const weight = start.weights.reduce((sum, value) => sum + value, 0)
  const balanced = options.classWeight === 'balanced'
  const classes = options.classes.length
  const classWeights = balanced ? start.weights.map(one => weight / (classes * one)) : undefined
  const shares = start.weights.map(one => (balanced ? 1 / classes : one / weight))
  const ridge = options.penalty === 'none' ? 0 : 1 / (options.c * weight)
  const loss = logisticLoss({ features: options.features.length, classes, weighted: options.weighted, classWeights })
  const { used, scale, width } = frame
  const rows = scoreRows(classes)
  const evaluate = async (point: Float64Array, gradient: Float64Array): Promise<number> => {
    const part = await fold(loss(toRaw(frame, point)), blocks())
    toFrame(frame, part.gradient, gradient)
    let value = part.loss / weight
    for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] as number) / weight
    for (let row = 0; row < rows; row++) {
      for (const [a, index] of used.entries()) {
        const i = row * width + a
        const penalty = ridge / (scale[index] as number) ** 2
        value += (penalty / 2) * (point[i] as number) ** 2
        gradient[i] = (gradient[i] as number) + penalty * (point[i] as number)
      }
    }
    return value
  }
  const { tolerance, maxIterations, signal } = options
  const precondition = preconditioner(frame, options.intercept ? shares : shares.map(() => 1 / classes), ridge)
  const found = await minimise(evaluate, first(frame, shares), { tolerance, maxIterations, signal, precondition })
  if (classes > 2) centre(found.point, width)
  return found
}

/** No coefficients, and intercepts that give each class its share. */
function first(frame: Frame, shares: Float64Array): Float64Array {
  const rows = scoreRows(shares.length)
  const point = new Float64Array(rows * frame.width)
  if (!frame.intercept) return point
  for (let row = 0; row < rows; row++) {
    const share = shares[row] as number
    point[(row + 1) * frame.width - 1] = rows === 1 ? Math.log((shares[1] as number) / share) : Math.log(share)
  }
  if (rows > 1) centre(point, frame.width)
  return point
}
