import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import type { Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, freeName, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { aggregate } from './aggregate.ts'
import { filter } from './filter.ts'
import { project } from './select.ts'
import { aligned, commonFields } from './union.ts'

export interface SetArgs {
  readonly other: Plan
  /** True: rows are counted, so that a row that is there twice counts twice. Default: false, every row once. */
  readonly all?: boolean | undefined
}

/**
 * Rows that are in both tables, each once; with `all` as often as in the one that has it less often. NULL equals NULL here, NaN equals NaN.
 *
 * @throws plan.type naming every column that one side lacks or has with another type
 */
export function intersect(input: Plan, args: SetArgs, at?: CallSite): Plan {
  return combine('intersect', input, args, at)
}

/**
 * Rows that are not in the other table, each once; with `all` every row of the other takes one away.
 *
 * @throws plan.type naming every column that one side lacks or has with another type
 */
export function except(input: Plan, args: SetArgs, at?: CallSite): Plan {
  return combine('except', input, args, at)
}

/** Both sides below each other, grouped by all columns: one pass over each, no side is held in memory, and NULLs are equal. */
function combine(verb: 'intersect' | 'except', input: Plan, args: SetArgs, at: CallSite | undefined): Plan {
  const { other, all = false } = args
  if (input.open || other.open) return defer(verb, [input, other], { all }, input.open ? other.fields : input.fields, at)
  const fields = commonFields([input, other], { verb, missing: 'fail' }, at)
  const copy = freeName(fields, 'copy')
  const isLeft = freeName(fields, 'left')
  const side = (plan: Plan, left: boolean): Plan => {
    const rows = aligned(plan, fields, at)
    // With `all` the n-th copy of a row meets the n-th copy of it on the other side.
    const numbered = all ? [{ name: copy, expr: placeAmongEquals(fields) }] : []
    return project(rows, [...fields.map(passing), ...numbered, { name: isLeft, expr: literalNode(left) }], at)
  }
  const [left, right] = [side(input, true), side(other, false)]
  const both: Plan = { node: 'union', inputs: [left, right], fields: left.fields, open: false, at }
  const flag: ExprNode = { op: 'column', name: isLeft, type: 'boolean', nullable: false }
  const keys = left.fields.filter(field => field.name !== isLeft)
  const [here, there] = [freeName(left.fields, 'here'), freeName(left.fields, 'there')]
  const counted = aggregate(
    both,
    {
      keys: keys.map(passing),
      aggs: [
        { name: here, expr: callNode('where', [callNode('count', []), flag]) },
        { name: there, expr: callNode('where', [callNode('count', []), callNode('not', [flag])]) },
      ],
    },
    at,
  )
  const number = (name: string): ExprNode => ({ op: 'column', name, type: 'int64', nullable: false })
  const where = callNode('and', [
    callNode('gt', [number(here), literalNode(0)]),
    callNode(verb === 'intersect' ? 'gt' : 'eq', [number(there), literalNode(0)]),
  ])
  return project(filter(counted, { where }, at), fields.map(passing), at)
}

function placeAmongEquals(fields: Schema): ExprNode {
  return callNode('over', [callNode('rowNumber', [])], { partitionBy: fields.map(columnOf), orderBy: [] })
}
