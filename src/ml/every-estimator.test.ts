/** The contract of estimators, on all there are: the table is walked, so a new one is checked without anybody remembering. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import type { Relation } from '../plan/index.ts'
import type { SchemaSpec } from '../schema/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { checkEstimator } from '../testing/check-estimator.ts'
import { estimatorFrom, simpleEstimators } from './estimator-table.ts'
import * as ml from './index.ts'
import {
  type AnyEstimator,
  columns,
  decisionTreeClassifier,
  imputer,
  linearRegression,
  logisticRegression,
  minMaxScaler,
  oneHotEncoder,
  pipeline,
  randomForestClassifier,
  randomForestRegressor,
  standardScaler,
} from './index.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill({ workers: 2 })
})
afterAll(() => tm.close())

/** Parameters that make a check quick where the defaults do not. */
const quick: Readonly<Record<string, object>> = { randomForestClassifier: { trees: 12 }, randomForestRegressor: { trees: 12 } }
/** Cases that do not hold, by estimator, with the reason. */
const drawn = { 'a weight counts a row so often': 'each tree draws rows, and with more rows draws others' }
const gaps: Readonly<Record<string, Readonly<Record<string, string>>>> = { randomForestClassifier: drawn, randomForestRegressor: drawn }

const scaled = { of: ['a', 'b'], use: pipeline({ fill: imputer({ strategy: 'median' }), scale: standardScaler() }) } as const
const encoded = { of: ['t', 'n'], use: oneHotEncoder({ drop: 'first' }) } as const
const others: readonly (readonly [string, () => AnyEstimator])[] = [
  ['a scaler without mean', () => standardScaler({ withMean: false })],
  ['a scaler to another range', () => minMaxScaler({ low: -1 })],
  ['a regression without intercept', () => linearRegression({ intercept: false })],
  ['an imputer of medians with indicators', () => imputer({ strategy: 'median', indicator: true })],
  ['an imputer of the most frequent values', () => imputer({ strategy: 'mode', indicator: true })],
  ['an encoder that refuses unknown categories', () => oneHotEncoder({ unknown: 'error', drop: 'first' })],
  ['a pipeline of a scaler and a regression', () => pipeline({ scale: standardScaler(), fit: linearRegression() })],
  ['a nested pipeline of scalers', () => pipeline({ first: pipeline({ range: minMaxScaler() }), next: standardScaler() })],
  ['a pipeline that fills', () => pipeline({ fill: imputer({ strategy: 'median' }), scale: standardScaler(), fit: linearRegression() })],
  ['a pipeline that encodes all', () => pipeline({ encode: oneHotEncoder({ drop: 'first' }), fit: linearRegression() })],
  ['columns of numbers', () => columns({ scale: { of: ['b'], use: standardScaler() }, range: { of: ['n', 'a'], use: minMaxScaler() } })],
  ['columns of numbers and text', () => columns({ number: scaled, word: encoded })],
  [
    'columns that refuse unknown categories, then a regression',
    () =>
      pipeline({
        prepare: columns({ number: scaled, word: { of: ['t'], use: oneHotEncoder({ unknown: 'error' }) } }),
        fit: linearRegression(),
      }),
  ],
  [
    'a pipeline of columns and a regression',
    () => pipeline({ prepare: columns({ number: scaled, word: encoded }), fit: linearRegression() }),
  ],
  ['a small tree by entropy', () => decisionTreeClassifier({ criterion: 'entropy', maxDepth: 3, minLeaf: 4 })],
  ['a forest that draws no rows', () => randomForestRegressor({ trees: 5, bootstrap: false, maxFeatures: 0.5, seed: 3 })],
  ['balanced logistic regression', () => logisticRegression({ classWeight: 'balanced', c: 0.1 })],
  [
    'columns, then logistic regression',
    () => pipeline({ prepare: columns({ number: scaled, word: encoded }), fit: logisticRegression({ tolerance: 1e-9 }) }),
  ],
  [
    'columns, then a tree',
    () => pipeline({ prepare: columns({ fill: { of: ['b', 'a'], use: imputer() }, word: encoded }), fit: decisionTreeClassifier() }),
  ],
  ['an encoder, then a forest', () => pipeline({ encode: oneHotEncoder(), fit: randomForestClassifier({ trees: 5, bootstrap: false }) })],
  [
    'columns in columns',
    () =>
      columns({
        all: { of: ['t', 'a', 'n', 'b'], use: pipeline({ inner: columns({ word: encoded, number: scaled }), scale: standardScaler() }) },
      }),
  ],
]
const simple = simpleEstimators.map(kind => [kind, (): AnyEstimator => estimatorFrom({ kind, params: { ...quick[kind] } })] as const)

async function table(list: readonly object[], schema: SchemaSpec): Promise<Relation<unknown>> {
  return tm.read(rows(list, { schema }))
}

describe.each([...simple, ...others])('%s', (name, make) => {
  test('keeps the contract of estimators', async () => {
    const report = await checkEstimator(make, table, { gaps: gaps[name] })
    expect(report.results.filter(result => result.outcome === 'failed')).toEqual([])
    expect(report.results.filter(result => result.outcome === 'declared').length).toBe(Object.keys(gaps[name] ?? {}).length)
    expect(report.results.length).toBeGreaterThan(25)
  })
})

test('every estimator that can be imported is in the table', () => {
  const found = Object.values(ml).flatMap(value => {
    if (typeof value !== 'function') return []
    try {
      const made: unknown = (value as () => unknown)()
      // What else is a promise here fails for want of arguments.
      if (made instanceof Promise) made.catch(() => undefined)
      return typeof made === 'object' && made !== null && '~learn' in made ? [(made as unknown as AnyEstimator).kind] : []
    } catch {
      return []
    }
  })
  expect(found.toSorted()).toEqual([...simpleEstimators].toSorted())
})

test('an estimator of a name that does not exist, or with wrong parts, is refused', () => {
  expect(() => estimatorFrom({ kind: 'magic', params: {} })).toThrow('unknown estimator: magic (have standardScaler')
  expect(() => estimatorFrom({ kind: 'toString', params: {} })).toThrow('unknown estimator: toString')
  expect(() => estimatorFrom({ kind: 'imputer', params: { strategy: 'max' } })).toThrow('strategy must be mean, median or mode')
  expect(() => estimatorFrom({ kind: 'pipeline', params: {} })).toThrow('a pipeline without steps')
  const scale = { kind: 'standardScaler', params: {} }
  expect(() => estimatorFrom({ kind: 'columns', params: {}, parts: [{ name: 'scale', use: scale }] })).toThrow(
    'part scale names no columns',
  )
  expect(() => estimatorFrom({ kind: 'pipeline', params: { 'scale.alpha': 1 }, parts: [{ name: 'scale', use: scale }] })).toThrow(
    'unknown parameter: scale.alpha',
  )
  const changed = estimatorFrom({ kind: 'pipeline', params: { 'scale.withStd': false }, parts: [{ name: 'scale', use: scale }] })
  expect(changed.params).toEqual({ 'scale.withMean': true, 'scale.withStd': false })
})
