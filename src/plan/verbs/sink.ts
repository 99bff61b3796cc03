import type { CallSite } from '../../errors/index.ts'
import type { Plan, SinkNode } from '../nodes.ts'
import { problem } from '../problem.ts'
import type { Spec } from '../seams.ts'
import { changesOf } from '../stream-facts.ts'

export interface SinkArgs {
  readonly sink: Spec
}

/**
 * The end of a stream.
 *
 * @throws stream.argument when the rows may be corrected and the sink only appends
 */
export function sink(input: Plan, args: SinkArgs, at?: CallSite): SinkNode {
  const { sink: spec } = args
  if (input.open) throw problem('plan.open-schema', `${spec.kind} needs to know the columns of its rows`, at)
  if (changesOf(input) === 'update' && spec.updates !== true)
    throw problem('stream.argument', `${spec.kind} only appends, and later rows of this stream correct earlier ones`, at, {
      hint: 'use a window without lateness in place of running totals, or a sink that takes corrections',
    })
  return { node: 'sink', input, sink: spec, fields: input.fields, open: false, at }
}
