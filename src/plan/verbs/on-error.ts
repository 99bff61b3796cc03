import type { CallSite } from '../../errors/index.ts'
import type { OnErrorNode, Plan } from '../nodes.ts'
import { problem } from '../problem.ts'
import type { Spec } from '../seams.ts'

export interface OnErrorArgs {
  readonly retries: number
  readonly otherwise: OnErrorNode['otherwise']
  readonly sink?: Spec | undefined
}

/**
 * What happens to rows on which a function of the user throws, in the steps before it up to the next such step, and to broken records when there is none.
 *
 * @throws plan.argument
 */
export function onError(input: Plan, args: OnErrorArgs, at?: CallSite): Plan {
  const { retries, otherwise, sink } = args
  if (!(Number.isSafeInteger(retries) && retries >= 0 && retries <= 1000))
    throw problem('plan.argument', `retries is no whole number from 0 to 1000: ${retries}`, at)
  if ((otherwise === 'dead-letter') !== (sink !== undefined))
    throw problem('plan.argument', otherwise === 'dead-letter' ? 'dead letters need a sink' : `${otherwise} takes no sink`, at)
  return { node: 'onError', input, retries, otherwise, sink, fields: input.fields, open: input.open, at }
}
