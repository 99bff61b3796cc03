import { expect, test } from 'vitest'
import { TidemillError } from '../errors/index.ts'
import { minMaxScale, standardize } from './scale-values.ts'

test('values are brought between 0 and 1', () => {
  expect([...minMaxScale([3, 1, 2])]).toEqual([1, 0, 0.5])
  expect([...minMaxScale(Int32Array.of(-5, 5))]).toEqual([0, 1])
})

test('values are brought to mean 0 and standard deviation 1', () => {
  const scaled = standardize([1, 2, 3, 4])
  expect(scaled.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 15)
  expect(scaled.reduce((sum, value) => sum + value * value, 0) / 4).toBeCloseTo(1, 15)
})

test('a constant list becomes all 0', () => {
  expect([...minMaxScale([7, 7])]).toEqual([0, 0])
  expect([...standardize([0.1, 0.1, 0.1])]).toEqual([0, 0, 0])
})

test('an empty list and numbers that are not finite are errors', () => {
  for (const scale of [minMaxScale, standardize]) {
    expect(code(() => scale([]))).toBe('ml.no-rows')
    expect(code(() => scale([1, Number.NaN]))).toBe('ml.not-finite')
    expect(code(() => scale([1, Number.POSITIVE_INFINITY]))).toBe('ml.not-finite')
    expect(code(() => scale([-1e308, 1e308]))).toBe('ml.not-finite')
  }
  expect(() => standardize([1, 2, Number.NaN])).toThrow('NaN at index 2')
})

test('the input is not changed', () => {
  const values = Float64Array.of(1, 2)
  minMaxScale(values)
  standardize(values)
  expect([...values]).toEqual([1, 2])
})

function code(call: () => unknown): string | undefined {
  try {
    call()
  } catch (error) {
    return error instanceof TidemillError ? error.code : String(error)
  }
  return undefined
}
