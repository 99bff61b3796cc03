import { type TableColumn, type TableDescription, widthOf } from '../display/index.ts'

export interface RankedColumn extends TableColumn {
  /** How early it is left out where the terminal is narrow: the highest first, 0 never. */
  readonly rank: number
}

/** A column of text is cut to so many cells before any column is left out. */
const leastText = 20

/**
 * A table with the columns that fit in so many cells. Those left out are named below it.
 *
 * A table by itself leaves out what stands in the middle, and of a job those are the figures that somebody watches.
 */
export function fittingTable(
  columns: readonly RankedColumn[],
  rows: readonly (readonly string[])[],
  width: number = Number.POSITIVE_INFINITY,
): TableDescription {
  const needs = columns.map(({ name, align }, at) => {
    const natural = Math.max(widthOf(name), ...rows.map(row => widthOf(row[at] ?? '')))
    return align === 'right' ? natural : Math.min(natural, leastText)
  })
  let kept = columns.map((_, at) => at)
  const cells = (): number => kept.reduce((sum, at) => sum + (needs[at] as number) + 3, 1)
  while (cells() > width) {
    const least = Math.max(...kept.map(at => (columns[at] as RankedColumn).rank))
    if (least === 0) break
    kept = kept.filter(at => columns[at]?.rank !== least)
  }
  const left = columns.filter((_, at) => !kept.includes(at)).map(({ name }) => name)
  return {
    kind: 'table',
    columns: kept.map(at => columns[at] as RankedColumn).map(({ name, type, align }) => ({ name, type, align })),
    rows: rows.map(row => kept.map(at => row[at] ?? '')),
    shown: rows.length,
    total: rows.length,
    ...(left.length === 0 ? {} : { note: `left out: ${left.join(', ')}` }),
  }
}
