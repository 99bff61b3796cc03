import { mergeFields, passFields } from './fields.ts'
import { joinFields } from './join-fields.ts'
import type { Plan } from './nodes.ts'

const none: readonly Plan[] = []

/** The plans a node reads, left to right. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.node) {
    case 'scan':
      return none
    case 'join':
    case 'asOf':
      return [plan.left, plan.right]
    case 'union':
    case 'deferred':
      return plan.inputs
    case 'filter':
    case 'project':
    case 'aggregate':
    case 'sort':
    case 'limit':
    case 'split':
    case 'explode':
    case 'map':
    case 'transform':
    case 'eventTime':
    case 'process':
    case 'onError':
    case 'late':
    case 'sink':
      return [plan.input]
  }
}

/** The same node over other inputs, which must have the columns the node needs; columns it hands on are those of the new inputs. */
export function withInputs(plan: Plan, inputs: readonly Plan[]): Plan {
  const old = inputsOf(plan)
  if (old.length === inputs.length && old.every((input, index) => input === inputs[index])) return plan
  const [first, second] = inputs
  if (first === undefined) return plan
  switch (plan.node) {
    case 'scan':
      return plan
    case 'join': {
      const right = second ?? plan.right
      return { ...plan, left: first, right, fields: joinFields(first.fields, right.fields, plan.on, plan.how, plan.suffix) }
    }
    case 'asOf': {
      const right = second ?? plan.right
      return { ...plan, left: first, right, fields: joinFields(first.fields, right.fields, plan.on, 'left', plan.suffix) }
    }
    case 'union':
      return { ...plan, inputs, fields: passFields(plan.fields, first.fields) }
    case 'deferred':
      return { ...plan, inputs }
    case 'filter':
    case 'sort':
    case 'limit':
    case 'split':
    case 'explode':
    case 'eventTime':
    case 'onError':
    case 'sink':
      return { ...plan, input: first, fields: passFields(plan.fields, first.fields) }
    case 'transform':
      return { ...plan, input: first, fields: mergeFields(first.fields, plan.step.adds) }
    case 'project':
      return { ...plan, input: first }
    case 'late':
      return { ...plan, input: first, fields: first.node === 'aggregate' ? first.input.fields : plan.fields }
    case 'aggregate':
    case 'map':
    case 'process':
      return { ...plan, input: first }
  }
}

/** Every node once, inputs before the nodes that read them. No recursion, so a plan may be of any depth. */
export function nodesOf(plan: Plan): readonly Plan[] {
  const order: Plan[] = []
  const seen = new Set<Plan>()
  const stack: { readonly node: Plan; readonly open: boolean }[] = [{ node: plan, open: true }]
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, open } = top
    if (!open) {
      order.push(node)
      continue
    }
    if (seen.has(node)) continue
    seen.add(node)
    stack.push({ node, open: false })
    const inputs = inputsOf(node)
    for (let index = inputs.length - 1; index >= 0; index--) {
      const input = inputs[index]
      if (input !== undefined && !seen.has(input)) stack.push({ node: input, open: true })
    }
  }
  return order
}

/** Rewrites a plan from its sources up; a node that is read twice is rewritten once. `change` sees a node over its new inputs, and the node as it was. */
export function rewrite(plan: Plan, change: (node: Plan, before: Plan) => Plan): Plan {
  const done = new Map<Plan, Plan>()
  for (const node of nodesOf(plan)) {
    const inputs = inputsOf(node).map(input => done.get(input) ?? input)
    done.set(node, change(withInputs(node, inputs), node))
  }
  return done.get(plan) ?? plan
}
