import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import { fieldFrom, mergeFields, passing } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needDistinct } from '../problem.ts'
import { project } from './select.ts'

export interface WithColumnsArgs {
  readonly columns: readonly Named[]
}

/** Adds columns, or replaces those of the same name in their place. Every expression sees the columns as they were before. */
export function withColumns(input: Plan, args: WithColumnsArgs, at?: CallSite): Plan {
  const { columns } = args
  if (columns.length === 0) return input
  needDistinct(
    columns.map(column => column.name),
    at,
  )
  if (input.open)
    return defer(
      'withColumns',
      [input],
      args,
      mergeFields(
        input.fields,
        columns.map(column => fieldFrom(column.name, column.expr)),
      ),
      at,
    )
  const made = new Map(columns.map(column => [column.name, column]))
  const all: Named[] = []
  for (const field of input.fields) {
    const column = made.get(field.name)
    if (column === undefined) all.push(passing(field))
    else {
      all.push(column)
      made.delete(field.name)
    }
  }
  all.push(...made.values())
  return project(input, all, at)
}
