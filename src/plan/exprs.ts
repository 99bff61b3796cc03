import type { ExprNode } from '../expr/index.ts'
import type { Plan } from './nodes.ts'

/** The expressions of a node itself, not of its inputs. */
export function exprsOf(node: Plan): readonly ExprNode[] {
  switch (node.node) {
    case 'scan':
    case 'join':
      return node.where === undefined ? [] : [node.where]
    case 'filter':
      return [node.where]
    case 'project':
      return node.columns.map(column => column.expr)
    case 'aggregate':
      return [...node.keys, ...node.aggs].map(column => column.expr)
    case 'process':
      return node.keys.map(column => column.expr)
    case 'sort':
      return node.by.map(order => order.expr)
    case 'asOf':
    case 'union':
    case 'limit':
    case 'split':
    case 'explode':
    case 'map':
    case 'transform':
    case 'eventTime':
    case 'onError':
    case 'late':
    case 'sink':
    case 'deferred':
      return []
  }
}

/** True when a window is in the expression: a value that looks at other rows. Each node is looked at once, as trees share their parts. */
export function hasWindow(expr: ExprNode): boolean {
  return measure(expr).window
}

/** How large an expression is when written out. */
export function sizeOf(expr: ExprNode): number {
  return measure(expr).size
}

/** How deep its calls are nested. */
export function depthOf(expr: ExprNode): number {
  return measure(expr).depth
}

interface Measure {
  readonly size: number
  readonly depth: number
  readonly window: boolean
}
const measures = new WeakMap<ExprNode, Measure>()
const leaf: Measure = { size: 1, depth: 1, window: false }

function measure(expr: ExprNode): Measure {
  if (expr.op === 'column' || expr.op === 'literal') return leaf
  const known = measures.get(expr)
  if (known !== undefined) return known
  let size = 1
  let depth = 0
  let window = expr.op === 'over'
  const parts = [...expr.args, ...(expr.options?.partitionBy ?? []), ...(expr.options?.orderBy ?? []).map(order => order.expr)]
  for (const part of parts) {
    const of = measure(part)
    size += of.size
    depth = Math.max(depth, of.depth)
    window ||= of.window
  }
  const made = { size, depth: depth + 1, window }
  measures.set(expr, made)
  return made
}
