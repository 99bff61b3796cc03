import type { Relation } from '../plan/index.ts'
import type { Chart, PlotOptions } from './types.ts'

/**
 * Draws one or two columns of a table, a third by colour. The chart is chosen by the types of the columns and the number of rows, and says why: one number is a
 * histogram, one category bars of rows, two numbers a scatter or, of more than 2000 rows, a heat map of counts; a number in time a line, a number by category
 * boxes (or bars of an `aggregate`), two categories a heat map. `type` overrides the choice. `dataset.plot(options)` is the same.
 *
 * The engine counts: at most some thousand rows come back, however large the table is. Rows with a NULL, NaN or infinity in a column of the chart are left out
 * and counted in `notes`. With `facet` there is a small chart for each value of another column, all with the same axes. Categories beyond the most frequent are brought together. Without `x` and `y` a table of one or two columns is drawn whole.
 *
 * @example
 * const chart = await plot(houses, { x: 'medInc', y: 'medHouseVal' })
 * chart.reason // => two numbers and more than 2000 rows: points would hide one another, so rows are counted in cells
 * @throws chart.argument, chart.unknown-column, chart.type
 */
export async function plot<R>(data: Relation<R>, options: PlotOptions = {}): Promise<Chart> {
  const { makePlot } = await import('./make-plot.ts')
  return makePlot(data, options)
}
