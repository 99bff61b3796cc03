import { columnsOf, type ExprNode, substitute } from '../../expr/index.ts'
import { depthOf, hasWindow, sizeOf } from '../exprs.ts'
import { isPassing } from '../fields.ts'
import { rewrite } from '../inputs.ts'
import type { Plan, ProjectNode } from '../nodes.ts'
import type { Rule } from '../seams.ts'

const mostSize = 200
const mostDepth = 60

/** Makes one project of two where no work is done twice by it, and takes out projects that change nothing. */
export const mergeProjects: Rule = {
  name: 'merge projects',
  apply: plan => rewrite(plan, node => (node.node === 'project' ? mergeInto(node) : node)),
}

function mergeInto(outer: ProjectNode): Plan {
  const inner = outer.input
  if (changesNothing(outer)) return inner
  if (inner.node !== 'project' || inner.notNull !== undefined || outer.notNull !== undefined) return outer
  const merged = merge(outer, inner)
  return merged !== undefined && changesNothing(merged) ? merged.input : (merged ?? outer)
}

function merge(outer: ProjectNode, inner: ProjectNode): ProjectNode | undefined {
  const exprs = new Map(inner.columns.map(column => [column.name, column.expr]))
  if (outer.columns.some(column => hasWindow(column.expr)) && inner.columns.some(column => hasWindow(column.expr))) return undefined
  const uses = new Map<string, number>()
  for (const column of outer.columns) countUses(column.expr, uses)
  for (const [name, count] of uses) {
    const expr = exprs.get(name)
    if (count > 1 && expr !== undefined && expr.op !== 'column' && expr.op !== 'literal') return undefined
  }
  const columns = outer.columns.map(column => {
    const { expr } = column
    if (expr.op === 'column') return { name: column.name, expr: exprs.get(expr.name) ?? expr }
    return columnsOf(expr).size === 0 ? column : { name: column.name, expr: substitute(expr, exprs) }
  })
  if (columns.some(column => sizeOf(column.expr) > mostSize || depthOf(column.expr) > mostDepth)) return undefined
  return { ...outer, input: inner.input, columns }
}

function countUses(expr: ExprNode, uses: Map<string, number>): void {
  if (expr.op === 'literal') return
  if (expr.op === 'column') {
    uses.set(expr.name, (uses.get(expr.name) ?? 0) + 1)
    return
  }
  for (const arg of expr.args) countUses(arg, uses)
  for (const part of expr.options?.partitionBy ?? []) countUses(part, uses)
  for (const order of expr.options?.orderBy ?? []) countUses(order.expr, uses)
}

function changesNothing(node: ProjectNode): boolean {
  const { input, columns, notNull } = node
  return (
    notNull === undefined &&
    columns.length === input.fields.length &&
    columns.every((column, index) => isPassing(column) && column.name === input.fields[index]?.name)
  )
}
