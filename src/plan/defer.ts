import type { CallSite } from '../errors/index.ts'
import type { Schema } from '../schema/index.ts'
import type { Plan } from './nodes.ts'

/** The step to be built again once the columns of its inputs are known; `fields` are those whose names are known already. */
export function defer(verb: string, inputs: readonly Plan[], args: unknown, fields: Schema, at: CallSite | undefined): Plan {
  return { node: 'deferred', inputs, verb, args, fields, open: true, at }
}
