/** The user's own functions and fitted transforms inside a plan. */
import assert from 'node:assert/strict'
import { callNode, columnNode, literalNode } from '../../expr/index.ts'
import { type Plan, type Transform, verbs } from '../../plan/index.ts'
import { type SchemaSpec, schemaOf } from '../../schema/index.ts'
import { expectCode, expectRows } from '../expect.ts'
import type { Case } from '../suite.ts'
import { type EngineContext, functionOf, group, order, valuesOf, where } from './context.ts'

const double = functionOf('double', 'export const fn = row => ({ id: row.id, twice: row.x * 2 })\n')
const rows = Array.from({ length: 3000 }, (_, i) => [i, i / 4])
const schema = { id: 'int64', x: 'float64' } as const
const doubled: SchemaSpec = { id: 'int64', twice: 'float64' }

function each(plan: Plan, fn: typeof double, declared?: SchemaSpec): Plan {
  return verbs.map(plan, { mode: 'each', fn, ...(declared === undefined ? {} : { declared: schemaOf(declared) }) })
}

export const functionCases: readonly Case<EngineContext>[] = [
  {
    name: 'a function maps each row, in order, between other steps',
    async run({ engine, table }) {
      const plan = await table(schema, rows)
      const mapped = each(
        where(plan, r => r.id.gte(10)),
        double,
        doubled,
      )
      expectRows(
        await valuesOf(engine, mapped),
        rows.slice(10).map(([id, x]) => [id, (x ?? 0) * 2]),
      )
      const counted = group(
        where(mapped, r => r.twice.lt(100)),
        [],
        r => ({ n: r.id.count(), most: r.twice.max() }),
      )
      expectRows(await valuesOf(engine, counted), [[190, 99.5]])
    },
  },
  {
    name: 'values given by name reach the function',
    async run({ engine, table }) {
      const plan = await table(schema, [[1, 2]])
      const rated = functionOf('rated', 'export const fn = (row, { rate }) => ({ cost: row.x * rate })\n', { rate: 1.5 })
      expectRows(await valuesOf(engine, each(plan, rated, { cost: 'float64' })), [[3]])
    },
  },
  {
    name: 'a function may give many rows or none, and may work on a batch',
    async run({ engine, table }) {
      const plan = await table(schema, [
        [0, 1],
        [2, 1],
        [1, 1],
      ])
      const repeat = functionOf('repeat', 'export const fn = row => Array.from({ length: row.id }, (_, i) => ({ id: row.id, i }))\n')
      const many = verbs.map(plan, { mode: 'many', fn: repeat, declared: schemaOf({ id: 'int64', i: 'int64' }) })
      expectRows(await valuesOf(engine, many), [
        [2, 0],
        [2, 1],
        [1, 0],
      ])
      const counting = functionOf('counting', 'export const fn = batch => [{ rows: batch.rows }]\n')
      const batches = verbs.map(plan, { mode: 'batch', fn: counting, declared: schemaOf({ rows: 'int64' }) })
      const total = await valuesOf(
        engine,
        group(batches, [], r => ({ rows: r.rows.sum() })),
      )
      expectRows(total, [[3]])
    },
  },
  {
    name: 'an async function keeps the order of the rows',
    async run({ engine, table }) {
      const plan = await table(schema, rows.slice(0, 200))
      const late = functionOf(
        'late',
        'export const fn = async row => { await new Promise(done => setTimeout(done, (row.id * 7) % 5)); return { id: row.id } }\n',
      )
      expectRows(
        await valuesOf(engine, each(plan, late, { id: 'int64' })),
        rows.slice(0, 200).map(row => [row[0]]),
      )
    },
  },
  {
    name: 'the columns of a function without a declared schema are learnt, and steps after it are checked against them',
    async run({ engine, table }) {
      const open = each(await table(schema, rows), double)
      assert.equal(open.open, true)
      const learnt = await engine.learn(open)
      assert.equal(learnt.open, false)
      assert.deepEqual(
        learnt.fields.map(field => field.name),
        ['id', 'twice'],
      )
      const sum = group(open, [], r => ({ sum: r.twice.sum() }))
      expectRows(await valuesOf(engine, sum), [[rows.reduce((total, row) => total + 2 * (row[1] ?? 0), 0)]])
      await expectCode(['plan.unknown-column', 'expr.unknown-column'], () =>
        valuesOf(
          engine,
          where(open, r => r.thrice.gt(1)),
        ),
      )
    },
  },
  {
    name: 'a function that throws fails the run with its name, the row and its error',
    async run({ engine, table }) {
      const plan = await table(schema, rows)
      const boom = functionOf(
        'boom',
        "export const fn = row => { if (row.id === 2500) throw new Error('user boom'); return { id: row.id } }\n",
      )
      const error = await expectCode('workers.function-failed', () => valuesOf(engine, each(plan, boom, { id: 'int64' })))
      assert.match(error.message, /boom/)
      assert.match(error.message, /2501|2500/)
    },
  },
  {
    name: 'a row that does not fit the declared columns is an error with its number',
    async run({ engine, table }) {
      const plan = await table(schema, rows)
      const odd = functionOf('odd', "export const fn = row => ({ id: row.id === 1234 ? 'text' : row.id })\n")
      const error = await expectCode(['workers.misfit', 'schema.misfit'], () => valuesOf(engine, each(plan, odd, { id: 'int64' })))
      assert.match(error.message, /1235/)
    },
  },
  {
    name: 'an int64 beyond 2^53 is not handed to a function with lost digits',
    async run({ engine, table }) {
      const plan = await table({ id: 'int64' }, [[9007199254740993n]])
      const pass = functionOf('pass', 'export const fn = row => ({ id: row.id })\n')
      await expectCode(['schema.unsafe-integer', 'workers.function-failed'], () => valuesOf(engine, each(plan, pass, { id: 'int64' })))
    },
  },
  {
    name: 'a transform that prints itself adds its columns, with the arithmetic of JavaScript to the bit',
    async run({ engine, table }) {
      const xs = Array.from({ length: 500 }, (_, i) => [i, Math.sin(i) * 1e3])
      const plan = await table(schema, xs)
      const predicted = verbs.transform(plan, { step: scaled })
      expectRows(
        await valuesOf(engine, predicted),
        xs.map(([id, x]) => [id, x, 0.1 + (((x ?? 0) - 3.3) / 7.7) * 1.7]),
      )
      const best = verbs.limit(
        order(predicted, r => r.prediction.desc()),
        { rows: 1 },
      )
      assert.equal((await valuesOf(engine, best)).length, 1)
    },
  },
]

const x = columnNode({ name: 'x', type: 'float64', nullable: false })
const number = (value: number): ReturnType<typeof literalNode> => literalNode(value, 'float64')
const step = callNode('div', [callNode('sub', [x, number(3.3)]), number(7.7)])
/** A scaled linear model, as `ml` would make it. */
const scaled: Transform = {
  kind: 'scaledLinear',
  state: {},
  needs: schemaOf(schema).slice(1),
  adds: schemaOf({ prediction: 'float64' }),
  steps: () => [{ prediction: callNode('add', [number(0.1), callNode('mul', [step, number(1.7)])]) }],
  code: { url: import.meta.url, export: 'none', hash: '' },
}
