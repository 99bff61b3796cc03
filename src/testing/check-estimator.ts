/** What every estimator must keep. */
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Batch, makeBatch, rawAt, sliceRows } from '../batch/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { evaluate } from '../kernels/index.ts'
import { type AnyEstimator, type AnyModel, loadModel } from '../ml/index.ts'
import type { Engine, Relation } from '../plan/index.ts'
import type { SchemaSpec } from '../schema/index.ts'
import { seededRandom } from '../time/index.ts'
import { expectCode } from './expect.ts'
import { type Case, runSuite, type SuiteOptions, type SuiteReport } from './suite.ts'

/** What a case of an estimator gets. */
export interface EstimatorContext {
  /** The estimator, made anew each time. It takes numeric columns and, when it predicts, a numeric target. */
  readonly make: () => AnyEstimator
  /** A table over these rows on a real engine, whose rows come in the order given. */
  readonly table: (rows: readonly object[], schema: SchemaSpec) => Promise<Relation<unknown>>
}

/**
 * Runs the contract of an estimator on the one at hand.
 *
 * @param make gives the estimator each time it is called
 * @param table makes a table of rows on a real engine
 * @example
 * const report = await checkEstimator(() => linearRegression(), async (list, schema) => tm.read(rows(list, { schema })))
 * if (!report.passed) console.log(report.results.filter(result => result.outcome === 'failed'))
 */
export function checkEstimator(
  make: () => AnyEstimator,
  table: EstimatorContext['table'],
  options: SuiteOptions = {},
): Promise<SuiteReport> {
  return runSuite(make().kind, estimatorCases, use => use({ make, table }), options)
}

const schema: SchemaSpec = { a: 'float64', b: 'float64', n: 'int32', y: 'float64' }
interface Sample {
  readonly a: number
  readonly b: number
  readonly n: number
  readonly y: number
}

/** All cases, in the order of `checkEstimator`. */
export const estimatorCases: readonly Case<EstimatorContext>[] = [
  {
    name: 'learning twice from the same rows gives the same bits',
    async run({ make, table }) {
      const data = await table(samples(), schema)
      same(await learnt(make(), data), await learnt(make(), data))
    },
  },
  {
    name: 'how the rows are cut into batches does not change a bit',
    async run({ make, table }) {
      const data = await table(samples(9_000), schema)
      const whole = await learnt(make(), data)
      for (const size of [1_000, 4_097]) same(await learnt(make(), cutInto(data, size)), whole)
    },
  },
  {
    name: 'a text column is refused and named',
    async run({ make, table }) {
      const data = await table(
        samples(20).map(row => ({ ...row, city: 'Bergen' })),
        { ...schema, city: 'string' },
      )
      await refused(() => fit(make(), data), 'ml.not-numeric', 'city')
    },
  },
  {
    name: 'NULLs are refused, and all their columns named',
    async run({ make, table }) {
      const rows = samples(20).map((row, i) => ({ ...row, a: i === 3 ? null : row.a, b: i === 9 ? null : row.b }))
      const data = await table(rows, { ...schema, a: 'float64?', b: 'float64?' })
      await refused(() => fit(make(), data), 'ml.has-nulls', 'a (1', 'b (1')
    },
  },
  {
    name: 'NaN and infinite values are refused and their column named',
    async run({ make, table }) {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const rows = samples(20).map((row, i) => ({ ...row, b: i === 5 ? bad : row.b }))
        await refused(() => table(rows, schema).then(data => fit(make(), data)), 'ml.not-finite', 'b (1')
      }
    },
  },
  {
    name: 'a target that is no column is refused, with the columns there are',
    async run({ make, table }) {
      if (make().role === 'transformer') return
      const data = await table(samples(20), schema)
      await refused(() => fit(make(), data, { target: 'z' }), 'ml.unknown-target', 'z', 'a, b, n, y')
    },
  },
  {
    name: 'no rows, or rows of weight 0 only, are an error',
    async run({ make, table }) {
      const none = await table([], schema)
      await refused(() => fit(make(), none), 'ml.no-rows')
      const weightless = await table(
        samples(20).map(row => ({ ...row, w: 0 })),
        { ...schema, w: 'float64' },
      )
      await refused(() => fit(make(), weightless, { weight: 'w' }), 'ml.no-rows')
    },
  },
  {
    name: 'a row of weight 0 is as if it were not there',
    async run({ make, table }) {
      const rows = samples(60)
      const more = rows.flatMap((row, i) => [
        { ...row, w: 1 },
        { a: i * 1e3, b: -7, n: i, y: 1e6, w: 0 },
      ])
      const few = await learnt(make(), await table(rows, schema))
      const many = await learnt(make(), await table(more, { ...schema, w: 'float64' }), { weight: 'w' })
      for (const [i, value] of few.entries()) assert.ok(near(value, many[i] ?? Number.NaN), `${value} became ${many[i]} at ${i}`)
    },
  },
  {
    name: 'parameters survive with(), and one that is not there is refused',
    async run({ make }) {
      const estimator = make()
      const again = estimator.with(estimator.params as never)
      assert.deepEqual(again.params, estimator.params)
      assert.equal(again.kind, estimator.kind)
      assert.ok(Object.isFrozen(estimator.params), 'params can be changed')
      await refused(async () => estimator.with({ 'no such': 1 } as never), 'ml.param', 'no such')
    },
  },
  {
    name: 'the data are not changed',
    async run({ make, table }) {
      const data = await table(samples(50), schema)
      const before = await bitsOf(data)
      const model = await fit(make(), data)
      await model.evaluate(data)
      same(await bitsOf(data), before)
    },
  },
  {
    name: 'a loaded model predicts the same bits',
    async run({ make, table }) {
      const data = await table(samples(), schema)
      const model = await fit(make(), data)
      await inFolder(async folder => {
        const path = join(folder, 'model')
        await model.save(path)
        const loaded = await loadModel(path)
        same(await predictions(loaded, data), await predictions(model, data))
        assert.deepEqual(loaded.toJson(), model.toJson())
        await model.save(path)
        same(await predictions(await loadModel(path), data), await predictions(model, data))
      })
    },
  },
  {
    name: 'a model file that is cut in half or has one byte changed is refused and named',
    async run({ make, table }) {
      const model = await fit(make(), await table(samples(50), schema))
      await inFolder(async folder => {
        const path = join(folder, 'model')
        await model.save(path)
        for (const name of await readdir(path)) {
          const file = join(path, name)
          const bytes = await readFile(file)
          await truncate(file, bytes.length >> 1)
          await refused(() => loadModel(path), 'ml.damaged-model', name)
          const changed = Uint8Array.from(bytes)
          changed[bytes.length >> 1] = (changed[bytes.length >> 1] ?? 0) ^ 4
          await writeFile(file, changed)
          await refused(() => loadModel(path), 'ml.damaged-model', name)
          await rm(file)
          await refused(() => loadModel(path), 'ml.damaged-model', name)
          await writeFile(file, bytes)
        }
        await loadModel(path)
      })
    },
  },
  {
    name: 'the plan, the kernels and one row at a time predict the same bits',
    async run({ make, table }) {
      const rows = samples(300)
      const data = await table(rows, schema)
      const model = await fit(make(), data)
      const planned = await predictions(model, data)
      const names = written(model)
      const single = rows.flatMap(row => {
        const predicted = model.predict(row) as Readonly<Record<string, number>>
        return names.map(name => predicted[name] ?? Number.NaN)
      })
      same(single, planned)
      const [step] = model.steps?.() ?? []
      if (step === undefined) return
      const kernels: number[] = []
      for await (const batch of data.engine.run(data.plan)) {
        const columns = names.map(name => evaluate(step[name] as Parameters<typeof evaluate>[0], batch))
        for (let row = 0; row < batch.rows; row++) for (const column of columns) kernels.push(Number(rawAt(column, row)))
      }
      same(kernels, planned)
    },
  },
  {
    name: 'a row or a table that lacks a feature is refused and the feature named',
    async run({ make, table }) {
      const rows = samples(20)
      const model = await fit(make(), await table(rows, schema))
      const { a, ...rest } = rows[0] as Sample
      await refused(async () => model.predict(rest), 'ml.missing-feature', 'a')
      await refused(async () => model.predict({ ...rest, a: null }), 'ml.missing-feature', 'a')
      const poor = await table([{ b: a }], { b: 'float64' })
      await refused(async () => model.transform(poor), 'ml.missing-feature', 'a', 'n')
    },
  },
]

// Helpers ----------------------------------------------------------------------------------------------------------------

interface Fitting {
  fit(data: Relation<unknown>, options: object): Promise<AnyModel>
}

/** `fit` without the types that follow a row the compiler knows. */
function fit(estimator: AnyEstimator, data: Relation<unknown>, options: object = {}): Promise<AnyModel> {
  const target = estimator.role === 'transformer' ? {} : { target: 'y' }
  return (estimator as unknown as Fitting).fit(data, { ...target, ...options })
}

/** What a model learnt, as the bits of its predictions of some fixed rows. */
async function learnt(estimator: AnyEstimator, data: Relation<unknown>, options: object = {}): Promise<readonly number[]> {
  const model = await fit(estimator, data, options)
  return samples(40, 99).flatMap(row => Object.values(model.predict(row) as Readonly<Record<string, number>>))
}

function written(model: AnyModel): readonly string[] {
  return model.adds.map(field => field.name)
}

async function predictions(model: AnyModel, data: Relation<unknown>): Promise<readonly number[]> {
  const out = model.transform(data) as Relation<unknown>
  const names = written(model)
  const values: number[] = []
  for await (const batch of out.engine.run(out.plan)) {
    const columns = names.map(name => batch.columns[batch.fields.findIndex(field => field.name === name)])
    for (let row = 0; row < batch.rows; row++)
      for (const column of columns) values.push(column === undefined ? Number.NaN : Number(rawAt(column, row)))
  }
  return values
}

async function bitsOf(data: Relation<unknown>): Promise<readonly number[]> {
  const values: number[] = []
  for await (const batch of data.engine.run(data.plan)) {
    for (const column of batch.columns) for (let row = 0; row < batch.rows; row++) values.push(Number(rawAt(column, row)))
  }
  return values
}

/** The same relation on an engine that hands out batches of another size. */
function cutInto(data: Relation<unknown>, size: number): Relation<unknown> {
  async function* cut(batches: AsyncIterable<Batch>): AsyncIterable<Batch> {
    for await (const batch of batches) {
      for (let from = 0; from < batch.rows; from += size) {
        const part = sliceRows(batch, from, Math.min(batch.rows, from + size))
        yield makeBatch(batch.fields, part.columns)
      }
    }
  }
  const engine: Engine = Object.create(data.engine, {
    run: { value: (...args: Parameters<Engine['run']>) => cut(data.engine.run(...args)) },
  }) as Engine
  return Object.create(data, { engine: { value: engine } }) as Relation<unknown>
}

/** Rows of a plane with noise. */
function samples(count = 400, seed = 5): readonly Sample[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => {
    const a = random.next() * 10 - 5
    const b = random.next() * 1e3
    const n = Math.floor(random.next() * 20)
    return { a, b, n, y: 3 * a - 0.01 * b + n + random.next() }
  })
}

/** Fails unless the values are the same to the bit. */
function same(found: readonly number[], wanted: readonly number[]): void {
  const at = wanted.findIndex((value, i) => !Object.is(value, found[i]))
  assert.equal(at, -1, `value ${at} is ${found[at]}, not ${wanted[at]}`)
  assert.equal(found.length, wanted.length)
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
}

async function refused(work: () => Promise<unknown>, code: ErrorCode, ...names: readonly string[]): Promise<void> {
  const { message } = await expectCode(code, work)
  for (const name of names) assert.ok(message.includes(name), `the message does not name ${name}: ${message}`)
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-estimator-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
