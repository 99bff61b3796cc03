import { TidemillError } from '../../errors/index.ts'
import { type LinePoint, searchLine } from './line-search.ts'

/** Gives the value at `point` and writes the gradient there into `gradient`. */
export type Evaluate = (point: Float64Array, gradient: Float64Array) => number | Promise<number>

export interface MinimiseOptions {
  /** Done when no entry of the gradient is larger. Default: 1e-6. */
  readonly tolerance?: number
  /** Default: 1000. */
  readonly maxIterations?: number
  /** Steps remembered. Default: 10. */
  readonly memory?: number
  /** Multiplies a vector, in place, by about the inverse of the second derivatives at the start. Default: nothing. */
  readonly precondition?: ((vector: Float64Array) => void) | undefined
  readonly signal?: AbortSignal | undefined
}
export interface Minimum {
  readonly point: Float64Array
  readonly value: number
  /** The largest entry of the gradient, without its sign. */
  readonly slope: number
  readonly iterations: number
  readonly evaluations: number
  /** `tolerance`: the slope is small enough; `precision`: rounding hides any further fall; `iterations`: they ran out. */
  readonly end: 'tolerance' | 'precision' | 'iterations'
}

/** Steps in a row that neither lowered the value beyond its rounding nor the slope. */
const mostIdle = 3

/**
 * The minimum of a smooth function by L-BFGS with a strong-Wolfe line search. The same function gives the same bits.
 *
 * Source: Nocedal, Wright, "Numerical Optimization", 2nd edition, algorithms 7.4 and 7.5.
 *
 * @throws ml.not-finite when the function is not finite at the start
 */
export async function minimise(evaluate: Evaluate, start: Float64Array, options: MinimiseOptions = {}): Promise<Minimum> {
  const { tolerance = 1e-6, maxIterations = 1000, memory = 10, precondition, signal } = options
  const size = start.length
  const history: Pair[] = []
  let point = Float64Array.from(start)
  let gradient = new Float64Array(size)
  let value = await evaluate(point, gradient)
  let slope = largest(gradient)
  if (!Number.isFinite(value) || !Number.isFinite(slope))
    throw new TidemillError('ml.not-finite', `loss that is not finite at the start: ${value}`, { hint: 'scale the features' })
  let evaluations = 1
  let iterations = 0
  let idle = 0
  let lowest = slope
  const ended = (end: Minimum['end']): Minimum => ({ point, value, slope, iterations, evaluations, end })
  while (slope > tolerance) {
    if (iterations >= maxIterations) return ended('iterations')
    signal?.throwIfAborted()
    let direction = downhill(gradient, history, precondition)
    if (!(dot(direction, gradient) < 0)) {
      // Rounding has spoilt what was remembered.
      history.length = 0
      direction = downhill(gradient, history, precondition)
      if (!(dot(direction, gradient) < 0)) return ended('precision')
    }
    const next = new Float64Array(size)
    const there = new Float64Array(size)
    const at = async (step: number): Promise<LinePoint> => {
      signal?.throwIfAborted()
      for (let i = 0; i < size; i++) next[i] = (point[i] as number) + step * (direction[i] as number)
      evaluations++
      const found = await evaluate(next, there)
      return { step, value: found, slope: dot(direction, there) }
    }
    const from = { step: 0, value, slope: dot(direction, gradient) }
    const first = history.length > 0 || precondition !== undefined ? 1 : Math.min(1, 1 / norm(gradient))
    const { point: reached, last } = await searchLine(at, from, first)
    if (reached.step === 0) {
      if (history.length === 0) return ended('precision')
      history.length = 0
      continue
    }
    const landed = last === reached.step ? reached : await at(reached.step)
    iterations++
    remember(history, memory, difference(next, point), difference(there, gradient))
    const fell = value - landed.value > 4 * Number.EPSILON * Math.abs(value)
    point = next
    gradient = there
    value = landed.value
    slope = largest(gradient)
    idle = fell || slope < 0.9 * lowest ? 0 : idle + 1
    lowest = Math.min(lowest, slope)
    if (idle >= mostIdle && slope > tolerance) return ended('precision')
  }
  return ended('tolerance')
}

/** A step and the change of the gradient along it. */
interface Pair {
  readonly step: Float64Array
  readonly change: Float64Array
  /** Of both with each other: positive, since the line search asks for curvature. */
  readonly product: number
}

function remember(history: Pair[], memory: number, step: Float64Array, change: Float64Array): void {
  const product = dot(step, change)
  // A pair without curvature would make a direction that climbs.
  if (!(product > Number.EPSILON * norm(step) * norm(change))) return
  history.push({ step, change, product })
  if (history.length > memory) history.shift()
}

/** The two loops of L-BFGS, down the gradient. */
function downhill(
  gradient: Float64Array,
  history: readonly Pair[],
  precondition: ((vector: Float64Array) => void) | undefined,
): Float64Array {
  const vector = gradient.map(value => -value)
  const shares: number[] = []
  for (const pair of history.toReversed()) {
    const share = dot(pair.step, vector) / pair.product
    shares.push(share)
    add(vector, pair.change, -share)
  }
  precondition?.(vector)
  const newest = history.at(-1)
  if (newest !== undefined) {
    const scaled = newest.change.slice()
    precondition?.(scaled)
    const scale = newest.product / dot(newest.change, scaled)
    for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * scale
  }
  for (const pair of history) {
    const share = (shares.pop() as number) - dot(pair.change, vector) / pair.product
    add(vector, pair.step, share)
  }
  return vector
}

function add(to: Float64Array, from: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + times * (from[i] as number)
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number))
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector))
}

function largest(vector: Float64Array): number {
  let most = 0
  for (const value of vector) {
    if (Number.isNaN(value)) return Number.NaN
    most = Math.max(most, Math.abs(value))
  }
  return most
}
