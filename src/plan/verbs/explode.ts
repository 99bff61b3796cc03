import type { CallSite } from '../../errors/index.ts'
import { printField } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { mergeFields, unknownField } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'

export interface ExplodeArgs {
  readonly column: string
}

/**
 * One row per item of a list column; an empty or NULL list gives no row.
 *
 * @throws plan.unknown-column, plan.type when the column is no list
 */
export function explode(input: Plan, args: ExplodeArgs, at?: CallSite): Plan {
  const { column } = args
  if (input.open) return defer('explode', [input], args, mergeFields(input.fields, [unknownField(column)]), at)
  needColumns(input.fields, [column], at)
  const fields = input.fields.map(field => {
    if (field.name !== column) return field
    if (typeof field.type !== 'object' || !('list' in field.type))
      throw problem('plan.type', `column to explode is no list: ${printField(field)}`, at)
    return { name: column, type: field.type.list, nullable: true }
  })
  return { node: 'explode', input, column, fields, open: false, at }
}
