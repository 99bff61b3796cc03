import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { type Field, familyOf, printField, type Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'
import { aggregate } from './aggregate.ts'
import { eachOf } from './each-of.ts'
import { project } from './select.ts'

export interface CorrelationArgs {
  /** Empty: all columns of numbers. */
  readonly columns: readonly string[]
  /** Default: pearson. */
  readonly method?: 'pearson' | 'spearman' | undefined
}

/**
 * The correlation of each column of numbers with each: a row per column, named in `column`, and a column per column. Of each pair the rows count in which both have
 * a value (NaN is none); NULL where there are less than two, or where a column does not vary. Spearman's is Pearson's of the places in the order, equal values
 * sharing the middle of theirs.
 *
 * @throws plan.unknown-column, plan.type, plan.argument
 */
export function correlation(input: Plan, args: CorrelationArgs, at?: CallSite): Plan {
  const { method = 'pearson' } = args
  if (method !== 'pearson' && method !== 'spearman')
    throw problem('plan.argument', `no such correlation: ${String(method)} (have pearson, spearman)`, at)
  if (input.open) return defer('correlation', [input], args, shapeOf(args.columns), at)
  needColumns(input.fields, args.columns, at)
  const chosen = args.columns.length === 0 ? input.fields.filter(isNumber) : input.fields.filter(field => args.columns.includes(field.name))
  const wrong = chosen.filter(field => !isNumber(field))
  if (wrong.length > 0) throw problem('plan.type', `columns without a correlation: ${wrong.map(printField).join('; ')}`, at)
  if (chosen.length === 0) throw problem('plan.argument', 'correlation needs a column of numbers', at)
  needDistinct(['column', ...chosen.map(field => field.name)], at)
  const values = project(
    input,
    chosen.map((field, index) => ({ name: String(index), expr: known(field) })),
    at,
  )
  const pairs = chosen.flatMap((_, a) => chosen.slice(a).map((_, more) => [a, a + more] as const))
  const pair = (a: number, b: number): string => `${Math.min(a, b)} ${Math.max(a, b)}`
  const ranked = method === 'pearson' ? values : withPlaces(values, pairs, at)
  const side = (of: number, other: number): ExprNode => number(method === 'pearson' ? String(of) : placeName(of, other))
  const aggs = pairs.map(([a, b]): Named => ({ name: pair(a, b), expr: callNode('correlation', [side(a, b), side(b, a)]) }))
  const total = aggregate(ranked, { keys: [], aggs }, at)
  const { plan, choose } = eachOf(
    total,
    chosen.map((_, index) => String(index)),
    at,
  )
  const row = (of: (index: number) => ExprNode): ExprNode => choose(new Map(chosen.map((_, index) => [String(index), of(index)])))
  const made = project(
    plan,
    [
      { name: 'column', expr: row(index => literalNode(chosen[index]?.name ?? '')) },
      ...chosen.map((field, column) => ({ name: field.name, expr: row(index => defined(number(pair(index, column)), index === column)) })),
    ],
    at,
  )
  return { ...made, fields: shapeOf(chosen.map(field => field.name)) }
}

function shapeOf(columns: readonly string[]): Schema {
  return [{ name: 'column', type: 'string', nullable: false }, ...columns.map(name => ({ name, type: 'float64', nullable: true }) as const)]
}

function isNumber(field: Field): boolean {
  return familyOf(field.type) === 'number'
}

/** The value as a float; NaN is no value. */
function known(field: Field): ExprNode {
  if (field.type !== 'float64') return callNode('cast', [columnOf(field)], { to: 'float64' })
  const column = columnOf(field)
  return callNode('case', [callNode('isNan', [column]), { ...literalNode(null), type: 'float64' }, column])
}

function number(name: string): ExprNode {
  return { op: 'column', name, type: 'float64', nullable: true }
}

/** A column that does not vary has no correlation; one that does has that of 1 with itself, without the rounding of sums. */
function defined(value: ExprNode, itself: boolean): ExprNode {
  const nothing: ExprNode = { ...literalNode(null), type: 'float64' }
  const missing = callNode('or', [callNode('isNull', [value]), callNode('isNan', [value])])
  return callNode('case', [missing, nothing, itself ? literalNode(1, 'float64') : value])
}

const placeName = (of: number, other: number): string => `${of} beside ${other}`

/** The place of each value among those whose partner has a value too, for each pair. */
function withPlaces(values: Plan, pairs: readonly (readonly [number, number])[], at: CallSite | undefined): Plan {
  const nothing: ExprNode = { ...literalNode(null), type: 'float64' }
  const place = (of: number, other: number): Named => {
    const [value, partner] = [number(String(of)), number(String(other))]
    const together = callNode('and', [callNode('isNotNull', [value]), callNode('isNotNull', [partner])])
    const rank = callNode('over', [callNode('rank', [])], {
      partitionBy: [together],
      orderBy: [{ expr: value, descending: false, nulls: 'last' }],
    })
    const equals = callNode('over', [callNode('count', [])], { partitionBy: [together, value], orderBy: [] })
    const middle = callNode('add', [
      callNode('cast', [rank], { to: 'float64' }),
      callNode('div', [callNode('sub', [equals, literalNode(1)]), literalNode(2)]),
    ])
    return { name: placeName(of, other), expr: callNode('case', [together, middle, nothing]) }
  }
  const columns = pairs.flatMap(([a, b]) => (a === b ? [place(a, b)] : [place(a, b), place(b, a)]))
  return project(values, columns, at)
}
