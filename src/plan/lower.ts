import { fieldFrom, mergeFields, passing } from './fields.ts'
import { rewrite } from './inputs.ts'
import type { Named, Plan, TransformNode } from './nodes.ts'

/**
 * Prints the transforms that can be expressions as projects; the others stay.
 *
 * @example
 * const plan = lower(predicted.plan) // a linear model is two projects now
 */
export function lower(plan: Plan): Plan {
  return rewrite(plan, node => (node.node === 'transform' && node.step.steps !== undefined ? named(lowerTransform(node), node) : node))
}

/** The last step has the name of the transform. */
function named(plan: Plan, { stepName, input }: TransformNode): Plan {
  return stepName === undefined || plan === input ? plan : { ...plan, stepName }
}

function lowerTransform(node: TransformNode): Plan {
  const steps = node.step.steps?.() ?? []
  let plan = node.input
  for (const step of steps) {
    const made = Object.entries(step).map(([name, expr]): Named => ({ name, expr }))
    const byName = new Map(made.map(column => [column.name, column]))
    const fields = mergeFields(
      plan.fields,
      made.map(column => fieldFrom(column.name, column.expr)),
    )
    const columns = fields.map(field => byName.get(field.name) ?? passing(field))
    plan = { node: 'project', input: plan, columns, fields, open: false, at: node.at }
  }
  if (plan.fields.length === node.fields.length && plan.fields.every((field, index) => field.name === node.fields[index]?.name)) return plan
  // Steps may make columns on the way that the transform does not add.
  const known = new Map(plan.fields.map(field => [field.name, field]))
  const fields = node.fields.map(field => known.get(field.name) ?? field)
  return { node: 'project', input: plan, columns: fields.map(passing), fields, open: false, at: node.at }
}
