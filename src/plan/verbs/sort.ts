import type { CallSite } from '../../errors/index.ts'
import type { OrderNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import type { Plan } from '../nodes.ts'

export interface SortArgs {
  readonly by: readonly OrderNode[]
}

/** Orders the rows; text by code point, NULLs last unless told. Rows that are equal in all of `by` come in no fixed order. */
export function sort(input: Plan, args: SortArgs, at?: CallSite): Plan {
  if (args.by.length === 0) return input
  if (input.open) return defer('sort', [input], args, input.fields, at)
  return { node: 'sort', input, by: args.by, fields: input.fields, open: false, at }
}
