import type { CallSite } from '../../errors/index.ts'
import { callNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns } from '../problem.ts'
import { project } from './select.ts'

export interface ClipArgs {
  /** Column -> its least and its greatest value; null is no bound. */
  readonly bounds: Readonly<Record<string, readonly [low: number | null, high: number | null]>>
}

/**
 * Numbers below the least value become it, numbers above the greatest become that. NULL stays NULL, NaN counts as above.
 *
 * @throws plan.unknown-column, expr.type when a column is no number, expr.argument when the bounds are the wrong way round
 */
export function clip(input: Plan, args: ClipArgs, at?: CallSite): Plan {
  const bounds = new Map(Object.entries(args.bounds))
  if (input.open) return defer('clip', [input], args, input.fields, at)
  needColumns(input.fields, bounds.keys(), at)
  const columns = input.fields.map(field => {
    const [low, high] = bounds.get(field.name) ?? [null, null]
    if (low === null && high === null) return passing(field)
    return {
      name: field.name,
      expr: callNode('clip', [columnOf(field)], { ...(low === null ? {} : { low }), ...(high === null ? {} : { high }) }),
    }
  })
  return project(input, columns, at)
}
