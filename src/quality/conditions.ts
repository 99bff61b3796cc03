/** What a check asks of each row, as an expression over the columns of a table. */
import { TidemillError } from '../errors/index.ts'
import { buildCondition, callNode, columnNode, type ExprNode, literalNode, printExpr, retype } from '../expr/index.ts'
import { calendarDate, familyOf, printType, type Schema, typeNamed } from '../schema/index.ts'
import type { Check } from './check.ts'
import { needColumn } from './need-column.ts'
import { type Bound, boundValue, type CheckSpec } from './spec.ts'

/**
 * The condition that every row must meet; undefined for checks that need more than the row.
 *
 * @throws expr.unknown-column, expr.type, expr.unknown-method where the check does not fit the columns
 */
export function conditionOf(check: Check<never>, schema: Schema): ExprNode | undefined {
  const spec = check['~data']
  switch (spec.check) {
    case 'notNull':
      return built(spec, schema, value => value['isNotNull']?.())
    case 'between':
      return between(spec.column, spec.low, spec.high, schema)
    case 'length': {
      const length = callNode('length', [columnNode(needText(schema, spec.column, 'length'))])
      return callNode('between', [length, literalNode(spec.low, 'int64'), literalNode(spec.high, 'int64')])
    }
    case 'matches':
      return built(spec, schema, value => value['matches']?.(new RegExp(spec.pattern, spec.flags)))
    case 'oneOf':
      return built(spec, schema, value => value['in']?.(spec.values))
    case 'parses': {
      const value = columnNode(needText(schema, spec.column, 'parses'))
      const read = callNode('isNotNull', [callNode('tryCast', [value], { to: typeNamed(spec.as) })])
      return callNode('or', [callNode('isNull', [value]), read])
    }
    case 'each': {
      const { condition } = check['~given']
      if (condition !== undefined) return buildCondition('each', schema, false, ['column'], condition)
      if (spec.condition === undefined) throw new TidemillError('quality.check', 'each without a condition')
      return asCondition(retype(spec.condition, schema))
    }
    case 'unique':
    case 'increasing':
    case 'in':
    case 'like':
    case 'type':
    case 'rowCount':
    case 'fresh':
    case 'figure':
    case 'sql':
      return undefined
  }
}

/** A check under the name that reports use. */
export function nameOf(check: Check<never>, schema: Schema): string {
  if (check.name !== undefined) return check.name
  const condition = conditionOf(check, schema)
  return condition === undefined ? check.kind : printExpr(condition)
}

/** A column as it is built at run time: the methods depend on its type. */
type Untyped = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

function built(spec: CheckSpec & { readonly column: string }, schema: Schema, condition: (value: Untyped) => unknown): ExprNode {
  const make = (row: Readonly<Record<string, unknown>>): unknown => condition(row[spec.column] as Untyped)
  return buildCondition(`${spec.column}: ${spec.check}`, schema, false, ['column'], make as (r: object) => object)
}

function between(name: string, low: Bound, high: Bound, schema: Schema): ExprNode {
  const field = needColumn(schema, name)
  const family = familyOf(field.type)
  if (family !== 'number' && family !== 'time')
    throw new TidemillError('expr.type', `${name}: between wants a number or a time, not ${printType(field.type)}`)
  const value = (bound: Bound): unknown => (field.type === 'date' && typeof bound === 'string' ? dayOf(bound) : boundValue(bound))
  // Beyond what whole numbers can be there is no bound.
  const [from, to] = [value(low), value(high)]
  const conditions: ExprNode[] = []
  const column = columnNode(field)
  if (from !== Number.NEGATIVE_INFINITY) conditions.push(callNode('gte', [column, bound(from, field.type)]))
  // NaN is the greatest number and is between nothing.
  if (to !== Number.POSITIVE_INFINITY) conditions.push(callNode('lte', [column, bound(to, field.type)]))
  else if (field.type === 'float64' || field.type === 'float32') conditions.push(callNode('not', [callNode('isNan', [column])]))
  return conditions.length === 0 ? callNode('eq', [column, column]) : conditions.reduce((all, one) => callNode('and', [all, one]))
}

function bound(value: unknown, type: Schema[number]['type']): ExprNode {
  return value instanceof Date && type !== 'timestamp' ? literalNode(value.toISOString().replace('Z', ''), type) : literalNode(value)
}

function dayOf(text: string): unknown {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? []
  if (year === undefined) throw new TidemillError('quality.check', `no day: ${text}`)
  return calendarDate(Number(year), Number(month), Number(day))
}

function needText(schema: Schema, name: string, check: string): Schema[number] {
  const field = needColumn(schema, name)
  if (familyOf(field.type) === 'text') return field
  throw new TidemillError('expr.type', `${name}: ${check} wants text, not ${printType(field.type)}`)
}

function asCondition(node: ExprNode): ExprNode {
  if (node.type === 'boolean') return node
  throw new TidemillError('expr.type', `each wants a condition, not ${printType(node.type)}: ${printExpr(node)}`)
}
