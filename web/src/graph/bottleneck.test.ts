import { expect, test } from 'vitest'
import { bottleneckOf } from './bottleneck.ts'
import { layOut } from './layout.ts'
import { nextStep } from './move.ts'
import type { Step } from './step-box.tsx'

const step = (id: string, stage: number, busy: number, waiting: number): Step => ({ id, stage, busy, waiting }) as Step
const links = (...pairs: string[]): { from: string; to: string; how: string }[] =>
  pairs.map(pair => pair.split('>')).map(([from = '', to = '']) => ({ from, to, how: 'forward' }))

test('what holds a job back is the busy stage that the others wait for', () => {
  const steps = [
    step('source', 0, 0.3, 0.6),
    step('window', 1, 0.3, 0.55),
    step('score', 2, 0.9, 0),
    step('hot', 2, 0.9, 0),
    step('sink', 3, 0.1, 0),
  ]
  const edges = links('source>window', 'window>score', 'score>hot', 'hot>sink')
  expect(bottleneckOf({ steps, edges })).toEqual({ steps: ['score', 'hot'], busy: 0.9, waiting: 0, held: ['source', 'window'], share: 0.6 })
})

test('a job in which nobody waits has none, however busy it is', () => {
  expect(bottleneckOf({ steps: [step('a', 0, 1, 0), step('b', 1, 1, 0.4)], edges: links('a>b') })).toBeUndefined()
  expect(bottleneckOf({ steps: [], edges: [] })).toBeUndefined()
})

test('a stage that waits as much itself is not blamed for it, busy as it is', () => {
  const steps = [step('a', 0, 0.1, 0.9), step('b', 1, 0.5, 0.5), step('c', 2, 0.4, 0)]
  expect(bottleneckOf({ steps, edges: links('a>b', 'b>c') })?.steps).toEqual(['c'])
})

test('a stage that others do not wait for is not blamed, and rings of stages end', () => {
  const steps = [step('a', 0, 0.1, 0.9), step('b', 1, 0.5, 0), step('other', 2, 1, 0)]
  expect(bottleneckOf({ steps, edges: links('a>b', 'b>a', 'other>b') })?.steps).toEqual(['b'])
})

test('arrow keys go along the lines and up and down in a column', () => {
  const laid = layOut(['a', 'b', 'c', 'd'], links('a>b', 'a>c', 'b>d'))
  expect(nextStep(laid, 'a', 'ArrowLeft')).toBeUndefined()
  expect(['b', 'c']).toContain(nextStep(laid, 'a', 'ArrowRight'))
  expect(nextStep(laid, 'b', 'ArrowDown')).toBe('c')
  expect(nextStep(laid, 'c', 'ArrowUp')).toBe('b')
  expect(nextStep(laid, 'd', 'ArrowLeft')).toBe('b')
  expect(nextStep(laid, 'd', 'Enter')).toBeUndefined()
  expect(nextStep(laid, 'gone', 'ArrowLeft')).toBeUndefined()
})
