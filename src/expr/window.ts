/** `.over()` and `.where()`: they are pushed down to the aggregates an expression is made of, so engines see them around one aggregate only. */
import { callNode } from './call-node.ts'
import { durationMicros } from './duration.ts'
import { functions } from './functions.ts'
import type { CallNode, ExprNode, ExprOptions, FrameBound } from './node.ts'
import { exprOf, orderNodes } from './operand.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'
import { kindOf, partsOf } from './walk.ts'

const known: readonly string[] = ['partitionBy', 'orderBy', 'rows', 'range']

/** The options of an `over` node, from what the user wrote. */
export function windowOptions(window: unknown): ExprOptions {
  if (typeof window !== 'object' || window === null)
    throw problem('expr.argument', 'over() without a window', { hint: '.over({ partitionBy: r.city })' })
  const spec = window as { readonly partitionBy?: unknown; readonly orderBy?: unknown; readonly rows?: unknown; readonly range?: unknown }
  for (const name of Object.keys(spec))
    if (!known.includes(name)) throw problem('expr.argument', `unknown option of over(): ${name} (have ${known.join(', ')})`)
  const partitionBy = spec.partitionBy === undefined ? [] : [spec.partitionBy].flat().map(value => rowValue('partitionBy', exprOf(value)))
  const orderBy = spec.orderBy === undefined ? [] : orderNodes(spec.orderBy)
  for (const { expr } of orderBy) rowValue('orderBy', expr)
  const frame = frameOf(spec.rows, spec.range)
  if (frame !== undefined && orderBy.length === 0)
    throw problem('expr.argument', `${frame.unit} without orderBy`, { hint: 'a frame counts rows in an order' })
  return { partitionBy, orderBy, ...(frame === undefined ? {} : { frame }) }
}

function rowValue(where: string, node: ExprNode): ExprNode {
  const kind = kindOf(node)
  if (kind === 'column' || kind === 'constant') return node
  throw problem('expr.kind', `${where} takes columns, but ${printExpr(node)} is ${kind === 'window' ? 'a window value' : 'an aggregate'}`)
}

function frameOf(rows: unknown, range: unknown): ExprOptions['frame'] {
  if (rows !== undefined && range !== undefined) throw problem('expr.argument', 'over() with rows and range: one of them')
  const bounds = rows ?? range
  if (bounds === undefined) return undefined
  const unit = rows === undefined ? 'range' : 'rows'
  if (!Array.isArray(bounds) || bounds.length !== 2) throw problem('expr.argument', `${unit} is [from, to]`)
  const [from, to] = bounds.map(bound => (unit === 'rows' ? rowBound(bound) : rangeBound(bound)))
  if (from === undefined || to === undefined) throw problem('expr.argument', `${unit} is [from, to]`)
  if (from !== 'unbounded' && to !== 'unbounded' && from > to) throw problem('expr.argument', `${unit} from ${from} back to ${to}`)
  return { unit, from, to }
}

function rowBound(bound: unknown): FrameBound {
  if (bound === 'unbounded' || Number.isSafeInteger(bound)) return bound as FrameBound
  throw problem('expr.argument', `bound of rows: ${shown(bound)} (a whole number or 'unbounded')`)
}

function rangeBound(bound: unknown): FrameBound {
  if (bound === 'unbounded' || bound === 0) return bound
  if (typeof bound === 'string') return bound.startsWith('-') ? -durationMicros(bound.slice(1)) : durationMicros(bound)
  throw problem('expr.argument', `bound of range: ${shown(bound)} (a duration such as '-1h', 0 or 'unbounded')`)
}

/** An aggregate as a value per row. */
export function over(node: ExprNode, window: unknown): ExprNode {
  const kind = kindOf(node)
  if (kind !== 'aggregate' || hasWindow(node))
    throw problem('expr.kind', `over() wants an aggregate, but ${printExpr(node)} is ${kind === 'column' ? 'a column' : kind}`, {
      hint: 'aggregate first: .sum().over(...)',
    })
  const options = windowOptions(window)
  return pushDown(node, inner => callNode('over', [inner], options))
}

/** A ranking, lag or lead in its window, which needs an order. */
export function rankOver(inner: CallNode, window: unknown): ExprNode {
  const options = windowOptions(window)
  if (options.orderBy?.length === 0)
    throw problem('expr.argument', `${printExpr(inner)} over a window without orderBy`, { hint: 'a place means nothing without an order' })
  if (options.frame !== undefined) throw problem('expr.argument', `${printExpr(inner)} over a frame: it looks at the whole partition`)
  return callNode('over', [inner], options)
}

/** An aggregate of the rows that meet the condition. */
export function where(node: ExprNode, value: unknown): ExprNode {
  if (kindOf(node) !== 'aggregate') throw problem('expr.kind', `where() wants an aggregate, but ${printExpr(node)} is none`)
  const condition = exprOf(value)
  const kind = kindOf(condition)
  if (kind !== 'column' && kind !== 'constant')
    throw problem('expr.kind', `where() takes a condition on columns, but ${printExpr(condition)} is ${kind}`)
  return pushDown(node, inner => filtered(inner, condition))
}

function filtered(inner: CallNode, condition: ExprNode): CallNode {
  const [aggregate, first] = inner.args
  if (inner.op !== 'where' || aggregate === undefined || first === undefined) return callNode('where', [inner, condition])
  return callNode('where', [aggregate, callNode('and', [first, condition])])
}

/** Wraps each aggregate of an expression such as sum / count. */
function pushDown(node: ExprNode, wrap: (aggregate: CallNode) => CallNode): ExprNode {
  if (node.op === 'column' || node.op === 'literal') return node
  if (node.op === 'where' || functions[node.op].kind === 'aggregate') return wrap(node)
  return callNode(
    node.op,
    node.args.map(arg => pushDown(arg, wrap)),
    node.options,
  )
}

function hasWindow(node: ExprNode): boolean {
  return node.op === 'over' || partsOf(node).some(part => kindOf(part) === 'window')
}
