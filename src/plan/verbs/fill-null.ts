import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns } from '../problem.ts'
import { project } from './select.ts'

export interface FillNullArgs {
  /** Column -> what stands for its NULLs. */
  readonly values: Readonly<Record<string, ExprNode>>
}

/**
 * Replaces NULLs by a value per column.
 *
 * @throws plan.unknown-column, expr.type when a value is of another family than its column
 */
export function fillNull(input: Plan, args: FillNullArgs, at?: CallSite): Plan {
  const values = new Map(Object.entries(args.values))
  if (values.size === 0) return input
  if (input.open) return defer('fillNull', [input], args, input.fields, at)
  needColumns(input.fields, values.keys(), at)
  const columns = input.fields.map(field => {
    const value = values.get(field.name)
    return value === undefined ? passing(field) : { name: field.name, expr: callNode('coalesce', [columnOf(field), value]) }
  })
  return project(input, columns, at)
}
