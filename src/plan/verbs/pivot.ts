import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, functions, type LiteralNode, mapNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf, unknownField } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'
import { aggregate } from './aggregate.ts'

export interface PivotArgs {
  readonly index: readonly string[]
  /** The column whose values become columns. */
  readonly columns: string
  readonly into: readonly { readonly name: string; readonly value: LiteralNode }[]
  /** An aggregate. */
  readonly values: ExprNode
}

/**
 * Turns values of a column into columns: one row per combination of `index`, the aggregate of the rows with each value under the value's name.
 * Where there are no such rows a count is 0 and other aggregates are NULL.
 *
 * @throws plan.unknown-column, plan.duplicate-column, plan.argument when `into` is empty
 */
export function pivot(input: Plan, args: PivotArgs, at?: CallSite): Plan {
  const { index, columns, into, values } = args
  if (into.length === 0) throw problem('plan.argument', 'pivot needs values to make columns of: into is empty', at)
  needDistinct([...index, ...into.map(to => to.name)], at)
  if (input.open) return defer('pivot', [input], args, [...index, ...into.map(to => to.name)].map(unknownField), at)
  needColumns(input.fields, [...index, columns], at)
  const field = input.fields.find(one => one.name === columns)
  if (field === undefined) return input
  const aggs = into.map(to => ({ name: to.name, expr: onlyWhere(values, callNode('eq', [columnOf(field), to.value])) }))
  return aggregate(input, { keys: index, aggs }, at)
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
