import { type Batch, type Column, makeBatch } from '../../batch/index.ts'
import { TidemillError } from '../../errors/index.ts'
import { type Hop, type Plan, type RunOptions, type ScanNode, type SourceDriver, type TransformNode, withHops } from '../../plan/index.ts'
import type { Context } from './context.ts'
import { mapTolerant } from './faults.ts'
import { query } from './query.ts'
import { openSql } from './sql-source.ts'

/** The batches of a step beside the engine: a function on the workers, a transform, an opened source. */
export async function* openHop(
  context: Context,
  hop: Hop,
  tables: ReadonlyMap<ScanNode, Plan>,
  options: RunOptions,
): AsyncGenerator<Batch> {
  const { node, input } = hop
  if (node.node === 'scan') {
    yield* node.source.kind === 'sql' ? openSql(context, node, options) : openSource(context, node, options)
    return
  }
  if (input === undefined) return
  const plan = withHops(input, tables)
  if (node.node === 'transform') {
    yield* transformed(context, node, query(context, plan, options))
    return
  }
  // The pool copies what it is given.
  const batches = query(context, plan, { ...options, lent: true })
  const { fn, mode, concurrency, policy } = node
  const declared = node.declared ?? (node.open ? undefined : node.fields)
  yield* mapTolerant(context.host.pool, { fn, mode, concurrency, declared, policy, taught: node.taught === true }, batches, options)
}

async function* openSource(context: Context, node: ScanNode, { signal }: RunOptions): AsyncGenerator<Batch> {
  const { code, kind } = node.source
  if (code === undefined) throw new TidemillError('plan.gap', `a source without a driver: ${kind}`, { details: { kind } })
  const driver = (await context.host.load(code)) as SourceDriver
  const stop = new AbortController()
  // A limit counts rows that meet the condition: a source that leaves the condition to us must not count on its own.
  const asked = {
    columns: node.fields.map(field => field.name),
    where: node.where,
    limit: node.where === undefined ? node.limit : undefined,
  }
  try {
    yield* driver.open(node.source.options, asked, signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]))
  } finally {
    stop.abort()
  }
}

type Revive = (state: object) => (batch: Batch) => readonly Column[]

async function* transformed(context: Context, node: TransformNode, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  const { code, state, adds } = node.step
  const apply = ((await context.host.load(code)) as Revive)(state)
  for await (const batch of batches) {
    const made = apply(batch)
    const byName = new Map(batch.fields.map((field, index) => [field.name, batch.columns[index]]))
    adds.forEach((field, index) => byName.set(field.name, made[index]))
    const columns = node.fields.map(field => {
      const column = byName.get(field.name)
      if (column === undefined) throw new TidemillError('engine.internal', `${node.step.kind} did not make its column ${field.name}`)
      return column
    })
    yield makeBatch(node.fields, columns)
  }
}
