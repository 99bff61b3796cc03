/** `.over()` and `.where()`: they are pushed down to the aggregates an expression is made of, so engines see them around one aggregate only. */
import type { FrameExclude } from './aggregate-names.ts'
import { callNode } from './call-node.ts'
import { durationMicros } from './duration.ts'
import { functions } from './functions.ts'
import type { CallNode, ExprNode, ExprOptions, FrameBound } from './node.ts'
import { exprOf, orderNodes } from './operand.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'
import { kindOf, partsOf } from './walk.ts'

type Frame = NonNullable<ExprOptions['frame']>

const known: readonly string[] = ['partitionBy', 'orderBy', 'rows', 'range', 'exclude']
const excludes: readonly FrameExclude[] = ['current', 'group', 'ties']

/** The options of an `over` node, from what the user wrote. */
export function windowOptions(window: unknown): ExprOptions {
  if (typeof window !== 'object' || window === null)
    throw problem('expr.argument', 'over() without a window', { hint: '.over({ partitionBy: r.city })' })
  const spec = window as Readonly<Record<'partitionBy' | 'orderBy' | 'rows' | 'range' | 'exclude', unknown>>
  for (const name of Object.keys(spec))
    if (!known.includes(name)) throw problem('expr.argument', `unknown option of over(): ${name} (have ${known.join(', ')})`)
  const partitionBy = spec.partitionBy === undefined ? [] : [spec.partitionBy].flat().map(value => rowValue('partitionBy', exprOf(value)))
  const orderBy = spec.orderBy === undefined ? [] : orderNodes(spec.orderBy)
  for (const { expr } of orderBy) rowValue('orderBy', expr)
  const frame = excluding(frameOf(spec.rows, spec.range), spec.exclude, orderBy.length > 0)
  if (frame !== undefined && orderBy.length === 0 && spec.exclude === undefined)
    throw problem('expr.argument', `${frame.unit} without orderBy`, { hint: 'a frame counts rows in an order' })
  return { partitionBy, orderBy, ...(frame === undefined ? {} : { frame }) }
}

/** Without an order the frame is the partition. */
function excluding(frame: Frame | undefined, exclude: unknown, isOrdered: boolean): Frame | undefined {
  if (exclude === undefined) return frame
  if (!excludes.includes(exclude as FrameExclude))
    throw problem('expr.argument', `exclude is ${shown(exclude)} (have ${excludes.join(', ')})`)
  if (frame === undefined && isOrdered)
    throw problem('expr.argument', 'exclude in an ordered window without a frame', { hint: "rows: ['unbounded', 'unbounded']" })
  if (!isOrdered && exclude !== 'current')
    throw problem('expr.argument', `exclude: '${exclude as string}' without orderBy: all rows are equal`)
  return { ...(frame ?? { unit: 'rows', from: 'unbounded', to: 'unbounded' }), exclude: exclude as FrameExclude }
}

function rowValue(where: string, node: ExprNode): ExprNode {
  const kind = kindOf(node)
  if (kind === 'column' || kind === 'constant') return node
  throw problem('expr.kind', `${where} takes columns, but ${printExpr(node)} is ${kind === 'window' ? 'a window value' : 'an aggregate'}`)
}

function frameOf(rows: unknown, range: unknown): Frame | undefined {
  if (rows !== undefined && range !== undefined) throw problem('expr.argument', 'over() with rows and range: one of them')
  const bounds = rows ?? range
  if (bounds === undefined) return undefined
  const unit = rows === undefined ? 'range' : 'rows'
  if (!Array.isArray(bounds) || bounds.length !== 2) throw problem('expr.argument', `${unit} is [from, to]`)
  const [from, to] = bounds.map(bound => (unit === 'rows' ? rowBound(bound) : rangeBound(bound)))
  if (from === undefined || to === undefined) throw problem('expr.argument', `${unit} is [from, to]`)
  if (from !== 'unbounded' && to !== 'unbounded' && from > to) throw problem('expr.argument', `${unit} from ${from} back to ${to}`)
  const kinds = new Set(bounds.filter(bound => bound !== 'unbounded' && bound !== 0).map(bound => typeof bound))
  if (kinds.size > 1) throw problem('expr.argument', `range from ${shown(bounds[0])} to ${shown(bounds[1])}: a duration and a number`)
  return { unit, from, to, ...(unit === 'range' && kinds.has('number') ? { of: 'number' } : {}) }
}

function rowBound(bound: unknown): FrameBound {
  if (bound === 'unbounded' || Number.isSafeInteger(bound)) return bound as FrameBound
  throw problem('expr.argument', `bound of rows: ${shown(bound)} (a whole number or 'unbounded')`)
}

function rangeBound(bound: unknown): FrameBound {
  if (bound === 'unbounded' || bound === 0) return bound
  if (typeof bound === 'number' && Number.isFinite(bound)) return bound
  if (typeof bound === 'string') return bound.startsWith('-') ? -durationMicros(bound.slice(1)) : durationMicros(bound)
  throw problem('expr.argument', `bound of range: ${shown(bound)} (a duration such as '-1h', a number or 'unbounded')`)
}

/** An aggregate as a value per row. */
export function over(node: ExprNode, window: unknown): ExprNode {
  mustAggregate(node, 'over')
  return overFrame(node, windowOptions(window), 'over')
}

/** The same, of a window that is read already; `name` is what the user called. */
export function overFrame(node: ExprNode, options: ExprOptions, name: string): ExprNode {
  mustAggregate(node, name)
  return pushDown(node, inner => callNode('over', [inner], options))
}

function mustAggregate(node: ExprNode, name: string): void {
  const kind = kindOf(node)
  if (kind === 'aggregate' && !hasWindow(node)) return
  throw problem('expr.kind', `${name}() wants an aggregate, but ${printExpr(node)} is ${kind === 'column' ? 'a column' : kind}`, {
    hint: `aggregate first: .sum().${name}(...)`,
  })
}

/** The first aggregate an expression is made of, with its condition around it. */
export function leafOf(node: ExprNode): CallNode | undefined {
  if (node.op === 'column' || node.op === 'literal') return undefined
  if (node.op === 'where' || functions[node.op].kind === 'aggregate') return node
  for (const arg of node.args) {
    const found = leafOf(arg)
    if (found !== undefined) return found
  }
  return undefined
}

/** A ranking, lag or lead in its window, which needs an order. */
export function rankOver(inner: CallNode, window: unknown): ExprNode {
  const options = windowOptions(window)
  if (options.orderBy?.length === 0)
    throw problem('expr.argument', `${printExpr(inner)} over a window without orderBy`, { hint: 'a place means nothing without an order' })
  if (inner.op === 'ewm') return callNode('over', [inner], { ...options, frame: ewmFrame(inner, options) })
  if (options.frame !== undefined && !inFrame.has(inner.op))
    throw problem('expr.argument', `${printExpr(inner)} over a frame: it looks at the whole partition`)
  return callNode('over', [inner], options)
}

const inFrame: ReadonlySet<string> = new Set(['firstValue', 'lastValue', 'nthValue'])

/** How many rows back an exponentially weighted mean looks: what is older has less weight than a double can tell. */
export function ewmRows(alpha: number): number {
  return alpha === 1 ? 0 : Math.ceil(Math.log(1e-17) / Math.log1p(-alpha))
}

function ewmFrame(inner: CallNode, { frame }: ExprOptions): Frame {
  if (frame !== undefined) throw problem('expr.argument', `${printExpr(inner)} over a frame: its weights say how far it looks back`)
  const alpha = inner.options?.alpha ?? 1
  const rows = ewmRows(alpha)
  if (rows > 10_000)
    throw problem('expr.argument', `alpha too small: ${alpha} looks back ${rows} rows (10000 at most)`, {
      hint: 'a mean over rows: [-10000, 0]',
    })
  return { unit: 'rows', from: -rows, to: 0 }
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
