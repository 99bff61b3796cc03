/** A check is a value that says which columns it needs, so it is checked against the row where it is used. */
import { showingText, TidemillError } from '../errors/index.ts'
import { buildCondition, type Columns, type Condition, type ExprNode } from '../expr/index.ts'
import { needRelation, type Relation } from '../plan/index.ts'
import { type Duration, typeNamed } from '../schema/index.ts'
import type { Distribution } from './distribution.ts'
import { parseDuration } from './duration.ts'
import { needName, needThat } from './need-that.ts'
import { boundOf, type CheckSpec, type FigureName, isOfRows, labelOf, type Severity } from './spec.ts'

export interface Check<in Needs> {
  readonly kind: string
  /** What the report and `failedChecks` call it; undefined when `each` is to be named by its condition. */
  readonly name: string | undefined
  readonly '~needs'?: (row: Needs) => void
  /** @internal */
  readonly '~data': CheckSpec
  /** @internal What a spec cannot hold. */
  readonly '~given': Given
  /** The share of rows that must pass; 1 when not said. Not for checks of the whole table. @throws quality.check */
  atLeast(share: number): Check<Needs>
  /** Rows that may fail; 0 when not said. Not for checks of the whole table. @throws quality.check */
  atMost(rows: number): Check<Needs>
  /** What a failure means: `error` (default) fails the report and rejects rows; `warning` and `info` are told, and nothing more. @throws quality.check */
  severity(severity: Severity): Check<Needs>
  /** Another name in the report. @throws quality.check for an empty one */
  named(name: string): Check<Needs>
}
/** @internal */
interface Given {
  /** The other table of `in` and `like`. */
  readonly table?: Relation<unknown> | undefined
  /** The callback of `each`. */
  readonly condition?: ((row: never) => unknown) | undefined
}
/** What two bounds make a check of. */
interface Bounded<Needs> {
  /** Both bounds included. */
  between(low: number, high: number): Check<Needs>
}

export interface ColumnChecks<N extends string> {
  /** Fails for each NULL. */
  notNull(): Check<{ [K in N]: unknown }>
  /** Fails for each later row with a value that was there before: of equal rows the first in scan order passes. NULLs repeat nothing. */
  unique(): Check<{ [K in N]: unknown }>
  /** Both bounds included. A NULL passes (add `notNull`); NaN does not. */
  between<T extends number | bigint | Date>(low: T, high: T): Check<{ [K in N]: (T extends Date ? Date : number | bigint) | null }>
  /** Characters of the text (code points), both bounds included. A NULL passes. */
  length(low: number, high: number): Check<{ [K in N]: string | null }>
  /** The pattern may match anywhere in the text. A NULL passes. */
  matches(pattern: RegExp): Check<{ [K in N]: string | null }>
  /** A NULL passes. */
  oneOf<T extends string | number>(values: readonly T[]): Check<{ [K in N]: (T extends string ? string : number) | null }>
  /** The column has this type, such as `float64` or `timestamp`; whether it may hold NULLs does not count. */
  type(name: string): Check<{ [K in N]: unknown }>
  /** Each text can be read as a value of this type, such as `date`. A NULL passes. */
  parses(as: string): Check<{ [K in N]: string | null }>
  /** Each value is in a column of another table, given itself or by the name it has in `{ tables }`. A NULL passes. */
  in<K extends string>(table: Relation<{ [P in K]: unknown }> | string, key: K): Check<{ [P in N]: unknown }>
  /**
   * The values are distributed as those of a reference: the same column of another table (itself, or by its name in `{ tables }`), or what `distribution()` counted.
   * `psi`: the most that the population stability index may be, 0.2 when nothing is said; `ks`: the most that the Kolmogorov-Smirnov distance may be, from 0 to 1, of numbers
   * and with a table only. There is no p-value: with many rows any difference is significant.
   */
  like(
    reference: Relation<{ [K in N]: unknown }> | Distribution | string,
    options?: { readonly psi?: number; readonly ks?: number },
  ): Check<{ [K in N]: unknown }>
  /** Each value is not below the one before it in scan order, with `strict` above it. NULLs are passed over. */
  increasing(options?: { readonly strict?: boolean }): Check<{ [K in N]: unknown }>
  /** A figure of the column between two bounds. An empty column fails. */
  mean(): Bounded<{ [K in N]: number | bigint | null }>
  stddev(): Bounded<{ [K in N]: number | bigint | null }>
  min(): Bounded<{ [K in N]: number | bigint | null }>
  max(): Bounded<{ [K in N]: number | bigint | null }>
  sum(): Bounded<{ [K in N]: number | bigint | null }>
  median(): Bounded<{ [K in N]: number | bigint | null }>
  quantile(q: number): Bounded<{ [K in N]: number | bigint | null }>
  /** How many different values. */
  distinct(): Bounded<{ [K in N]: unknown }>
  /** The share of NULLs, from 0 to 1; of an empty table 0. */
  nullShare(): Bounded<{ [K in N]: unknown }>
}

/**
 * Checks of one column.
 *
 * @example
 * expectThat(orders, [column('amount').between(0, 1e6).atLeast(0.999), column('orderId').unique(), column('customerId').in(customers, 'id')])
 */
export function column<const N extends string>(name: N): ColumnChecks<N> {
  needName('column', name)
  const figure = (figure: FigureName, q?: number): Bounded<unknown> => bounded(name, figure, q)
  const checks: ColumnChecks<N> = {
    notNull: () => checkOf({ check: 'notNull', column: name }),
    unique: () => checkOf({ check: 'unique', columns: [name] }),
    between(low, high) {
      for (const bound of [low, high] as const)
        needThat(isBound(bound), `${name}: between`, 'two numbers or two dates', bound, `column('${name}').between(0, 100)`)
      if (!(low <= high)) throw new TidemillError('quality.check', `${name}: between ${boundOf(low)} and ${boundOf(high)} holds no value`)
      return checkOf({ check: 'between', column: name, low: boundOf(low), high: boundOf(high) })
    },
    length(low, high) {
      for (const bound of [low, high])
        needThat(Number.isInteger(bound) && bound >= 0, `${name}: length`, 'two whole numbers', bound, `column('${name}').length(1, 80)`)
      if (low > high) throw new TidemillError('quality.check', `${name}: length ${low} to ${high} holds no text`)
      return checkOf({ check: 'length', column: name, low, high })
    },
    matches(pattern) {
      needThat(pattern instanceof RegExp, `${name}: matches`, 'a regular expression', pattern, `column('${name}').matches(/^[A-Z]+$/)`)
      return checkOf({ check: 'matches', column: name, pattern: pattern.source, flags: pattern.flags })
    },
    oneOf(values) {
      needThat(Array.isArray(values), `${name}: oneOf`, 'an array of values', values, `column('${name}').oneOf(['a', 'b'])`)
      if (values.length === 0) throw new TidemillError('quality.check', `${name}: one of no values`)
      return checkOf({ check: 'oneOf', column: name, values: [...values] })
    },
    type(type) {
      needType(`${name}: type`, type, `column('${name}').type('float64')`)
      return checkOf({ check: 'type', column: name, type })
    },
    parses(as) {
      needType(`${name}: parses`, as, `column('${name}').parses('date')`)
      typeNamed(as)
      return checkOf({ check: 'parses', column: name, as })
    },
    in(table, key) {
      needName(`${name}: in`, key)
      if (typeof table === 'string') return checkOf({ check: 'in', column: name, table: needTable(name, table), key })
      needRelation(table, `${name}: in`, { code: 'quality.check', example: `column('${name}').in(customers, 'id')` })
      return checkOf({ check: 'in', column: name, table: '', key }, { table })
    },
    like(reference, options = {}) {
      const limits = limitsOf(name, options)
      if (typeof reference === 'string') return checkOf({ check: 'like', column: name, table: needTable(name, reference), ...limits })
      if (typeof reference === 'object' && reference !== null && 'counts' in reference) {
        if (limits.ks !== undefined)
          throw new TidemillError('quality.check', `${name}: ks wants the table itself, not its counts`, { hint: 'give psi, or the table' })
        return checkOf({ check: 'like', column: name, table: '', reference, ...limits })
      }
      needRelation(reference, `${name}: like`, { code: 'quality.check', example: `column('${name}').like(lastYear, { psi: 0.2 })` })
      return checkOf({ check: 'like', column: name, table: '', ...limits }, { table: reference })
    },
    increasing: ({ strict = false } = {}) => checkOf({ check: 'increasing', column: name, strict }),
    mean: () => figure('mean'),
    stddev: () => figure('stddev'),
    min: () => figure('min'),
    max: () => figure('max'),
    sum: () => figure('sum'),
    median: () => figure('median'),
    quantile(q) {
      needThat(typeof q === 'number' && q >= 0 && q <= 1, `${name}: quantile`, 'a share from 0 to 1', q, `column('${name}').quantile(0.99)`)
      return figure('quantile', q)
    },
    distinct: () => figure('distinct'),
    nullShare: () => figure('nullShare'),
  }
  return Object.freeze(checks)
}

/**
 * Checks of several columns together.
 *
 * @example
 * expectThat(prices, [columns('day', 'stock').unique()])
 */
export function columns<const N extends readonly string[]>(...names: N): { unique(): Check<{ [K in N[number]]: unknown }> } {
  for (const name of names) needName('columns', name)
  if (names.length === 0 || new Set(names).size < names.length)
    throw new TidemillError('quality.check', `columns wants different names, not ${names.length === 0 ? 'none' : names.join(', ')}`)
  return Object.freeze({ unique: () => checkOf({ check: 'unique', columns: names }) })
}

/** How many rows the table has, both bounds included. */
export function rowCount(): { between(low: number, high: number): Check<unknown> } {
  return Object.freeze({
    between(low: number, high: number): Check<unknown> {
      for (const bound of [low, high])
        needThat(typeof bound === 'number', 'row count: between', 'two numbers', bound, 'rowCount().between(1, 1e6)')
      if (!(low <= high)) throw new TidemillError('quality.check', `row count: between ${low} and ${high} holds no number`)
      return checkOf({ check: 'rowCount', low: boundOf(low), high: boundOf(high) })
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
  parseDuration(within)
  return checkOf({ check: 'fresh', column: name, within })
}

/**
 * Any condition over several columns. It fails where it is false; where it is NULL it passes, as a CHECK of SQL does.
 *
 * @example
 * each<Order>(r => r.shippedAt.gte(r.orderedAt)).named('shipped after it was ordered')
 */
export function each<R>(condition: (r: Columns<R>) => Condition<'column'>): Check<R> {
  needThat(typeof condition === 'function', 'each', 'a condition', condition, 'each(r => r.shippedAt.gte(r.orderedAt))')
  return checkOf({ check: 'each' }, { condition })
}

/**
 * One SELECT statement whose rows are the failures, guarded as `tm.sql` is: it sees the table as `data`, the tables of `{ tables }` by their names, and nothing else. It is a
 * query of its own, over copies of these tables.
 *
 * @example
 * failingSql('select * from data where shipped < ordered').named('shipped after it was ordered')
 */
export function failingSql(sql: string): Check<unknown> {
  needThat(
    typeof sql === 'string' && sql.trim() !== '',
    'failingSql',
    'a SELECT statement',
    sql,
    "failingSql('select * from data where a > b')",
  )
  return checkOf({ check: 'sql', sql })
}

/** The condition of `each` over columns whose types are not known yet: what a contract keeps. */
export function openCondition(check: Check<never>): ExprNode | undefined {
  const data = check['~data']
  const { condition } = check['~given']
  if (data.check !== 'each') return undefined
  return data.condition ?? (condition === undefined ? undefined : buildCondition('each', [], true, ['column'], condition))
}

/** A check of a spec. */
export function checkOf(spec: CheckSpec, given: Given = {}): Check<unknown> {
  const name = labelOf(spec)
  const more = (added: Partial<CheckSpec>): Check<unknown> => checkOf({ ...spec, ...added } as CheckSpec, given)
  const kind = spec.check === 'figure' ? spec.figure : spec.check
  const needRows = (): void => {
    if (!isOfRows(spec) && spec.check !== 'sql')
      throw new TidemillError('quality.check', `${name ?? kind}: a check of the whole table has no share of rows`)
  }
  return Object.freeze({
    kind,
    name,
    '~data': Object.freeze(spec),
    '~given': Object.freeze(given),
    ...showingText(() => `check: ${name ?? kind}`),
    atLeast(share: number) {
      if (!(share > 0 && share <= 1)) throw new TidemillError('quality.check', `share of rows: ${share} (must be above 0 and at most 1)`)
      if (spec.check === 'sql')
        throw new TidemillError('quality.check', `${name ?? kind}: the rows of a SELECT have no share: atMost(rows)`)
      needRows()
      return more({ atLeast: share })
    },
    atMost(rows: number) {
      if (!(Number.isSafeInteger(rows) && rows >= 0))
        throw new TidemillError('quality.check', `rows that may fail: ${rows} (must be a whole number)`)
      needRows()
      return more({ atMost: rows })
    },
    severity(severity: Severity) {
      if (!['info', 'warning', 'error'].includes(severity))
        throw new TidemillError('quality.check', `unknown severity: ${String(severity)} (have info, warning, error)`)
      return more({ severity })
    },
    named(own: string) {
      // The unit separator divides the names in `failedChecks` while the rows are made.
      // oxlint-disable-next-line no-control-regex
      if (own === '' || /[\u0000-\u001f]/.test(own)) throw new TidemillError('quality.check', `name of a check: ${JSON.stringify(own)}`)
      return more({ name: own })
    },
  })
}

function bounded(name: string, figure: FigureName, q: number | undefined): Bounded<unknown> {
  return Object.freeze({
    between(low: number, high: number): Check<unknown> {
      for (const bound of [low, high])
        needThat(typeof bound === 'number', `${name}: ${figure}`, 'two numbers', bound, `column('${name}').${figure}().between(0, 1)`)
      if (!(low <= high)) throw new TidemillError('quality.check', `${name}: ${figure} between ${low} and ${high} holds no number`)
      return checkOf({ check: 'figure', figure, column: name, low: boundOf(low), high: boundOf(high), ...(q === undefined ? {} : { q }) })
    },
  })
}

function limitsOf(name: string, { psi, ks }: { readonly psi?: number; readonly ks?: number }): { psi?: number; ks?: number } {
  for (const limit of [psi, ks])
    needThat(limit === undefined || (typeof limit === 'number' && limit > 0), `${name}: like`, 'limits above 0', limit, '{ psi: 0.2 }')
  if (psi === undefined && ks === undefined) return { psi: 0.2 }
  return { ...(psi === undefined ? {} : { psi }), ...(ks === undefined ? {} : { ks }) }
}

function needTable(column: string, table: string): string {
  needThat(table !== '' && table !== 'data', `${column}`, 'the name of a table in { tables }', table, '{ tables: { customers } }')
  return table
}

/** Types with parts, such as `list<string>`, are compared as they print. @throws schema.unknown-type */
function needType(call: string, type: unknown, example: string): asserts type is string {
  needThat(typeof type === 'string' && type !== '', call, 'the name of a type', type, example)
  if (!/[<{|]/.test(type as string)) typeNamed(type as string)
}

function isBound(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint' || (value instanceof Date && !Number.isNaN(Number(value)))
}
