/** What the options of aggregates and windows must be. */
import { type DataType, familyOf, isInteger, printType } from '../schema/index.ts'
import type { CallNode } from './node.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'

/** What a histogram is: its bins. */
export const binsType: DataType = Object.freeze({
  list: {
    struct: [
      { name: 'low', type: 'float64', nullable: false },
      { name: 'high', type: 'float64', nullable: false },
      { name: 'count', type: 'int64', nullable: false },
    ],
  },
} as const)

/** As many bins as one aggregate counts. */
const mostBins = 1000

/** Throws expr.argument or expr.type when the options of an aggregate or a window do not fit its type or each other. */
export function checkAggregate(node: CallNode): void {
  const { op, args, options = {} } = node
  switch (op) {
    case 'quantiles':
      return checkShares(options.qs)
    case 'ntile':
      return checkCount('ntile', 'buckets', options.buckets)
    case 'nthValue':
      return checkCount('nthValue', 'the number of a row', options.nth)
    case 'ewm':
      if (options.alpha !== undefined && options.alpha > 0 && options.alpha <= 1) return
      throw problem('expr.argument', `alpha is above 0 and at most 1, not ${options.alpha}`)
    case 'histogram':
      return checkEdges(options.edges)
    case 'bitAndAgg':
    case 'bitOrAgg':
    case 'bitXorAgg': {
      const type = args[0]?.type ?? 'unknown'
      if (type === 'unknown' || type === 'null' || isInteger(type)) return
      throw problem('expr.type', `${op} wants an integer, not ${printType(type)}`)
    }
    case 'list':
    case 'stringAgg':
      return checkDistinct(node)
    case 'over':
      if (options.frame?.unit === 'range') checkRange(node)
      return
    default:
      return
  }
}

function checkShares(qs: readonly number[] | undefined): void {
  if (qs === undefined || qs.length === 0)
    throw problem('expr.argument', 'quantiles of no shares', { hint: 'quantiles([0.25, 0.5, 0.75])' })
  const wrong = qs.find(q => !(typeof q === 'number' && q >= 0 && q <= 1))
  if (wrong !== undefined) throw problem('expr.argument', `quantiles are shares from 0 to 1, not ${String(wrong)}`)
}

function checkCount(name: string, what: string, value: number | undefined): void {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return
  throw problem('expr.argument', `${name} takes ${what} from 1, not ${value}`)
}

function checkEdges(edges: readonly number[] | undefined): void {
  if (edges === undefined || edges.length < 2)
    throw problem('expr.argument', 'histogram without two edges', {
      hint: 'histogram({ edges: [0, 10, 20] }) or histogram({ low: 0, high: 20, bins: 2 })',
    })
  if (edges.length - 1 > mostBins) throw problem('expr.argument', `histogram of ${edges.length - 1} bins: ${mostBins} at most`)
  for (const [index, edge] of edges.entries()) {
    if (!Number.isFinite(edge)) throw problem('expr.argument', `edge of a histogram is no number: ${String(edge)}`)
    const before = edges[index - 1]
    if (before !== undefined && edge <= before) throw problem('expr.argument', `edges of a histogram ascend: ${edge} after ${before}`)
  }
}

/** Engines sort what they tell apart by the value itself. */
function checkDistinct({ op, args, options }: CallNode): void {
  if (options?.distinct !== true) return
  const [by, more] = options.orderBy ?? []
  const self = args[0]
  if (more === undefined && by !== undefined && self !== undefined && printExpr(by.expr) === printExpr(self)) return
  throw problem(
    'expr.argument',
    `${op} of distinct values in the order of ${by === undefined ? 'nothing' : printExpr((more ?? by).expr)}: a value that occurs often has no one place`,
    {
      hint: 'order by the value itself, or leave orderBy out',
    },
  )
}

function checkRange(node: CallNode): void {
  const { orderBy: by = [], frame } = node.options ?? {}
  const type = by[0]?.expr.type
  const family = type === undefined ? undefined : familyOf(type)
  const counts = frame?.of === 'number'
  if (by.length === 1 && type !== undefined && (family === 'unknown' || family === (counts ? 'number' : 'time'))) {
    const broken = [frame?.from, frame?.to].find(bound => typeof bound === 'number' && !Number.isInteger(bound))
    if (counts && broken !== undefined && isInteger(type))
      throw problem('expr.argument', `bound of range between integers: ${broken}`, { hint: "cast the order: .cast('float64')" })
    return
  }
  // Without a distance any order will do.
  const measures = [frame?.from, frame?.to].some(bound => typeof bound === 'number' && bound !== 0)
  if (!measures) return
  throw problem(
    'expr.argument',
    `range wants one column of ${counts ? 'numbers' : 'time'} in orderBy, not ${by.length === 1 && type !== undefined ? printType(type) : by.length}`,
    {
      hint: counts
        ? "of times it takes durations: range: ['-1h', 0]"
        : 'rows: [from, to] counts rows; of numbers range takes numbers: range: [-5, 5]',
    },
  )
}
