import { TidemillError, whatIs } from '../errors/index.ts'

/**
 * The values moved and stretched so that the smallest becomes 0 and the largest 1. A constant list becomes all 0.
 *
 * @example
 * minMaxScale([1, 2, 3]) // => Float64Array [0, 0.5, 1]
 * @throws ml.no-rows for an empty list, ml.not-finite naming the first value that is no finite number
 */
export function minMaxScale(values: ArrayLike<number>): Float64Array {
  const numbers = checked(values)
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of numbers) {
    if (value < min) min = value
    if (value > max) max = value
  }
  const range = max - min || 1
  return within(numbers.map(value => (value - min) / range))
}

/**
 * The values less their mean, divided by their (population) standard deviation. A constant list becomes all 0.
 *
 * @example
 * standardize([1, 2, 3]) // => Float64Array [-1.224744871391589, 0, 1.224744871391589]
 * @throws ml.no-rows for an empty list, ml.not-finite naming the first value that is no finite number
 */
export function standardize(values: ArrayLike<number>): Float64Array {
  const numbers = checked(values)
  // Relative to the first value, so that a constant list has exactly no variance.
  const first = numbers[0] as number
  let sum = 0
  for (const value of numbers) sum += value - first
  const mean = first + sum / numbers.length
  let squares = 0
  for (const value of numbers) squares += (value - mean) * (value - mean)
  const scale = Math.sqrt(squares / numbers.length) || 1
  return within(numbers.map(value => (value - mean) / scale))
}

function checked(values: ArrayLike<number>): Float64Array {
  if (typeof values !== 'object' || values === null || typeof values.length !== 'number')
    throw new TidemillError('ml.no-rows', `a list of numbers is wanted, not ${whatIs(values)}`)
  if (values.length === 0) throw new TidemillError('ml.no-rows', 'no value to scale')
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] !== 'number' || !Number.isFinite(values[i]))
      throw new TidemillError('ml.not-finite', `value that is no finite number: ${String(values[i])} at index ${i}`, {
        details: { index: i },
      })
  }
  return Float64Array.from(values)
}

function within(scaled: Float64Array): Float64Array {
  if (!scaled.every(Number.isFinite))
    throw new TidemillError('ml.not-finite', 'values too far apart for a float64', { hint: 'divide them by a power of ten' })
  return scaled
}
