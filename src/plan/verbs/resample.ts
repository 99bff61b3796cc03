import type { CallSite } from '../../errors/index.ts'
import { callNode, type ExprNode, functions, type LiteralNode, literalNode, type OrderNode } from '../../expr/index.ts'
import { type DataType, type Field, familyOf, printField } from '../../schema/index.ts'
import { defer } from '../defer.ts'
import { columnOf, freeName, passing, unknownField } from '../fields.ts'
import type { Named, Plan } from '../nodes.ts'
import { needColumns, needDistinct, problem } from '../problem.ts'
import { aggregate } from './aggregate.ts'
import { explode } from './explode.ts'
import { filter } from './filter.ts'
import { type ColumnPick, nameOf, namedColumns, project } from './select.ts'
import { sort } from './sort.ts'

/** Calendar units, or spans of so many microseconds counted from an origin. */
export type Period =
  | { readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year' }
  | { readonly micros: number; readonly originMicros: number }

export interface ResampleArgs {
  /** The column of moments; in the result, the beginning of the period. */
  readonly column: string
  readonly period: Period
  readonly keys: readonly ColumnPick[]
  readonly aggs: readonly Named[]
  /**
   * What a period without rows has: nothing, as it is left out (`skip`); what an aggregate of no rows is, NULL and for counts 0 (`null`); the figures of the
   * period before (`forward`); or a number, in the columns of numbers.
   */
  readonly fill: 'skip' | 'null' | 'forward' | LiteralNode
  /** Periods of the calendar of this zone. Default: UTC. */
  readonly timeZone?: string | undefined
}

/**
 * One row per period, and per combination of the keys; sorted by both. Periods run from the first to the last of the whole table, for every combination of the keys.
 * Rows without a moment are left out.
 *
 * @throws plan.unknown-column, plan.type when the column has no moments, plan.argument, plan.duplicate-column
 */
export function resample(input: Plan, args: ResampleArgs, at?: CallSite): Plan {
  const { column, period, keys, aggs, fill, timeZone } = args
  if (timeZone !== undefined && !('unit' in period))
    throw problem(
      'plan.argument',
      'a time zone goes with days, weeks, months, quarters and years: a span of hours is as long everywhere',
      at,
    )
  if ('micros' in period && !(Number.isSafeInteger(period.micros) && period.micros > 0))
    throw problem('plan.argument', `period is no duration above 0: ${period.micros} microseconds`, at)
  const names = [...keys.map(nameOf), column, ...aggs.map(agg => agg.name)]
  needDistinct(names, at, 'keys and the moment are in the result already: give the aggregate another name')
  if (input.open) return defer('resample', [input], args, names.map(unknownField), at)
  needColumns(input.fields, [column], at)
  const field = input.fields.find(one => one.name === column)
  if (field === undefined) return input
  checkMoment(field, period, timeZone, at)
  const named = namedColumns(input, keys, at)
  // Periods are counted on the clock of the zone, and become instants again in the end.
  const clock = timeZone === undefined ? columnOf(field) : callNode('inZone', [columnOf(field)], { timeZone })
  const known = field.nullable ? filter(input, { where: callNode('isNotNull', [columnOf(field)]) }, at) : input
  const start = { ...startOf(clock, period), nullable: false }
  const grouped = aggregate(known, { keys: [...named, { name: column, expr: start }], aggs }, at)
  const periods = fill === 'skip' ? grouped : everyPeriod(grouped, { ...args, fill, keys: named.map(key => key.name), aggs }, at)
  const zoned = timeZone === undefined ? periods : inInstants(periods, column, timeZone, at)
  const by = zoned.fields
    .slice(0, keys.length + 1)
    .flatMap((one): OrderNode[] => (isOrdered(one.type) ? [{ expr: columnOf(one), descending: false, nulls: 'last' }] : []))
  return sort(zoned, { by }, at)
}

interface Filling {
  readonly column: string
  readonly period: Period
  readonly keys: readonly string[]
  readonly aggs: readonly Named[]
  readonly fill: 'null' | 'forward' | LiteralNode
}

/**
 * Each row becomes the periods from its own up to the next of its group, without that: no join, and keys that are NULL are groups like others. The first row of a group
 * has those before it too, the last one those up to the end.
 */
function everyPeriod(grouped: Plan, { column, period, keys, aggs, fill }: Filling, at: CallSite | undefined): Plan {
  const taken = [...grouped.fields]
  const free = (wanted: string): string => {
    const name = freeName(taken, wanted)
    taken.push({ name, type: 'int64', nullable: false })
    return name
  }
  const moment = grouped.fields.find(one => one.name === column)
  if (moment === undefined) return grouped
  const own = columnOf(moment)
  const partitionBy = grouped.fields.filter(one => keys.includes(one.name)).map(columnOf)
  const order: readonly OrderNode[] = [{ expr: own, descending: false, nulls: 'last' }]
  const [before, after, step] = [free('before'), free('after'), free('step')]
  const over = (expr: ExprNode, orderBy: readonly OrderNode[], groups: readonly ExprNode[]): ExprNode =>
    callNode('over', [expr], { partitionBy: groups, orderBy })
  const first = over(callNode('min', [own]), [], [])
  const last = over(callNode('max', [own]), [], [])
  const next = over(callNode('lead', [own], { rows: 1 }), order, partitionBy)
  const place = over(callNode('rowNumber', []), order, partitionBy)
  // How many periods come before the row (the first of its group only), and how many from it on.
  const lead = callNode('case', [callNode('eq', [place, literalNode(1)]), steps(first, own, period), literalNode(0)])
  const tail = callNode('case', [
    callNode('isNull', [next]),
    callNode('add', [steps(own, last, period), literalNode(1)]),
    steps(own, next, period),
  ])
  const counted = project(grouped, [...grouped.fields.map(passing), { name: before, expr: lead }, { name: after, expr: tail }], at)
  const number = (name: string): ExprNode => ({ op: 'column', name, type: 'int64', nullable: false })
  const list = callNode('range', [callNode('neg', [number(before)]), number(after)])
  const listed = project(counted, [...grouped.fields.map(passing), { name: step, expr: list }], at)
  const each = explode(listed, { column: step }, at)
  const offset = number(step)
  const isOwn = callNode('eq', [offset, literalNode(0)])
  const isEmpty = fill === 'forward' ? callNode('lt', [offset, literalNode(0)]) : callNode('not', [isOwn])
  const columns = grouped.fields.map((one): Named => {
    if (keys.includes(one.name)) return passing(one)
    if (one.name === column) return { name: column, expr: { ...later(own, offset, period), nullable: false } }
    const agg = aggs.find(({ name }) => name === one.name)
    const none = agg === undefined ? literalNode(null) : emptyValue(agg.expr, one, fill)
    return { name: one.name, expr: callNode('case', [isEmpty, none, columnOf(one)]) }
  })
  return project(each, columns, at)
}

/** How many periods it is from the start of one to the start of another. */
function steps(from: ExprNode, to: ExprNode, period: Period): ExprNode {
  if ('unit' in period) return callNode('diff', [to, from], { unit: period.unit })
  const micros = (one: ExprNode): ExprNode => callNode('epoch', [one], { unit: 'microsecond' })
  const span = callNode('div', [callNode('sub', [micros(to), micros(from)]), literalNode(period.micros)])
  return callNode('cast', [callNode('round', [span], { digits: 0 })], { to: 'int64' })
}

/** The start of the period so many periods on. */
function later(start: ExprNode, periods: ExprNode, period: Period): ExprNode {
  if ('unit' in period) return callNode('plus', [start, periods], { unit: period.unit })
  const micros = callNode('mul', [periods, literalNode(period.micros / 1000)])
  return callNode('plus', [start, callNode('cast', [micros], { to: 'int64' })], { unit: 'millisecond' })
}

function startOf(moment: ExprNode, period: Period): ExprNode {
  if ('unit' in period) return callNode('truncate', [moment], { unit: period.unit })
  const { micros, originMicros } = period
  return callNode('bin', [moment], {
    amountMicros: String(micros),
    ...(originMicros === 0 ? {} : { offsetMicros: String(originMicros % micros) }),
  })
}

/** What the aggregate gives of no rows: its counts are 0, the others NULL; or the number that stands for it. */
function emptyValue(agg: ExprNode, field: Field, fill: 'null' | 'forward' | LiteralNode): ExprNode {
  if (typeof fill === 'object' && familyOf(field.type) === 'number') return fill
  const none = ofNoRows(agg)
  return none.type === field.type || familyOf(none.type) === familyOf(field.type) ? none : nothing(field.type)
}

function ofNoRows(node: ExprNode): ExprNode {
  if (node.op === 'column' || node.op === 'literal') return node
  const [inner] = node.args
  if (node.op === 'where' && inner !== undefined) return ofNoRows(inner)
  const { kind, nulls } = functions[node.op]
  if (kind !== 'aggregate') return callNode(node.op, node.args.map(ofNoRows), node.options)
  return nulls === 'never' && familyOf(node.type) === 'number' ? literalNode(0, node.type) : nothing(node.type)
}

function nothing(type: DataType): ExprNode {
  return { ...literalNode(null), type }
}

function inInstants(plan: Plan, column: string, timeZone: string, at: CallSite | undefined): Plan {
  const columns = plan.fields.map(
    (field): Named =>
      field.name === column ? { name: column, expr: callNode('atZone', [columnOf(field)], { timeZone }) } : passing(field),
  )
  return project(plan, columns, at)
}

function isOrdered(type: DataType): boolean {
  return ['number', 'text', 'time', 'boolean', 'clock', 'unknown'].includes(familyOf(type))
}

function checkMoment(field: Field, period: Period, timeZone: string | undefined, at: CallSite | undefined): void {
  if (familyOf(field.type) !== 'time') throw problem('plan.type', `column to resample has no moments: ${printField(field)}`, at)
  if (timeZone !== undefined && field.type !== 'timestamp')
    throw problem('plan.type', `a time zone needs instants, not ${printField(field)}`, at)
  if ('micros' in period && field.type === 'date')
    throw problem('plan.type', `days have no spans of ${period.micros} microseconds: ${printField(field)}`, at, {
      hint: "take 'day', 'week', 'month', 'quarter' or 'year', or cast the column to timestamp",
    })
  if ('micros' in period && period.micros % 1000 !== 0) throw problem('plan.argument', 'a period is a whole number of milliseconds', at)
}
