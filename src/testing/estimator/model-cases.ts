/** What every model keeps: all ways to predict agree, and what it lacks is named. */
import assert from 'node:assert/strict'
import { describeValue } from '../../display/index.ts'
import { TidemillError } from '../../errors/index.ts'
import { inKernels, planned, refused, revived, same, single } from './bits.ts'
import type { Case } from '../suite.ts'
import { type EstimatorContext, estimatorCase } from './context.ts'
import { fit, type Sample, samples, schemaOf, subject, withNulls } from './samples.ts'

export const modelCases: readonly Case<EstimatorContext>[] = [
  estimatorCase('the plan, the kernels, another thread and one row at a time predict the same bits', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 300 })
    const data = await table(rows, schemaOf(of))
    const model = await fit(make(), data)
    const found = await planned(model, data)
    same(single(model, rows), found)
    same(await revived(model, data), found)
    same((await inKernels(model, data)) ?? found, found)
  }),
  estimatorCase('they agree on NULL and NaN too, and a NULL has no prediction unless it is filled', async ({ make, table }) => {
    const of = subject(make)
    const model = await fit(make(), await table(samples(of, { count: 300 }), schemaOf(of)))
    const holes = withNulls(samples(of, { count: 66 }), of.features).map(
      (row, i): Sample => (i % 11 === 10 && row['a'] !== null ? { ...row, a: Number.NaN } : row),
    )
    const data = await table(holes, schemaOf(of, { nullable: of.features }))
    const found = await planned(model, data)
    const rowwise = single(model, holes)
    same(rowwise, found)
    same(await revived(model, data), found)
    same((await inKernels(model, data)) ?? found, found)
    for (const [i, row] of holes.entries()) {
      const empty = of.features.some(name => row[name] === null)
      // Of NaN a classifier has no label: NULL in a table, an error for one row.
      const none = of.estimator.role === 'classifier' && of.features.some(name => Number.isNaN(row[name]))
      if (rowwise[i] === undefined) assert.ok(empty || none, `row ${i} is whole and was refused`)
      if ((empty || none) && of.predicts)
        assert.equal(found[i]?.[0] === null, rowwise[i] === undefined, `the prediction of row ${i} is ${String(found[i]?.[0])} in a plan`)
    }
  }),
  estimatorCase('a row or a table that lacks a feature is refused and the feature named', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 60 })
    const model = await fit(make(), await table(rows, schemaOf(of)))
    const whole = rows[0] as Sample
    assert.deepEqual(model.features, of.features)
    for (const name of of.features) {
      const { [name]: _, ...rest } = whole
      await refused(() => model.predict(rest), 'ml.missing-feature', name)
      const [filled] = single(model, [{ ...whole, [name]: null }])
      if (filled === undefined) await refused(() => model.predict({ ...whole, [name]: null }), 'ml.missing-feature', name)
      else
        assert.ok(
          filled.every(value => value !== null),
          `NULL in ${name} is neither refused nor filled`,
        )
    }
    const poor = await table([{ other: 1 }], { other: 'float64' })
    await refused(() => model.transform(poor), 'ml.missing-feature', ...of.features)
  }),
  estimatorCase('a feature of another type is refused and named', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 60 })
    const model = await fit(make(), await table(rows, schemaOf(of)))
    for (const name of of.features) {
      const wrong = { ...(rows[0] as Sample), [name]: name === 't' ? 5 : 'five' }
      await refused(() => model.predict(wrong), ['ml.not-numeric', 'ml.not-text'], name)
      const types = { ...(schemaOf(of) as Record<string, string>), [name]: name === 't' ? 'int64' : 'string' }
      const data = await table([wrong], types as never)
      await refused(() => model.transform(data), ['ml.not-numeric', 'ml.not-text'], name)
    }
  }),
  estimatorCase('a category that was not learnt has an answer, or is refused and named, in a plan as in a row', async ({ make, table }) => {
    const of = subject(make)
    if (!of.features.includes('t')) return
    const rows = samples(of, { count: 60 })
    const model = await fit(make(), await table(rows, schemaOf(of)))
    const strange = { ...(rows[0] as Sample), t: 'Atlantis' }
    const data = await table([strange], schemaOf(of))
    let found: readonly unknown[] | undefined
    try {
      found = single(model, [strange])[0]
    } catch (error) {
      if (!(error instanceof TidemillError)) throw error
      await refused(() => model.predict(strange), 'ml.unknown-category', 't', 'Atlantis')
      await refused(() => planned(model, data), 'ml.unknown-category', 't', 'Atlantis')
      return
    }
    assert.ok(
      found?.every(value => value !== null),
      'a row has no prediction',
    )
    same(await planned(model, data), [found])
  }),
  estimatorCase('a model says what it is: features, target, rows, shares of importance', async ({ make, table }) => {
    const of = subject(make)
    const model = await fit(make(), await table(samples(of, { count: 60 }), schemaOf(of)))
    assert.equal(model.role, of.estimator.role)
    assert.equal(model.rows, 60)
    assert.equal(model.target, of.predicts ? 'y' : undefined)
    assert.equal(model.classes === undefined, of.estimator.role !== 'classifier')
    assert.ok(Object.isFrozen(model) && Object.isFrozen(model.features), 'the model can be changed')
    if (model.importance !== undefined) {
      const shares = Object.values(model.importance) as number[]
      assert.deepEqual(Object.keys(model.importance), of.features)
      assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9, `the shares of importance are ${shares.join(', ')}`)
    }
    for (const value of [make(), model])
      assert.ok(JSON.stringify(describeValue(value)).includes(of.estimator.kind), 'it does not show itself')
  }),
]
