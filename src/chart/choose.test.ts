import { expect, test } from 'vitest'
import { TidemillError } from '../errors/index.ts'
import { type ChoiceInput, choose, mostPoints, type Role } from './choose.ts'
import type { ChartType } from './types.ts'

const small = mostPoints
const big = mostPoints + 1

test.each<[Role, Role | undefined, number, Partial<ChoiceInput>, ChartType]>([
  ['number', undefined, 10, {}, 'histogram'],
  ['category', undefined, 10, {}, 'bar'],
  ['time', undefined, 10, {}, 'histogram'],
  ['number', 'number', small, {}, 'scatter'],
  ['number', 'number', big, {}, 'heat'],
  ['number', 'number', big, { color: 'category' }, 'scatter'],
  ['number', 'number', small, { bins: 10 }, 'heat'],
  ['number', 'number', small, { aggregate: 'mean' }, 'line'],
  ['time', 'number', big, {}, 'line'],
  ['number', 'time', small, {}, 'scatter'],
  ['number', 'time', big, {}, 'heat'],
  ['time', 'time', small, {}, 'scatter'],
  ['category', 'number', 10, {}, 'box'],
  ['category', 'number', 10, { aggregate: 'sum' }, 'bar'],
  ['number', 'category', 10, {}, 'box'],
  ['number', 'category', 10, { aggregate: 'mean' }, 'bar'],
  ['category', 'category', 10, {}, 'heat'],
  ['time', 'category', 10, {}, 'heat'],
  ['category', 'time', 10, {}, 'heat'],
])('%s and %s, %d rows, %j are a chart of the right type', (x, y, rows, more, type) => {
  const choice = choose({ x, y, rows, ...more })
  expect(choice.type).toBe(type)
  expect(choice.reason.length).toBeGreaterThan(10)
})

test('the reason names what decided: the number of rows, the aggregate, the wish', () => {
  expect(choose({ x: 'number', y: 'number', rows: big }).reason).toContain('2000 rows')
  expect(choose({ x: 'category', y: 'number', rows: 1, aggregate: 'median' }).reason).toContain('median')
  expect(choose({ x: 'number', y: 'number', rows: 1, type: 'heat' })).toEqual({ type: 'heat', reason: 'heat was asked for' })
})

test.each<[ChoiceInput, string]>([
  [{ x: 'category', rows: 1, type: 'histogram' }, 'chart that cannot show category: histogram (have bar)'],
  [{ x: 'category', y: 'category', rows: 1, type: 'line' }, 'chart that cannot show category x category: line (have heat)'],
  [{ x: 'number', y: 'category', rows: 1, type: 'scatter' }, 'chart that cannot show number x category: scatter (have box, bar, heat)'],
  [{ x: 'number', color: 'number', rows: 1 }, 'colour of a histogram cannot be a number (have category)'],
  [{ x: 'category', y: 'number', color: 'category', rows: 1 }, 'colour of a box cannot be a category (have none)'],
  [{ x: 'number', y: 'number', color: 'category', rows: big, type: 'heat' }, 'colour of a heat cannot be a category (have number)'],
  [{ x: 'category', y: 'number', rows: 1, type: 'box', aggregate: 'mean' }, 'aggregate that a box does not take: mean'],
  [
    { x: 'number', y: 'number', rows: 1, type: 'scatter', bins: 5 },
    'bins of a chart without bins: scatter (have histogram, heat, line, area, bar)',
  ],
])('%j is refused with what there is instead', (input, message) => {
  expect(() => choose(input)).toThrow(TidemillError)
  expect(() => choose(input)).toThrow(message)
})
