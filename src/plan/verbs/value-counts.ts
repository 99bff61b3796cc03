import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { familyOf, type Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, passing, unknownField } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needColumns, needDistinct } from '../problem.ts'
import { aggregate } from './aggregate.ts'
import { eachOf } from './each-of.ts'
import { project } from './select.ts'
import { sort } from './sort.ts'

export interface ValueCountsArgs {
  readonly column: string
}

const figures: Schema = [
  { name: 'count', type: 'int64', nullable: false },
  { name: 'share', type: 'float64', nullable: false },
]

/**
 * The values of a column, NULL too, with how often each is there and its share of all rows; the most frequent first, of those as frequent the least.
 *
 * @throws plan.unknown-column, plan.duplicate-column when the column is called count or share
 */
export function valueCounts(input: Plan, args: ValueCountsArgs, at?: CallSite): Plan {
  const { column } = args
  needDistinct([column, ...figures.map(field => field.name)], at, 'rename the column first')
  if (input.open) return defer('valueCounts', [input], args, [unknownField(column), ...figures], at)
  needColumns(input.fields, [column], at)
  const counted = aggregate(input, { keys: [column], aggs: [{ name: 'count', expr: callNode('count', []) }] }, at)
  const count: ExprNode = { op: 'column', name: 'count', type: 'int64', nullable: false }
  const all = callNode('over', [callNode('sum', [count])], { partitionBy: [], orderBy: [] })
  const shares = project(counted, [...counted.fields.map(passing), { name: 'share', expr: callNode('div', [count, all]) }], at)
  const value = counted.fields[0]
  const family = value === undefined ? 'unknown' : familyOf(value.type)
  const second = value === undefined || ['list', 'struct', 'map', 'bytes', 'interval'].includes(family) ? [] : [columnOf(value)]
  return sort(
    shares,
    {
      by: [{ expr: count, descending: true, nulls: 'last' }, ...second.map(expr => ({ expr, descending: false, nulls: 'last' as const }))],
    },
    at,
  )
}

const nullShape: Schema = [
  { name: 'column', type: 'string', nullable: false },
  { name: 'nulls', type: 'int64', nullable: false },
  { name: 'share', type: 'float64', nullable: true },
]

/** One row per column: how many NULLs it has, and their share of the rows (NULL when there are no rows). One pass over the data. */
export function nullCounts(input: Plan, _args: object, at?: CallSite): Plan {
  if (input.open) return defer('nullCounts', [input], {}, nullShape, at)
  const count = callNode('count', [])
  const aggs = input.fields.map(
    (field, index): Named => ({
      name: String(index),
      expr: callNode('sub', [count, callNode('count', [columnOf(field)])]),
    }),
  )
  const total = aggregate(input, { keys: [], aggs: [...aggs, { name: 'rows', expr: count }] }, at)
  const { plan, choose } = eachOf(
    total,
    input.fields.map((_, index) => String(index)),
    at,
  )
  const number = (name: string): ExprNode => ({ op: 'column', name, type: 'int64', nullable: false })
  const nulls = choose(new Map(input.fields.map((_, index) => [String(index), number(String(index))])))
  const rows = number('rows')
  const share = callNode('case', [
    callNode('eq', [rows, literalNode(0)]),
    { ...literalNode(null), type: 'float64' },
    callNode('div', [nulls, rows]),
  ])
  const name = choose(new Map(input.fields.map((field, index) => [String(index), literalNode(field.name)])))
  const made = project(
    plan,
    [
      { name: 'column', expr: name },
      { name: 'nulls', expr: nulls },
      { name: 'share', expr: share },
    ],
    at,
  )
  return { ...made, fields: nullShape }
}
