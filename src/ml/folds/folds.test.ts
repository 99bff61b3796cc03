import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeValue } from '../../display/index.ts'
import { TidemillError } from '../../errors/index.ts'
import { foldOfRows, type Folds, givenFolds, kFold, stratifiedKFold } from './index.ts'

/** scikit-learn 1.9.1: `StratifiedKFold(5)` over the targets of breast cancer, row by row. */
const breastCancer = {
  targets:
    '00000000000000000001110000000000000001000000001011111001001111010011110100101001110010001110110011100111101101111111100010011100101001001101101111011111111101111001011001100111101100010101110110010000100010101101000011001110111110011011001011110111110100000000000000111111010110110100111111111111101101011111111111111011101011110001111010101110111111100011111111111001000100111110111110111011001111110111111101111101101111111111110100101111101101011010111111110011111101111111111011111110101101111100101011111011010100111011111111111010011111111111111111111111110000001',
  folds:
    '00000000000000000000000000000000000000000000000000000110110000101100001011010110001101110001001100011000010010000000011101100011010110110010010000100000001111111111211221122111121122212121112112212222122212121121222211221112111112211211221211112111112122233333333333111111313113113133111222222222232232322222222222222322232322223332222323232223222222233322222222222332333233222223222333333433443333334333333343333343343333333333334344343333343343433434333333334433333343333334444444444444444444444444444444444444444444444444444444444444444444444444444444444444444444444',
} as const

const digits = (text: string): number[] => [...text].map(Number)

test('stratified folds are those of scikit-learn, on classes in order and mixed', () => {
  const iris = Array.from({ length: 150 }, (_, row) => Math.floor(row / 50))
  const wanted = Array.from({ length: 150 }, (_, row) => Math.floor((row % 50) / 10))
  expect([...foldOfRows(stratifiedKFold(), 150, iris)]).toEqual(wanted)
  const { targets, folds } = breastCancer
  expect([...foldOfRows(stratifiedKFold({ folds: 5 }), 569, digits(targets))].join('')).toBe(folds)
})

test('folds of rows in order are as even as they can be', () => {
  expect([...foldOfRows(kFold({ folds: 3 }), 8)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2])
  expect([...foldOfRows(kFold({ folds: 4 }), 4)]).toEqual([0, 1, 2, 3])
  expect(counts(foldOfRows(kFold(), 1003))).toEqual([201, 201, 201, 200, 200])
})

test('each fold has the classes in the proportions of the whole, shuffled or not', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 6 }),
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 120 }),
      fc.boolean(),
      (folds, some, shuffle) => {
        const codes = [...some, ...[0, 1, 2].flatMap(code => Array<number>(folds).fill(code))]
        const found = foldOfRows(stratifiedKFold({ folds, shuffle, seed: 3 }), codes.length, codes)
        for (const code of [0, 1, 2]) {
          const sizes = counts(
            found.filter((_, row) => codes[row] === code),
            folds,
          )
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        }
        const sizes = counts(found, folds)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      },
    ),
    { seed: 20_261_121, numRuns: 200 },
  )
})

test('shuffled folds are as large as the others, the same for a seed, and other ones for another', () => {
  const deal = (seed: number): number[] => [...foldOfRows(kFold({ folds: 5, shuffle: true, seed }), 103)]
  expect(counts(Int32Array.from(deal(1)))).toEqual([21, 21, 21, 20, 20])
  expect(deal(1)).toEqual(deal(1))
  expect(deal(1)).not.toEqual(deal(2))
  expect(deal(1)).not.toEqual([...foldOfRows(kFold(), 103)])
  const codes = Array.from({ length: 100 }, (_, row) => row % 2)
  const strata = (seed: number): number[] => [...foldOfRows(stratifiedKFold({ shuffle: true, seed }), 100, codes)]
  expect(strata(1)).toEqual(strata(1))
  expect(strata(1)).not.toEqual(strata(2))
})

test('given folds are taken as they are, and stay so', () => {
  const numbers = [2, 0, 1, 1, 0]
  const folds = givenFolds(numbers)
  numbers[0] = 1
  expect([...foldOfRows(folds, 5)]).toEqual([2, 0, 1, 1, 0])
  expect([folds.folds, Object.isFrozen(folds), Object.isFrozen(folds.numbers)]).toEqual([3, true, true])
})

test('folds are plain values that say what they are', () => {
  const folds = stratifiedKFold({ folds: 3, shuffle: true, seed: 9 })
  expect(structuredClone(folds)).toEqual({ kind: 'stratifiedKFold', folds: 3, shuffle: true, seed: 9 })
  expect(describeValue(folds)).toEqual({ kind: 'text', text: 'stratifiedKFold: 3 folds, shuffled with seed 9' })
  expect(describeValue(kFold())).toEqual({ kind: 'text', text: 'kFold: 5 folds, in the order of the rows' })
  expect(describeValue(givenFolds([0, 1]))).toEqual({ kind: 'text', text: 'givenFolds: 2 folds of 2 rows' })
})

test('folds that cannot be are refused, and it is said why', () => {
  const message = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      if (error instanceof TidemillError && error.code === 'ml.folds') return error.message
      throw error
    }
    throw new Error('it did not throw')
  }
  expect(message(() => kFold({ folds: 1 }))).toBe('folds that are not at least 2: 1')
  expect(message(() => kFold({ folds: 2.5 }))).toBe('folds that are not at least 2: 2.5')
  expect(message(() => stratifiedKFold({ seed: 0.5 }))).toBe('seed that is no whole number: 0.5')
  expect(message(() => givenFolds([0, 2]))).toBe('fold without rows: 1')
  expect(message(() => givenFolds([0, -1]))).toBe('fold that is no number from 0: -1 in row 1')
  expect(message(() => givenFolds([0, 0]))).toBe('folds that are not at least 2: 1')
  expect(message(() => foldOfRows(kFold(), 4))).toBe('fewer rows than folds: 4 rows, 5 folds')
  expect(message(() => foldOfRows(givenFolds([0, 1]), 3))).toBe('folds are given for 2 rows, the data have 3')
  const codes = [0, 0, 1, 0, 0]
  const strata: Folds = stratifiedKFold({ folds: 2 })
  expect(message(() => foldOfRows(strata, 5, codes, ['cat', 'dog']))).toBe('fewer rows than folds: class dog has 1 rows, 2 folds')
  expect(message(() => foldOfRows(strata, 5))).toBe('stratified folds need classes: the target has none')
  expect(message(() => foldOfRows(strata, 5, [0, 1]))).toBe('classes of 2 rows, the data have 5')
  expect(message(() => foldOfRows(strata, 2, [0, -1]))).toBe('row without a class: 1')
})

function counts(found: Int32Array, folds = 1 + Math.max(...found)): number[] {
  return Array.from({ length: folds }, (_, fold) => found.filter(one => one === fold).length)
}
