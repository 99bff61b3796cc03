import { expect, test } from 'vitest'
import { seededRandom, systemClock, systemScheduler } from './index.ts'

test('the same seed gives the same numbers, another seed others', () => {
  const numbers = (seed: number): number[] => {
    const random = seededRandom(seed)
    return Array.from({ length: 1000 }, () => random.next())
  }
  expect(numbers(42)).toEqual(numbers(42))
  expect(numbers(42)).not.toEqual(numbers(43))
  expect(numbers(42).every(x => x >= 0 && x < 1)).toBe(true)
  const mean = numbers(42).reduce((a, b) => a + b) / 1000
  expect(mean).toBeGreaterThan(0.45)
  expect(mean).toBeLessThan(0.55)
})

test('what was taken back is not called', async () => {
  const called: string[] = []
  const cancel = systemScheduler.after(1, () => void called.push('taken back'))
  cancel()
  await new Promise<void>(resolve => void systemScheduler.after(20, resolve))
  expect(called).toEqual([])
})

test('the monotonic clock does not go back', () => {
  const readings = Array.from({ length: 100 }, () => systemClock.monotonic())
  expect(readings).toEqual(readings.toSorted((a, b) => a - b))
})
