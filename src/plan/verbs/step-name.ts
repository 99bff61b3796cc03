import type { CallSite } from '../../errors/index.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'

export interface StepNameArgs {
  readonly name: string
}

/**
 * Gives the last step a name, by which its state is found again when the plan around it changes.
 *
 * @throws plan.argument
 */
export function stepName(input: Plan, args: StepNameArgs, at?: CallSite): Plan {
  const { name } = args
  if (!/^[\w][\w.-]{0,63}$/.test(name))
    throw problem('plan.argument', `no name of a step: ${JSON.stringify(name)} (letters, digits, _ . -, at most 64)`, at)
  return { ...input, stepName: name, at: input.at ?? at }
}
