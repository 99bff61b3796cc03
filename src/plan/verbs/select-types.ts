import type { CallSite } from '../../errors/index.ts'
import { familyOf } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'
import { project } from './select.ts'

/** What `selectTypes` tells apart. */
export type TypeFamily = 'number' | 'text' | 'boolean' | 'time' | 'clock' | 'interval' | 'list' | 'struct' | 'map' | 'bytes'
export const typeFamilies: readonly TypeFamily[] = [
  'number',
  'text',
  'boolean',
  'time',
  'clock',
  'interval',
  'list',
  'struct',
  'map',
  'bytes',
]

export interface SelectTypesArgs {
  readonly families: readonly TypeFamily[]
}

/**
 * Keeps the columns of some kinds of types.
 *
 * @throws plan.argument when there is no such kind, or no such column
 */
export function selectTypes(input: Plan, args: SelectTypesArgs, at?: CallSite): Plan {
  const { families } = args
  const unknown = families.filter(family => !typeFamilies.includes(family))
  if (unknown.length > 0 || families.length === 0)
    throw problem('plan.argument', `no such kind of types: ${unknown.join(', ')} (have ${typeFamilies.join(', ')})`, at)
  if (input.open) return defer('selectTypes', [input], args, [], at)
  const kept = input.fields.filter(field => families.some(family => family === familyOf(field.type)))
  if (kept.length === 0) throw problem('plan.argument', `no column is a ${families.join(' or ')}`, at)
  return project(input, kept.map(passing), at)
}
