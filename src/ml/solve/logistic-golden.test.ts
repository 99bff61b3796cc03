/** Against scikit-learn on iris and German credit; the numbers are in `golden/logistic.json`. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { germanCredit, iris } from '../../datasets/index.ts'
import { type Session, tidemill } from '../../session/index.ts'
import { blockOf } from '../blocks.ts'
import type { Coded, Label, Lists } from '../kinds/index.ts'
import { logisticRegressionKind as kind, type LogisticState } from '../kinds/logistic.ts'
import { accuracy, averagePrecision, brier, confusion, f1, logLoss, mcc, rocAuc } from '../metrics/index.ts'
import { learnLogistic, type LogisticOptions } from './learn-logistic.ts'

interface Golden {
  readonly iris: {
    readonly classes: readonly string[]
    readonly coef: readonly (readonly number[])[]
    readonly intercept: readonly number[]
    readonly train_log_loss: number
    readonly train_accuracy: number
    readonly proba_first3: readonly (readonly number[])[]
    readonly folds: string
    readonly cv_accuracy: readonly number[]
    readonly cv_log_loss: readonly number[]
  }
  readonly german: {
    readonly folds: string
    readonly cv_auc: readonly number[]
    readonly cv_accuracy: readonly number[]
    readonly cv_log_loss: readonly number[]
    readonly cv_ap: readonly number[]
    readonly oof: {
      readonly auc: number
      readonly brier: number
      readonly confusion_at_0_5: readonly number[][]
      readonly f1: number
      readonly mcc: number
    }
    readonly full_intercept: readonly number[]
    readonly full_coef_numeric: readonly number[]
  }
  readonly grid: {
    readonly params: readonly { readonly C: number; readonly class_weight: 'balanced' | null }[]
    readonly mean_auc: readonly number[]
  }
}
const golden = JSON.parse(readFileSync(new URL('./golden/logistic.json', import.meta.url), 'utf8')) as Golden

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

test('iris: coefficients, probabilities and cross-validated scores are those of scikit-learn', async () => {
  const flowers = await (await tm.read(iris())).rows()
  const names = ['sepalLength', 'sepalWidth', 'petalLength', 'petalWidth'] as const
  const raw = names.map(name => Float64Array.from(flowers, flower => flower[name]))
  const { classes } = golden.iris
  const y = Float64Array.from(flowers, flower => classes.indexOf(flower.species))
  const all = Int32Array.from(y.keys())
  const state = await learn(scaled(raw, all), y, classes)
  const tolerance = 1e-5
  for (const [k, row] of golden.iris.coef.entries()) closeAll(state.coef[k] as readonly number[], row, tolerance)
  closeAll(state.intercept, golden.iris.intercept, tolerance)
  // Rounding keeps it from a tolerance like this; it must notice.
  const endless = await learn(scaled(raw, all), y, classes, { tolerance: 1e-18 })
  expect(endless.converged).toBe(true)
  expect(endless.iterations).toBeLessThan(100)
  const seen = predict(state, scaled(raw, all))
  close(logLoss(y, seen.probabilities), golden.iris.train_log_loss, tolerance)
  close(accuracy(y, seen.codes), golden.iris.train_accuracy, tolerance)
  closeAll([...seen.probabilities.items.subarray(0, 9)], golden.iris.proba_first3.flat(), tolerance)
  const folds = await held(golden.iris.folds, async (train, test) => {
    const columns = scaled(raw, train)
    const model = await learn(columns.map(pick(train)), pick(train)(y), classes)
    const { codes, probabilities } = predict(model, columns.map(pick(test)))
    return [accuracy(pick(test)(y), codes), logLoss(pick(test)(y), probabilities)]
  })
  closeAll(folds.map(at(0)), golden.iris.cv_accuracy, tolerance)
  closeAll(folds.map(at(1)), golden.iris.cv_log_loss, tolerance)
})

test('German credit: coefficients, cross-validated scores, out-of-fold figures, and the grid of c and class weights', async () => {
  const { numbers, categories, y } = await credits()
  const tolerance = 1e-4
  const encoded = (train: Int32Array): Float64Array[] => [...scaled(numbers, train), ...categories]
  const full = await learn(encoded(Int32Array.from(y.keys())), y, [1, 2])
  closeAll((full.coef[0] as readonly number[]).slice(0, numbers.length), golden.german.full_coef_numeric, tolerance)
  closeAll(full.intercept, golden.german.full_intercept, tolerance)
  const outOfFold = new Float64Array(y.length)
  const folds = await held(golden.german.folds, async (train, test) => {
    const columns = encoded(train)
    const model = await learn(columns.map(pick(train)), pick(train)(y), [1, 2])
    const { codes, probabilities } = predict(model, columns.map(pick(test)))
    const bad = probabilities.items.filter((_, i) => i % 2 === 1)
    test.forEach((row, i) => (outOfFold[row] = bad[i] as number))
    const truth = pick(test)(y)
    return [rocAuc(truth, bad), accuracy(truth, codes), logLoss(truth, probabilities), averagePrecision(truth, bad)]
  })
  const { german } = golden
  for (const [i, wanted] of [german.cv_auc, german.cv_accuracy, german.cv_log_loss, german.cv_ap].entries())
    closeAll(folds.map(at(i)), wanted, tolerance)
  const hard = outOfFold.map(share => (share > 0.5 ? 1 : 0))
  close(rocAuc(y, outOfFold), german.oof.auc, tolerance)
  close(brier(y, outOfFold), german.oof.brier, tolerance)
  close(f1(y, hard), german.oof.f1, tolerance)
  close(mcc(y, hard), german.oof.mcc, tolerance)
  expect(confusion(y, hard).counts).toEqual(german.oof.confusion_at_0_5)
  for (const [i, { C, class_weight }] of golden.grid.params.entries()) {
    const areas = await held(german.folds, async (train, test) => {
      const columns = encoded(train)
      const options = { c: C, classWeight: class_weight ?? 'none', tolerance: 1e-6 } as const
      const model = await learn(columns.map(pick(train)), pick(train)(y), [1, 2], options)
      return [rocAuc(pick(test)(y), predict(model, columns.map(pick(test))).probabilities)]
    })
    close(areas.reduce((sum, [area]) => sum + (area as number), 0) / 5, golden.grid.mean_auc[i] as number, tolerance)
  }
})

/** Numbers, each category as a column of 0 and 1, and the class: 1 for bad. */
async function credits(): Promise<{ numbers: Float64Array[]; categories: Float64Array[]; y: Float64Array }> {
  const list: readonly Readonly<Record<string, string | number>>[] = await (await tm.read(germanCredit())).rows()
  const names = Object.keys(list[0] ?? {}).filter(name => name !== 'class')
  const isNumber = (name: string): boolean => typeof list[0]?.[name] === 'number'
  const categories = names
    .filter(name => !isNumber(name))
    .flatMap(name =>
      [...new Set(list.map(row => String(row[name])))].sort().map(value => Float64Array.from(list, row => (row[name] === value ? 1 : 0))),
    )
  return {
    numbers: names.filter(isNumber).map(name => Float64Array.from(list, row => Number(row[name]))),
    categories,
    y: Float64Array.from(list, row => Number(row['class']) - 1),
  }
}

/** Columns with mean 0 and standard deviation 1 over the rows that are learnt from. */
function scaled(columns: readonly Float64Array[], train: Int32Array): Float64Array[] {
  return columns.map(column => {
    const seen = pick(train)(column)
    const mean = seen.reduce((sum, x) => sum + x, 0) / seen.length
    const deviation = Math.sqrt(seen.reduce((sum, x) => sum + (x - mean) ** 2, 0) / seen.length)
    return column.map(x => (x - mean) / deviation)
  })
}

function learn(
  x: readonly Float64Array[],
  y: Float64Array,
  classes: readonly Label[],
  options: Partial<LogisticOptions> = {},
): Promise<LogisticState> {
  const columns = [...x, y]
  async function* one() {
    yield blockOf(
      columns.map((_, i) => `x${i}`),
      columns,
      y.length,
    )
  }
  return learnLogistic(one, {
    features: x.map((_, i) => `x${i}`),
    classes,
    weighted: false,
    c: 1,
    penalty: 'l2',
    intercept: true,
    classWeight: 'none',
    tolerance: 1e-10,
    maxIterations: 1000,
    ...options,
  })
}

function predict(state: LogisticState, x: readonly Float64Array[]): { readonly codes: Int32Array; readonly probabilities: Lists } {
  const written = kind.predict(state, new Map(x.map((column, i) => [`x${i}`, column])), x[0]?.length ?? 0)
  return { codes: (written.get('prediction') as Coded).codes, probabilities: written.get('probabilities') as Lists }
}

/** What a function gives for each fold: it gets the rows to learn from and the ones held out. */
function held(folds: string, work: (train: Int32Array, test: Int32Array) => Promise<readonly number[]>): Promise<(readonly number[])[]> {
  const rows = Int32Array.from([...folds].keys())
  return Promise.all(
    ['0', '1', '2', '3', '4'].map(fold =>
      work(
        rows.filter(row => folds[row] !== fold),
        rows.filter(row => folds[row] === fold),
      ),
    ),
  )
}

function pick(rows: Int32Array): (column: Float64Array) => Float64Array {
  return column => Float64Array.from(rows, row => column[row] as number)
}

function at(index: number): (values: readonly number[]) => number {
  return values => values[index] as number
}

function close(found: number, wanted: number, tolerance: number): void {
  expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(wanted)))
}

function closeAll(found: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(found.length).toBe(wanted.length)
  for (const [i, value] of wanted.entries()) close(found[i] as number, value, tolerance)
}
