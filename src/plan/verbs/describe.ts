import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { type DataType, type Field, familyOf, printType, type Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needDistinct, problem } from '../problem.ts'
import { aggregate } from './aggregate.ts'
import { eachOf } from './each-of.ts'
import { project } from './select.ts'

type Figure = 'count' | 'nulls' | 'distinct' | 'mean' | 'stddev' | 'min' | 'median' | 'max'

export interface DescribeArgs {
  /** Shares from 0 to 1 whose quantiles are columns too: 0.25 is `p25`, 0.999 is `p99.9`. Default: none beside the median. */
  readonly percentiles?: readonly number[] | undefined
}

const shape: Schema = [
  { name: 'column', type: 'string', nullable: false },
  { name: 'type', type: 'string', nullable: false },
  { name: 'count', type: 'int64', nullable: false },
  { name: 'nulls', type: 'int64', nullable: false },
  { name: 'distinct', type: 'int64', nullable: false },
  { name: 'mean', type: 'float64', nullable: true },
  { name: 'stddev', type: 'float64', nullable: true },
  { name: 'min', type: 'string', nullable: true },
  { name: 'median', type: 'float64', nullable: true },
  { name: 'max', type: 'string', nullable: true },
]
const figures: readonly Figure[] = ['count', 'nulls', 'distinct', 'mean', 'stddev', 'min', 'median', 'max']

/**
 * One row per column: how many values, NULLs and distinct values, and for numbers mean, deviation, median and the percentiles asked for. One pass over the data.
 *
 * @throws plan.argument
 */
export function describe(input: Plan, args: DescribeArgs, at?: CallSite): Plan {
  const { percentiles = [] } = args
  for (const share of percentiles)
    if (!(share >= 0 && share <= 1)) throw problem('plan.argument', `percentile is no share from 0 to 1: ${share}`, at)
  const quantiles = percentiles.map(share => ({ name: percentileName(share), share }))
  const fields: Schema = [...shape, ...quantiles.map(({ name }) => ({ name, type: 'float64', nullable: true }) as const)]
  needDistinct(
    fields.map(field => field.name),
    at,
  )
  if (input.open) return defer('describe', [input], args, fields, at)
  const columns = input.fields
  const aggs = columns.flatMap((field, index) => [
    ...figures.flatMap((figure): Named[] => {
      const expr = figureOf(field, figure)
      return expr === undefined ? [] : [{ name: `${index} ${figure}`, expr }]
    }),
    ...quantiles.flatMap(({ name, share }): Named[] =>
      familyOf(field.type) === 'number' ? [{ name: `${index} ${name}`, expr: callNode('quantile', [asFloat(field)], { q: share }) }] : [],
    ),
  ])
  const total = aggregate(input, { keys: [], aggs }, at)
  const { plan, choose } = eachOf(
    total,
    columns.map((_, index) => String(index)),
    at,
  )
  const byColumn = (of: (field: Field, index: number) => ExprNode): ExprNode =>
    choose(new Map(columns.map((field, index) => [String(index), of(field, index)])))
  const known = new Map(total.fields.map(field => [field.name, field]))
  const figure = (name: string, type: DataType): Named => ({
    name,
    expr: byColumn((_, index) => {
      const field = known.get(`${index} ${name}`)
      return field === undefined ? literalNode(null, type) : columnOf(field)
    }),
  })
  const made = project(
    plan,
    [
      { name: 'column', expr: byColumn(field => literalNode(field.name)) },
      { name: 'type', expr: byColumn(field => literalNode(printType(field.type))) },
      ...figures.map(name => figure(name, shape.find(field => field.name === name)?.type ?? 'float64')),
      ...quantiles.map(({ name }) => figure(name, 'float64')),
    ],
    at,
  )
  return { ...made, fields }
}

/** `p25` of 0.25. */
function percentileName(share: number): string {
  return `p${Number((share * 100).toPrecision(12))}`
}

function asFloat(field: Field): ExprNode {
  return field.type === 'float64' ? columnOf(field) : callNode('cast', [columnOf(field)], { to: 'float64' })
}

function figureOf(field: Field, figure: Figure): ExprNode | undefined {
  const column = columnOf(field)
  const family = familyOf(field.type)
  const number = family === 'number'
  const float = number ? asFloat(field) : column
  switch (figure) {
    case 'count':
      return callNode('count', [column])
    case 'nulls':
      return callNode('sub', [callNode('count', []), callNode('count', [column])])
    case 'distinct':
      return callNode('countDistinct', [column])
    case 'mean':
    case 'stddev':
    case 'median':
      return number ? callNode(figure, [float]) : undefined
    case 'min':
    case 'max': {
      if (!number && family !== 'text' && family !== 'time') return undefined
      const extreme = callNode(figure, [column])
      return family === 'text' ? extreme : callNode('cast', [extreme], { to: 'string' })
    }
  }
}
