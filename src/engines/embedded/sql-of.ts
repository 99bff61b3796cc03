import { printCallSite, TidemillError } from '../../errors/index.ts'
import { type CallNode, someNode } from '../../expr/index.ts'
import { exprsOf, nodesOf, type Plan, type RunOptions } from '../../plan/index.ts'
import { type CheckedFragment, printSql, type SqlText, insideEngine } from '../../sql/index.ts'
import { checkFragment } from './check-fragment.ts'
import type { Context } from './context.ts'
import type { Database } from './duckdb/database.ts'
import { registerNormalize } from './duckdb/register-normalize.ts'

/** The statement of a plan, its SQL fragments checked. */
export async function sqlOf(context: Context, plan: Plan, options: RunOptions): Promise<SqlText> {
  const checked = new Map<CallNode, CheckedFragment>()
  for (const node of nodesOf(plan))
    for (const call of exprsOf(node).flatMap(special)) {
      const database = await context.database()
      if (call.op === 'normalize') await registerNormalize(database)
      else if (!checked.has(call)) checked.set(call, await known(database, call, node, options))
    }
  return printSql(plan, insideEngine(checked))
}

/** Whether a plan is printed by `sqlOf` only. */
export function needsEngine(plan: Plan): boolean {
  return nodesOf(plan).some(node => exprsOf(node).some(expr => special(expr).length > 0))
}

/** Fragments, and normal forms that DuckDB does not know. */
function special(expr: Parameters<typeof someNode>[0]): readonly CallNode[] {
  const found: CallNode[] = []
  someNode(expr, node => {
    if (node.op === 'sql' || (node.op === 'normalize' && node.options?.form !== undefined && node.options.form !== 'NFC')) found.push(node)
    return false
  })
  return found
}

const most = 1000
const checkedBefore = new WeakMap<Database, Map<string, CheckedFragment>>()

async function known(database: Database, fragment: CallNode, step: Plan, options: RunOptions): Promise<CheckedFragment> {
  const before = checkedBefore.get(database) ?? new Map<string, CheckedFragment>()
  checkedBefore.set(database, before)
  const operands = fragment.args.map(arg => (arg.op === 'literal' ? [arg.type, arg.value] : arg.type))
  const key = JSON.stringify([fragment.options?.strings, fragment.type, operands])
  const found = before.get(key)
  if (found !== undefined) return found
  try {
    const made = await checkFragment(database, fragment, options)
    if (before.size >= most) before.clear()
    before.set(key, made)
    return made
  } catch (error) {
    const site = printCallSite(step.at)
    if (!(error instanceof TidemillError) || error.code !== 'engine.sql' || site === undefined) throw error
    throw new TidemillError(error.code, `${error.message} at ${site}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    })
  }
}
