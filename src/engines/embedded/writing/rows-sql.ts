import { TidemillError } from '../../../errors/index.ts'
import { cut, isSorted, optimise, type Plan, type RunOptions, withHops } from '../../../plan/index.ts'
import { safeNames, type SqlText } from '../../../sql/index.ts'
import { capabilities } from '../capabilities.ts'
import type { Context } from '../context.ts'
import { locateMisfit } from '../locate-misfit.ts'
import { disposeAll, overHop, stageHops } from '../run.ts'
import { sqlOf } from '../sql-of.ts'
import type { Rows } from './copy-parts.ts'
import { haveMoved, movedError, tries } from './moved-files.ts'
import { pruned } from './prune-plan.ts'

/** What an error of a statement over the rows is made from. */
export interface Told {
  readonly sql: string
  readonly spans: SqlText['spans']
}

/**
 * Runs some work over the rows of a plan as one SELECT; what the engine cannot do is staged before and disposed afterwards. The work is begun once more when files of a
 * table that it reads were moved away meanwhile.
 */
export async function withRows<T>(
  context: Context,
  plan: Plan,
  options: RunOptions,
  work: (rows: Rows, told: Told) => Promise<T>,
): Promise<T> {
  const staged: AsyncDisposable[] = []
  try {
    const { hops, plan: last, stream } = cut(optimise(plan), capabilities)
    const all = stream === undefined ? hops : [...hops, stream.hop]
    const rest = stream === undefined ? last : overHop(stream.hop, stream.after)
    if (rest === undefined) throw new TidemillError('engine.internal', 'a plan was cut to nothing')
    const tables = await stageHops(context, all, staged, options)
    const whole = withHops(rest, tables)
    for (let attempt = 1; ; attempt++) {
      const sql = await sqlOf(context, await pruned(whole, context, options), options)
      try {
        return await work(
          { sql: sql.text, fields: plan.fields, names: safeNames(rest.fields), ordered: isSorted(plan) },
          { sql: sql.text, spans: sql.spans },
        )
      } catch (error) {
        if (!(await haveMoved(sql.scans, error))) throw await locateMisfit(await context.database(), error, sql.scans)
        if (attempt === tries) throw movedError(sql.scans, error)
      }
    }
  } finally {
    await disposeAll(staged)
  }
}
