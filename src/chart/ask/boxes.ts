import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { realOf } from '../columns.ts'
import { type Answer, countOf, countWhere, numberAt, real } from '../query.ts'
import { inNameOrder, type Levels, levelsOf, oneLevel } from '../survey.ts'
import type { Box, BoxPanel } from '../types.ts'
import { askEach, axisOf, byFacet, type Found, type Part } from './part.ts'

const mostBoxes = 16
/** Exact quartiles keep every value in memory: of more rows they are estimates. */
const mostExact = 2_000_000

/** Quartiles, whiskers and ends of each category, found by the engine in two queries. */
export async function askBoxes(part: Part): Promise<Found> {
  const { asking, survey, columns, options } = part
  const level = columns.y?.role === 'category'
  const along = columns.y === undefined ? undefined : level ? columns.y : columns.x
  const value = columns.y === undefined || level ? columns.x : columns.y
  const most = options.top === undefined ? mostBoxes : options.top + 1
  const levels: Levels = along === undefined ? { ...oneLevel, names: ['all'] } : await levelsOf(asking, survey.plan, along, most)
  const found = survey.rows === 0 ? byFacet(part, []).map(() => []) : await boxesOf(part, levels, realOf(value))
  const order = orderOf(levels, found.flat(), options.sort)
  const placed = new Map(order.map((at, place) => [at, place]))
  const categories = order.map(at => levels.names[at] ?? '')
  const estimated = survey.rows > mostExact
  return {
    panels: found.map(
      (boxes): BoxPanel => ({
        shape: 'box',
        x: { label: along?.name ?? '', kind: 'category', categories },
        y: axisOf(value),
        level,
        boxes: boxes.map(box => ({ ...box, at: placed.get(box.at) ?? box.at })).sort((a, b) => a.at - b.at),
      }),
    ),
    notes: [
      ...levels.notes,
      ...(estimated ? ['quartiles are estimates (t-digest), as there are more than 2 million rows'] : []),
      'whiskers end within 1.5 times the distance of the quartiles; dots are the least and the greatest value',
    ],
  }
}

/** The greatest median first, or by name; what stands for others last. */
function orderOf(levels: Levels, boxes: readonly Box[], sort: 'value' | 'name' | undefined): readonly number[] {
  const used = new Set(boxes.map(box => box.at))
  const rest = (at: number): number => (levels.rest && at === levels.names.length - 1 ? 1 : 0)
  const named = inNameOrder(levels).names
  const medians = levels.names.map((_, at) =>
    boxes.reduce((a, box) => (box.at === at ? Math.max(a, box.median) : a), Number.NEGATIVE_INFINITY),
  )
  const byValue = (a: number, b: number): number => (medians[b] ?? 0) - (medians[a] ?? 0) || a - b
  const byName = (a: number, b: number): number => named.indexOf(levels.names[a] ?? '') - named.indexOf(levels.names[b] ?? '')
  return [...used].sort((a, b) => rest(a) - rest(b) || (sort === 'name' ? byName(a, b) : byValue(a, b)))
}

async function boxesOf(part: Part, levels: Levels, value: ExprNode): Promise<readonly (readonly Box[])[]> {
  const quantileOp = part.survey.rows > mostExact ? 'approxQuantile' : 'quantile'
  const columns = { at: levels.key, value }
  const first = await askEach(part, part.survey.plan, columns, (at, of) => {
    const node = of as ExprNode
    const quantile = (q: number): ExprNode => callNode(quantileOp, [node], { q })
    return [
      { at: at as ExprNode },
      {
        rows: countOf(),
        min: callNode('min', [node]),
        q1: quantile(0.25),
        median: quantile(0.5),
        q3: quantile(0.75),
        max: callNode('max', [node]),
      },
    ]
  })
  const facets = { ...columns, which: part.facets.key }
  const second = await askEach(part, part.survey.plan, facets, (at, of, which) => {
    const node = of as ExprNode
    const inside = fences(part, at as ExprNode, which as ExprNode, node, first)
    return [
      { at: at as ExprNode },
      {
        low: callNode('where', [callNode('min', [node]), inside]),
        high: callNode('where', [callNode('max', [node]), inside]),
        beyond: countWhere(callNode('not', [inside])),
      },
    ]
  })
  return first.map((answer, facet) => {
    const whiskers = new Map(second[facet]?.map(row => [row[0], row]))
    return answer.map((row): Box => {
      const [count, min, q1, median, q3, max] = row.slice(1).map(Number) as [number, number, number, number, number, number]
      const found = whiskers.get(row[0])
      // Quartiles are interpolated: a whisker never ends inside of the box.
      const low = Math.min(q1, numberAt(found, 1))
      const high = Math.max(q3, numberAt(found, 2))
      return { at: levels.place(row[0]), count, min, low, q1, median, q3, high, max, beyond: numberAt(found, 3) }
    })
  })
}

/** True for values within 1.5 times the distance of the quartiles of their own facet and category. */
function fences(part: Part, at: ExprNode, which: ExprNode, value: ExprNode, answers: readonly Answer[]): ExprNode {
  const several = part.facets.names.length > 0
  const boxes = answers.flatMap((answer, facet) => answer.map(row => ({ facet, row })))
  const bound = (of: (q1: number, q3: number) => number): ExprNode => {
    const branches = boxes.flatMap(({ facet, row }) => {
      const own = sameKey(at, row[0])
      const test = several ? callNode('and', [sameKey(which, facetKey(part, facet)), own]) : own
      return [test, real(of(numberAt(row, 3), numberAt(row, 5)))]
    })
    return callNode('case', [...branches, real(0)])
  }
  return callNode('between', [value, bound((q1, q3) => q1 - 1.5 * (q3 - q1)), bound((q1, q3) => q3 + 1.5 * (q3 - q1))])
}

/** The key of what stands for others is NULL, which equals nothing. */
function sameKey(node: ExprNode, key: unknown): ExprNode {
  return key === null ? callNode('isNull', [node]) : callNode('eq', [node, literalNode(key, node.type)])
}

function facetKey({ facets }: Part, facet: number): string | null {
  return facets.rest && facet === facets.names.length - 1 ? null : (facets.names[facet] ?? null)
}
