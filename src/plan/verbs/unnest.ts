import type { CallSite } from '../../errors/index.ts'
import { callNode } from '../../expr/index.ts'
import { printField } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, passing } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'
import { project } from './select.ts'

export interface UnnestArgs {
  readonly column: string
  /** Put before the names of the fields. */
  readonly prefix?: string | undefined
}

/**
 * A column for each field of a struct, in its place. Where the struct is NULL all of them are.
 *
 * @throws plan.unknown-column, plan.type when the column is no struct, plan.duplicate-column when a field has the name of a column
 */
export function unnest(input: Plan, args: UnnestArgs, at?: CallSite): Plan {
  const { column, prefix = '' } = args
  if (input.open)
    return defer(
      'unnest',
      [input],
      args,
      input.fields.filter(field => field.name !== column),
      at,
    )
  needColumns(input.fields, [column], at)
  const columns = input.fields.flatMap((field): Named[] => {
    if (field.name !== column) return [passing(field)]
    if (typeof field.type !== 'object' || !('struct' in field.type))
      throw problem(
        'plan.type',
        `column to unnest is no struct: ${printField(field)}`,
        at,
        typeof field.type === 'object' && 'list' in field.type ? { hint: 'explode takes a list apart' } : {},
      )
    return field.type.struct.map(({ name }) => ({ name: `${prefix}${name}`, expr: callNode('field', [columnOf(field)], { name }) }))
  })
  needDistinct(
    columns.map(one => one.name),
    at,
    "give the fields a prefix: unnest('address', { prefix: 'address_' })",
  )
  return project(input, columns, at)
}
