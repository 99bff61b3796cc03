import { TidemillError, whatIs } from '../errors/index.ts'

/**
 * Refuses what is no list of numbers.
 *
 * @throws chart.argument with the place of the first that is none
 */
export function checkNumbers(name: string, values: ArrayLike<number>): void {
  if (typeof values !== 'object' || values === null || typeof values.length !== 'number')
    throw new TidemillError('chart.argument', `${name} is a list of numbers, not ${whatIs(values)}`)
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new TidemillError('chart.argument', `${name} that is no number: ${whatIs(value)} at ${index}`, { details: { name, index } })
  }
}
