/** Against scikit-learn; the numbers are in `golden/metrics.json`. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TidemillError } from '../../errors/index.ts'
import { seededRandom } from '../../time/index.ts'
import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  brier,
  classificationMetrics,
  confusion,
  f1,
  kappa,
  logLoss,
  mae,
  mape,
  maxError,
  mcc,
  medianAbsoluteError,
  mse,
  precision,
  r2,
  recall,
  rmse,
  rocAuc,
  rocCurve,
  type Scored,
  scorerNamed,
  scorers,
} from './index.ts'

interface Golden {
  readonly tolerance: number
  readonly y: readonly number[]
  readonly score: readonly number[]
  readonly w: readonly number[]
  readonly auc: number
  readonly auc_weighted: number
  readonly average_precision: number
  readonly brier: number
  readonly log_loss_clip: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly mcc: number
  readonly balanced: number
  readonly roc: { readonly fpr: readonly number[]; readonly tpr: readonly number[]; readonly thresholds: readonly (number | null)[] }
  readonly y3: readonly number[]
  readonly p3: readonly number[]
  readonly p3Shares: readonly (readonly number[])[]
  readonly confusion3: readonly (readonly number[])[]
  readonly f1_macro: number
  readonly f1_weighted: number
  readonly kappa: number
  readonly weighted: Readonly<Record<string, number>>
  readonly unweighted: Readonly<Record<string, number>>
  readonly regression: {
    readonly truth: readonly number[]
    readonly prediction: readonly number[]
    readonly w: readonly number[]
    readonly plain: Readonly<Record<string, number>>
    readonly weighted: Readonly<Record<string, number>>
  }
}
const golden = JSON.parse(readFileSync(new URL('./golden/metrics.json', import.meta.url), 'utf8')) as Golden
const { y, score, w, y3, p3 } = golden
const hard = score.map(x => (x >= 0.5 ? 1 : 0))
const shares3 = { items: Float64Array.from(golden.p3Shares.flat()), width: 3 }
const seed = { seed: 20_261_121, numRuns: 200 }

test('metrics of two classes with many equal scores are those of scikit-learn', () => {
  close(rocAuc(y, score), golden.auc)
  close(rocAuc(y, score, { weights: w }), golden.auc_weighted)
  close(averagePrecision(y, score), golden.average_precision)
  close(brier(y, score), golden.brier)
  close(
    logLoss(
      y,
      score.map(x => Math.min(Math.max(x, 1e-15), 1 - 1e-15)),
    ),
    golden.log_loss_clip,
  )
  close(precision(y, hard), golden.precision)
  close(recall(y, hard), golden.recall)
  close(f1(y, hard), golden.f1)
  close(mcc(y, hard), golden.mcc)
  close(balancedAccuracy(y, hard), golden.balanced)
  const curve = rocCurve(y, score)
  closeAll(curve.falsePositiveRate, golden.roc.fpr)
  closeAll(curve.truePositiveRate, golden.roc.tpr)
  expect([...curve.thresholds]).toEqual(golden.roc.thresholds.map(x => x ?? Number.POSITIVE_INFINITY))
})

test('metrics of three classes are those of scikit-learn', () => {
  expect(confusion(y3, p3)).toEqual({ labels: [0, 1, 2], counts: golden.confusion3 })
  close(f1(y3, p3), golden.f1_macro)
  close(f1(y3, p3, { average: 'macro' }), golden.f1_macro)
  close(f1(y3, p3, { average: 'weighted' }), golden.f1_weighted)
  close(kappa(y3, p3), golden.kappa)
  close(accuracy(y3, p3), at('unweighted', 'accuracy3'))
  close(mcc(y3, p3), at('unweighted', 'mcc3'))
  close(logLoss(y, score), at('unweighted', 'logLoss'))
  close(logLoss(y3, shares3), at('unweighted', 'logLoss3'))
  close(brier(y3, shares3), at('unweighted', 'brier3'))
  close(rocAuc(y3, shares3), at('unweighted', 'auc3'))
})

test('weighted metrics are those of scikit-learn', () => {
  const weights = w
  const found: Readonly<Record<string, number>> = {
    accuracy: accuracy(y3, p3, { weights }),
    balancedAccuracy: balancedAccuracy(y3, p3, { weights }),
    precisionBinary: precision(y, hard, { weights }),
    recallBinary: recall(y, hard, { weights }),
    f1Binary: f1(y, hard, { weights }),
    ...Object.fromEntries(
      (['macro', 'micro', 'weighted'] as const).flatMap(average =>
        Object.entries({ precision, recall, f1 }).map(([name, metric]) => [
          `${name}${average.slice(0, 1).toUpperCase()}${average.slice(1)}`,
          metric(y3, p3, { average, weights }),
        ]),
      ),
    ),
    mcc: mcc(y3, p3, { weights }),
    kappa: kappa(y3, p3, { weights }),
    logLoss: logLoss(y, score, { weights }),
    logLoss3: logLoss(y3, shares3, { weights }),
    brier: brier(y, score, { weights }),
    brier3: brier(y3, shares3, { weights }),
    averagePrecision: averagePrecision(y, score, { weights }),
    auc3: rocAuc(y3, shares3, { weights }),
  }
  expect(Object.keys(found).sort()).toEqual(Object.keys(golden.weighted).sort())
  for (const [name, value] of Object.entries(found)) close(value, golden.weighted[name], name)
})

test('metrics of numbers are those of scikit-learn, weighted too', () => {
  const { truth, prediction, w: weights, plain, weighted } = golden.regression
  const metrics = { mse, rmse, mae, r2, medianAbsoluteError, mape }
  for (const [name, metric] of Object.entries(metrics)) {
    close(metric(truth, prediction), plain[name], name)
    close(metric(truth, prediction, { weights }), weighted[name], name)
  }
  close(maxError(truth, prediction), plain['maxError'])
})

test('the area under the curve is the share of pairs in the right order, equal scores counting half', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.boolean()), { minLength: 2, maxLength: 40 })
  fc.assert(
    fc.property(rows, list => {
      const side = (positive: boolean): number[] => list.filter(([, label]) => label === positive).map(([x]) => x)
      fc.pre(side(true).length > 0 && side(false).length > 0)
      let right = 0
      for (const a of side(true)) for (const b of side(false)) right += a > b ? 1 : a === b ? 0.5 : 0
      const found = rocAuc(
        list.map(([, label]) => label),
        list.map(([x]) => x),
      )
      expect(found).toBeCloseTo(right / side(true).length / side(false).length, 12)
    }),
    seed,
  )
})

test('a weight counts a row so often, in every metric', () => {
  const random = seededRandom(4)
  const row = fc.record({
    y: fc.integer({ min: 0, max: 2 }),
    p: fc.integer({ min: 0, max: 2 }),
    t: fc.integer({ min: 1, max: 9 }),
    w: fc.integer({ min: 0, max: 3 }),
  })
  fc.assert(
    fc.property(fc.array(row, { minLength: 4, maxLength: 20 }), list => {
      // Every class is there and weighs something.
      const rows = [...list, ...[0, 1, 2].map(k => ({ y: k, p: k, t: 3, w: 1 }))].map(one => ({ ...one, x: random.next() }))
      const often = rows.flatMap(one => Array.from({ length: one.w }, () => one))
      for (const role of ['classifier', 'regressor'] as const)
        for (const [name, { score: metric }] of Object.entries(scorers[role])) {
          if (name === 'averagePrecision' || name === 'maxError') continue
          const scored = (of: typeof rows, weights?: Float64Array): Scored => ({
            truth: role === 'regressor' ? Float64Array.from(of, one => one.t) : Int32Array.from(of, one => one.y),
            prediction: role === 'regressor' ? Float64Array.from(of, one => one.x) : Int32Array.from(of, one => one.p),
            probabilities: Float64Array.from(of.flatMap(one => [one.x, (1 - one.x) / 3, ((1 - one.x) * 2) / 3])),
            width: 3,
            classes: ['a', 'b', 'c'],
            weights,
          })
          const [once, wanted] = [
            metric(
              scored(
                rows,
                Float64Array.from(rows, one => one.w),
              ),
            ),
            metric(scored(often)),
          ]
          expect(Math.abs(once - wanted), name).toBeLessThan(1e-9 * Math.max(1, Math.abs(wanted)))
        }
    }),
    { seed: 20_261_121, numRuns: 50 },
  )
})

test('labels may be texts, numbers or booleans; the second in order is the positive one', () => {
  expect(precision(['no', 'yes', 'yes'], ['yes', 'yes', 'no'])).toBe(0.5)
  expect(recall([false, true, true], [true, true, true])).toBe(1)
  expect(precision(['no', 'yes', 'yes'], ['yes', 'yes', 'no'], { positive: 'no' })).toBe(0)
  expect(confusion(['b', 'a', 'b'], ['a', 'a', 'b'], { labels: ['b', 'a', 'c'] })).toEqual({
    labels: ['b', 'a', 'c'],
    counts: [
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
  })
  // By code point a letter outside the first plane comes after \uffff.
  expect(confusion(['\u{1F600}', '\uffff'], ['\u{1F600}', '\uffff']).labels).toEqual(['\uffff', '\u{1F600}'])
  expect(rocAuc(['good', 'bad', 'good'], [0.1, 0.9, 0.3], { positive: 'bad' })).toBe(1)
  expect(accuracy(Int32Array.of(0, 1), Float64Array.of(0, 1))).toBe(1)
})

test('a mean over the labels takes in one that was only predicted, not one that does not occur', () => {
  expect(f1([0, 0, 1], [0, 2, 1])).toBeCloseTo((2 / 3 + 1 + 0) / 3, 12)
  expect(f1([0, 0, 1], [0, 2, 1], { labels: [0, 1, 2, 3] })).toBeCloseTo(5 / 9, 12)
  expect(balancedAccuracy([0, 0, 1], [0, 2, 1])).toBe(0.75)
})

test('what would divide by zero is what the pages say', () => {
  expect(precision([0, 1], [0, 0])).toBe(0)
  expect(recall([0, 0, 1], [1, 1, 1], { positive: 0 })).toBe(0)
  expect(f1([0, 0], [0, 0], { labels: [0, 1] })).toBe(0)
  expect(mcc([1, 1], [0, 1])).toBe(0)
  expect(kappa([1, 1], [1, 1])).toBeNaN()
  expect(r2([2, 2], [2, 2])).toBe(1)
  expect(r2([0.1, 0.1, 0.1], [0.1, 0.1, 0.2])).toBe(0)
  expect(r2([1], [1])).toBeNaN()
  expect(mape([0], [1])).toBe(1 / Number.EPSILON)
  expect(logLoss([0, 1], [1, 1])).toBeCloseTo(Math.log(2 ** 52) / 2, 12)
  expect(medianAbsoluteError([1, 2, 3, 4], [1, 2, 3, 9])).toBe(0)
  expect(medianAbsoluteError([0, 0], [1, 4])).toBe(2.5)
})

test('all figures of a classifier in one call', () => {
  const probabilities = Float64Array.from(score.flatMap(x => [1 - x, x]))
  const found = classificationMetrics({
    truth: Int32Array.from(y),
    prediction: Int32Array.from(hard),
    probabilities,
    width: 2,
    classes: ['no', 'yes'],
  })
  expect(found).toEqual({
    rows: 40,
    accuracy: accuracy(y, hard),
    balancedAccuracy: balancedAccuracy(y, hard),
    precision: precision(y, hard),
    recall: recall(y, hard),
    f1: f1(y, hard),
    positive: 'yes',
    logLoss: logLoss(y, score),
    rocAuc: rocAuc(y, score),
    confusion: { labels: ['no', 'yes'], counts: confusion(y, hard).counts },
  })
  const three = { truth: Int32Array.from(y3), prediction: Int32Array.from(p3), width: 3, classes: ['a', 'b', 'c'] }
  const more = classificationMetrics({ ...three, probabilities: shares3.items })
  close(more.f1, golden.f1_macro)
  close(more.rocAuc, at('unweighted', 'auc3'))
  expect([more.positive, more.confusion]).toEqual([undefined, { labels: ['a', 'b', 'c'], counts: golden.confusion3 }])
  const bare = classificationMetrics(three)
  expect([bare.logLoss, bare.rocAuc, bare.f1]).toEqual([Number.NaN, Number.NaN, more.f1])
  const oneClass = classificationMetrics({
    truth: Int32Array.of(0, 0),
    prediction: Int32Array.of(0, 1),
    probabilities: Float64Array.of(0.8, 0.2, 0.4, 0.6),
    width: 2,
    classes: ['a', 'b'],
  })
  expect([oneClass.rocAuc, oneClass.accuracy]).toEqual([Number.NaN, 0.5])
  expect(oneClass.logLoss).toBeCloseTo(-(Math.log(0.8) + Math.log(0.4)) / 2, 12)
})

test('scorers give what their metrics give, and say which way is better', () => {
  const scored: Scored = {
    truth: Int32Array.from(y),
    prediction: Int32Array.from(hard),
    probabilities: Float64Array.from(score.flatMap(x => [1 - x, x])),
    width: 2,
    classes: ['no', 'yes'],
    weights: Float64Array.from(w),
  }
  const weights = w
  const wanted = {
    accuracy: accuracy(y, hard, { weights }),
    balancedAccuracy: balancedAccuracy(y, hard, { weights }),
    precision: precision(y, hard, { weights }),
    recall: recall(y, hard, { weights }),
    f1: f1(y, hard, { weights }),
    mcc: mcc(y, hard, { weights }),
    kappa: kappa(y, hard, { weights }),
    logLoss: logLoss(y, score, { weights }),
    brier: brier(y, score, { weights }),
    rocAuc: rocAuc(y, score, { weights }),
    averagePrecision: averagePrecision(y, score, { weights }),
  }
  expect(Object.keys(scorers.classifier)).toEqual(Object.keys(wanted))
  for (const [name, value] of Object.entries(wanted)) close(scorerNamed('classifier', name).score(scored), value, name)
  const numbers = { truth: Float64Array.of(1, 2, 4), prediction: Float64Array.of(1, 3, 3), width: 1, classes: [] }
  for (const [name, metric] of Object.entries({ mse, rmse, mae, r2, maxError, medianAbsoluteError, mape }))
    expect(scorerNamed('regressor', name).score(numbers)).toBe(metric(numbers.truth, numbers.prediction))
  const lower = Object.entries({ ...scorers.classifier, ...scorers.regressor }).flatMap(([name, { better }]) =>
    better === 'lower' ? [name] : [],
  )
  expect(lower.sort()).toEqual(['brier', 'logLoss', 'mae', 'mape', 'maxError', 'medianAbsoluteError', 'mse', 'rmse'])
  const one = { ...scored, truth: new Int32Array(40) }
  expect([scorerNamed('classifier', 'rocAuc').score(one), scorerNamed('classifier', 'averagePrecision').score(one)]).toEqual([
    Number.NaN,
    Number.NaN,
  ])
})

test('bad input is refused, and it is said what is bad', () => {
  expect(message(() => accuracy([1, 2], [1]))).toBe('lengths that differ: 2 true values, 1 predictions')
  expect(message(() => mse([], []))).toBe('no row to compare')
  expect(message(() => mse([1, 2], [1, Number.NaN]))).toBe('prediction that is not finite: NaN in row 1')
  expect(message(() => r2([1, Number.POSITIVE_INFINITY], [1, 2]))).toBe('true value that is not finite: Infinity in row 1')
  expect(message(() => mae([1], [1], { weights: [1, 2] }))).toBe('lengths that differ: 1 rows, 2 weights')
  expect(message(() => mae([1], [1], { weights: [-1] }))).toBe('weight below 0: -1 in row 0')
  expect(message(() => mae([1], [1], { weights: [0] }))).toBe('no row to compare: every weight is 0')
  expect(message(() => accuracy([1, Number.NaN], [1, 1]))).toBe('value that is no label: NaN in row 1')
  expect(message(() => accuracy([1, null as never], [1, 1]))).toBe('value that is no label: null in row 1')
  expect(message(() => accuracy([1, 'a'], [1, 1]))).toBe('labels of different types: 1 and "a"')
  expect(message(() => accuracy(['a'], ['c'], { labels: ['a', 'b'] }))).toBe('unknown label: c in row 0 (have a, b)')
  expect(message(() => f1([0, 1, 2], [0, 1, 2], { average: 'binary' }))).toBe('no positive label among 3: 0, 1, 2')
  expect(message(() => f1([0, 1], [0, 1], { positive: 7 }))).toBe('unknown positive label: 7 (have 0, 1)')
  expect(message(() => rocAuc([1, 1], [0.1, 0.2]))).toBe('one side only: all rows are 1')
  expect(message(() => rocAuc([0, 0], [0.1, 0.2], { labels: [0, 1] }))).toBe('one side only: no row is 1')
  expect(message(() => rocAuc([0, 1], [0.1, Number.NaN]))).toBe('score that is not finite: NaN in row 1')
  expect(message(() => rocAuc([0, 1], { items: Float64Array.of(1, 0, 0, 1, 0, 0), width: 3 }))).toBe('2 labels (0, 1) for 3 scores a row')
  expect(message(() => rocAuc([0, 1], { items: Float64Array.of(1, 0, 0, 1, 0, 0), width: 3 }, { labels: [0, 1, 2] }))).toBe(
    'no rows on one side: all or none are 2',
  )
  expect(message(() => logLoss([0, 1], [0.5, 1.5]))).toBe('probability outside 0 to 1: 1.5 in row 1')
  expect(message(() => logLoss([0, 0], [0.5, 0.5]))).toBe('one label only: 0')
  expect(message(() => logLoss([0, 1, 2], [0.5, 0.5, 0.5]))).toBe('3 labels (0, 1, 2) for 1 probability a row')
  expect(message(() => brier([0, 1], [0.5]))).toBe('lengths that differ: 2 true labels, 1 probabilities of 1 a row')
  expect(message(() => scorerNamed('regressor', 'accuracy'), 'ml.param')).toBe(
    'unknown scoring: accuracy (a regressor has mse, rmse, mae, r2, maxError, medianAbsoluteError, mape)',
  )
  const three = { truth: Int32Array.of(0, 1, 2), prediction: Int32Array.of(0, 1, 2), width: 3, classes: ['a', 'b', 'c'] }
  expect(message(() => scorerNamed('classifier', 'logLoss').score(three))).toBe('no probabilities to score')
  expect(message(() => scorerNamed('classifier', 'averagePrecision').score({ ...three, probabilities: new Float64Array(9) }))).toBe(
    'averagePrecision of 3 classes',
  )
  expect(message(() => classificationMetrics({ ...three, probabilities: new Float64Array(6), width: 2 }))).toBe(
    '6 probabilities for 3 rows of 3 classes',
  )
})

function at(part: 'weighted' | 'unweighted', name: string): number {
  return golden[part][name] as number
}

function close(found: number, wanted: number | undefined, name = ''): void {
  if (wanted === undefined) throw new Error(`no golden ${name}`)
  expect(Math.abs(found - wanted), `${name} ${found} for ${wanted}`).toBeLessThanOrEqual(golden.tolerance * Math.max(1, Math.abs(wanted)))
}

function closeAll(found: ArrayLike<number>, wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length)
  for (const [i, value] of wanted.entries()) close(found[i] as number, value)
}

function message(work: () => unknown, code = 'ml.metric'): string {
  try {
    work()
  } catch (error) {
    if (error instanceof TidemillError && error.code === code) return error.message
    throw error
  }
  throw new Error('it did not throw')
}
