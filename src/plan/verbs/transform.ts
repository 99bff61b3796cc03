import type { CallSite } from '../../errors/index.ts'
import { familyOf, printField } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { mergeFields } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { have, problem } from '../problem.ts'
import type { Transform } from '../seams.ts'

export interface TransformArgs {
  readonly step: Transform
}

/**
 * Puts a fitted thing into the plan; it adds its columns, or replaces those of the same name.
 *
 * @throws plan.type naming every column that it needs and that is missing or of another family
 */
export function transform(input: Plan, args: TransformArgs, at?: CallSite): Plan {
  const { step } = args
  const fields = mergeFields(input.fields, step.adds)
  if (input.open) return defer('transform', [input], args, fields, at)
  const known = new Map(input.fields.map(field => [field.name, field]))
  const missing: string[] = []
  const wrong: string[] = []
  for (const need of step.needs) {
    const field = known.get(need.name)
    if (field === undefined) missing.push(need.name)
    else if (familyOf(field.type) !== familyOf(need.type)) wrong.push(`${printField(field)}, wanted ${printField(need)}`)
  }
  if (missing.length > 0)
    throw problem('plan.unknown-column', `${step.kind} needs columns that are missing: ${missing.join(', ')} ${have(input.fields)}`, at, {
      details: { missing },
    })
  if (wrong.length > 0) throw problem('plan.type', `${step.kind} needs columns of other types: ${wrong.join('; ')}`, at)
  return { node: 'transform', input, step, fields, open: false, at }
}
