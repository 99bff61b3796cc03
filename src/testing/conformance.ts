/** The conformance cases of `semantics`, for whatever can read a plan of one step: an engine, or the kernels. */
import assert from 'node:assert/strict'
import { type Batch, columnFrom, concatBatches, makeBatch, rawAt, sliceRows } from '../batch/index.ts'
import { type ExprNode, someNode } from '../expr/index.ts'
import { compareCase, type ConformanceCase, conformanceCases, readCase } from '../semantics/index.ts'
import { aggregator, filterBatch, missingKernels, projectBatch, sortBatch } from '../kernels/index.ts'
import { type Engine, gaps, type Named, type Plan, verbs } from '../plan/index.ts'
import { schemaOf } from '../schema/index.ts'
import type { EngineContext } from './engine/context.ts'
import { expectCode } from './expect.ts'
import type { Case } from './suite.ts'

/** Each case on the engine, over a staged table. */
export const conformanceEngineCases: readonly Case<EngineContext>[] = conformanceCases.map(one => ({
  name: titleOf(one),
  gap: ({ engine }) => engineGap(one, engine),
  async run({ engine }) {
    await settle(one, async () => {
      const { schema } = readCase(one)
      const staged = await engine.stage(only(tableOf(one)), schema)
      try {
        const batches: Batch[] = []
        for await (const batch of engine.run(planOf(one, staged.plan))) batches.push(batch)
        return batches
      } finally {
        await staged[Symbol.asyncDispose]()
      }
    })
  },
}))

/** Each case on the kernels: over one batch, and over two that are merged. */
export const kernelCases: readonly Case<undefined>[] = conformanceCases.map(one => ({
  name: titleOf(one),
  gap: () => kernelGap(one),
  async run() {
    await settle(one, async () => [onKernels(one, [tableOf(one)])])
    const table = tableOf(one)
    const half = Math.ceil(table.rows / 2)
    await settle(one, async () => [onKernels(one, [sliceRows(table, 0, half), sliceRows(table, half, table.rows)])])
  },
}))

function titleOf({ rule, name }: ConformanceCase): string {
  return `${rule}: ${name}`
}

async function* only(batch: Batch): AsyncGenerator<Batch> {
  yield batch
}

/** Runs the case and compares, or waits for its error. */
async function settle(one: ConformanceCase, run: () => Promise<readonly Batch[]>): Promise<void> {
  if (one.error !== undefined) {
    await expectCode(one.error, run)
    return
  }
  const batches = await run()
  const fields = batches[0]?.fields ?? readCase(one).fields
  const rows = batches.flatMap(batch => Array.from({ length: batch.rows }, (_, i) => batch.columns.map(column => rawAt(column, i))))
  const wrong = compareCase(one, fields, rows)
  assert.ok(wrong === undefined, wrong)
  const types = (some: typeof fields): readonly string[] => some.map(field => JSON.stringify(field.type))
  assert.deepEqual(types(fields), types(readCase(one).fields))
}

function tableOf({ table }: ConformanceCase): Batch {
  const schema = schemaOf(table.schema)
  return makeBatch(
    schema,
    schema.map(({ type }, i) =>
      columnFrom(
        type,
        table.rows.map(row => row[i]),
      ),
    ),
  )
}

function planOf(one: ConformanceCase, input: Plan): Plan {
  const { exprs, where, by } = readCase(one)
  const columns = named(exprs)
  if (where !== undefined) return verbs.filter(input, { where })
  if (by !== undefined) return verbs.sort(input, { by })
  return one.plan === 'aggregate' ? verbs.aggregate(input, { keys: one.keys ?? [], aggs: columns }) : verbs.select(input, { columns })
}

function engineGap(one: ConformanceCase, engine: Engine): string | undefined {
  // The table is staged, so what the engine says about sources does not matter.
  const plan = planOf(one, verbs.scan({ kind: 'staged', options: {} }, readCase(one).schema))
  const [gap] = gaps(plan, { ...engine.capabilities, sources: { staged: 'native' } })
  return gap === undefined ? undefined : `${gap.step}: ${gap.advice}`
}

function kernelGap(one: ConformanceCase): string | undefined {
  const { exprs, where, by = [] } = readCase(one)
  const nodes = [...Object.values(exprs), ...(where === undefined ? [] : [where]), ...by.map(order => order.expr)]
  let reason: string | undefined
  for (const node of nodes)
    someNode(node, inner => {
      reason ??= missingKernels[inner.op]?.reason
      return reason !== undefined
    })
  return reason
}

function onKernels(one: ConformanceCase, batches: readonly Batch[]): Batch {
  const { exprs, keys, where, by, fields } = readCase(one)
  const whole = joined(batches)
  if (where !== undefined) return filterBatch(whole, where)
  if (by !== undefined) return sortBatch(whole, by)
  if (one.plan === 'project') return projectBatch(whole, named(exprs), fields)
  const parts = batches.map(batch => {
    const part = aggregator(named(keys), named(exprs), fields)
    part.update(batch)
    return part
  })
  const [first, ...rest] = parts
  assert.ok(first !== undefined)
  for (const other of rest) first.merge(other)
  return first.finish()
}

function joined(batches: readonly Batch[]): Batch {
  const [first] = batches
  assert.ok(first !== undefined)
  return batches.length === 1 ? first : concatBatches(first.fields, batches)
}

function named(exprs: Readonly<Record<string, ExprNode>>): readonly Named[] {
  return Object.entries(exprs).map(([name, expr]) => ({ name, expr }))
}
