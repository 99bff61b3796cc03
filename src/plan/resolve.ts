import type { CallSite } from '../errors/index.ts'
import { type ExprNode, retype } from '../expr/index.ts'
import type { Schema } from '../schema/index.ts'
import { inputsOf, nodesOf, withInputs } from './inputs.ts'
import type { DeferredNode, MapNode, Plan } from './nodes.ts'
import { verbs } from './verbs/index.ts'

type AnyVerb = (input: Plan, args: object, at: CallSite | undefined) => Plan

/**
 * Builds a plan again with the columns that have been learnt: each map node in `learnt` gets its columns, and the steps after it their real types and
 * checks. What is still not known stays open.
 *
 * @throws plan.* and expr.* as the verbs do, with the place where each was written
 */
export function resolve(plan: Plan, learnt: ReadonlyMap<Plan, Schema>): Plan {
  const done = new Map<Plan, Plan>()
  for (const node of nodesOf(plan)) {
    const inputs = inputsOf(node).map(input => done.get(input) ?? input)
    const schema = learnt.get(node)
    done.set(node, node.node === 'deferred' ? build(node, inputs) : learned(withInputs(node, inputs), schema))
  }
  return done.get(plan) ?? plan
}

/** The map nodes whose columns are not known although those of their input are: what must be learnt next. */
export function openMaps(plan: Plan): readonly MapNode[] {
  return nodesOf(plan).filter((node): node is MapNode => node.node === 'map' && node.open && !node.input.open)
}

function learned(node: Plan, schema: Schema | undefined): Plan {
  return node.node === 'map' && schema !== undefined ? { ...node, declared: schema, taught: true, fields: schema, open: false } : node
}

function build(node: DeferredNode, inputs: readonly Plan[]): Plan {
  const [input, other] = inputs
  if (input === undefined || inputs.some(one => one.open)) return withInputs(node, inputs)
  const args =
    other === undefined
      ? (retyped(node.args, input.fields, node.at) as object)
      : { ...(node.args as object), other, others: inputs.slice(1) }
  return (verbs[node.verb as keyof typeof verbs] as unknown as AnyVerb)(input, args, node.at)
}

/** The arguments with every expression typed against the real columns. Verbs with two inputs type theirs themselves. */
function retyped(value: unknown, fields: Schema, at: CallSite | undefined): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isExpr(value)) return retype(value, fields, at)
  if (Array.isArray(value)) return value.map(item => retyped(item, fields, at))
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'step' || key === 'fn' ? item : retyped(item, fields, at)]),
  )
}

function isExpr(value: object): value is ExprNode {
  return 'op' in value && 'type' in value && 'nullable' in value
}
