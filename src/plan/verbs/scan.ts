import type { CallSite } from '../../errors/index.ts'
import type { Schema } from '../../schema/index.ts'
import type { Plan } from '../nodes.ts'
import { needDistinct, problem } from '../problem.ts'
import type { Spec } from '../seams.ts'

/**
 * Reads a source whose columns are known.
 *
 * @throws plan.duplicate-column, plan.argument when there are no columns
 */
export function scan(source: Spec, schema: Schema, at?: CallSite): Plan {
  if (schema.length === 0) throw problem('plan.argument', `source has no columns: ${source.kind}`, at)
  needDistinct(
    schema.map(field => field.name),
    at,
  )
  return { node: 'scan', source, fields: schema, open: false, at }
}
