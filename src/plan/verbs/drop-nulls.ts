import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { columnOf } from '../fields.ts'
import type { Schema } from '../../schema/index.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, problem } from '../problem.ts'

export interface DropNullsArgs {
  /** Empty: all columns. */
  readonly columns: readonly string[]
  /** Rows stay that have so many values in the columns, at least. Without: in all of them. */
  readonly atLeast?: number | undefined
}

/**
 * Drops rows with a NULL in one of the columns, or with less than `atLeast` values in them. NaN is a value, not a NULL.
 *
 * @throws plan.unknown-column, plan.argument
 */
export function dropNulls(input: Plan, args: DropNullsArgs, at?: CallSite): Plan {
  const { atLeast } = args
  if (atLeast !== undefined && !(Number.isSafeInteger(atLeast) && atLeast >= 0))
    throw problem('plan.argument', `atLeast of dropNulls is no whole number from 0: ${atLeast}`, at)
  if (input.open) return defer('dropNulls', [input], args, input.fields, at)
  needColumns(input.fields, args.columns, at)
  const wanted = new Set(args.columns.length === 0 ? input.fields.map(field => field.name) : args.columns)
  const nullable = input.fields.filter(field => field.nullable && wanted.has(field.name))
  if (atLeast !== undefined) return withValues(input, nullable, atLeast - (wanted.size - nullable.length), at)
  const where = nullable
    .map((field): ExprNode => callNode('isNotNull', [columnOf(field)]))
    .reduce<ExprNode | undefined>((all, one) => (all === undefined ? one : callNode('and', [all, one])), undefined)
  if (where === undefined) return input
  const fields = input.fields.map(field => (wanted.has(field.name) ? { ...field, nullable: false } : field))
  return { node: 'filter', input, where, fields, open: false, at }
}

/** Rows that have so many values in columns that can be NULL. */
function withValues(input: Plan, nullable: Schema, least: number, at: CallSite | undefined): Plan {
  if (least <= 0) return input
  const there = nullable.map(
    (field): ExprNode => callNode('case', [callNode('isNotNull', [columnOf(field)]), literalNode(1), literalNode(0)]),
  )
  const total = there.reduce<ExprNode>((sum, one) => callNode('add', [sum, one]), literalNode(0))
  return { node: 'filter', input, where: callNode('gte', [total, literalNode(least)]), fields: input.fields, open: false, at }
}
