import { columnNode, type ExprNode } from '../../expr/index.ts'
import type { Plan } from '../../plan/index.ts'
import type { ChartColumn, ChartColumns } from '../columns.ts'
import { aggregated, type Answer, ask, type Asking, selected } from '../query.ts'
import type { Levels, Survey } from '../survey.ts'
import type { Aggregate, Axis, Panel, PlotOptions } from '../types.ts'

/** What every kind of chart is made from. */
export interface Part {
  readonly asking: Asking
  readonly columns: ChartColumns
  readonly survey: Survey
  readonly aggregate: Aggregate | undefined
  readonly bins: number | undefined
  readonly options: Pick<PlotOptions, 'sort' | 'top' | 'bars'>
  /** One without a name where the chart has one panel. */
  readonly facets: Levels
}
/** What a kind of chart found: a panel for each facet. */
export interface Found {
  readonly panels: readonly Panel[]
  readonly notes: readonly string[]
}

export const rowsAxis: Axis = { label: 'rows', kind: 'number' }
/** Colours that stay apart. */
export const mostSeries = 8

export function axisOf(column: ChartColumn, categories?: readonly string[]): Axis {
  const kind = categories !== undefined ? 'category' : column.role === 'time' ? 'time' : 'number'
  return {
    label: column.name,
    kind,
    ...(categories === undefined ? {} : { categories }),
    ...(column.log && kind === 'number' ? { scale: 'log' as const } : {}),
  }
}

/** How many colours by name, the others as one. */
export function mostColors({ top }: Part['options']): number {
  return top === undefined ? mostSeries : Math.min(mostSeries, top + 1)
}

/** `mean of price`, or `rows`. */
export function valueLabel(aggregate: Aggregate, column: ChartColumn | undefined): string {
  return column === undefined || aggregate === 'count' ? 'rows' : `${aggregate} of ${column.name}`
}

/** How many facets there are; one for a chart without. */
export function facetCount({ facets }: Part): number {
  return Math.max(1, facets.names.length)
}

/**
 * Answers by facet, from one query over the columns: rows are grouped by the facet too, whose value is not in the answers.
 *
 * @param make keys and aggregates over the columns, in the order they are given
 */
export async function askEach(
  part: Part,
  plan: Plan,
  columns: Readonly<Record<string, ExprNode>>,
  make: (...nodes: ExprNode[]) => readonly [keys: Readonly<Record<string, ExprNode>>, aggs: Readonly<Record<string, ExprNode>>],
): Promise<readonly Answer[]> {
  const coded = selected(plan, { ...columns, facet: part.facets.key })
  const nodes = coded.fields.map(columnNode)
  const facet = nodes.at(-1) as ExprNode
  const [keys, aggs] = make(...nodes.slice(0, -1))
  return byFacet(part, part.survey.rows === 0 ? [] : await ask(part.asking, aggregated(coded, { facet, ...keys }, aggs)))
}

/** Splits an answer whose first value is the facet. */
export function byFacet(part: Part, answer: Answer): readonly Answer[] {
  const parts = Array.from({ length: facetCount(part) }, (): unknown[][] => [])
  for (const [facet, ...row] of answer) parts[part.facets.place(facet)]?.push(row)
  return parts
}
