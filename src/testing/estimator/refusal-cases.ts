/** What an estimator refuses to learn from, in words that name what is wrong. */
import type { Relation } from '../../plan/index.ts'
import { refused } from './bits.ts'
import type { Case } from '../suite.ts'
import { type EstimatorContext, estimatorCase } from './context.ts'
import { fit, samples, schemaOf, subject, withNulls } from './samples.ts'

export const refusalCases: readonly Case<EstimatorContext>[] = [
  estimatorCase('a text column is refused and named, unless it takes text or reads other columns', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 60 }).map(row => ({ ...row, city: 'Bergen' }))
    const data = await table(rows, { ...schemaOf(of), city: 'string' })
    if (of.estimator['~takes'].text || of.estimator['~columns'] !== undefined) await fit(make(), data)
    else await refused(() => fit(make(), data), 'ml.not-numeric', 'city')
  }),
  estimatorCase('a column of times is refused and named, unless it reads other columns', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 60 }).map(row => ({ ...row, at: new Date(0) }))
    const data = await table(rows, { ...schemaOf(of), at: 'timestamp' })
    if (of.estimator['~columns'] !== undefined) await fit(make(), data)
    else await refused(() => fit(make(), data), 'ml.not-numeric', 'at')
  }),
  estimatorCase('NULLs that it does not take are refused, and all their columns named', async ({ make, table }) => {
    const of = subject(make)
    const [first = 'a', second = first] = of.features
    const rows = withNulls(samples(of, { count: 22 }), [first, second])
    const data = await table(rows, schemaOf(of, { nullable: [first, second] }))
    if (of.estimator['~takes'].missing) return
    await refused(
      () => fit(make(), data),
      'ml.has-nulls',
      `${first} (${first === second ? 4 : 2}`,
      `${second} (${first === second ? 4 : 2}`,
    )
  }),
  estimatorCase('NULLs in the target are refused, and it is named', async ({ make, table }) => {
    const of = subject(make)
    if (!of.predicts) return
    const spec = schemaOf(of) as Record<string, string>
    const data = await table(withNulls(samples(of, { count: 22 }), ['y']), { ...spec, y: `${spec['y']}?` } as never)
    await refused(() => fit(make(), data), 'ml.has-nulls', 'y (2')
  }),
  estimatorCase('infinite values are refused and their column named, and NaN where NULL is', async ({ make, table }) => {
    const of = subject(make)
    const name = of.numbers.find(feature => feature !== 'n')
    if (name === undefined) return
    const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, ...(of.estimator['~takes'].missing ? [] : [Number.NaN])]
    for (const bad of values) {
      const rows = samples(of, { count: 20 }).map((row, i) => ({ ...row, [name]: i === 5 ? bad : row[name] }))
      const data = await table(rows, schemaOf(of))
      await refused(() => fit(make(), data), 'ml.not-finite', `${name} (1`)
    }
  }),
  estimatorCase('a target that is no column, or is not named, is refused with the columns there are', async ({ make, table }) => {
    const of = subject(make)
    if (!of.predicts) return
    const data = await table(samples(of, { count: 20 }), schemaOf(of))
    const have = data.schema.map(field => field.name).join(', ')
    await refused(() => fit(make(), data, { target: 'z' }), 'ml.unknown-target', 'z', have)
    await refused(() => fit(make(), data, { target: undefined }), 'ml.unknown-target', 'no target', have)
  }),
  estimatorCase('no rows, or rows of weight 0 only, are an error', async ({ make, table }) => {
    const of = subject(make)
    const none = await table([], schemaOf(of))
    await refused(() => fit(make(), none), 'ml.no-rows')
    const rows = samples(of, { count: 20 }).map(row => ({ ...row, w: 0 }))
    const weightless = await table(rows, { ...schemaOf(of), w: 'float64' })
    await refused(() => fit(make(), weightless, { weight: 'w' }), 'ml.no-rows')
  }),
  estimatorCase('negative weights are refused and the column named', async ({ make, table }) => {
    const of = subject(make)
    const rows = samples(of, { count: 20 }).map((row, i) => ({ ...row, w: i === 4 ? -1 : 1 }))
    const data = await table(rows, { ...schemaOf(of), w: 'float64' })
    await refused(() => fit(make(), data, { weight: 'w' }), 'ml.param', 'w (1')
  }),
  estimatorCase('something that is no table is refused in words', async ({ make }) => {
    const learn = (data?: unknown): Promise<unknown> => fit(make(), data as Relation<unknown>)
    await refused(() => learn(), 'ml.no-table', 'fit', 'undefined')
    await refused(() => learn(Promise.resolve()), 'ml.no-table', 'fit', 'a promise')
    await refused(() => (make() as unknown as { fit(): Promise<unknown> }).fit(), 'ml.no-table', 'fit', 'undefined')
    await refused(() => learn([{ a: 1 }]), 'ml.no-table', 'fit', 'an array')
  }),
]
