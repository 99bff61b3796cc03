import { type CallSite, whatIs } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import { columnOf } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'
import { project } from './select.ts'

export interface RenameArgs {
  /** Old name -> new name. */
  readonly names: Readonly<Record<string, string>>
  /** Or: what becomes of every name. */
  readonly each?: ((name: string) => string) | undefined
}

/**
 * Gives columns other names; they keep their places.
 *
 * @throws plan.unknown-column, plan.duplicate-column
 */
export function rename(input: Plan, args: RenameArgs, at?: CallSite): Plan {
  const names = new Map(Object.entries(args.names))
  const { each } = args
  if (each !== undefined) {
    if (input.open) return defer('rename', [input], args, [], at)
    for (const { name } of input.fields) names.set(name, newName(each, name, at))
  }
  if (names.size === 0) return input
  const renamed = input.fields.map(field => names.get(field.name) ?? field.name)
  if (input.open)
    return defer(
      'rename',
      [input],
      args,
      input.fields.map((field, index) => ({ ...field, name: renamed[index] ?? field.name })),
      at,
    )
  needColumns(input.fields, names.keys(), at)
  needDistinct(renamed, at)
  const columns = input.fields.map((field, index) => ({ name: renamed[index] ?? field.name, expr: columnOf(field) }))
  return project(input, columns, at)
}

function newName(each: (name: string) => unknown, name: string, at: CallSite | undefined): string {
  const made = each(name)
  if (typeof made === 'string') return made
  throw problem('plan.argument', `rename wants a name for ${name}, not ${whatIs(made)}`, at)
}
