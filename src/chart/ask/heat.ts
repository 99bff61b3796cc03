import { callNode, type ExprNode } from '../../expr/index.ts'
import type { Plan } from '../../plan/index.ts'
import { binsOf, withoutTails } from '../bins.ts'
import { type ChartColumn, realOf } from '../columns.ts'
import { figure } from '../figures.ts'
import { countOf, numberAt, real } from '../query.ts'
import { inNameOrder, levelsOf } from '../survey.ts'
import type { Axis, Cell, HeatPanel } from '../types.ts'
import { askEach, axisOf, type Found, type Part } from './part.ts'

const mostLevels = 24

/** Rows of each pair of bins or categories; or the mean of a third column there. */
export async function askHeat(part: Part): Promise<Found> {
  const { survey, columns } = part
  const { x, y = x, color } = columns
  const across = await sideOf(part, survey.plan, x, 48)
  const up = await sideOf(part, across.plan, y, 30)
  const value = color === undefined ? real(0) : realOf(color)
  const answers = await askEach(part, up.plan, { x: across.key, y: up.key, color: value }, (xNode, yNode, of) => [
    { x: xNode as ExprNode, y: yNode as ExprNode },
    { rows: countOf(), mean: callNode('mean', [of as ExprNode]) },
  ])
  const panels = answers.map((answer): HeatPanel => {
    const cells = answer.map((row): Cell => {
      const rows = numberAt(row, 2)
      const text = across.edges === undefined && up.edges === undefined && color === undefined ? { text: figure(rows) } : {}
      return { x: across.place(row[0]), y: up.place(row[1]), rows, value: color === undefined ? rows : numberAt(row, 3), ...text }
    })
    return {
      shape: 'heat',
      x: across.axis,
      y: up.axis,
      ...(across.edges === undefined ? {} : { xEdges: across.edges }),
      ...(up.edges === undefined ? {} : { yEdges: up.edges }),
      value: color === undefined ? 'rows' : `mean of ${color.name}`,
      of: color === undefined ? 'rows' : 'amount',
      cells: cells.sort((a, b) => a.y - b.y || a.x - b.x),
    }
  })
  return { panels, notes: [...across.notes, ...up.notes] }
}

interface Side {
  readonly axis: Axis
  readonly edges?: readonly number[] | undefined
  readonly key: ExprNode
  readonly place: (key: unknown) => number
  /** Without the tails of this side. */
  readonly plan: Plan
  readonly notes: readonly string[]
}

async function sideOf({ asking, survey, bins, options }: Part, plan: Plan, column: ChartColumn, most: number): Promise<Side> {
  if (column.role === 'category') {
    const most = options.top === undefined ? mostLevels : options.top + 1
    const levels = await levelsOf(asking, survey.plan, column, most)
    const { names, key, place, notes } = options.sort === 'name' ? inNameOrder(levels) : levels
    return { axis: axisOf(column, names), key, place, plan, notes }
  }
  const range = survey.ranges[column.key]
  if (range === undefined) return { axis: axisOf(column), edges: [], key: real(0), place: () => 0, plan, notes: [] }
  const middle = await withoutTails(asking, plan, column, range, survey.rows)
  const cut = binsOf(column, { range: middle.range, whole: survey.whole.has(column.key) }, most, bins)
  return {
    axis: axisOf(column),
    edges: cut.edges,
    key: cut.key,
    place: at => cut.place(Number(at)),
    plan: middle.plan,
    notes: middle.notes,
  }
}
