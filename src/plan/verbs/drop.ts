import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import { passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns } from '../problem.ts'
import { project } from './select.ts'

export interface DropArgs {
  readonly columns: readonly string[]
}

/**
 * Leaves columns out.
 *
 * @throws plan.unknown-column, plan.argument when none is left
 */
export function drop(input: Plan, args: DropArgs, at?: CallSite): Plan {
  const gone = new Set(args.columns)
  if (gone.size === 0) return input
  const fields = input.fields.filter(field => !gone.has(field.name))
  if (input.open) return defer('drop', [input], args, fields, at)
  needColumns(input.fields, gone, at)
  return project(input, fields.map(passing), at)
}
