import type { ExprNode } from '../../expr/index.ts'
import { exprsOf, hasWindow } from '../exprs.ts'
import { freeName, passing } from '../fields.ts'
import { nodesOf, rewrite } from '../inputs.ts'
import type { FilterNode, Plan, ProjectNode } from '../nodes.ts'
import type { Rule } from '../seams.ts'
import { handsOn, sortedNodes } from '../sorted.ts'
import { rowIndex } from '../verbs/row-index.ts'
import { project } from '../verbs/select.ts'
import { sort } from '../verbs/sort.ts'

/**
 * Puts the rows behind a window back into the order a `sort` before it gave them: an engine gives them as it went through the partitions.
 *
 * Only where somebody sees the order, and only after a `sort`: rows that nobody ordered have no order to lose, and the second sort is not free.
 */
export const keepOrder: Rule = {
  name: 'keep the order behind windows',
  apply(plan) {
    const order = nodesOf(plan)
    const sorted = sortedNodes(plan)
    const changed = new Set(seenNodes(plan, order).filter(node => 'input' in node && sorted.has(node.input) && losesOrder(node)))
    return changed.size === 0 ? plan : rewrite(plan, (node, before) => (changed.has(before) ? ordered(node as Windowed) : node))
  },
}

type Windowed = FilterNode | ProjectNode

/** True for a step whose windows go through the rows by partitions or in an order of their own. The number of a row does not: rows are counted as they come. */
function losesOrder(node: Plan): node is Windowed {
  if (node.node !== 'filter' && node.node !== 'project') return false
  return exprsOf(node).some(expr => hasWindow(expr) && !onlyCounts(expr))
}

function onlyCounts(expr: ExprNode): boolean {
  if (expr.op === 'column' || expr.op === 'literal') return true
  if (expr.op !== 'over') return expr.args.every(onlyCounts)
  const { partitionBy = [], orderBy = [] } = expr.options ?? {}
  const [inner] = expr.args
  return inner?.op === 'rowNumber' && partitionBy.length === 0 && orderBy.length === 0
}

/** The nodes whose order is seen: by who asked for the rows, or by a step that chooses or counts rows by their places. */
function seenNodes(plan: Plan, order: readonly Plan[]): readonly Plan[] {
  const seen = new Set<Plan>([plan])
  for (const node of order.toReversed()) if (handsOn(node) && (seen.has(node) || takesPlaces(node))) seen.add(node.input)
  return [...seen]
}

/** True for a step that gives other rows, or other values, when its rows come in another order. */
function takesPlaces(node: Plan): boolean {
  if (node.node === 'limit' || node.node === 'split' || node.node === 'map') return true
  return node.node === 'project' && node.columns.some(({ expr }) => hasWindow(expr) && onlyCounts(expr))
}

function ordered(node: Windowed): Plan {
  const name = freeName([...node.input.fields, ...node.fields], 'place')
  const place = { name, type: 'int64', nullable: false } as const
  const input = project(node.input, [...node.input.fields.map(passing), { name, expr: rowIndex(1) }], node.at)
  const fields = [...node.fields, place]
  const made: Plan =
    node.node === 'filter' ? { ...node, input, fields } : { ...node, input, fields, columns: [...node.columns, passing(place)] }
  const by = [{ expr: passing(place).expr, descending: false, nulls: 'last' as const }]
  return { ...project(sort(made, { by }, node.at), node.fields.map(passing), node.at), fields: node.fields }
}
