import { callNode, columnNode, type ExprNode } from '../../expr/index.ts'
import type { Plan } from '../../plan/index.ts'
import { binsOf, withoutTails } from '../bins.ts'
import { type ChartColumn, realOf } from '../columns.ts'
import { figure } from '../figures.ts'
import { aggregated, ask, countOf, numberAt, real, selected } from '../query.ts'
import { levelsOf } from '../survey.ts'
import type { Axis, Cell } from '../types.ts'
import { axisOf, type Found, type Part } from './part.ts'

const mostLevels = 24

/** Rows of each pair of bins or categories; or the mean of a third column there. */
export async function askHeat(part: Part): Promise<Found> {
  const { asking, survey, columns } = part
  const { x, y = x, color } = columns
  const across = await sideOf(part, survey.plan, x, 48)
  const up = await sideOf(part, across.plan, y, 30)
  const coded = selected(up.plan, { x: across.key, y: up.key, color: color === undefined ? real(0) : realOf(color) })
  const [xNode, yNode, of] = coded.fields.map(columnNode)
  if (xNode === undefined || yNode === undefined || of === undefined) throw new RangeError('a plan lost its columns')
  const plan = aggregated(coded, { x: xNode, y: yNode }, { rows: countOf(), mean: callNode('mean', [of]) })
  const answer = survey.rows === 0 ? [] : await ask(asking, plan)
  const cells = answer.map((row): Cell => {
    const rows = numberAt(row, 2)
    const text = across.edges === undefined && up.edges === undefined && color === undefined ? { text: figure(rows) } : {}
    return {
      x: across.place(row[0]),
      y: up.place(row[1]),
      rows,
      value: color === undefined ? rows : numberAt(row, 3),
      ...text,
    }
  })
  return {
    panel: {
      shape: 'heat',
      x: across.axis,
      y: up.axis,
      ...(across.edges === undefined ? {} : { xEdges: across.edges }),
      ...(up.edges === undefined ? {} : { yEdges: up.edges }),
      value: color === undefined ? 'rows' : `mean of ${color.name}`,
      of: color === undefined ? 'rows' : 'amount',
      cells: cells.sort((a, b) => a.y - b.y || a.x - b.x),
    },
    notes: [...across.notes, ...up.notes],
  }
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

async function sideOf({ asking, survey, bins }: Part, plan: Plan, column: ChartColumn, most: number): Promise<Side> {
  if (column.role === 'category') {
    const { names, key, place, notes } = await levelsOf(asking, survey.plan, column, mostLevels)
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
