import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, literalNode } from '../../expr/index.ts'
import { type DataType, type Field, familyOf, printType, type Schema } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { aggregate } from './aggregate.ts'
import { eachOf } from './each-of.ts'
import { project } from './select.ts'

type Figure = 'count' | 'nulls' | 'distinct' | 'mean' | 'stddev' | 'min' | 'median' | 'max'

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

/** One row per column: how many values, NULLs and distinct values, and for numbers mean, deviation and median. One pass over the data. */
export function describe(input: Plan, _args: object, at?: CallSite): Plan {
  if (input.open) return defer('describe', [input], {}, shape, at)
  const columns = input.fields
  const aggs = columns.flatMap((field, index) =>
    figures.flatMap((figure): Named[] => {
      const expr = figureOf(field, figure)
      return expr === undefined ? [] : [{ name: `${index} ${figure}`, expr }]
    }),
  )
  const total = aggregate(input, { keys: [], aggs }, at)
  const { plan, choose } = eachOf(
    total,
    columns.map((_, index) => String(index)),
    at,
  )
  const byColumn = (of: (field: Field, index: number) => ExprNode): ExprNode =>
    choose(new Map(columns.map((field, index) => [String(index), of(field, index)])))
  const known = new Map(total.fields.map(field => [field.name, field]))
  const figure = (name: Figure, type: DataType): Named => ({
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
    ],
    at,
  )
  return { ...made, fields: shape }
}

function figureOf(field: Field, figure: Figure): ExprNode | undefined {
  const column = columnOf(field)
  const family = familyOf(field.type)
  const number = family === 'number'
  const float = field.type === 'float64' ? column : callNode('cast', [column], { to: 'float64' })
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
