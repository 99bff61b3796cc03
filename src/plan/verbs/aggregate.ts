import type { CallSite } from '../../errors/index.ts'
import type { ExprNode } from '../../expr/index.ts'
import type { Field } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { fieldFrom, unknownField } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needDistinct, problem } from '../problem.ts'
import { nameOf, namedColumns, type ColumnPick } from './select.ts'

export interface AggregateArgs {
  readonly keys: readonly ColumnPick[]
  readonly aggs: readonly Named[]
}

/**
 * One row for each combination of the keys: the keys, then the aggregates. Without keys one row for the whole input, also when it is empty.
 *
 * @throws plan.unknown-column, plan.duplicate-column, plan.argument when there are neither keys nor aggregates
 */
export function aggregate(input: Plan, args: AggregateArgs, at?: CallSite): Plan {
  const { keys, aggs } = args
  if (keys.length === 0 && aggs.length === 0) throw problem('plan.argument', 'agg needs a key or an aggregate', at)
  needDistinct([...keys.map(nameOf), ...aggs.map(agg => agg.name)], at, 'a key is in the result already: give the aggregate another name')
  const aggFields = aggs.map(agg => aggField(agg, keys.length === 0))
  if (input.open) {
    const keyFields = keys.map(key => (typeof key === 'string' ? unknownField(key) : fieldFrom(key.name, key.expr)))
    return defer('aggregate', [input], args, [...keyFields, ...aggFields], at)
  }
  const named = namedColumns(input, keys, at)
  const fields = [...named.map(key => fieldFrom(key.name, key.expr)), ...aggFields]
  return { node: 'aggregate', input, keys: named, aggs, fields, open: false, at }
}

function aggField(agg: Named, total: boolean): Field {
  return { name: agg.name, type: agg.expr.type, nullable: agg.expr.nullable || (total && !countsOnly(agg.expr)) }
}

/** True for what is known of no rows at all: counts, and what is made of counts and constants. */
function countsOnly(expr: ExprNode): boolean {
  if (expr.op === 'literal') return true
  if (expr.op === 'column') return false
  if (expr.op === 'count' || expr.op === 'countDistinct') return true
  if (expr.op === 'where') return expr.args[0] !== undefined && countsOnly(expr.args[0])
  return expr.args.length > 0 && expr.args.every(countsOnly)
}
