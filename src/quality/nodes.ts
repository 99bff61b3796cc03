/** The few plan nodes that checks and profiles are made of. */
import { callNode, columnNode, type ExprNode, literalNode, nullableTotals } from '../expr/index.ts'
import type { AggregateNode, FilterNode, LimitNode, Named, Plan, ProjectNode, SortNode } from '../plan/index.ts'
import type { Field, Schema } from '../schema/index.ts'

function fieldsOf(columns: readonly Named[]): Schema {
  return columns.map(({ name, expr }) => ({ name, type: expr.type, nullable: expr.nullable }))
}

export function projected(input: Plan, columns: readonly Named[]): ProjectNode {
  return { node: 'project', input, columns, fields: fieldsOf(columns), open: false }
}

/** The columns of the input, and more. */
export function extended(input: Plan, columns: readonly Named[]): ProjectNode {
  return projected(input, [...kept(input.fields), ...columns])
}

export function kept(fields: Schema): readonly Named[] {
  return fields.map(field => ({ name: field.name, expr: columnNode(field) }))
}

export function filtered(input: Plan, where: ExprNode): FilterNode {
  return { node: 'filter', input, where, fields: input.fields, open: false }
}

export function aggregated(input: Plan, keys: readonly Named[], given: readonly Named[]): AggregateNode {
  const aggs = keys.length > 0 ? given : given.map(({ name, expr }) => ({ name, expr: nullableTotals(expr) }))
  return { node: 'aggregate', input, keys, aggs, fields: fieldsOf([...keys, ...aggs]), open: false }
}

export function limited(input: Plan, rows: number): LimitNode {
  return { node: 'limit', input, rows, offset: 0, fields: input.fields, open: false }
}

export function sorted(input: Plan, by: SortNode['by']): SortNode {
  return { node: 'sort', input, by, fields: input.fields, open: false }
}

/** True where a condition is false; a NULL condition is not. */
export function isFalse(condition: ExprNode): ExprNode {
  return callNode('coalesce', [callNode('not', [condition]), literalNode(false)])
}

/**
 * How many rows meet a condition. Not `where`: its FILTER makes DuckDB slice the operands of all aggregates for each of them, which takes the square of their number.
 */
export function countWhere(condition: ExprNode): ExprNode {
  return callNode('count', [callNode('case', [condition, literalNode(true), literalNode(null, 'boolean')])])
}

/** A name that no column has. */
export function freeName(fields: readonly Field[], wanted: string): string {
  let name = wanted
  while (fields.some(field => field.name === name)) name = `${name}_`
  return name
}
