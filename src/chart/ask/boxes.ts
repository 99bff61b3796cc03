import { callNode, columnNode, type ExprNode, literalNode } from '../../expr/index.ts'
import type { Plan } from '../../plan/index.ts'
import { realOf } from '../columns.ts'
import { aggregated, type Answer, ask, type Asking, countOf, countWhere, numberAt, real, selected } from '../query.ts'
import { type Levels, levelsOf, oneLevel } from '../survey.ts'
import type { Box } from '../types.ts'
import { axisOf, type Found, type Part } from './part.ts'

const mostBoxes = 16

/** Quartiles, whiskers and ends of each category, found by the engine in two queries. */
export async function askBoxes({ asking, survey, columns }: Part): Promise<Found> {
  const level = columns.y?.role === 'category'
  const along = columns.y === undefined ? undefined : level ? columns.y : columns.x
  const value = columns.y === undefined || level ? columns.x : columns.y
  const levels: Levels = along === undefined ? { ...oneLevel, names: ['all'] } : await levelsOf(asking, survey.plan, along, mostBoxes)
  const coded = selected(survey.plan, { at: levels.key, value: realOf(value) })
  const boxes = survey.rows === 0 ? [] : await boxesOf(asking, coded, levels)
  const rest = (at: number): number => (levels.rest && at === levels.names.length - 1 ? 1 : 0)
  const ordered = boxes.toSorted((a, b) => rest(a.at) - rest(b.at) || b.median - a.median || a.at - b.at)
  return {
    panel: {
      shape: 'box',
      x: { label: along?.name ?? '', kind: 'category', categories: ordered.map(box => levels.names[box.at] ?? '') },
      y: axisOf(value),
      level,
      boxes: ordered.map((box, at) => ({ ...box, at })),
    },
    notes: [...levels.notes, 'whiskers end within 1.5 times the distance of the quartiles; dots are the least and the greatest value'],
  }
}

async function boxesOf(asking: Asking, coded: Plan, { place }: Levels): Promise<readonly Box[]> {
  const [at, value] = coded.fields.map(columnNode)
  if (at === undefined || value === undefined) throw new RangeError('a plan lost its columns')
  const quantile = (q: number): ExprNode => callNode('quantile', [value], { q })
  const first = await ask(
    asking,
    aggregated(
      coded,
      { at },
      {
        rows: countOf(),
        min: callNode('min', [value]),
        q1: quantile(0.25),
        median: quantile(0.5),
        q3: quantile(0.75),
        max: callNode('max', [value]),
      },
    ),
  )
  const inside = fences(at, value, first)
  const ends = { low: callNode('min', [value]), high: callNode('max', [value]) }
  const second = await ask(
    asking,
    aggregated(
      coded,
      { at },
      {
        low: callNode('where', [ends.low, inside]),
        high: callNode('where', [ends.high, inside]),
        beyond: countWhere(callNode('not', [inside])),
      },
    ),
  )
  const whiskers = new Map(second.map(row => [row[0], row]))
  return first.map((row): Box => {
    const [count, min, q1, median, q3, max] = row.slice(1).map(Number) as [number, number, number, number, number, number]
    const found = whiskers.get(row[0])
    // Quartiles are interpolated: a whisker never ends inside of the box.
    const low = Math.min(q1, numberAt(found, 1))
    const high = Math.max(q3, numberAt(found, 2))
    return { at: place(row[0]), count, min, low, q1, median, q3, high, max, beyond: numberAt(found, 3) }
  })
}

/** True for values within 1.5 times the distance of the quartiles of their own category. */
function fences(at: ExprNode, value: ExprNode, answer: Answer): ExprNode {
  const bound = (of: (q1: number, q3: number) => number): ExprNode => {
    const ends = answer.map(row => ({ key: row[0], end: real(of(numberAt(row, 3), numberAt(row, 5))) }))
    // The key of what stands for others is NULL, which equals nothing.
    const branches = ends.flatMap(({ key, end }) => (key === null ? [] : [callNode('eq', [at, literalNode(key, at.type)]), end]))
    const otherwise = ends.find(({ key }) => key === null)?.end ?? real(0)
    return branches.length === 0 ? otherwise : callNode('case', [...branches, otherwise])
  }
  return callNode('between', [value, bound((q1, q3) => q1 - 1.5 * (q3 - q1)), bound((q1, q3) => q3 + 1.5 * (q3 - q1))])
}
