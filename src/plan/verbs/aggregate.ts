import type { CallSite } from '../../errors/index.ts'
import { nullableTotals } from '../../expr/index.ts'
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
  const made = keys.length > 0 ? aggs : aggs.map(agg => ({ name: agg.name, expr: nullableTotals(agg.expr) }))
  const aggFields = made.map(agg => fieldFrom(agg.name, agg.expr))
  if (input.open) {
    const keyFields = keys.map(key => (typeof key === 'string' ? unknownField(key) : fieldFrom(key.name, key.expr)))
    return defer('aggregate', [input], args, [...keyFields, ...aggFields], at)
  }
  const named = namedColumns(input, keys, at)
  const fields = [...named.map(key => fieldFrom(key.name, key.expr)), ...aggFields]
  return { node: 'aggregate', input, keys: named, aggs: made, fields, open: false, at }
}
