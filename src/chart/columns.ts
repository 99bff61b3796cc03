/** Names of columns become columns with a role, and expressions that a chart can count with. */
import { didYouMean, TidemillError } from '../errors/index.ts'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import { type DataType, type Field, familyOf, printType, type Schema } from '../schema/index.ts'
import type { Role } from './choose.ts'
import type { Aggregate, ChartType, PlotOptions } from './types.ts'

/** A column of a chart. In the plans of charts it is called `key`: names of the data do not matter there. */
export interface ChartColumn {
  readonly key: 'x' | 'y' | 'color'
  readonly name: string
  readonly role: Role
  /** A day without a time. */
  readonly day: boolean
  /** Over the data: the number as float64, the time as it is, the category as text. */
  readonly made: ExprNode
  /** The column of that expression, in the plan after it. */
  readonly node: ExprNode
}
export interface ChartColumns {
  readonly x: ChartColumn
  readonly y?: ChartColumn | undefined
  readonly color?: ChartColumn | undefined
}

const types: readonly ChartType[] = ['bar', 'line', 'area', 'scatter', 'histogram', 'box', 'heat']
const aggregates: readonly Aggregate[] = ['count', 'sum', 'mean', 'median', 'min', 'max']

/**
 * The columns an option names; without x and y the only columns of a table of one or two.
 *
 * @throws chart.argument, chart.unknown-column, chart.type for columns no chart can show
 */
export function columnsOf(schema: Schema, options: PlotOptions): ChartColumns {
  checkOptions(options)
  const { x, y } = placed(schema, options)
  const made = (key: ChartColumn['key'], name: string | undefined): ChartColumn | undefined =>
    name === undefined ? undefined : chartColumn(key, fieldOf(schema, name))
  const [xColumn, yColumn, color] = [chartColumn('x', fieldOf(schema, x)), made('y', y), made('color', options.color)]
  if (yColumn === undefined && options.aggregate !== undefined && options.aggregate !== 'count')
    throw new TidemillError('chart.argument', `aggregate without a column: ${options.aggregate}`, { hint: 'name the column as y' })
  return { x: xColumn, y: yColumn, color }
}

function placed(schema: Schema, { x, y }: PlotOptions): { readonly x: string; readonly y: string | undefined } {
  if (x !== undefined) return { x, y }
  if (y !== undefined) return { x: y, y: undefined }
  const [first, second, third] = schema
  if (first === undefined || third !== undefined)
    throw new TidemillError('chart.argument', `chart of no column (have ${schema.map(field => field.name).join(', ')})`, {
      hint: "name one or two: plot(data, { x: '...', y: '...' })",
    })
  return { x: first.name, y: second?.name }
}

function fieldOf(schema: Schema, name: string): Field {
  const field = schema.find(one => one.name === name)
  if (field !== undefined) return field
  const names = schema.map(one => one.name)
  const hint = didYouMean([name], names)
  throw new TidemillError('chart.unknown-column', `unknown column: ${name} (have ${names.join(', ')})`, {
    details: { column: name, have: names },
    ...(hint === undefined ? {} : { hint }),
  })
}

function chartColumn(key: ChartColumn['key'], field: Field): ChartColumn {
  const role = roleOf(field)
  const from = columnNode(field)
  const made = role === 'number' ? as(from, 'float64') : role === 'time' && field.type === 'date' ? as(from, 'timestamp') : from
  const text = role === 'category' ? as(from, 'string') : made
  return {
    key,
    name: field.name,
    role,
    day: field.type === 'date',
    made: text,
    node: columnNode({ name: key, type: text.type, nullable: text.nullable }),
  }
}

function roleOf(field: Field): Role {
  const family = familyOf(field.type)
  if (family === 'number' || family === 'time') return family
  if (family === 'text' || family === 'boolean') return 'category'
  throw new TidemillError('chart.type', `column that no chart can show: ${field.name} is ${printType(field.type)}`, {
    details: { column: field.name, type: printType(field.type) },
    hint: 'charts show numbers, text, booleans, days and times',
  })
}

/** The expression as another type; itself when it has that type. */
export function as(node: ExprNode, to: DataType): ExprNode {
  return node.type === to ? node : callNode('cast', [node], { to })
}

/** True for rows whose number has digits after the point. */
export function isBroken(column: ChartColumn): ExprNode {
  return callNode('ne', [callNode('floor', [column.node]), column.node])
}

/** A number or a time as float64; times in milliseconds since 1970. */
export function realOf(column: ChartColumn): ExprNode {
  return column.role === 'time' ? as(callNode('epoch', [column.node], { unit: 'millisecond' }), 'float64') : column.node
}

/** True for rows whose value has a place on the axis: no NULL, no NaN, no infinity. */
export function isDrawable(column: ChartColumn): ExprNode {
  if (column.role !== 'number') return callNode('isNotNull', [column.node])
  return callNode('coalesce', [isFinite(column.node), literalNode(false)])
}

/** False for NaN and the infinities. */
function isFinite(real: ExprNode): ExprNode {
  return callNode('between', [real, literalNode(-Number.MAX_VALUE, 'float64'), literalNode(Number.MAX_VALUE, 'float64')])
}

function checkOptions({ type, aggregate, bins, x, y, color }: PlotOptions): void {
  const wrong = (what: string, value: unknown, have: string): TidemillError =>
    new TidemillError('chart.argument', `unknown ${what}: ${String(value)} (have ${have})`, { details: { [what]: value } })
  if (type !== undefined && !types.includes(type)) throw wrong('type', type, types.join(', '))
  if (aggregate !== undefined && !aggregates.includes(aggregate)) throw wrong('aggregate', aggregate, aggregates.join(', '))
  if (bins !== undefined && !(Number.isInteger(bins) && bins >= 1 && bins <= 200))
    throw new TidemillError('chart.argument', `bins are a whole number from 1 to 200, not ${bins}`, { details: { bins } })
  for (const [what, name] of Object.entries({ x, y, color }))
    if (name !== undefined && typeof name !== 'string')
      throw new TidemillError('chart.argument', `${what} is the name of a column, not ${String(name)}`, { details: { [what]: name } })
}
