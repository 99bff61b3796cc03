/** Which files of a version can hold rows that meet a condition. */
import type { ExprNode, LiteralNode } from '../expr/index.ts'
import type { ColumnStats, TableFileEntry, TableManifest } from './table-manifest.ts'

/**
 * The files that must be read: those whose partition, or whose least and greatest values, do not rule the condition out. In doubt a file is read.
 *
 * @param where a condition over columns of the table
 */
export function prune({ files, partitions }: TableManifest, where: ExprNode): readonly TableFileEntry[] {
  return files.filter(file => {
    const stats = (column: string): ColumnStats | undefined => {
      const level = partitions.findIndex(one => one.by === 'value' && one.column === column)
      if (level === -1) return file.stats !== undefined && Object.hasOwn(file.stats, column) ? file.stats[column] : undefined
      const value = file.partition[level] ?? null
      return { min: value, max: value, nulls: value === null ? (file.rows ?? 1) : 0 }
    }
    return mayMeet(where, stats, file)
  })
}

type Stats = (column: string) => ColumnStats | undefined

function mayMeet(expr: ExprNode, stats: Stats, file: TableFileEntry): boolean {
  if (expr.op === 'literal') return expr.value !== false && expr.value !== null
  if (expr.op === 'column') return true
  const [left, right, third] = expr.args
  switch (expr.op) {
    case 'and':
      return expr.args.every(arg => mayMeet(arg, stats, file))
    case 'or':
      return expr.args.some(arg => mayMeet(arg, stats, file))
    case 'isNull': {
      const of = left === undefined ? undefined : statsOf(left, stats)
      return of?.nulls !== 0
    }
    case 'isNotNull': {
      const of = left === undefined ? undefined : statsOf(left, stats)
      return of === undefined || of.nulls === null || file.rows === undefined || of.nulls < file.rows
    }
    case 'eq':
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte': {
      if (left === undefined || right === undefined) return true
      return right.op === 'literal'
        ? within(left, expr.op, right, stats)
        : left.op === 'literal'
          ? within(right, mirrored[expr.op], left, stats)
          : true
    }
    case 'between':
      if (left === undefined || right?.op !== 'literal' || third?.op !== 'literal') return true
      return within(left, 'gte', right, stats) && within(left, 'lte', third, stats)
    case 'in':
      if (left === undefined) return true
      return expr.args.slice(1).some(value => value.op !== 'literal' || within(left, 'eq', value, stats))
    default:
      return true
  }
}

type Comparison = 'eq' | 'lt' | 'lte' | 'gt' | 'gte'
const mirrored = { eq: 'eq', lt: 'gt', lte: 'gte', gt: 'lt', gte: 'lte' } as const

/** The statistics of a column, also where its numbers are only widened. */
function statsOf(expr: ExprNode, stats: Stats): ColumnStats | undefined {
  return expr.op === 'column' ? stats(expr.name) : undefined
}

function within(expr: ExprNode, op: Comparison, literal: LiteralNode, stats: Stats): boolean {
  if (expr.op !== 'column' || literal.value === null) return true
  const of = stats(expr.name)
  if (of === undefined || of.min === null || of.max === null) return true
  // NaN is greater than all, and no bound tells of it.
  if (of.nan === true) return true
  const least = comparable(of.min, expr.type)
  const greatest = comparable(of.max, expr.type)
  const value = comparable(String(literal.value), literal.type === 'timestamp' || literal.type === 'datetime' ? 'micros' : expr.type)
  if (least === undefined || greatest === undefined || value === undefined) return true
  // A float64 column may hold NaN that old statistics do not tell: it meets `greater than`.
  const low = compare(value, least, false)
  const high = compare(value, greatest, true)
  if (low === undefined || high === undefined) return true
  switch (op) {
    case 'eq':
      return low >= 0 && high <= 0
    case 'lt':
      return low > 0
    case 'lte':
      return low >= 0
    case 'gt':
      return high < 0
    case 'gte':
      return high <= 0
  }
}

type Comparable = number | bigint | string

/** A text of the statistics, or of a constant, as something with an order; undefined where we do not know the order. */
function comparable(text: string, type: ExprNode['type'] | 'micros'): Comparable | undefined {
  switch (type) {
    case 'micros':
      return /^-?\d+$/.test(text) ? BigInt(text) : undefined
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'bigint':
    case 'uint8':
    case 'uint16':
    case 'uint32':
    case 'uint64':
      return /^-?\d+$/.test(text) ? BigInt(text) : /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
    case 'float64': {
      const value = Number(text)
      return Number.isFinite(value) && text.trim() !== '' ? value : undefined
    }
    case 'string':
      return text
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined
    case 'timestamp':
    case 'datetime':
      return micros(text)
    default:
      return undefined
  }
}

/** `2026-11-21 10:20:30.123456+00` and `2026-11-21T10:20:30Z` in microseconds. */
function micros(text: string): bigint | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:Z|\+00)?$/.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction = ''] = match
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  // Date.UTC takes years below 100 for those of 1900.
  return Number(year) < 100 ? undefined : BigInt(at) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

/**
 * The order of a value against a bound. Texts are ordered by code point; bounds of long texts may be cut, so a value that begins like the greatest may be there.
 */
function compare(value: Comparable, bound: Comparable, isGreatest: boolean): number | undefined {
  if (typeof value === 'string' || typeof bound === 'string') {
    if (typeof value !== 'string' || typeof bound !== 'string') return undefined
    if (isGreatest && value.startsWith(bound)) return value === bound ? 0 : Buffer.byteLength(bound) < 8 ? 1 : 0
    return Buffer.compare(Buffer.from(value), Buffer.from(bound))
  }
  return value < bound ? -1 : value > bound ? 1 : 0
}
