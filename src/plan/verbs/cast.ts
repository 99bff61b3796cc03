import type { CallSite } from '../../errors/index.ts'
import { callNode, canCast } from '../../expr/index.ts'
import { type DataType, printField, printType, sameType } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, mergeFields, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'
import { project } from './select.ts'

export interface CastArgs {
  /** Column -> its new type. */
  readonly types: Readonly<Record<string, DataType>>
}

/**
 * Gives columns other types, in their places; a value that does not fit fails the run.
 *
 * @throws plan.unknown-column, plan.type when a column can never be cast so
 */
export function cast(input: Plan, args: CastArgs, at?: CallSite): Plan {
  return castColumns('cast', input, args, at)
}

/**
 * Gives columns other types, in their places; a value that does not fit becomes NULL.
 *
 * @throws plan.unknown-column, plan.type when a column can never be cast so
 */
export function tryCast(input: Plan, args: CastArgs, at?: CallSite): Plan {
  return castColumns('tryCast', input, args, at)
}

function castColumns(verb: 'cast' | 'tryCast', input: Plan, args: CastArgs, at: CallSite | undefined): Plan {
  const types = new Map(Object.entries(args.types))
  if (types.size === 0) return input
  if (input.open)
    return defer(
      verb,
      [input],
      args,
      mergeFields(
        input.fields,
        [...types].map(([name, type]) => ({ name, type, nullable: true })),
      ),
      at,
    )
  needColumns(input.fields, types.keys(), at)
  const wrong: string[] = []
  const columns = input.fields.map(field => {
    const to = types.get(field.name)
    if (to === undefined || sameType(field.type, to)) return passing(field)
    if (canCast(field.type, to)) return { name: field.name, expr: callNode(verb, [columnOf(field)], { to }) }
    wrong.push(`${printField(field)} to ${printType(to)}`)
    return passing(field)
  })
  if (wrong.length > 0) throw problem('plan.type', `columns cannot be cast: ${wrong.join('; ')}`, at)
  return project(input, columns, at)
}
