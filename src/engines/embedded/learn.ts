import { type MapNode, openMaps, type Plan, resolve, type RunOptions } from '../../plan/index.ts'
import { printCallSite, TidemillError } from '../../errors/index.ts'
import type { Schema } from '../../schema/index.ts'
import type { Context } from './context.ts'

/** Rows a function is tried on; the next number is taken when they gave no row. */
const samples = [1_000, 100_000, Number.MAX_SAFE_INTEGER]
const learnt = new WeakMap<Context, WeakMap<Plan, Plan>>()

/** Runs functions without a declared schema on their first rows, and builds the steps after them with the columns they gave. */
export async function learn(context: Context, plan: Plan, options: RunOptions): Promise<Plan> {
  if (!plan.open) return plan
  const known = learnt.get(context) ?? new WeakMap<Plan, Plan>()
  learnt.set(context, known)
  const before = known.get(plan)
  if (before !== undefined) return before
  let now = plan
  while (now.open) {
    const [map] = openMaps(now)
    if (map === undefined)
      throw new TidemillError('plan.open-schema', 'columns of the plan cannot be learnt: a step is open that is no function')
    now = resolve(now, new Map([[map, await columnsOf(context, map, options)]]))
  }
  known.set(plan, now)
  return now
}

async function columnsOf(context: Context, map: MapNode, options: RunOptions): Promise<Schema> {
  for (const rows of samples) {
    const schema = await tryOn(context, map, rows, options)
    if (schema !== undefined) return schema
  }
  throw new TidemillError('plan.open-schema', `columns cannot be learnt: ${map.fn.name} gave no row${at(map)}`, {
    hint: 'declare the columns: map(fn, { schema: { name: type } })',
  })
}

function at(map: MapNode): string {
  const site = printCallSite(map.at)
  return site === undefined ? '' : ` at ${site}`
}

async function tryOn(context: Context, map: MapNode, rows: number, options: RunOptions): Promise<Schema | undefined> {
  const { fn, mode, concurrency, policy, input } = map
  let schema: Schema | undefined
  const first: Plan = { node: 'limit', input, rows, offset: 0, fields: input.fields, open: false }
  const hear = (found: Schema): void => {
    schema = found
  }
  // A try is no part of the run: its rows are not counted.
  const { signal } = options
  for await (const _ of context.host.pool.mapBatches({ fn, mode, concurrency, policy, learnt: hear }, context.run(first, options), {
    signal,
  }))
    if (schema !== undefined) break
  return schema
}
