/** What learning keeps: the same rows give the same bits, whatever else differs. */
import assert from 'node:assert/strict'
import { TidemillError } from '../../errors/index.ts'
import { type AnyEstimator, estimatorFrom } from '../../ml/index.ts'
import type { Relation } from '../../plan/index.ts'
import { expectAborted } from '../expect.ts'
import { alike, cutInto, planned, same, single, valuesOf } from './bits.ts'
import type { Case } from '../suite.ts'
import { type EstimatorContext, estimatorCase } from './context.ts'
import { fit, type Sample, samples, schemaOf, subject, withNulls } from './samples.ts'

/** What an estimator learnt, as what its model gives for some rows. */
async function learnt(
  estimator: AnyEstimator,
  data: Relation<unknown>,
  rows: readonly Sample[],
  options: object = {},
): Promise<ReturnType<typeof single>> {
  const found = single(await fit(estimator, data, options), rows.slice(0, 40))
  assert.ok(
    found.every(row => row?.every(value => value !== null)),
    'a row without NULLs has no prediction',
  )
  return found
}

/** Tolerance where sums are taken in another order; a classifier may stop its search a little earlier or later. */
const closeness = (estimator: AnyEstimator): number => (estimator.role === 'classifier' ? 1e-5 : 1e-9)

export const learningCases: readonly Case<EstimatorContext>[] = [
  estimatorCase('learning twice from the same rows gives the same bits', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of)
    const data = await table(rows, schemaOf(of))
    same(await learnt(make(), data, rows), await learnt(make(), data, rows))
  }),
  estimatorCase('how the rows are cut into batches does not change a bit', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 5_000 })
    const data = await table(rows, schemaOf(of))
    const whole = await learnt(make(), data, rows)
    for (const size of [1_000, 4_097]) same(await learnt(make(), cutInto(data, size), rows), whole)
  }),
  estimatorCase('how many threads help does not change a bit', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 1_000 })
    const data = await table(rows, schemaOf(of))
    same(await learnt(make(), data, rows, { workers: 2 }), await learnt(make(), data, rows, { workers: 1 }))
  }),
  estimatorCase('made again from its data it has the same parameters and learns the same bits', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 60 })
    const data = await table(rows, schemaOf(of))
    const [estimator, again] = [make(), estimatorFrom(structuredClone(make()['~data']))]
    assert.deepEqual(again.params, estimator.params)
    assert.deepEqual(again['~data'], estimator['~data'])
    assert.deepEqual(
      [again.role, again.kind, again['~takes'], again['~columns']],
      [of.estimator.role, estimator.kind, estimator['~takes'], estimator['~columns']],
    )
    same(await learnt(again, data, rows), await learnt(estimator, data, rows))
  }),
  estimatorCase('parameters survive with(), and one that is not there is refused', async ({ make }) => {
    const estimator = make()
    const again = estimator.with(estimator.params as never)
    assert.deepEqual(again.params, estimator.params)
    assert.deepEqual(again['~data'], estimator['~data'])
    assert.ok(Object.isFrozen(estimator.params), 'params can be changed')
    assert.throws(
      () => estimator.with({ 'no such': 1 } as never),
      (error: unknown) => error instanceof TidemillError && error.code === 'ml.param' && error.message.includes('no such'),
    )
  }),
  estimatorCase('a row of weight 0 is as if it were not there', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 60 })
    const other = samples(of, { count: 60, seed: 6 })
    const more = rows.flatMap((row, i) => [
      { ...row, w: 1 },
      { ...row, ...other[i], a: i * 1e3, n: i - 60, ...(of.estimator['~takes'].text ? { t: `nowhere ${i}` } : {}), w: 0 },
    ])
    const few = await learnt(make(), await table(rows, schemaOf(of)), rows)
    const many = await learnt(make(), await table(more, { ...schemaOf(of), w: 'float64' }), rows, { weight: 'w' })
    alike(many, few, closeness(of.estimator))
  }),
  estimatorCase('a weight counts a row so often', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 80 })
    const weighted = rows.map((row, i) => ({ ...row, w: 1 + (i % 3) }))
    const repeated = weighted.flatMap(({ w, ...row }) => Array.from({ length: w }, () => row))
    const once = await learnt(make(), await table(weighted, { ...schemaOf(of), w: 'float64' }), rows, { weight: 'w' })
    const often = await learnt(make(), await table(repeated, schemaOf(of)), rows)
    alike(once, often, closeness(of.estimator))
  }),
  estimatorCase('one row is learnt from, or refused in words', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 1 })
    await learntOrRefused(async () => learnt(make(), await table(rows, schemaOf(of)), rows))
  }),
  estimatorCase('a constant feature is learnt from', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 80 }).map(row => ({ ...row, a: 0.1 }))
    await learnt(make(), await table(rows, schemaOf(of)), rows)
  }),
  estimatorCase('NULLs that it takes are learnt from, each row has its answer, and the same bits come again', async ({ make, table }) => {
    const of = subject(make)
    if (!of.estimator['~takes'].missing) return
    const rows = withNulls(samples(of), of.features)
    const data = await table(rows, schemaOf(of, { nullable: of.features }))
    await learntOrRefused(async () => {
      const model = await fit(make(), data)
      const found = await planned(model, data)
      same(await planned(await fit(make(), cutInto(data, 100)), data), found)
      if (of.predicts)
        assert.ok(
          found.every(row => row.every(value => value !== null)),
          'a row has no prediction',
        )
    })
  }),
  estimatorCase('neither the data nor the rows given to predict are changed', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 50 }).map(row => Object.freeze(row))
    const data = await table(Object.freeze(rows), schemaOf(of))
    const before = await valuesOf(data)
    const model = await fit(make(), data, Object.freeze({}))
    await model.evaluate(data)
    single(model, rows)
    same(await valuesOf(data), before)
  }),
  estimatorCase('learning ends when its signal is aborted', async ({ make, table }) => {
    const of = subject(make)
    const data = await table(samples(of, { count: 50 }), schemaOf(of))
    const signal = AbortSignal.abort(new Error('enough'))
    await expectAborted(signal, () => fit(make(), data, { signal }))
  }),
]

/** Passes when the work does, or says in a TidemillError of this room why it cannot be. */
async function learntOrRefused(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof TidemillError && error.code.startsWith('ml.'))) throw error
  }
}
