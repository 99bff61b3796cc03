import { expect, test } from 'vitest'
import { seededRandom } from '../time/index.ts'
import { compareChart, confusionChart, importanceChart, residualChart, searchChart } from './index.ts'
import type { BarPanel, HeatPanel, HistogramPanel, ScatterPanel } from './types.ts'

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

test('residuals are actual minus predicted, as points and as a histogram', () => {
  const chart = residualChart({ actual: [3, 5, 7, 9], predicted: new Float64Array([2.5, 5.5, 7, 9]), target: 'price' })
  const [points, bars] = chart.panels as readonly [ScatterPanel, HistogramPanel]
  expect(points.points).toEqual({ x: [2.5, 5.5, 7, 9], y: [0.5, -0.5, 0, 0] })
  expect(points.x.label).toBe('predicted price')
  expect(sum(bars.counts[0] ?? [])).toBe(4)
  expect(chart.notes).toContain('the mean residual is 0; half of the rows are within 0 of the truth, all within 0.5')
})

test('many residuals are counted in cells, and those far out are said', () => {
  const random = seededRandom(7)
  const predicted = Array.from({ length: 5000 }, (_, index) => (index === 0 ? 1e6 : random.next()))
  const actual = predicted.map((value, index) => (index === 0 ? 0 : value + random.next() - 0.5))
  const chart = residualChart({ actual, predicted })
  const [cells, bars] = chart.panels as readonly [HeatPanel, HistogramPanel]
  const drawn = sum(cells.cells.map(cell => cell.rows))
  expect([cells.shape, chart.type, chart.rows]).toEqual(['heat', 'heat', 5000])
  expect(drawn).toBeGreaterThan(4850)
  expect(drawn).toBeLessThan(5000)
  expect(sum(bars.counts[0] ?? [])).toBe(drawn)
  expect(chart.notes).toContain(`${5000 - drawn} rows far out are not drawn`)
})

test('a perfect model has residuals that are all zero', async () => {
  const chart = residualChart({ actual: [1, 1], predicted: [1, 1] })
  expect(await chart.toSvg()).not.toMatch(/NaN|Infinity/)
})

test('residuals need as many predictions as truths, and finite numbers', () => {
  expect(() => residualChart({ actual: [1], predicted: [] })).toThrow('residuals of 1 actual and 0 predicted values')
  expect(() => residualChart({ actual: [1, Number.NaN], predicted: [1, 2] })).toThrow('actual that is no number: NaN at 1')
  expect(() => residualChart({ actual: '12' as never, predicted: [1, 2] })).toThrow('actual is a list of numbers, not "12"')
})

test('a confusion matrix has true labels in rows, with counts and shares of the row', () => {
  const chart = confusionChart({
    labels: ['cat', 'dog', 'eel'],
    counts: [
      [9, 1, 0],
      [2, 8, 0],
      [0, 0, 0],
    ],
  })
  const [panel] = chart.panels as readonly [HeatPanel]
  const cell = (x: number, y: number): string | undefined => panel.cells.find(one => one.x === x && one.y === y)?.text
  expect([panel.x.label, panel.y.label]).toEqual(['predicted', 'true'])
  expect([cell(0, 0), cell(1, 0), cell(0, 1), cell(2, 2)]).toEqual(['9\n90.0 %', '1\n10.0 %', '2\n20.0 %', '0\n0.0 %'])
  expect(chart.notes).toEqual(['17 of 20 are right (85.0 %): those on the diagonal', 'no row has the true label eel'])
})

test('a confusion matrix that is no square of counts is refused', () => {
  expect(() => confusionChart({ labels: ['a', 'b'], counts: [[1, 2]] })).toThrow('confusion matrix of 2 labels with rows of 2')
  expect(() => confusionChart({ labels: ['a'], counts: [[0.5]] })).toThrow('no whole number from 0: 0.5')
})

test('importances stand in order, with their spread', () => {
  const chart = importanceChart([
    { feature: 'age', mean: -0.1 },
    { feature: 'income', mean: 0.3, std: 0.05 },
  ])
  const [panel] = chart.panels as readonly [BarPanel]
  expect(panel.x.categories).toEqual(['income', 'age'])
  expect(panel.bars[0]).toMatchObject({ value: 0.3, low: 0.25, high: 0.35 })
  const many = importanceChart(Array.from({ length: 40 }, (_, index) => ({ feature: `f${index}`, mean: index })))
  expect([many.panels[0]?.x.categories?.length, many.notes]).toEqual([30, ['the first 30 of 40 features are shown']])
})

test('candidates of a search are named by what differs, the best first and marked', () => {
  const chart = searchChart(
    [
      { params: { trees: 100, depth: 10, seed: 1 }, scores: [0.9, 0.8] },
      { params: { trees: 200, depth: 10, seed: 1 }, scores: [0.9, 1] },
      { params: { trees: 200, depth: 20, seed: 1 }, scores: [Number.NaN, 1] },
    ],
    { label: 'accuracy' },
  )
  const [panel] = chart.panels as readonly [BarPanel]
  expect([panel.x.label, panel.x.categories]).toEqual(['trees, depth', ['200, 10', '100, 10']])
  expect(panel.bars[0]).toEqual({ at: 0, series: 0, value: 0.95, low: 0.9, high: 1, marked: true })
  expect(chart.notes).toContain('1 of 3 candidates have no score')
  expect(() => searchChart([{ name: 'a', scores: [] }])).toThrow('candidate without scores: a')
})

test('of errors the lowest is the best', () => {
  const [panel] = searchChart(
    [
      { name: 'a', scores: [2] },
      { name: 'b', scores: [1] },
    ],
    { better: 'lower' },
  ).panels as readonly [BarPanel]
  expect(panel.x.categories).toEqual(['b', 'a'])
  const compared = compareChart(
    [
      { name: 'linear', value: 0.55 },
      { name: 'forest', value: 0.26 },
    ],
    { label: 'MSE', better: 'lower' },
  )
  expect((compared.panels[0] as BarPanel).bars.map(bar => [bar.value, bar.marked])).toEqual([
    [0.26, true],
    [0.55, undefined],
  ])
  expect(
    compareChart([
      { name: 'a', value: 1 },
      { name: 'b', value: 2 },
    ]).panels[0]?.x.categories,
  ).toEqual(['a', 'b'])
})
