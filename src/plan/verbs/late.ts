import type { CallSite } from '../../errors/index.ts'
import type { LateNode, Plan } from '../nodes.ts'
import { problem } from '../problem.ts'

/**
 * The rows that came after their window had closed, as they were before the window.
 *
 * @throws plan.argument behind anything but a window
 */
export function late(input: Plan, _args: object, at?: CallSite): LateNode {
  if (input.node !== 'aggregate' || input.window === undefined)
    throw problem('plan.argument', `only a window has late rows, not ${input.node}`, at)
  return { node: 'late', input, fields: input.input.fields, open: false, at }
}
