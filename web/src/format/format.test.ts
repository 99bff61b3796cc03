import { expect, test } from 'vitest'
import { bytes, count, figure, percent, short } from './number.ts'
import { clock, lasted, moment, when } from './time.ts'

test('counts keep all their digits, amounts in small places three or four', () => {
  expect([48_210, 0, -1204, 1_234_567.8, null].map(count)).toEqual(['48,210', '0', '−1,204', '1,234,568', '–'])
  expect([0, 0.004, 0.43, 3, 9.96, 312, 3104.4, 9999.4].map(short)).toEqual(['0', '<0.1', '0.4', '3', '10', '312', '3,104', '9,999'])
  expect([9999.5, 48_249, 99_949, 312_400, 999_949].map(short)).toEqual(['10 k', '48.2 k', '99.9 k', '312 k', '1,000 k'])
  expect([1_944_000, 86_320_000, 1_940_000_000, null].map(short)).toEqual(['1.94 M', '86.3 M', '1.94 bn', '–'])
})

test('shares are whole percents between 0 and 100', () => {
  expect([0, 0.474, 1, 1.0001, -0.001].map(percent)).toEqual(['0 %', '47 %', '100 %', '100 %', '0 %'])
})

test('metrics keep four digits that count, and say what is no number', () => {
  expect([0.741_23, 0, 48_210.53, 1.5, 12.345_67, 0.001_234_5].map(figure)).toEqual(['0.7412', '0', '48,210.5', '1.5', '12.35', '0.001235'])
  expect([1.2e-7, -3e15, Number.NaN, Number.NEGATIVE_INFINITY].map(figure)).toEqual(['1.200e−7', '−3.000e+15', 'NaN', '−∞'])
})

test('sizes are of 1,024', () => {
  expect([0, 96, 1024, 2_202_009, 412 * 2 ** 20, 3 * 2 ** 40, null].map(bytes)).toEqual([
    '0 B',
    '96 B',
    '1 KiB',
    '2.1 MiB',
    '412 MiB',
    '3 TiB',
    '–',
  ])
})

test('times taken have at most two units', () => {
  expect([0, 0.04, 0.42, 38.4, 1004, 9951, 59_499, 59_500].map(lasted)).toEqual([
    '0 ms',
    '0.1 ms',
    '0.4 ms',
    '38 ms',
    '1 s',
    '10 s',
    '59 s',
    '1 m',
  ])
  expect([221_000, 3_600_000, 7_320_000, 532_800_000, null, -1500].map(lasted)).toEqual([
    '3 m 41 s',
    '1 h',
    '2 h 2 m',
    '6 d 4 h',
    '–',
    '−1.5 s',
  ])
})

test('moments are of the reader, with the day where it is not today', () => {
  const at = Date.UTC(2026, 10, 21, 14, 2, 7)
  expect(clock(at, 'UTC')).toBe('14:02:07')
  expect(clock(at, 'Asia/Shanghai')).toBe('22:02:07')
  expect(moment(at, 'UTC')).toBe('21 Nov 2026, 14:02')
  expect(when(at, at + 3_600_000, 'UTC')).toBe('14:02:07')
  expect(when(at, at + 48 * 3_600_000, 'UTC')).toBe('21 Nov 2026, 14:02')
  expect(when(null, at)).toBe('–')
})
