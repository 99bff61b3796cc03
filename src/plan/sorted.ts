import { nodesOf } from './inputs.ts'
import type { Plan } from './nodes.ts'

/** A step that gives its rows in the order in which it gets them. */
export type HandsOn = Exclude<Extract<Plan, { readonly input: Plan }>, { readonly node: 'sort' | 'aggregate' | 'sink' }>

/** True for a step that gives its rows in the order in which it gets them. */
export function handsOn(node: Plan): node is HandsOn {
  return 'input' in node && node.node !== 'sort' && node.node !== 'aggregate' && node.node !== 'sink'
}

/** The nodes whose rows come in the order of a `sort`. */
export function sortedNodes(plan: Plan): ReadonlySet<Plan> {
  const sorted = new Set<Plan>()
  for (const node of nodesOf(plan)) if (node.node === 'sort' || (handsOn(node) && sorted.has(node.input))) sorted.add(node)
  return sorted
}

/** True when the rows of a plan come in the order of a `sort`. */
export function isSorted(plan: Plan): boolean {
  return sortedNodes(plan).has(plan)
}
