import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import type { Plan } from '../nodes.ts'

/** One condition of several that must all hold, and where it was written. */
export interface Conjunct {
  readonly expr: ExprNode
  readonly at: CallSite | undefined
}

/** The conditions a condition is made of. */
export function conjunctsOf(where: ExprNode, at: CallSite | undefined): Conjunct[] {
  const found: Conjunct[] = []
  const stack = [where]
  for (let expr = stack.pop(); expr !== undefined; expr = stack.pop()) {
    if (expr.op === 'and') stack.push(...expr.args.toReversed())
    else found.push({ expr, at })
  }
  return found
}

/** All of them in one, as a tree of little depth that is read from left to right. */
export function conjunction(conjuncts: readonly Conjunct[]): ExprNode {
  const [first] = conjuncts
  if (first === undefined) return literalNode(true)
  if (conjuncts.length === 1) return first.expr
  const middle = Math.ceil(conjuncts.length / 2)
  return callNode('and', [conjunction(conjuncts.slice(0, middle)), conjunction(conjuncts.slice(middle))])
}

/** The rows of a plan for which all hold. */
export function filtered(input: Plan, conjuncts: readonly Conjunct[]): Plan {
  if (conjuncts.length === 0) return input
  return { node: 'filter', input, where: conjunction(conjuncts), fields: input.fields, open: false, at: conjuncts[0]?.at }
}
