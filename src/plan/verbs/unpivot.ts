import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, operandType } from '../../expr/index.ts'
import { type DataType, printField, sameType } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, passing, unknownField } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'
import { project } from './select.ts'
import { eachOf } from './each-of.ts'

export interface UnpivotArgs {
  /** Columns to turn; or all but those of `keep`. */
  readonly columns?: readonly string[] | undefined
  /** Columns that stay. */
  readonly keep?: readonly string[] | undefined
  /** The column that gets the old column's name. */
  readonly name: string
  /** The column that gets its value. */
  readonly value: string
}

/**
 * Turns columns into rows: each row becomes one row per column, with its name and its value.
 *
 * @throws plan.unknown-column, plan.duplicate-column, plan.type when the columns have no common type
 */
export function unpivot(input: Plan, args: UnpivotArgs, at?: CallSite): Plan {
  const { keep, name, value } = args
  if ((args.columns === undefined) === (keep === undefined))
    throw problem('plan.argument', 'unpivot needs columns or keep, one of them', at)
  if (keep !== undefined) {
    if (input.open) return defer('unpivot', [input], args, [...keep, name, value].map(unknownField), at)
    needColumns(input.fields, keep, at)
  }
  const columns = args.columns ?? input.fields.map(field => field.name).filter(column => keep?.includes(column) !== true)
  if (columns.length === 0) throw problem('plan.argument', 'unpivot needs a column', at)
  needDistinct(columns, at)
  const gone = new Set(columns)
  const kept = input.fields.filter(field => !gone.has(field.name))
  needDistinct([...kept.map(field => field.name), name, value], at)
  if (input.open) return defer('unpivot', [input], args, [...kept, unknownField(name), unknownField(value)], at)
  needColumns(input.fields, columns, at)
  const fields = input.fields.filter(field => gone.has(field.name))
  const type = fields
    .map(field => field.type)
    .reduce<DataType | undefined>((a, b) => (a === undefined ? undefined : operandType(a, b)), 'null')
  if (type === undefined) throw problem('plan.type', `columns to unpivot have no common type: ${fields.map(printField).join('; ')}`, at)
  const inOrder = columns.flatMap(column => fields.filter(field => field.name === column))
  const exprs = new Map(
    inOrder.map((field): [string, ExprNode] => [
      field.name,
      sameType(field.type, type) ? columnOf(field) : callNode('cast', [columnOf(field)], { to: type }),
    ]),
  )
  const { plan, choose, item } = eachOf(input, columns, at)
  return project(plan, [...kept.map(passing), { name, expr: item }, { name: value, expr: choose(exprs) }], at)
}
