import { printCallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { type JoinNode, nodesOf, type Plan, rewrite, type RunOptions, verbs } from '../../plan/index.ts'
import { rawAt } from '../../batch/index.ts'
import type { Context } from './context.ts'

/** Gives a warning for each join of the plan that asked for it and has keys that are there several times on both sides. Reads both sides of such joins. */
export async function warnManyToMany(context: Context, plan: Plan, options: RunOptions): Promise<void> {
  for (const node of nodesOf(plan)) {
    if (node.node !== 'join' || node.check?.manyToMany !== 'warn' || node.open) continue
    const keys = await repeatedKeys(context, node, options)
    if (keys === 0) continue
    const site = printCallSite(node.at)
    const what = keys === 1 ? '1 key is' : `${keys} keys are`
    process.emitWarning(`join is many to many: ${what} there several times on both sides${site === undefined ? '' : ` at ${site}`}`, {
      type: 'TidemillWarning',
      code: 'plan.join-keys',
    })
  }
}

async function repeatedKeys(context: Context, node: JoinNode, options: RunOptions): Promise<number> {
  const repeated = (side: Plan, place: 0 | 1): Plan => {
    const named = verbs.select(side, { columns: node.on.map((pair, index) => keyNamed(side, pair[place], String(index))) })
    const keys = verbs.dropNulls(named, { columns: [] })
    const counted = verbs.aggregate(keys, {
      keys: keys.fields.map(field => field.name),
      aggs: [{ name: 'rows', expr: callNode('count', []) }],
    })
    const rows: ExprNode = { op: 'column', name: 'rows', type: 'int64', nullable: false }
    return verbs.drop(verbs.filter(counted, { where: callNode('gt', [rows, literalNode(1)]) }), { columns: ['rows'] })
  }
  const on = node.on.map((_, index) => [String(index), String(index)] as const)
  const both = verbs.join(repeated(node.left, 0), { other: repeated(node.right, 1), on, how: 'semi' })
  const total = verbs.aggregate(both, { keys: [], aggs: [{ name: 'keys', expr: callNode('count', []) }] })
  for await (const batch of context.run(withoutWarnings(total), options)) {
    const [column] = batch.columns
    if (column !== undefined && batch.rows > 0) return Number(rawAt(column, 0))
  }
  return 0
}

function keyNamed(side: Plan, key: string, name: string): { readonly name: string; readonly expr: ExprNode } {
  const field = side.fields.find(one => one.name === key)
  return { name, expr: { op: 'column', name: key, type: field?.type ?? 'unknown', nullable: field?.nullable ?? true } }
}

/** Joins below are warned of by themselves. */
function withoutWarnings(plan: Plan): Plan {
  return rewrite(plan, node => {
    if (node.node !== 'join' || node.check?.manyToMany !== 'warn') return node
    return { ...node, check: node.check.validate === undefined ? undefined : { validate: node.check.validate } }
  })
}
