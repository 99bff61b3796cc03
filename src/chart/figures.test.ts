import { expect, test } from 'vitest'
import { figure, figures, instant, sentences, tick } from './figures.ts'
import { nextPeriod, type PeriodUnit, startOf } from './periods.ts'
import { placeIn, roundEdges } from './round-edges.ts'
import { seededRandom } from '../time/index.ts'

test.each([
  [0, '0'],
  [-0, '0'],
  [1234, '1234'],
  [20640, '20,640'],
  [-1234567.891, '−1,234,570'],
  [0.1 + 0.2, '0.3'],
  [1 / 3, '0.333333'],
  [1e-9, '1e-9'],
  [1e21, '1e+21'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '−∞'],
])('%d reads %s', (value, text) => {
  expect(figure(value)).toBe(text)
})

test('a column has one number of digits after the point', () => {
  expect(figures([1, 2.5, null, -0.25])).toEqual(['1.00', '2.50', null, '−0.25'])
  expect(figures([12345.678, 1])).toEqual(['12,345.7', '1.0'])
  expect(figures([1e-9, 1])).toEqual(['1e-9', '1'])
  expect(figures([])).toEqual([])
})

test.each([
  [250_000, 50_000, '250k'],
  [1_500_000, 500_000, '1.5M'],
  [2020, 5, '2020'],
  [0.25, 0.25, '0.25'],
  [0, 0.5, '0.0'],
  [-20_000, 10_000, '−20k'],
])('the tick %d of steps of %d reads %s', (value, step, text) => {
  expect(tick(value, step)).toBe(text)
})

test('instants show the time of day where they have one', () => {
  expect(instant(Date.UTC(2026, 0, 2))).toBe('2026-01-02')
  expect(instant(Date.UTC(2026, 0, 2, 3, 4))).toBe('2026-01-02 03:04')
  expect(instant(Date.UTC(2026, 0, 2, 3, 4, 5))).toBe('2026-01-02 03:04:05')
  expect(instant(Date.UTC(2026, 0, 2, 0, 0, 0, 5))).toBe('2026-01-02 00:00:00.005')
})

test('facts become sentences', () => {
  expect(sentences(['one number', 'a note'])).toBe('One number. A note.')
})

test('every instant lies in the period that begins before it', () => {
  const random = seededRandom(11)
  const units: readonly PeriodUnit[] = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']
  for (let round = 0; round < 400; round++) {
    const ms = Math.floor((random.next() - 0.5) * 8e12)
    for (const unit of units) {
      const start = startOf(ms, unit)
      const next = nextPeriod(start, unit)
      expect(start <= ms && ms < next && startOf(next, unit) === next).toBe(true)
    }
  }
})

test('round edges cover the range in steps that people can read', () => {
  const random = seededRandom(5)
  for (let round = 0; round < 300; round++) {
    const low = (random.next() - 0.5) * 10 ** Math.floor(random.next() * 12 - 4)
    const high = low + random.next() * 10 ** Math.floor(random.next() * 12 - 4)
    const found = roundEdges({ low, high }, 30)
    if (found === undefined) throw new Error('no edges')
    const { edges, step } = found
    expect(edges[0] as number).toBeLessThanOrEqual(low + step * 1e-6 + Math.abs(low) * 1e-14)
    expect(edges.at(-1) as number).toBeGreaterThanOrEqual(high - step * 1e-6 - Math.abs(high) * 1e-14)
    expect(edges.length).toBeLessThan(60)
    expect([placeIn(found, low), placeIn(found, high)].every(at => at >= 0 && at < edges.length - 1)).toBe(true)
  }
})
