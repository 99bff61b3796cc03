/** What the compiler says about preparing columns. Nothing marked here may compile; the comment quotes the compiler, or says why. */
/* oxlint-disable vitest/expect-expect -- the compiler is what asserts here */
import type { Dataset, Timestamp } from 'tidemill'
import { columns, imputer, linearRegression, minMaxScaler, oneHotEncoder, pipeline, standardScaler } from 'tidemill/ml'
import { expectTypeOf, test } from 'vitest'

declare const people: Dataset<{ age: number | null; pay: bigint; job: string | null; fit: boolean; at: Timestamp; height: number }>
declare const numbers: Dataset<{ age: number | null; height: number }>
const prepare = columns({
  number: { of: ['age', 'pay'], use: pipeline({ fill: imputer({ strategy: 'median' }), scale: standardScaler() }) },
  word: { of: ['job', 'fit'], use: oneHotEncoder({ drop: 'first' }) },
})

test('an imputer of means takes numbers, one of modes takes text', async () => {
  const filled: { age: number | null; height: number }[] = await (await imputer().fit(numbers)).transform(numbers).rows()
  void filled
  await imputer({ strategy: 'mode' }).fit(people, { columns: ['job', 'age'] })
  // @ts-expect-error numeric columns only
  await imputer().fit(people, { columns: ['job', 'age'] })
  // @ts-expect-error numeric columns only
  await imputer({ strategy: 'median' }).fit(people, { columns: ['job'] })
  // @ts-expect-error no such strategy
  imputer({ strategy: 'max' })
})

test('an encoder takes text', async () => {
  const model = await oneHotEncoder().fit(people, { columns: ['job', 'fit'] })
  const features: readonly ('job' | 'fit')[] = model.features
  const rows: { job: string | null; height: number }[] = await model.transform(people).select('job', 'height').rows()
  void [features, rows]
  // @ts-expect-error 'last' is not assignable
  oneHotEncoder({ drop: 'last' })
  // @ts-expect-error job is missing
  model.predict({ fit: true })
  // @ts-expect-error the data have no job
  model.transform(numbers)
})

test('columns() names what it needs', async () => {
  const model = await prepare.fit(people)
  const features: readonly ('age' | 'pay' | 'job' | 'fit')[] = model.features
  model.predict({ age: null, pay: 1n, job: null, fit: true })
  const strategy: 'mean' | 'median' | 'mode' = prepare.params['number.fill.strategy']
  prepare.with({ 'number.scale.withMean': false, 'word.maxCategories': 10 })
  void [features, strategy]
  // @ts-expect-error pay, job and fit are missing in the data
  await prepare.fit(numbers)
  // @ts-expect-error no such parameter
  prepare.with({ 'word.withMean': false })
  // @ts-expect-error fit is missing
  model.predict({ age: null, pay: 1n, job: null })
})

test('a column of the wrong type does not compile', async () => {
  // @ts-expect-error a scaler over text
  await columns({ scale: { of: ['job'], use: standardScaler() } }).fit(people)
  // @ts-expect-error a mean of text
  await columns({ fill: { of: ['job'], use: imputer() } }).fit(people)
  // @ts-expect-error a category is text, a number or a boolean, no time
  await columns({ encode: { of: ['at'], use: oneHotEncoder() } }).fit(people)
  await columns({ fill: { of: ['job'], use: imputer({ strategy: 'mode' }) } }).fit(people)
  // @ts-expect-error the other part does not make it right
  await columns({ encode: { of: ['job'], use: oneHotEncoder() }, scale: { of: ['job'], use: minMaxScaler() } }).fit(people)
})

test('a part only transforms', () => {
  // @ts-expect-error a regressor
  columns({ fit: { of: ['age'], use: linearRegression() } })
  // @ts-expect-error a pipeline that ends in a regressor
  columns({ fit: { of: ['age'], use: pipeline({ scale: standardScaler(), fit: linearRegression() }) } })
  // @ts-expect-error no columns
  columns({ fit: { use: standardScaler() } })
})

test('a pipeline with columns() first needs what they name, and takes text', async () => {
  const price = pipeline({ prepare, fit: linearRegression() })
  const model = await price.fit(people, { target: 'height' })
  const features: readonly ('age' | 'pay' | 'job' | 'fit')[] = model.features
  const { prediction }: { prediction: number } = model.predict({ age: 1, pay: 1n, job: 'x', fit: false })
  price.with({ 'prepare.number.fill.strategy': 'mean', 'fit.intercept': false })
  const nested = pipeline({ all: price.with({}) })
  await nested.fit(people, { target: 'height' })
  void [features, prediction]
  // @ts-expect-error the target is missing
  await price.fit(people)
  // @ts-expect-error pay, job and fit are missing in the data
  await price.fit(numbers, { target: 'height' })
  // @ts-expect-error a regressor needs a numeric target
  await price.fit(people, { target: 'job' })
  // @ts-expect-error no such parameter
  price.with({ 'prepare.word.strategy': 'mean' })
})

test('a pipeline with an encoder takes text, one of numbers does not', async () => {
  const words = pipeline({ encode: oneHotEncoder(), fit: linearRegression() })
  await words.fit(people, { target: 'height', columns: ['job', 'fit'] })
  const plain = pipeline({ fill: imputer(), fit: linearRegression() })
  await plain.fit(numbers, { target: 'height' })
  // @ts-expect-error numeric columns only
  await plain.fit(people, { target: 'height', columns: ['job'] })
})

declare const gaps: Dataset<{ d: number | null; e: number; y: number }>

test('a prediction may be NULL where a feature may be and nothing fills it', async () => {
  const plain = (await (await linearRegression().fit(gaps, { target: 'y' })).transform(gaps).rows())[0]
  expectTypeOf(plain?.prediction).toEqualTypeOf<number | null | undefined>()
  const fill = pipeline({ prepare: columns({ all: { of: ['d', 'e'], use: imputer() } }), fit: linearRegression() })
  const filled = (await (await fill.fit(gaps, { target: 'y' })).transform(gaps).rows())[0]
  expectTypeOf(filled?.prediction).toEqualTypeOf<number | undefined>()
  const whole = (await (await linearRegression().fit(gaps, { target: 'y', columns: ['e'] })).transform(gaps).rows())[0]
  expectTypeOf(whole?.prediction).toEqualTypeOf<number | undefined>()
})
