/** Which chart suits which columns. */
import { TidemillError } from '../errors/index.ts'
import type { Aggregate, ChartType, PlotOptions } from './types.ts'

/** What a column is to a chart. */
export type Role = 'number' | 'category' | 'time'

export interface ChoiceInput {
  readonly x: Role
  readonly y?: Role | undefined
  readonly color?: Role | undefined
  /** Rows that can be drawn. */
  readonly rows: number
  readonly type?: ChartType | undefined
  readonly aggregate?: Aggregate | undefined
  readonly bins?: number | undefined
  /** Axes that grow by factors. */
  readonly logs?: readonly (string | undefined)[] | undefined
  /** Options that only some charts take. */
  readonly options?: Pick<PlotOptions, 'sort' | 'top' | 'bars'> | undefined
}
export interface Choice {
  readonly type: ChartType
  readonly reason: string
}

/** More points than these hide one another: they become cells. */
export const mostPoints = 2_000

interface Rule {
  readonly may: readonly ChartType[]
  readonly best: (input: ChoiceInput) => Choice
}
const always = (type: ChartType, reason: string) => (): Choice => ({ type, reason })

const crowd = ({ rows, color, bins }: ChoiceInput): Choice => {
  if (bins !== undefined) return { type: 'heat', reason: 'two numbers and bins: rows are counted in cells' }
  if (rows <= mostPoints) return { type: 'scatter', reason: 'two numbers: a point for each row' }
  if (color === 'category')
    return { type: 'scatter', reason: `two numbers and a category: points, of a sample as there are more than ${mostPoints} rows` }
  return {
    type: 'heat',
    reason: `two numbers and more than ${mostPoints} rows: points would hide one another, so rows are counted in cells`,
  }
}

const rules: Readonly<Record<string, Rule>> = {
  number: { may: ['histogram', 'box', 'bar'], best: always('histogram', 'one number: how often its values occur') },
  category: { may: ['bar'], best: always('bar', 'one category: rows of each') },
  time: { may: ['histogram', 'line', 'area', 'bar'], best: always('histogram', 'one time: rows of each period') },
  'number x number': {
    may: ['scatter', 'heat', 'line', 'area', 'bar'],
    best: input =>
      input.aggregate === undefined ? crowd(input) : { type: 'line', reason: `two numbers and an aggregate: ${input.aggregate} along x` },
  },
  'time x number': { may: ['line', 'area', 'bar', 'scatter', 'heat'], best: always('line', 'a number in time') },
  'number x time': { may: ['scatter', 'heat'], best: crowd },
  'time x time': { may: ['scatter', 'heat'], best: crowd },
  'category x number': {
    may: ['box', 'bar', 'heat'],
    best: ({ aggregate }) =>
      aggregate === undefined
        ? { type: 'box', reason: 'a number for each category: the spread of its values' }
        : { type: 'bar', reason: `a number for each category, as ${aggregate}` },
  },
  'category x category': { may: ['heat'], best: always('heat', 'two categories: rows of each pair') },
  'time x category': { may: ['heat'], best: always('heat', 'a category in time: rows of each pair') },
}
const mirrored: Readonly<Record<string, string>> = { 'number x category': 'category x number', 'category x time': 'time x category' }

/** Which roles the third column may have; charts that are not here take none. */
const colors: Readonly<Partial<Record<ChartType, readonly Role[]>>> = {
  histogram: ['category'],
  bar: ['category'],
  line: ['category'],
  area: ['category'],
  scatter: ['category', 'number'],
  heat: ['number'],
}

/**
 * The chart for columns of these roles, and why; or the one that was asked for, where it can show them.
 *
 * @throws chart.type when it cannot
 */
export function choose(input: ChoiceInput): Choice {
  const pair = input.y === undefined ? input.x : `${input.x} x ${input.y}`
  const rule = rules[mirrored[pair] ?? pair]
  if (rule === undefined) throw new TidemillError('chart.type', `no chart of ${pair}`, { details: { pair } })
  const choice = input.type === undefined ? rule.best(input) : { type: input.type, reason: `${input.type} was asked for` }
  if (!rule.may.includes(choice.type))
    throw new TidemillError('chart.type', `chart that cannot show ${pair}: ${choice.type} (have ${rule.may.join(', ')})`, {
      details: { pair, type: choice.type, have: rule.may },
    })
  checkColor(choice.type, input.color)
  checkAggregate(choice.type, input)
  if (input.bins !== undefined && !binned.includes(choice.type))
    throw new TidemillError('chart.argument', `bins of a chart without bins: ${choice.type} (have ${binned.join(', ')})`, {
      details: { type: choice.type, bins: input.bins },
    })
  checkLogs(choice.type, input)
  checkFor(choice.type, input)
  return choice
}

const logAxes: Readonly<Partial<Record<ChartType, readonly string[]>>> = {
  histogram: ['x'],
  scatter: ['x', 'y'],
  heat: ['x', 'y'],
  line: ['x', 'y'],
  box: ['x', 'y'],
}

function checkLogs(type: ChartType, { logs = [] }: ChoiceInput): void {
  const wrong = logs.find(axis => axis !== undefined && logAxes[type]?.includes(axis) !== true)
  if (wrong === undefined) return
  const have = Object.entries(logAxes).map(([name, axes]) => `${axes.join(' and ')} of a ${name}`)
  throw new TidemillError('chart.argument', `log scale of ${wrong} of a ${type}, which begins at zero (have ${have.join(', ')})`, {
    details: { type, axis: wrong },
  })
}

/** An option that a chart does not take is refused, not left out. */
function checkFor(type: ChartType, { color, options = {}, x, y }: ChoiceInput): void {
  const named = x === 'category' || y === 'category' || color === 'category'
  const refuse = (option: string, why: string): never => {
    throw new TidemillError('chart.argument', `${option} of a ${type} ${why}`, { details: { type, option } })
  }
  if (options.bars !== undefined && (type !== 'bar' || color === undefined)) refuse('bars', 'without bars of several colours')
  if (options.top !== undefined && !named) refuse('top', 'without a category')
  if (options.sort !== undefined && !(['bar', 'box', 'heat'].includes(type) && (x === 'category' || y === 'category')))
    refuse('sort', 'without categories along an axis')
}

const aggregating: readonly ChartType[] = ['bar', 'line', 'area']
const binned: readonly ChartType[] = ['histogram', 'heat', 'line', 'area', 'bar']

/** Histograms and heat maps count rows anyway. */
function checkAggregate(type: ChartType, { aggregate, color }: ChoiceInput): void {
  if (aggregate === undefined || aggregating.includes(type)) return
  if (aggregate === 'count' && (type === 'histogram' || (type === 'heat' && color === undefined))) return
  throw new TidemillError('chart.argument', `aggregate that a ${type} does not take: ${aggregate}`, {
    details: { type, aggregate },
    hint: `charts of aggregates: ${aggregating.join(', ')}`,
  })
}

function checkColor(type: ChartType, color: Role | undefined): void {
  const may = colors[type] ?? []
  if (color === undefined || may.includes(color)) return
  const withColor = Object.keys(colors).join(', ')
  throw new TidemillError('chart.type', `colour of a ${type} cannot be a ${color} (have ${may.length === 0 ? 'none' : may.join(', ')})`, {
    details: { type, color },
    hint: may.includes('category')
      ? "cast it to a category: withColumns(r => ({ c: r.c.cast('string') }))"
      : `charts with colours: ${withColor}`,
  })
}
