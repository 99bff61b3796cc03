import type { CallSite } from '../../errors/index.ts'
import { defer } from '../defer.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'

export interface LimitArgs {
  readonly rows: number
  readonly offset?: number | undefined
}

/**
 * The first rows, after leaving out `offset` of them (0 when not said).
 *
 * @throws plan.argument when a number is negative or no whole number
 */
export function limit(input: Plan, args: LimitArgs, at?: CallSite): Plan {
  const { rows, offset = 0 } = args
  for (const [name, value] of [['rows', rows] as const, ['offset', offset] as const])
    if (!(Number.isSafeInteger(value) && value >= 0))
      throw problem('plan.argument', `limit needs a whole number of ${name} from 0: ${value}`, at)
  if (input.open) return defer('limit', [input], args, input.fields, at)
  return { node: 'limit', input, rows, offset, fields: input.fields, open: false, at }
}
