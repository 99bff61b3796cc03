import { printCallSite } from '../errors/index.ts'
import { type ExprNode, printExpr } from '../expr/index.ts'
import { exprsOf } from './exprs.ts'
import { nodesOf } from './inputs.ts'
import { lower } from './lower.ts'
import type { Plan } from './nodes.ts'
import { printNode } from './print.ts'
import type { Capabilities, Gap, Missing } from './seams.ts'

/** What an engine cannot do of a plan, each thing once, in the order of the steps. Nothing is connected to or run. */
export function gaps(plan: Plan, capabilities: Capabilities): readonly Gap[] {
  const found = new Map<string, Gap>()
  const add = (step: string, node: Plan, advice: string): void => {
    const gap: Gap = { step, at: printCallSite(node.at) ?? '', advice }
    found.set(`${gap.step}\n${gap.at}\n${gap.advice}`, gap)
  }
  for (const node of nodesOf(lower(plan))) {
    if (node.node === 'deferred') continue
    const able = capabilities.nodes[node.node]
    if (typeof able !== 'string') add(printNode(node), node, adviceOf(able, `a ${node.node} step`))
    if (node.node === 'scan') {
      const source = capabilities.sources[node.source.kind]
      if (typeof source !== 'string') add(printNode(node), node, adviceOf(source, `the source ${node.source.kind}`))
    }
    for (const expr of exprsOf(node))
      for (const call of callsOf(expr)) {
        const function_ = capabilities.functions[call.op]
        if (typeof function_ !== 'string') add(printExpr(call), node, adviceOf(function_, `the function ${call.op}`))
      }
  }
  return [...found.values()]
}

function adviceOf(missing: Missing | undefined, what: string): string {
  if (missing === undefined) return `this engine does not know ${what}`
  const why = { notimpl: 'not built yet', notyet: 'the engine cannot yet', never: 'cannot be done there' }[missing.missing]
  return `${missing.reason} (${why})`
}

function callsOf(expr: ExprNode): ExprNode[] {
  const calls: ExprNode[] = []
  const stack: ExprNode[] = [expr]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.op === 'column' || node.op === 'literal') continue
    calls.push(node)
    stack.push(...node.args, ...(node.options?.partitionBy ?? []), ...(node.options?.orderBy ?? []).map(order => order.expr))
  }
  return calls
}
