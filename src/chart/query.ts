/** The engine answers; a chart gets few rows. */
import { rawAt } from '../batch/index.ts'
import { callNode, type ExprNode, literalNode } from '../expr/index.ts'
import { type Named, type Plan, type Relation, verbs } from '../plan/index.ts'
import type { Aggregate } from './types.ts'

/** Where the data are, and who may stop. */
export interface Asking {
  readonly data: Relation<unknown>
  readonly signal: AbortSignal | undefined
}
export type Answer = readonly (readonly unknown[])[]

/** The rows of a plan by position; integers as numbers. */
export async function ask({ data, signal }: Asking, plan: Plan): Promise<Answer> {
  signal?.throwIfAborted()
  const rows: unknown[][] = []
  for await (const batch of data.engine.run(plan, { signal })) {
    for (let row = 0; row < batch.rows; row++)
      rows.push(
        batch.columns.map(column => {
          const raw = rawAt(column, row)
          return typeof raw === 'bigint' ? Number(raw) : raw
        }),
      )
  }
  signal?.throwIfAborted()
  return rows
}

export function aggregated(input: Plan, keys: Readonly<Record<string, ExprNode>>, aggs: Readonly<Record<string, ExprNode>>): Plan {
  return verbs.aggregate(input, { keys: named(keys), aggs: named(aggs) })
}

export function selected(input: Plan, columns: Readonly<Record<string, ExprNode>>): Plan {
  return verbs.select(input, { columns: named(columns) })
}

export function filtered(input: Plan, where: ExprNode): Plan {
  return verbs.filter(input, { where })
}

export function countOf(): ExprNode {
  return callNode('count', [])
}

/** How many rows meet a condition. */
export function countWhere(condition: ExprNode): ExprNode {
  return callNode('where', [countOf(), condition])
}

export function real(value: number): ExprNode {
  return literalNode(value, 'float64')
}

export function aggregateOf(aggregate: Aggregate, value: ExprNode): ExprNode {
  return aggregate === 'count' ? countOf() : callNode(aggregate, [value])
}

function named(columns: Readonly<Record<string, ExprNode>>): readonly Named[] {
  return Object.entries(columns).map(([name, expr]) => ({ name, expr }))
}

/** The value as a number; NaN where there is none. */
export function numberAt(row: readonly unknown[] | undefined, at: number): number {
  const value = row?.[at]
  return typeof value === 'number' ? value : Number.NaN
}
