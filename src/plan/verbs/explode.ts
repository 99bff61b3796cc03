import type { CallSite } from '../../errors/index.ts'
import { printField } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { mergeFields, unknownField } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'

export interface ExplodeArgs {
  readonly column: string
  /** Lists that are taken apart beside it, item by item. */
  readonly also?: readonly string[] | undefined
  /** Rows whose lists are all empty or NULL stay, with NULLs. Default: false. */
  readonly outer?: boolean | undefined
}

/**
 * One row per item of a list column; an empty or NULL list gives no row, with `outer` one row with a NULL. Of several lists the items at one place share a row;
 * a shorter list is filled up with NULLs.
 *
 * @throws plan.unknown-column, plan.type when the column is no list
 */
export function explode(input: Plan, args: ExplodeArgs, at?: CallSite): Plan {
  const { column, also = [], outer = false } = args
  const lists = [column, ...also]
  needDistinct(lists, at)
  if (input.open) return defer('explode', [input], args, mergeFields(input.fields, lists.map(unknownField)), at)
  needColumns(input.fields, lists, at)
  const fields = input.fields.map(field => {
    if (!lists.includes(field.name)) return field
    if (typeof field.type !== 'object' || !('list' in field.type))
      throw problem('plan.type', `column to explode is no list: ${printField(field)}`, at)
    return { name: field.name, type: field.type.list, nullable: true }
  })
  const more = { ...(also.length === 0 ? {} : { also }), ...(outer ? { outer } : {}) }
  return { node: 'explode', input, column, ...more, fields, open: false, at }
}
