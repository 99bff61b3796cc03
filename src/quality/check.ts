/** A check is a value that says which columns it needs, so it is checked against the row where it is used. */
import { didYouMean, showingText, TidemillError } from '../errors/index.ts'
import { buildCondition, type Columns, type Condition, type ExprNode, printExpr } from '../expr/index.ts'
import { type Duration, printType, type Schema } from '../schema/index.ts'
import { needName, needThat } from './need-that.ts'
import { parseDuration } from './duration.ts'

export interface Check<in Needs> {
  readonly kind: string
  /** What the report and `failedChecks` call it; undefined when `each` is to be named by its condition. */
  readonly name: string | undefined
  readonly '~needs'?: (row: Needs) => void
  /** @internal */
  readonly '~data': CheckData
  /** The share of rows that must pass; 1 when not said. Not for checks of the whole table. @throws quality.check */
  atLeast(share: number): Check<Needs>
  /** Another name in the report. @throws quality.check for an empty one */
  named(name: string): Check<Needs>
}
/** @internal What a check is, as data: a condition for each row, or a question to the whole table. */
type CheckData =
  | { readonly of: 'row'; readonly condition: (schema: Schema) => ExprNode; readonly share: number }
  | { readonly of: 'unique'; readonly column: string; readonly share: number }
  | { readonly of: 'rowCount'; readonly low: number; readonly high: number }
  | { readonly of: 'fresh'; readonly column: string; readonly withinMs: number; readonly within: string }

export interface ColumnChecks<N extends string> {
  /** Fails for each NULL. */
  notNull(): Check<{ [K in N]: unknown }>
  /** Fails for each later row with a value that was there before: of equal rows the first in scan order passes. NULLs repeat nothing. */
  unique(): Check<{ [K in N]: unknown }>
  /** Both bounds included. A NULL passes (add `notNull`); NaN does not. */
  between<T extends number | bigint | Date>(low: T, high: T): Check<{ [K in N]: (T extends Date ? Date : number | bigint) | null }>
  /** The pattern may match anywhere in the text. A NULL passes. */
  matches(pattern: RegExp): Check<{ [K in N]: string | null }>
  /** A NULL passes. */
  oneOf<T extends string | number>(values: readonly T[]): Check<{ [K in N]: (T extends string ? string : number) | null }>
}

/**
 * Checks of one column.
 *
 * @example
 * expectThat(orders, [column('amount').between(0, 1e6).atLeast(0.999), column('orderId').unique()])
 */
export function column<const N extends string>(name: N): ColumnChecks<N> {
  needName('column', name)
  const make = (kind: string, label: string, condition: (value: Untyped) => unknown): Check<unknown> =>
    check(kind, label, {
      of: 'row',
      share: 1,
      condition: schema => build(`${name}: ${kind}`, schema, row => condition(row[name] as Untyped)),
    })
  const checks: ColumnChecks<N> = {
    notNull: () => make('notNull', `${name} not null`, value => value['isNotNull']?.()),
    unique: () => check('unique', `${name} unique`, { of: 'unique', column: name, share: 1 }),
    between(low, high) {
      for (const bound of [low, high] as const)
        needThat(isBound(bound), `${name}: between`, 'two numbers or two dates', bound, `column('${name}').between(0, 100)`)
      if (!(low <= high)) throw new TidemillError('quality.check', `${name}: between ${text(low)} and ${text(high)} holds no value`)
      return make('between', `${name} between ${text(low)} and ${text(high)}`, value => value['between']?.(low, high))
    },
    matches(pattern) {
      needThat(pattern instanceof RegExp, `${name}: matches`, 'a regular expression', pattern, `column('${name}').matches(/^[A-Z]+$/)`)
      return make('matches', `${name} matches ${String(pattern)}`, value => value['matches']?.(pattern))
    },
    oneOf(values) {
      needThat(Array.isArray(values), `${name}: oneOf`, 'an array of values', values, `column('${name}').oneOf(['a', 'b'])`)
      if (values.length === 0) throw new TidemillError('quality.check', `${name}: one of no values`)
      return make('oneOf', `${name} one of ${values.map(text).join(', ')}`, value => value['in']?.(values))
    },
  }
  return Object.freeze(checks)
}

/** How many rows the table has, both bounds included. */
export function rowCount(): { between(low: number, high: number): Check<unknown> } {
  return Object.freeze({
    between(low: number, high: number): Check<unknown> {
      for (const bound of [low, high])
        needThat(typeof bound === 'number', 'row count: between', 'two numbers', bound, 'rowCount().between(1, 1e6)')
      if (!(low <= high)) throw new TidemillError('quality.check', `row count: between ${low} and ${high} holds no number`)
      return check('rowCount', `row count between ${low} and ${high}`, { of: 'rowCount', low, high })
    },
  })
}

/**
 * The newest value of a column is at most so old. A table without a value fails; a value in the future passes.
 *
 * @example
 * fresh('orderedAt', '1d')
 */
export function fresh<const N extends string>(name: N, within: Duration): Check<{ [K in N]: Date | null }> {
  needName('fresh', name)
  needThat(typeof within === 'string', `${name}: fresh`, 'a duration', within, `fresh('${name}', '1d')`)
  return check('fresh', `${name} fresh within ${within}`, { of: 'fresh', column: name, within, withinMs: parseDuration(within) })
}

/**
 * Any condition over several columns. It fails where it is false; where it is NULL it passes, as a CHECK of SQL does.
 *
 * @example
 * each<Order>(r => r.shippedAt.gte(r.orderedAt)).named('shipped after it was ordered')
 */
export function each<R>(condition: (r: Columns<R>) => Condition<'column'>): Check<R> {
  needThat(typeof condition === 'function', 'each', 'a condition', condition, 'each(r => r.shippedAt.gte(r.orderedAt))')
  return check('each', undefined, { of: 'row', share: 1, condition: schema => build('each', schema, row => condition(row as Columns<R>)) })
}

/** A check under the name that reports use. */
export function nameOf(one: Check<never>, schema: Schema): string {
  const data = one['~data']
  if (one.name !== undefined) return one.name
  return data.of === 'row' ? printExpr(data.condition(schema)) : one.kind
}

/** A column as it is built at run time: the methods depend on its type. */
type Untyped = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

function build(verb: string, schema: Schema, make: (row: Readonly<Record<string, unknown>>) => unknown): ExprNode {
  return buildCondition(verb, schema, false, ['column'], make as (r: object) => object)
}

function check(kind: string, name: string | undefined, data: CheckData): Check<unknown> {
  return Object.freeze({
    kind,
    name,
    '~data': Object.freeze(data),
    ...showingText(() => `check: ${name ?? kind}`),
    atLeast(share: number) {
      if (!(share > 0 && share <= 1)) throw new TidemillError('quality.check', `share of rows: ${share} (must be above 0 and at most 1)`)
      if (data.of !== 'row' && data.of !== 'unique')
        throw new TidemillError('quality.check', `${name ?? kind}: a check of the whole table has no share of rows`)
      return check(kind, name, { ...data, share })
    },
    named(own: string) {
      // The unit separator divides the names in `failedChecks` while the rows are made.
      // oxlint-disable-next-line no-control-regex
      if (own === '' || /[\u0000-\u001f]/.test(own)) throw new TidemillError('quality.check', `name of a check: ${JSON.stringify(own)}`)
      return check(kind, own, data)
    },
  })
}

function isBound(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || (value instanceof Date && !Number.isNaN(Number(value)))
}

function text(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}

/** A column of this name. @throws expr.unknown-column */
export function needColumn(schema: Schema, name: string): Schema[number] {
  const field = schema.find(one => one.name === name)
  if (field !== undefined) return field
  const have = schema.map(one => one.name)
  const hint = didYouMean([name], have)
  throw new TidemillError('expr.unknown-column', `unknown column: ${name} (have ${have.join(', ')})`, hint === undefined ? {} : { hint })
}

/** A column that says when. @throws quality.check */
export function needInstant(schema: Schema, name: string): Schema[number] {
  const field = needColumn(schema, name)
  if (field.type === 'timestamp' || field.type === 'datetime') return field
  throw new TidemillError('quality.check', `${name} says no time: ${printType(field.type)} (fresh needs a timestamp)`)
}
