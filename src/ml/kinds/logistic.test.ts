import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batchFromRows, valuesOf } from '../../batch/index.ts'
import { rows } from '../../connectors/index.ts'
import { columnNode } from '../../expr/index.ts'
import { evaluate } from '../../kernels/index.ts'
import type { Field } from '../../schema/index.ts'
import { type Session, tidemill } from '../../session/index.ts'
import { duckdb, printSqlExpr } from '../../sql/index.ts'
import type { Coded, Columns, Label, Lists, Stored } from './kind.ts'
import { logisticRegressionKind as kind, type LogisticState } from './logistic.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

const two: LogisticState = {
  features: ['a', 'b'],
  classes: ['no', 'yes'],
  seen: [0, 1],
  coef: [[1, -2]],
  intercept: [0.5],
  iterations: 3,
  converged: true,
}
const three: LogisticState = {
  features: ['a', 'b'],
  classes: [10, 20, 30],
  seen: [0, 1, 2],
  coef: [
    [1, 0],
    [0, 1],
    [-1, -1],
  ],
  intercept: [0, 0, 0.25],
  iterations: 3,
  converged: true,
}

test('of two classes the score says the second, and a score of 0 the first', () => {
  expect(predicted(two, [1, 0, 0, -0.5], [0, 1, 0.25, 0])).toEqual(['yes', 'no', 'no', 'no'])
  const { items, width } = shares(two, [1, -0.5, 2000, -2000], [0, 0, 0, 0])
  expect(width).toBe(2)
  expect(items[1]).toBeCloseTo(1 / (1 + Math.exp(-1.5)), 15)
  expect([...items.subarray(2)]).toEqual([0.5, 0.5, 0, 1, 1, 0])
})

test('of more classes the highest score says, and the first of equals', () => {
  expect(predicted(three, [3, 0, -5, 1], [0, 3, 1, 1])).toEqual([10, 20, 30, 10])
  const { items } = shares(three, [1], [2])
  const [x, y, z] = [Math.exp(1), Math.exp(2), Math.exp(-2.75)]
  for (const [i, part] of [x, y, z].entries()) expect(items[i]).toBeCloseTo(part / (x + y + z), 15)
  expect([...shares(three, [1e308], [0]).items]).toEqual([1, 0, 0])
})

test('a row without a value has no label and no probabilities', () => {
  for (const state of [two, three]) {
    expect(predicted(state, [Number.NaN, 1], [1, Number.NaN])).toEqual([null, null])
    expect(shares(state, [Number.NaN], [1]).items.every(Number.isNaN)).toBe(true)
  }
})

test('a class it has not seen is never said, and has probability 0', () => {
  const partly: LogisticState = { ...two, classes: ['no', 'maybe', 'yes'], seen: [0, 2] }
  expect(predicted(partly, [1, 0], [0, 1])).toEqual(['yes', 'no'])
  const { items, width } = shares(partly, [1], [0])
  expect(width).toBe(3)
  expect(items[1]).toBe(0)
  expect((items[0] as number) + (items[2] as number)).toBeCloseTo(1, 15)
  const missing: LogisticState = { ...three, classes: [5, 10, 20, 30], seen: [1, 2, 3] }
  expect(predicted(missing, [3, -5], [0, 1])).toEqual([10, 30])
  expect(shares(missing, [Number.NaN], [1]).items.every(Number.isNaN)).toBe(true)
  expect(
    expressed(missing, [
      [3, 0],
      [-5, 1],
    ]),
  ).toEqual([10, 30])
})

const number = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -50, max: 50, noNaN: true }) },
  { weight: 3, arbitrary: fc.integer({ min: -2, max: 2 }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e300),
)
const cell = fc.oneof({ weight: 9, arbitrary: number }, fc.constant(null))
const labels = fc.constantFrom<readonly Label[]>(['b', "a'\\", 'é'], [-1, 0, 7], [false, true], ['x', 'y'], [3, 2 ** 53 - 1, 0, 1])
const finite = fc.oneof(
  fc.double({ min: -9, max: 9, noNaN: true }),
  fc.integer({ min: -1, max: 1 }).map(x => x + 0),
)
const model = labels.chain(classes =>
  fc.integer({ min: 1, max: 3 }).chain(width => {
    const count = classes.length === 2 ? 1 : classes.length
    return fc.record({
      features: fc.constant(['f0', 'f1', 'f2'].slice(0, width)),
      classes: fc.constant(classes),
      seen: fc.constant([...classes.keys()]),
      coef: fc.array(fc.array(finite, { minLength: width, maxLength: width }), { minLength: count, maxLength: count }),
      intercept: fc.array(finite, { minLength: count, maxLength: count }),
      iterations: fc.constant(1),
      converged: fc.constant(true),
    })
  }),
)

test('as an expression in kernels it gives the labels that predict gives, of any numbers and of NULLs', () => {
  fc.assert(
    fc.property(model, fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 30 }), (state, table) => {
      expect(expressed(state, table)).toEqual(predicted(state, ...state.features.map((_, i) => table.map(row => row[i] ?? Number.NaN))))
    }),
    { seed: 20_261_121, numRuns: 400 },
  )
})

test('and as SQL', async () => {
  const drawn = fc.sample(fc.tuple(model, fc.array(fc.tuple(cell, cell, cell), { minLength: 20, maxLength: 40 })), { seed: 7, numRuns: 12 })
  for (const [state, table] of drawn) {
    const data = await tm.read(
      rows(
        table.map(([f0, f1, f2]) => ({ f0, f1, f2 })),
        { schema: { f0: 'float64?', f1: 'float64?', f2: 'float64?' } },
      ),
    )
    const node = kind.express(state, name => columnNode(nullable(name)))?.get('prediction')
    if (node === undefined) throw new Error('not expressed')
    const found = await (await tm.sql(`SELECT ${printSqlExpr(node, duckdb)} AS p FROM "data"`, { tables: { data } })).rows()
    expect(found.map(row => row['p'])).toEqual(predicted(state, ...state.features.map((_, i) => table.map(row => row[i] ?? Number.NaN))))
  }
})

test('a model too large for an expression is left to predict', () => {
  const wide = (features: number, classes: number): LogisticState => {
    const count = classes === 2 ? 1 : classes
    const zeros = Array<number>(features).fill(0)
    return {
      ...two,
      features: zeros.map((_, i) => `f${i}`),
      classes: Array.from({ length: classes }, (_, i) => i),
      seen: Array.from({ length: classes }, (_, i) => i),
      coef: Array.from({ length: count }, () => zeros),
      intercept: Array<number>(count).fill(0),
    }
  }
  const expressible = (state: LogisticState): boolean => kind.express(state, name => columnNode(nullable(name))) !== undefined
  expect([expressible(wide(105, 2)), expressible(wide(401, 2)), expressible(wide(64, 10)), expressible(wide(4, 10))]).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('its label column has the type of the labels', () => {
  expect(kind.outputs(two)).toEqual([
    { name: 'prediction', type: 'string' },
    { name: 'probabilities', type: { list: 'float64' } },
  ])
  expect(kind.outputs(three)[0]?.type).toBe('int64')
  expect(kind.outputs({ ...two, classes: [false, true] })[0]?.type).toBe('boolean')
})

test('what is stored comes back, and damage is named', () => {
  const thaw = (stored: Stored): Stored => ({
    json: JSON.parse(JSON.stringify(stored.json)) as Record<string, unknown>,
    tensors: stored.tensors,
  })
  for (const state of [two, three]) expect(kind.restore(thaw(kind.store(state)))).toEqual(state)
  const { json, tensors } = kind.store(three)
  const damaged = (change: Partial<Stored>) => () => kind.restore({ json, tensors, ...change })
  const coef = tensors['coef'] as { shape: number[]; values: Float64Array }
  expect(damaged({ json: { ...json, classes: [10, 10, 20] } })).toThrow('classes has a label twice')
  expect(damaged({ json: { ...json, classes: [10, '20', 30] } })).toThrow('classes holds labels of different types')
  for (const seen of [[0], [0, 0, 1], [0, 1, 3], [1, 0, 2], 'all'])
    expect(damaged({ json: { ...json, seen } })).toThrow('seen is not a rising list of two or more class numbers')
  expect(damaged({ json: { ...json, converged: 'yes' } })).toThrow('converged is not true or false')
  expect(damaged({ json: { ...json, features: ['a'] } })).toThrow('tensor coef has shape 3x2, not 3x1')
  expect(damaged({ json: { ...json, seen: [0, 1] } })).toThrow('tensor coef has shape 3x2, not 1x2')
  expect(damaged({ tensors: { ...tensors, coef: { ...coef, values: coef.values.map(() => Number.NaN) } } })).toThrow(
    'coef holds a number that is not finite',
  )
  expect(damaged({ tensors: { coef } })).toThrow('no tensor intercept')
})

function columnsOf(state: LogisticState, values: readonly (readonly number[])[]): Columns {
  return new Map(state.features.map((name, i) => [name, Float64Array.from(values[i] as readonly number[])]))
}

function predicted(state: LogisticState, ...values: readonly (readonly number[])[]): (Label | null)[] {
  const { codes, values: classes } = kind.predict(state, columnsOf(state, values), values[0]?.length ?? 0).get('prediction') as Coded
  return Array.from(codes, code => classes[code] ?? null)
}

function shares(state: LogisticState, ...values: readonly (readonly number[])[]): Lists {
  return kind.predict(state, columnsOf(state, values), values[0]?.length ?? 0).get('probabilities') as Lists
}

function nullable(name: string): Field {
  return { name, type: 'float64', nullable: true }
}

function expressed(state: LogisticState, table: readonly (readonly (number | null)[])[]): unknown[] {
  const fields = state.features.map(nullable)
  const batch = batchFromRows(
    fields,
    table.map(row => Object.fromEntries(state.features.map((name, i) => [name, row[i] ?? null]))),
  )
  const node = kind.express(state, name => columnNode(nullable(name)))?.get('prediction')
  if (node === undefined) throw new Error('not expressed')
  return valuesOf(evaluate(node, batch))
}
