import type { CallSite } from '../../errors/index.ts'
import { type ExprNode, printExpr } from '../../expr/index.ts'
import { familyOf, printType } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'

export interface FilterArgs {
  readonly where: ExprNode
}

/**
 * Keeps the rows for which the condition is true; NULL counts as false.
 *
 * @throws plan.type when the condition is no boolean
 */
export function filter(input: Plan, args: FilterArgs, at?: CallSite): Plan {
  if (input.open) return defer('filter', [input], args, input.fields, at)
  const { where } = args
  const family = familyOf(where.type)
  if (family !== 'boolean' && family !== 'unknown')
    throw problem('plan.type', `condition is no boolean but ${printType(where.type)}: ${printExpr(where)}`, at)
  return { node: 'filter', input, where, fields: input.fields, open: false, at }
}
