import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { defer } from '../defer.ts'
import { freeName, passing } from '../fields.ts'
import type { Plan } from '../nodes.ts'
import { problem } from '../problem.ts'
import { filter } from './filter.ts'
import { limit } from './limit.ts'
import { rowIndex } from './row-index.ts'
import { project } from './select.ts'
import { sort } from './sort.ts'

export interface SliceArgs {
  readonly start: number
  readonly end?: number | undefined
}
export interface TailArgs {
  readonly rows: number
}

/**
 * Rows from `start` up to `end`, which is left out; both count from 0, or from the end of the table when they are negative, as in arrays.
 *
 * @throws plan.argument when a number is not whole
 */
export function slice(input: Plan, args: SliceArgs, at?: CallSite): Plan {
  const { start, end } = args
  for (const [name, value] of [['start', start] as const, ['end', end ?? 0] as const])
    if (!Number.isSafeInteger(value)) throw problem('plan.argument', `${name} of slice is no whole number: ${value}`, at)
  if (input.open) return defer('slice', [input], args, input.fields, at)
  if (start >= 0 && end !== undefined && end >= 0) return limit(input, { rows: Math.max(0, end - start), offset: start }, at)
  if (start < 0 && end === undefined) return tail(input, { rows: -start }, at)
  const [place, total] = [freeName(input.fields, 'rowIndex'), freeName(input.fields, 'rows')]
  const all = callNode('over', [callNode('count', [])], { partitionBy: [], orderBy: [] })
  const numbered = project(input, [...input.fields.map(passing), { name: place, expr: rowIndex(0) }], at)
  const columns = [...numbered.fields.map(passing), { name: total, expr: all }]
  const number = (name: string): ExprNode => ({ op: 'column', name, type: 'int64', nullable: false })
  const bound = (value: number): ExprNode => (value < 0 ? callNode('add', [number(total), literalNode(value)]) : literalNode(value))
  const from = callNode('gte', [number(place), bound(start)])
  const where = end === undefined ? from : callNode('and', [from, callNode('lt', [number(place), bound(end)])])
  return project(filter(project(numbered, columns, at), { where }, at), input.fields.map(passing), at)
}

/**
 * The last rows, in their order.
 *
 * @throws plan.argument
 */
export function tail(input: Plan, args: TailArgs, at?: CallSite): Plan {
  const { rows } = args
  if (!(Number.isSafeInteger(rows) && rows >= 0)) throw problem('plan.argument', `tail needs a whole number of rows from 0: ${rows}`, at)
  if (input.open) return defer('tail', [input], args, input.fields, at)
  // The last rows are the first of the rows backwards: only so many are held.
  const place = freeName(input.fields, 'rowIndex')
  const numbered = project(input, [...input.fields.map(passing), { name: place, expr: rowIndex(0) }], at)
  const by = (descending: boolean) => [
    { expr: { op: 'column', name: place, type: 'int64', nullable: false } as const, descending, nulls: 'last' as const },
  ]
  const last = limit(sort(numbered, { by: by(true) }, at), { rows }, at)
  return project(sort(last, { by: by(false) }, at), input.fields.map(passing), at)
}
