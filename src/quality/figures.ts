/** Asking an engine for figures, and reading them by place. */
import { type Batch, rawAt, valueAt } from '../batch/index.ts'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import type { Plan, Relation } from '../plan/index.ts'
import { type Field, isInt64 } from '../schema/index.ts'

export interface Run {
  readonly signal?: AbortSignal | undefined
}

/** All batches with rows. Only for plans that end in few rows. */
export async function collect(data: Relation<unknown>, plan: Plan, { signal }: Run): Promise<readonly Batch[]> {
  const batches: Batch[] = []
  for await (const batch of data.engine.run(plan, { signal })) if (batch.rows > 0) batches.push(batch)
  return batches
}

/** The value a user sees; integers that a number cannot hold stay bigint. */
export function cellAt(batch: Batch, place: number, row: number): unknown {
  const column = batch.columns[place]
  if (column === undefined) return null
  const raw = rawAt(column, row)
  if (typeof raw === 'bigint' && isInt64(column.type)) return Number.isSafeInteger(Number(raw)) ? Number(raw) : raw
  return valueAt(column, row)
}

/** A column of numbers as float64. */
export function asFloat(field: Field): ExprNode {
  return field.type === 'float64' ? columnNode(field) : callNode('cast', [columnNode(field)], { to: 'float64' })
}

/** False for NaN and the infinities. */
export function isFiniteNumber(real: ExprNode): ExprNode {
  return callNode('between', [real, literalNode(-Number.MAX_VALUE, 'float64'), literalNode(Number.MAX_VALUE, 'float64')])
}
