import type { ChartColumn, ChartColumns } from '../columns.ts'
import type { Asking } from '../query.ts'
import type { Survey } from '../survey.ts'
import type { Aggregate, Axis, Panel } from '../types.ts'

/** What every kind of chart is made from. */
export interface Part {
  readonly asking: Asking
  readonly columns: ChartColumns
  readonly survey: Survey
  readonly aggregate: Aggregate | undefined
  readonly bins: number | undefined
}
/** What a kind of chart found. */
export interface Found {
  readonly panel: Panel
  readonly notes: readonly string[]
}

export const rowsAxis: Axis = { label: 'rows', kind: 'number' }
/** Colours that stay apart. */
export const mostSeries = 8

export function axisOf(column: ChartColumn, categories?: readonly string[]): Axis {
  const kind = categories !== undefined ? 'category' : column.role === 'time' ? 'time' : 'number'
  return { label: column.name, kind, ...(categories === undefined ? {} : { categories }) }
}

/** `mean of price`, or `rows`. */
export function valueLabel(aggregate: Aggregate, column: ChartColumn | undefined): string {
  return column === undefined || aggregate === 'count' ? 'rows' : `${aggregate} of ${column.name}`
}
