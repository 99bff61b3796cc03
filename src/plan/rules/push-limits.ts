import { hasWindow } from '../exprs.ts'
import { rewrite, withInputs } from '../inputs.ts'
import type { Plan } from '../nodes.ts'
import type { Rule } from '../seams.ts'

/** Tells a scan how many rows are wanted of it at most. The limit itself stays. */
export const pushLimits: Rule = {
  name: 'push limits down',
  apply: plan => rewrite(plan, node => (node.node === 'limit' ? withInputs(node, [limited(node.input, node.rows + node.offset)]) : node)),
}

function limited(plan: Plan, rows: number): Plan {
  const above: Plan[] = []
  let node = plan
  while (node.node === 'project' && !node.columns.some(column => hasWindow(column.expr))) {
    above.push(node)
    node = node.input
  }
  if (node.node !== 'scan' || (node.limit !== undefined && node.limit <= rows)) return plan
  return above.reduceRight<Plan>((input, project) => withInputs(project, [input]), { ...node, limit: rows })
}
