/** What a case of an engine gets, and short words for building plans. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Batch, columnFrom, makeBatch, valueAt } from '../../batch/index.ts'
import { buildCondition, buildExprs, buildOrder, type Columns, type ExprNode } from '../../expr/index.ts'
import { type Engine, type EngineSpec, type Host, type Named, type Plan, type RunOptions, verbs } from '../../plan/index.ts'
import { type OpenRow, type SchemaSpec, schemaOf } from '../../schema/index.ts'
import { hashBytes, memoryStore } from '../../storage/index.ts'
import { systemClock } from '../../time/index.ts'
import { type Code, type HostFunction, pool } from '../../workers/index.ts'

export interface EngineContext {
  readonly spec: EngineSpec
  readonly engine: Engine
  readonly host: Host
  /** An empty folder of this case. */
  readonly folder: string
  /** A table of these rows, staged in the engine until the case ends. */
  readonly table: (schema: SchemaSpec, rows: readonly (readonly unknown[])[]) => Promise<Plan>
}

/** Connects an engine and closes it when the work is done, with a pool of two threads, a store in memory and the clock of the system. */
export async function withEngine<T>(spec: EngineSpec, use: (engine: Engine, host: Host) => Promise<T>): Promise<T> {
  const threads = pool({ threads: 2 })
  const host: Host = { pool: threads, store: memoryStore(), clock: systemClock, load: loadCode }
  try {
    const engine = await spec.connect(host)
    try {
      return await use(engine, host)
    } finally {
      await engine.close()
    }
  } finally {
    await threads.close()
  }
}

async function loadCode(code: Code): Promise<unknown> {
  const module: Record<string, unknown> = await import(code.url)
  return module[code.export]
}

/** The context of one case on an engine that is connected already; what the case staged and wrote is removed. */
export async function inContext(
  spec: EngineSpec,
  engine: Engine,
  host: Host,
  use: (context: EngineContext) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-engine-'))
  const staged: AsyncDisposable[] = []
  const table: EngineContext['table'] = async (schema, rows) => {
    const made = await engine.stage(batchesOf(schema, rows), schemaOf(schema))
    staged.push(made)
    return made.plan
  }
  try {
    await use({ spec, engine, host, folder, table })
  } finally {
    for (const one of staged) await one[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Rows as batches of at most so many rows. */
export async function* batchesOf(schema: SchemaSpec, rows: readonly (readonly unknown[])[], size = 1000): AsyncGenerator<Batch> {
  for (let from = 0; from < rows.length || from === 0; from += size) yield batchOf(schema, rows.slice(from, from + size))
}

function batchOf(schema: SchemaSpec, rows: readonly (readonly unknown[])[]): Batch {
  const fields = schemaOf(schema)
  return makeBatch(
    fields,
    fields.map(({ type }, i) =>
      columnFrom(
        type,
        rows.map(row => row[i]),
      ),
    ),
  )
}

/** What a plan gives, as lists of the values a user sees. */
export async function valuesOf(engine: Engine, plan: Plan, options?: RunOptions): Promise<unknown[][]> {
  const rows: unknown[][] = []
  for await (const batch of engine.run(plan, options))
    for (let i = 0; i < batch.rows; i++) rows.push(batch.columns.map(column => valueAt(column, i)))
  return rows
}

/** What a callback sees over a schema that only exists when the case runs. */
export type Row = Columns<OpenRow>['']
const perRow = ['column', 'window'] as const
const perGroup = ['aggregate', 'count'] as const

export function where(plan: Plan, make: (r: Row) => unknown): Plan {
  return verbs.filter(plan, { where: buildCondition('filter', plan.fields, plan.open, perRow, make as (r: Row) => object) })
}
export function select(plan: Plan, make: (r: Row) => object): Plan {
  return verbs.select(plan, { columns: named(buildExprs('select', plan.fields, plan.open, perRow, make)) })
}
export function add(plan: Plan, make: (r: Row) => object): Plan {
  return verbs.withColumns(plan, { columns: named(buildExprs('withColumns', plan.fields, plan.open, perRow, make)) })
}
export function group(plan: Plan, keys: readonly string[], make: (r: Row) => object): Plan {
  return verbs.aggregate(plan, { keys, aggs: named(buildExprs('agg', plan.fields, plan.open, perGroup, make)) })
}
export function order(plan: Plan, ...items: readonly (string | ((r: Row) => unknown))[]): Plan {
  return verbs.sort(plan, { by: items.flatMap(item => buildOrder(plan.fields, plan.open, item)) })
}
function named(exprs: Readonly<Record<string, ExprNode>>): readonly Named[] {
  return Object.entries(exprs).map(([name, expr]) => ({ name, expr }))
}

/** A function as it travels, from the text of a module that exports `fn`. */
export function functionOf(name: string, module: string, given?: Readonly<Record<string, unknown>>): HostFunction {
  const hash = hashBytes(new TextEncoder().encode(module + JSON.stringify(given ?? null)))
  return { name, module, hash, with: given }
}
