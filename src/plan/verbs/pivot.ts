import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, functions, type LiteralNode, literalNode, mapNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf, passing, unknownField } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'
import { aggregate } from './aggregate.ts'
import { groupingSets } from './grouping-sets.ts'
import { project } from './select.ts'

export interface PivotArgs {
  readonly index: readonly string[]
  /** The column whose values become columns. */
  readonly columns: string
  readonly into: readonly { readonly name: string; readonly value: LiteralNode }[]
  /** An aggregate. */
  readonly values: ExprNode
  /** Name of a column of totals, and of a row of totals. */
  readonly margins?: string | undefined
  /** A column, with margins, that is empty text in the row of totals, and names the index in the others. */
  readonly level?: string | undefined
}

/**
 * Turns values of a column into columns: one row per combination of `index`, the aggregate of the rows with each value under the value's name.
 * Where there are no such rows a count is 0 and other aggregates are NULL.
 *
 * With `margins` the aggregate is also made of all rows that have one of the values: a column, and a row whose first column of the index has that name, where it is text; other
 * columns of the index are NULL there. One pass.
 *
 * @throws plan.unknown-column, plan.duplicate-column, plan.argument when `into` is empty
 */
export function pivot(input: Plan, args: PivotArgs, at?: CallSite): Plan {
  const { index, columns, into, values, margins, level } = args
  if (into.length === 0) throw problem('plan.argument', 'pivot needs values to make columns of: into is empty', at)
  const names = [...index, ...into.map(to => to.name), ...(margins === undefined ? [] : [margins]), ...(level === undefined ? [] : [level])]
  needDistinct(names, at, margins === undefined ? undefined : `margins: '${margins}' is the name of the totals: give them another`)
  if (level !== undefined && margins === undefined) throw problem('plan.argument', 'level of pivot is for margins', at)
  if (input.open) return defer('pivot', [input], args, names.map(unknownField), at)
  needColumns(input.fields, [...index, columns], at)
  const field = input.fields.find(one => one.name === columns)
  if (field === undefined) return input
  const aggs = into.map(to => ({ name: to.name, expr: onlyWhere(values, callNode('eq', [columnOf(field), to.value])) }))
  if (margins === undefined) return aggregate(input, { keys: index, aggs }, at)
  const known = callNode('in', [columnOf(field), ...into.map(to => to.value)])
  const total = { name: margins, expr: onlyWhere(values, known) }
  return withTotals(input, { index, aggs: [...aggs, total], margins, level }, at)
}

function withTotals(
  input: Plan,
  {
    index,
    aggs,
    margins,
    level,
  }: { readonly index: readonly string[]; readonly aggs: readonly Named[]; readonly margins: string; readonly level: string | undefined },
  at: CallSite | undefined,
): Plan {
  const mark = level ?? '~level'
  const sets = [index.map((_, place) => place), []]
  const grouped = groupingSets(input, { keys: index, aggs, sets, level: mark }, at)
  const isTotal = callNode('eq', [{ op: 'column', name: mark, type: 'string', nullable: false }, literalNode('')])
  const columns = grouped.fields.flatMap(field => {
    if (field.name === mark && level === undefined) return []
    const isFirst = field.name === index[0] && field.type === 'string'
    return [isFirst ? { name: field.name, expr: callNode('case', [isTotal, literalNode(margins), columnOf(field)]) } : passing(field)]
  })
  return project(grouped, columns, at)
}

/** The same expression over the rows that meet the condition only. */
function onlyWhere(expr: ExprNode, condition: ExprNode): ExprNode {
  return mapNode(expr, node => {
    if (node.op === 'column' || node.op === 'literal') return undefined
    const [first, second] = node.args
    // Nodes come from the bottom up: below a `where` the aggregate has got its condition already.
    if (node.op === 'where' && first?.op === 'where' && second !== undefined) {
      const [inner, added] = first.args
      if (inner !== undefined && added !== undefined) return callNode('where', [inner, callNode('and', [second, added])])
    }
    return functions[node.op].kind === 'aggregate' ? callNode('where', [node, condition]) : undefined
  })
}
