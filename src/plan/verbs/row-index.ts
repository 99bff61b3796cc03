import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needDistinct, problem } from '../problem.ts'
import { project } from './select.ts'

export interface RowIndexArgs {
  readonly name: string
  /** The number of the first row. Default: 0. */
  readonly from?: number | undefined
}

/**
 * Adds the place of each row in the order of the table, as the first column.
 *
 * @throws plan.duplicate-column, plan.argument
 */
export function withRowIndex(input: Plan, args: RowIndexArgs, at?: CallSite): Plan {
  const { name, from = 0 } = args
  if (!Number.isSafeInteger(from)) throw problem('plan.argument', `the first row has no whole number: ${from}`, at)
  if (input.open) return defer('withRowIndex', [input], args, [{ name, type: 'int64', nullable: false }, ...input.fields], at)
  needDistinct([name, ...input.fields.map(field => field.name)], at)
  return project(input, [{ name, expr: rowIndex(from) }, ...input.fields.map(passing)], at)
}

/** The place of a row in the order in which rows come. */
export function rowIndex(from: number): ExprNode {
  const place = callNode('over', [callNode('rowNumber', [])], { partitionBy: [], orderBy: [] })
  return from === 1 ? place : callNode('add', [place, literalNode(from - 1)])
}
