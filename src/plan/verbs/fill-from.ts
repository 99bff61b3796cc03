import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode, type OrderNode } from '../../expr/index.ts'
import { type Field, familyOf, printField } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { distance } from '../distance.ts'
import { columnOf, passing } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'
import { project } from './select.ts'

export type FillStrategy = 'forward' | 'backward' | 'interpolate' | 'mean' | 'median' | 'mode' | 'min' | 'max'
export const fillStrategies: readonly FillStrategy[] = ['forward', 'backward', 'interpolate', 'mean', 'median', 'mode', 'min', 'max']

export interface FillFromArgs {
  readonly columns: readonly string[]
  readonly strategy: FillStrategy
  /** What comes before and after; needed by forward, backward and interpolate. */
  readonly orderBy?: readonly OrderNode[] | undefined
  /** Rows are filled from rows with equal values of these columns only. */
  readonly by?: readonly string[] | undefined
}

/**
 * Replaces NULLs from other rows: by the last value before (`forward`), the next one (`backward`), the straight line between both along the order (`interpolate`),
 * or a figure of the whole column. Where there is none the NULL stays. Interpolated columns are float64, as are means and medians of integers.
 *
 * @throws plan.unknown-column, plan.type, plan.argument when an order is missing
 */
export function fillFrom(input: Plan, args: FillFromArgs, at?: CallSite): Plan {
  const { strategy, orderBy = [], by = [] } = args
  if (!fillStrategies.includes(strategy))
    throw problem('plan.argument', `no such strategy: ${String(strategy)} (have ${fillStrategies.join(', ')})`, at)
  const ordered = strategy === 'forward' || strategy === 'backward' || strategy === 'interpolate'
  if (ordered && orderBy.length === 0)
    throw problem('plan.argument', `fillNull ${strategy} needs an order: rows have none of their own`, at, {
      hint: `fillNull([...], { strategy: '${strategy}', orderBy: 'at' })`,
    })
  if (!ordered && orderBy.length > 0) throw problem('plan.argument', `fillNull ${strategy} has no use for orderBy`, at)
  if (input.open) return defer('fillFrom', [input], args, input.fields, at)
  needColumns(input.fields, [...args.columns, ...by], at)
  const filled = input.fields.filter(field => field.nullable && args.columns.includes(field.name))
  if (filled.length === 0) return input
  const partitionBy = input.fields.filter(field => by.includes(field.name)).map(columnOf)
  if (!ordered)
    return project(
      input,
      replaced(input, filled, field => figureOf(field, strategy, partitionBy, at)),
      at,
    )
  return alongOrder(input, { filled, strategy, orderBy, partitionBy }, at)
}

interface Filling {
  readonly filled: readonly Field[]
  readonly strategy: 'forward' | 'backward' | 'interpolate'
  readonly orderBy: readonly OrderNode[]
  readonly partitionBy: readonly ExprNode[]
}

/** The value before a row is the last of the rows up to it that has one; the value after it the first from it on. */
function alongOrder(input: Plan, { filled, strategy, orderBy, partitionBy }: Filling, at: CallSite | undefined): Plan {
  const nearest = (value: ExprNode, direction: 'forward' | 'backward'): ExprNode =>
    callNode('over', [callNode(direction === 'forward' ? 'lastValue' : 'firstValue', [value], { skipNulls: true })], {
      partitionBy,
      orderBy,
      frame: direction === 'forward' ? { unit: 'rows', from: 'unbounded', to: 0 } : { unit: 'rows', from: 0, to: 'unbounded' },
    })
  if (strategy !== 'interpolate')
    return project(
      input,
      replaced(input, filled, field => nearest(columnOf(field), strategy)),
      at,
    )
  const key = keyOf(orderBy, at)
  for (const field of filled) needNumber(field, at)
  const line = (field: Field): ExprNode => {
    const place = callNode('case', [callNode('isNotNull', [columnOf(field)]), key, { ...literalNode(null), type: key.type }])
    const value = asFloat(field)
    return between(key, {
      before: nearest(value, 'forward'),
      after: nearest(value, 'backward'),
      from: nearest(place, 'forward'),
      to: nearest(place, 'backward'),
    })
  }
  return project(input, replaced(input, filled, line), at)
}

interface Line {
  readonly before: ExprNode
  readonly after: ExprNode
  readonly from: ExprNode
  readonly to: ExprNode
}

/** The value of the line at the key; at two values of one key, the first. */
function between(key: ExprNode, { before, after, from, to }: Line): ExprNode {
  const far = floatDistance(from, to)
  const share = callNode('div', [floatDistance(from, key), far])
  const line = callNode('add', [before, callNode('mul', [callNode('sub', [after, before]), share])])
  return callNode('case', [callNode('eq', [far, literalNode(0, 'float64')]), before, line])
}

function floatDistance(from: ExprNode, to: ExprNode): ExprNode {
  const between = distance(from, to)
  return between.type === 'float64' ? between : callNode('cast', [between], { to: 'float64' })
}

function keyOf(orderBy: readonly OrderNode[], at: CallSite | undefined): ExprNode {
  const [first] = orderBy
  const family = first === undefined ? 'unknown' : familyOf(first.expr.type)
  if (first !== undefined && orderBy.length === 1 && (family === 'number' || family === 'time')) return first.expr
  throw problem('plan.argument', 'fillNull interpolate needs one column of numbers or moments in orderBy: the line is drawn along it', at)
}

function needNumber(field: Field, at: CallSite | undefined): void {
  if (familyOf(field.type) !== 'number') throw problem('plan.type', `column to interpolate is no number: ${printField(field)}`, at)
}

function asFloat(field: Field): ExprNode {
  return field.type === 'float64' ? columnOf(field) : callNode('cast', [columnOf(field)], { to: 'float64' })
}

function figureOf(field: Field, strategy: FillStrategy, partitionBy: readonly ExprNode[], at: CallSite | undefined): ExprNode {
  const number = strategy === 'mean' || strategy === 'median'
  if (number && familyOf(field.type) !== 'number') throw problem('plan.type', `column without a ${strategy}: ${printField(field)}`, at)
  const figure = callNode(strategy as 'mean', [number ? asFloat(field) : columnOf(field)])
  return callNode('over', [figure], { partitionBy, orderBy: [] })
}

/** All columns of the input, those to be filled with what stands for their NULLs. */
function replaced(input: Plan, filled: readonly Field[], value: (field: Field) => ExprNode): Named[] {
  return input.fields.map(field => {
    if (!filled.includes(field)) return passing(field)
    const made = value(field)
    const own = made.type === 'float64' && familyOf(field.type) === 'number' ? asFloat(field) : columnOf(field)
    return { name: field.name, expr: callNode('coalesce', [own, made]) }
  })
}
