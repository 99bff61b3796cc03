import { TidemillError, whatIs } from '../errors/index.ts'
import { callNode, columnNode, type ExprNode } from '../expr/index.ts'
import type { Relation } from '../plan/index.ts'
import { familyOf } from '../schema/index.ts'
import { makeChart } from './chart.ts'
import { as } from './columns.ts'
import { figure } from './figures.ts'
import { aggregated, ask, countOf, numberAt } from './query.ts'
import type { Axis, Cell, Chart } from './types.ts'

const most = 24

export interface CorrelationOptions<Name extends string = string> {
  /** Columns of numbers, 2 to 24. Default: all columns of numbers. */
  readonly columns?: readonly Name[] | undefined
  readonly title?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * How columns of numbers go together: Pearson's correlation of each pair as a heat map from -1 to 1, found by the engine in one query. Rows where either of a pair is
 * NULL do not count for that pair; a column that never changes has no correlation and an empty cell.
 *
 * @example await correlationChart(houses, { columns: ['medInc', 'houseAge', 'medHouseVal'] })
 * @throws chart.argument for less than two columns or more than 24, chart.unknown-column, chart.type for a column that is no number
 */
export async function correlationChart<R>(data: Relation<R>, options: CorrelationOptions<keyof R & string> = {}): Promise<Chart> {
  if (typeof data !== 'object' || data === null || !('plan' in data && 'engine' in data))
    throw new TidemillError('chart.argument', `correlationChart wants a table, not ${whatIs(data)}`)
  const { title, signal } = options
  const fields = data.schema
  const numbers = fields.filter(field => familyOf(field.type) === 'number').map(field => field.name)
  const names: readonly string[] = options.columns ?? numbers
  for (const name of names) {
    const field = fields.find(one => one.name === name)
    if (field === undefined)
      throw new TidemillError('chart.unknown-column', `unknown column: ${name} (have ${fields.map(one => one.name).join(', ')})`, {
        details: { column: name },
      })
    if (!numbers.includes(name))
      throw new TidemillError('chart.type', `correlation of what is no number: ${name} (have ${numbers.join(', ')})`, {
        details: { column: name },
      })
  }
  if (names.length < 2 || names.length > most)
    throw new TidemillError(
      'chart.argument',
      `correlations are of 2 to ${most} columns, not ${names.length} (have ${numbers.join(', ')})`,
      {
        hint: "name them: { columns: ['...', '...'] }",
      },
    )
  const nodes = names.map(name => as(columnNode(fields.find(field => field.name === name) as (typeof fields)[number]), 'float64'))
  const pairs = names.flatMap((_, row) => names.slice(0, row).map((__, column) => ({ row, column })))
  const aggs: Record<string, ExprNode> = { rows: countOf() }
  for (const { row, column } of pairs)
    aggs[`p${row}.${column}`] = callNode('correlation', [nodes[row] as ExprNode, nodes[column] as ExprNode])
  const [answer] = await ask({ data: data as Relation<unknown>, signal }, aggregated(data.plan, {}, aggs))
  const rows = numberAt(answer, 0)
  const known = pairs.flatMap(({ row, column }, at): Cell[] => {
    const value = numberAt(answer, at + 1)
    const cell = { rows, value, text: value.toFixed(2).replace('-', '−') }
    return Number.isFinite(value)
      ? [
          { x: column, y: row, ...cell },
          { x: row, y: column, ...cell },
        ]
      : []
  })
  const own = names.map((_, at): Cell => ({ x: at, y: at, rows, value: 1, text: '1' }))
  const axis: Axis = { label: '', kind: 'category', categories: names }
  const empty = names.length * (names.length - 1) - known.length
  return makeChart({
    type: 'heat',
    title: title ?? 'correlation of columns',
    reason: `several numbers: Pearson's correlation of each pair of ${figure(names.length)} columns`,
    notes:
      empty === 0 ? [] : [`${figure(empty / 2)} pairs have no correlation: a column of them does not change, or has no rows with both`],
    rows,
    panels: [
      {
        shape: 'heat',
        x: axis,
        y: axis,
        value: 'correlation',
        of: 'signed',
        cells: rows === 0 ? [] : [...own, ...known].sort((a, b) => a.y - b.y || a.x - b.x),
      },
    ],
  })
}
