/** Names of columns become columns with a role, and expressions that a chart can count with. */
import { didYouMean, TidemillError, whatIs } from '../errors/index.ts'
import { callNode, columnNode, type ExprNode, literalNode } from '../expr/index.ts'
import { type DataType, type Field, familyOf, printType, rangeOf, type Schema } from '../schema/index.ts'
import type { Role } from './choose.ts'
import type { Aggregate, ChartType, PlotOptions } from './types.ts'

/** A column of a chart. In the plans of charts it is called `key`: names of the data do not matter there. */
export interface ChartColumn {
  readonly key: 'x' | 'y' | 'color' | 'facet'
  readonly name: string
  readonly role: Role
  /** A day without a time. */
  readonly day: boolean
  /** The axis grows by factors. */
  readonly log: boolean
  /** Whose clock a time shows, for notes: `, UTC`; empty for what has a clock of its own. */
  readonly clock: string
  /** Over the data: the number as float64, the time as it is, the category as text. */
  readonly made: ExprNode
  /** The column of that expression, in the plan after it. */
  readonly node: ExprNode
}
export interface ChartColumns {
  readonly x: ChartColumn
  readonly y?: ChartColumn | undefined
  readonly color?: ChartColumn | undefined
  readonly facet?: ChartColumn | undefined
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
    name === undefined ? undefined : chartColumn(key, fieldOf(schema, name), options)
  const [yColumn, color, facet] = [made('y', y), made('color', options.color), made('facet', options.facet)]
  const xColumn = chartColumn('x', fieldOf(schema, x), options)
  if (
    options.timeZone !== undefined &&
    ![x, y, options.color].some(name => name !== undefined && fieldOf(schema, name).type === 'timestamp')
  )
    throw new TidemillError('chart.argument', `timeZone of a chart without instants: ${options.timeZone}`, {
      hint: 'only columns of type timestamp are shown by the clock of a zone',
    })
  if (yColumn === undefined && options.aggregate !== undefined && options.aggregate !== 'count')
    throw new TidemillError('chart.argument', `aggregate without a column: ${options.aggregate}`, { hint: 'name the column as y' })
  return { x: xColumn, y: yColumn, color, facet }
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

function chartColumn(key: ChartColumn['key'], field: Field, { xScale, yScale, timeZone }: PlotOptions): ChartColumn {
  const role = key === 'facet' ? facetRole(field) : roleOf(field)
  const from = columnNode(field)
  const instants = field.type === 'timestamp'
  const made = madeOf(from, role, instants ? timeZone : undefined)
  const log = (key === 'x' && xScale === 'log') || (key === 'y' && yScale === 'log')
  if (log && role !== 'number')
    throw new TidemillError('chart.argument', `log scale of what is no number: ${field.name} is ${printType(field.type)}`, {
      details: { column: field.name },
    })
  return {
    key,
    name: field.name,
    role,
    day: field.type === 'date',
    log,
    clock: instants ? `, ${timeZone ?? 'UTC'}` : '',
    made,
    node: columnNode({ name: key, type: made.type, nullable: made.nullable }),
  }
}

/** A number as float64; an instant as the clock of a zone shows it, days and clocks as instants; a category as text. */
function madeOf(from: ExprNode, role: Role, timeZone: string | undefined): ExprNode {
  if (role === 'number') return as(from, 'float64')
  if (role === 'category') return as(from, 'string')
  const shown = timeZone === undefined ? from : callNode('inZone', [from], { timeZone })
  return shown.type === 'datetime' ? callNode('atZone', [shown], { timeZone: 'UTC' }) : as(shown, 'timestamp')
}

/** Whole numbers are names too where they make small charts. */
function facetRole(field: Field): Role {
  const role = roleOf(field)
  if (role === 'category') return role
  if (role === 'number' && rangeOf(field.type) !== undefined) return 'category'
  throw new TidemillError('chart.type', `facet that has too many values: ${field.name} is ${printType(field.type)}`, {
    details: { column: field.name },
    hint:
      role === 'time'
        ? `a column of periods: withColumns(r => ({ year: r.${field.name}.year() }))`
        : 'facets are text, booleans and whole numbers',
  })
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

/** True for rows whose value has a place on the axis: no NULL, no NaN, no infinity, on a log scale above zero. */
export function isDrawable(column: ChartColumn): ExprNode {
  if (column.role !== 'number') return callNode('isNotNull', [column.node])
  if (column.log) {
    const above = callNode('gt', [column.node, literalNode(0, 'float64')])
    return callNode('coalesce', [callNode('and', [above, isFinite(column.node)]), literalNode(false)])
  }
  return callNode('coalesce', [isFinite(column.node), literalNode(false)])
}

/** False for NaN and the infinities. */
function isFinite(real: ExprNode): ExprNode {
  return callNode('between', [real, literalNode(-Number.MAX_VALUE, 'float64'), literalNode(Number.MAX_VALUE, 'float64')])
}

function checkOptions({ type, aggregate, bins, x, y, color, facet, sort, top, bars, xScale, yScale, timeZone }: PlotOptions): void {
  const known = (what: string, value: unknown, have: readonly string[]): void => {
    if (value !== undefined && !have.includes(value as string))
      throw new TidemillError(
        'chart.argument',
        `unknown ${what}: ${typeof value === 'string' || typeof value === 'number' ? value : whatIs(value)} (have ${have.join(', ')})`,
        {
          details: { [what]: value },
        },
      )
  }
  known('type', type, types)
  known('aggregate', aggregate, aggregates)
  known('sort', sort, ['value', 'name'])
  known('bars', bars, ['stacked', 'grouped'])
  known('xScale', xScale, ['linear', 'log'])
  known('yScale', yScale, ['linear', 'log'])
  const whole = (what: string, value: unknown, most: number): void => {
    if (value !== undefined && !(Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most))
      throw new TidemillError(
        'chart.argument',
        `${what} are a whole number from 1 to ${most}, not ${typeof value === 'string' || typeof value === 'number' ? value : whatIs(value)}`,
        {
          details: { [what]: value },
        },
      )
  }
  whole('bins', bins, 200)
  whole('top', top, 100)
  for (const [what, name] of Object.entries({ x, y, color, facet, timeZone }))
    if (name !== undefined && typeof name !== 'string')
      throw new TidemillError(
        'chart.argument',
        `${what} is ${what === 'timeZone' ? 'the name of a zone' : 'the name of a column'}, not ${String(name)}`,
        {
          details: { [what]: name },
        },
      )
}
