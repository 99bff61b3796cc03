import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { type DataType, familyOf, printField } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, mergeFields } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'
import { withColumns } from './with-columns.ts'

interface CutBase {
  readonly column: string
  /** The column that gets the class. */
  readonly into: string
  readonly labels?: readonly string[] | undefined
}
export interface CutArgs extends CutBase {
  /** Rising; the infinities are allowed. n edges make n - 1 classes. */
  readonly edges: readonly number[]
  /** Which edge belongs to a class. Default: right. */
  readonly closed?: 'left' | 'right' | undefined
}
export interface QuantileCutArgs extends CutBase {
  /** So many classes, or the shares at which they begin and end, from 0 to 1. */
  readonly quantiles: number | readonly number[]
  /** Quantiles of each group. */
  readonly by?: readonly string[] | undefined
}

/**
 * Numbers as classes between edges. The outermost edges belong to their classes; what is outside them, NULL and NaN, is NULL. Without labels a class is called
 * by its edges: `(0, 18]`.
 *
 * @throws plan.unknown-column, plan.type when the column is no number, plan.argument when edges do not rise or labels are too few
 */
export function cut(input: Plan, args: CutArgs, at?: CallSite): Plan {
  const { column, into, edges, closed = 'right' } = args
  if (edges.length < 2) throw problem('plan.argument', `cut needs two edges, not ${edges.length}`, at)
  const falling = edges.findIndex((edge, index) => Number.isNaN(edge) || (index > 0 && !(edge > (edges[index - 1] ?? edge))))
  if (falling >= 0) throw problem('plan.argument', `edges of cut do not rise: ${edges.join(', ')}`, at)
  checkLabels('cut', args.labels, edges.length - 1, at)
  if (input.open) return defer('cut', [input], args, mergeFields(input.fields, [{ name: into, type: 'string', nullable: true }]), at)
  const value = numberOf(input, column, 'cut', at)
  const labels = args.labels ?? edges.slice(1).map((edge, index) => intervalName(edges, index, edge, closed))
  const branches: ExprNode[] = []
  const [lowest = 0, highest = 0] = [edges[0], edges.at(-1)]
  const outside = callNode('or', [
    callNode('lt', [value, literalNode(lowest, 'float64')]),
    callNode('gt', [value, literalNode(highest, 'float64')]),
  ])
  branches.push(callNode('or', [callNode('isNull', [value]), callNode('isNan', [value]), outside]), nothing)
  labels.forEach((label, index) => {
    const edge = edges[index + 1] ?? highest
    if (index < labels.length - 1) branches.push(callNode(closed === 'right' ? 'lte' : 'lt', [value, literalNode(edge, 'float64')]))
    branches.push(literalNode(label))
  })
  return withColumns(input, { columns: [{ name: into, expr: callNode('case', branches) }] }, at)
}

/**
 * Numbers as classes of about equal sizes, between the quantiles of the column: the lowest class is 1, or the first label. A value at an edge belongs to the
 * class below it; NULL and NaN are NULL. Where many rows have one value, classes may be empty.
 *
 * @throws plan.unknown-column, plan.type when the column is no number, plan.argument
 */
export function qcut(input: Plan, args: QuantileCutArgs, at?: CallSite): Plan {
  const { column, into, quantiles, by = [] } = args
  const shares = typeof quantiles === 'number' ? sharesOf(quantiles, at) : quantiles
  const rising = shares.every((share, index) => share >= 0 && share <= 1 && (index === 0 || share > (shares[index - 1] ?? 0)))
  if (shares.length < 2 || !rising) throw problem('plan.argument', `quantiles do not rise from 0 to 1: ${shares.join(', ')}`, at)
  checkLabels('qcut', args.labels, shares.length - 1, at)
  const type: DataType = args.labels === undefined ? 'int64' : 'string'
  if (input.open) return defer('qcut', [input], args, mergeFields(input.fields, [{ name: into, type, nullable: true }]), at)
  needColumns(input.fields, by, at)
  const value = numberOf(input, column, 'qcut', at)
  const partitionBy = input.fields.filter(field => by.includes(field.name)).map(columnOf)
  // A NaN has no place in an order of numbers: it is left out of the quantiles, as it gets no class.
  const known = callNode('not', [callNode('isNan', [value])])
  const edge = (q: number): ExprNode =>
    callNode('over', [callNode('where', [callNode('quantile', [value], { q }), known])], { partitionBy, orderBy: [] })
  const labels: readonly ExprNode[] = shares.slice(1).map((_, index) => literalNode(args.labels?.[index] ?? index + 1))
  const [first = 0, last = 1] = [shares[0], shares.at(-1)]
  const beyond = [...(first > 0 ? [callNode('lt', [value, edge(first)])] : []), ...(last < 1 ? [callNode('gt', [value, edge(last)])] : [])]
  const branches: ExprNode[] = [
    callNode('or', [callNode('isNull', [value]), callNode('isNan', [value]), ...beyond]),
    { ...literalNode(null), type },
  ]
  labels.forEach((label, index) => {
    if (index < labels.length - 1) branches.push(callNode('lte', [value, edge(shares[index + 1] ?? 1)]))
    branches.push(label)
  })
  return withColumns(input, { columns: [{ name: into, expr: callNode('case', branches) }] }, at)
}

const nothing: ExprNode = { ...literalNode(null), type: 'string' }

function sharesOf(classes: number, at: CallSite | undefined): number[] {
  if (!(Number.isSafeInteger(classes) && classes >= 1 && classes <= 1000))
    throw problem('plan.argument', `qcut needs a whole number of classes from 1 to 1000: ${classes}`, at)
  return Array.from({ length: classes + 1 }, (_, index) => index / classes)
}

function checkLabels(verb: string, labels: readonly string[] | undefined, classes: number, at: CallSite | undefined): void {
  if (labels !== undefined && labels.length !== classes)
    throw problem(
      'plan.argument',
      `${verb} makes ${classes} class${classes === 1 ? '' : 'es'}, and has ${labels.length} labels: ${labels.join(', ')}`,
      at,
    )
}

/** The column as a float: edges are floats. */
function numberOf(input: Plan, column: string, verb: string, at: CallSite | undefined): ExprNode {
  needColumns(input.fields, [column], at)
  const field = input.fields.find(one => one.name === column)
  if (field === undefined || (familyOf(field.type) !== 'number' && field.type !== 'unknown'))
    throw problem('plan.type', `${verb} wants a column of numbers: ${field === undefined ? column : printField(field)}`, at)
  return field.type === 'float64' ? columnOf(field) : callNode('cast', [columnOf(field)], { to: 'float64' })
}

/** `(0, 18]`; the outermost edge is within. */
function intervalName(edges: readonly number[], index: number, high: number, closed: 'left' | 'right'): string {
  const low = edges[index] ?? high
  const from = closed === 'left' || (index === 0 && Number.isFinite(low)) ? '[' : '('
  const to = closed === 'right' || (index === edges.length - 2 && Number.isFinite(high)) ? ']' : ')'
  return `${from}${shown(low)}, ${shown(high)}${to}`
}

function shown(edge: number): string {
  return edge === Number.POSITIVE_INFINITY ? '∞' : edge === Number.NEGATIVE_INFINITY ? '-∞' : String(edge)
}
