import { expect, test } from 'vitest'
import { chartText, tableRows } from './series.ts'
import { sparkPath } from './spark.tsx'

const times = [0, 500, 1000, 1500]
const lines = [
  { name: 'read', colour: '--c1', values: [10, 40, 20, 30] },
  { name: 'p99', colour: '--c2', values: [null, null, 7, null] },
]

test('a chart says in words what it shows', () => {
  expect(chartText('Throughput, rows/s', times, lines)).toBe(
    'Throughput, rows/s, last 1.5 s: read now 30, lowest 10, highest 40; p99 now –, lowest 7, highest 7',
  )
  expect(chartText('Lag', [], [])).toBe('Lag: no figures yet')
  expect(chartText('Lag', times, [{ name: 'waiting', colour: '--c1', values: [null, null, null, null] }])).toBe(
    'Lag, last 1.5 s: waiting: nothing measured',
  )
})

test('its table holds at most so many rows, the newest first and always there', () => {
  expect(tableRows(times, lines, 2)).toEqual([
    { at: 1500, values: [30, null] },
    { at: 500, values: [40, null] },
  ])
  const many = Array.from({ length: 599 }, (_, i) => i)
  const rows = tableRows(many, [{ name: 'n', colour: '--c1', values: many }])
  expect(rows).toHaveLength(20)
  expect(rows[0]).toEqual({ at: 598, values: [598] })
  expect(tableRows([], [])).toEqual([])
})

test('a spark begins at the left, ends at the right and stands on zero', () => {
  expect(sparkPath([0, 10, 5])).toBe('M0 29L50 2L100 15.5')
  expect(sparkPath([0, 0])).toBe('M0 29L100 29')
  expect(sparkPath([5])).toBe('')
})
