import type { CallSite } from '../../errors/index.ts'
import { callNode, canCast, type ExprNode } from '../../expr/index.ts'
import { type Field, printField, sameType, type Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'
import { project } from './select.ts'

export interface AsArgs {
  readonly schema: Schema
}

/**
 * Casts the columns to a schema, matched by name; other columns are dropped.
 *
 * A NULL in a column declared without `?` is an error when it is read (schema.not-null): such a column is a cast that is not nullable although its argument
 * is, named in `options.name`, and `notNull` of the node lists it.
 *
 * @throws plan.unknown-column, plan.type when a column can never be cast so
 */
export function as(input: Plan, args: AsArgs, at?: CallSite): Plan {
  const { schema } = args
  if (input.open) return defer('as', [input], args, schema, at)
  needColumns(
    input.fields,
    schema.map(field => field.name),
    at,
  )
  const known = new Map(input.fields.map(field => [field.name, field]))
  const wrong: string[] = []
  const columns = schema.flatMap((to): Named[] => {
    const from = known.get(to.name)
    if (from === undefined) return []
    if (canCast(from.type, to.type)) return [{ name: to.name, expr: castTo(from, to) }]
    wrong.push(`${printField(from)} to ${printField(to)}`)
    return []
  })
  if (wrong.length > 0) throw problem('plan.type', `columns cannot be cast: ${wrong.join('; ')}`, at)
  const notNull = schema.filter(to => !to.nullable && known.get(to.name)?.nullable === true).map(to => to.name)
  const made = project(input, columns, at)
  return { ...made, fields: schema, ...(notNull.length === 0 ? {} : { notNull }) }
}

function castTo(from: Field, to: Field): ExprNode {
  const column = columnOf(from)
  const checked = from.nullable && !to.nullable
  if (sameType(from.type, to.type) && !checked) return column
  const cast = callNode('cast', [column], { to: to.type })
  return checked ? { ...cast, nullable: false, options: { ...cast.options, name: to.name } } : cast
}
