/** Random expressions that have a type: one draw a choice, so that a failing tree shrinks. */
import { TidemillError } from '../../src/errors/index.ts'
import {
  callNode,
  type ColumnNode,
  type ExprNode,
  type ExprOptions,
  type FunctionName,
  literalNode,
  type OrderNode,
} from '../../src/expr/index.ts'
import { type DataType, type Family, familyOf, sameType } from '../../src/schema/index.ts'
import { edges } from './table.ts'

/** A whole number from 0, below a limit. */
export type Draw = (below: number) => number

const units = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond']
const patterns = ['[a-z]+', '[0-9]', '^a', 'b$', 'x*', '(a)(b)?', '[^a]', '^[^,]*$']
const casts: readonly DataType[] = [
  ...(['boolean', 'int32', 'int64', 'bigint', 'float64', 'string', 'date', 'datetime', 'timestamp'] as const),
  { decimal: [10, 2] },
  { decimal: [4, 0] },
  { decimal: [18, 6] },
  { enum: ['a', 'b', '1'] },
]

/** What a step of a tree is: the families of its operands, and the options it may have. */
interface Step {
  readonly op: FunctionName
  readonly of: readonly (Family | 'same' | 'any')[]
  readonly options?: readonly ExprOptions[]
}
const steps = (ops: readonly FunctionName[], of: Step['of'], options?: readonly ExprOptions[]): readonly Step[] =>
  ops.map(op => (options === undefined ? { op, of } : { op, of, options }))

// Powers, logarithms and `exp` stand in a test of their own: their last bit is the library's.
const table: Readonly<Partial<Record<Family, readonly Step[]>>> = {
  number: [
    ...steps(['add', 'sub', 'mul', 'div', 'mod', 'add', 'sub', 'mul'], ['number', 'number']),
    ...steps(['neg', 'abs', 'floor', 'ceil', 'sqrt'], ['number']),
    ...steps(
      ['round'],
      ['number'],
      [-18, -3, -1, 0, 1, 2, 5, 15].map(digits => ({ digits })),
    ),
    ...steps(['clip'], ['number'], [{ low: -1 }, { high: 2 }, { low: -1, high: 2 }, { low: 0.5 }, { high: 1e10 }]),
    ...steps(['cast', 'tryCast'], ['any'], casts.slice(1, 5).map(toType)),
    ...steps(['cast', 'tryCast'], ['number'], casts.slice(9, 12).map(toType)),
    ...steps(['cast', 'tryCast'], ['any'], (['int8', 'uint16', 'uint32', 'uint64', 'float32'] as const).map(toType)),
    ...steps(['length'], ['text']),
    ...steps(['listLength'], ['list']),
    ...steps(
      ['listAt'],
      ['list'],
      [0, 1, -1, 5].map(index => ({ index })),
    ),
    ...steps(['trunc', 'sign', 'bitNot'], ['number']),
    ...steps(['floorDiv', 'bitAnd', 'bitOr', 'bitXor'], ['number', 'number']),
    ...steps(
      ['shiftLeft', 'shiftRight'],
      ['number'],
      [0, 1, 7, 40, 63].map(bits => ({ bits })),
    ),
    ...steps(['greatest', 'least'], ['number', 'number']),
    ...steps(['indexOf', 'levenshtein'], ['text', 'text']),
    ...steps(['codePoint'], ['text']),
    ...steps(['hash'], ['text'], [{}, { seed: 7 }]),
    ...steps(['countText'], ['text'], [{ pattern: 'a' }, { pattern: 'xx' }]),
    ...steps(
      ['countMatches'],
      ['text'],
      patterns.map(pattern => ({ pattern, flags: '' })),
    ),
    ...steps(['listSum', 'listMin', 'listMax'], ['list']),
    ...steps(['listIndexOf'], ['list', 'number']),
    ...steps(['year', 'month', 'day', 'weekday', 'hour', 'minute', 'second'], ['time']),
    ...steps(['quarter', 'week', 'isoYear', 'dayOfYear', 'daysInMonth', 'millisecond', 'microsecond'], ['time']),
    ...steps(
      ['diff'],
      ['time', 'same'],
      units.map(unit => ({ unit })),
    ),
    ...steps(['epoch'], ['time'], [{ unit: 'second' }, { unit: 'millisecond' }, { unit: 'microsecond' }]),
  ],
  text: [
    ...steps(['upper', 'lower', 'trim'], ['text']),
    ...steps(
      ['slice'],
      ['text'],
      [[0], [1], [-2], [0, 1], [1, 2], [-2, -1], [2, 1], [5, 10], [1, -1]].map(([start = 0, end]) =>
        end === undefined ? { start } : { start, end },
      ),
    ),
    ...steps(['concat'], ['text', 'text']),
    ...steps(['trim', 'trimStart', 'trimEnd'], ['text'], [{}, { chars: 'a ' }, { chars: '😀,' }]),
    ...steps(
      ['padStart', 'padEnd'],
      ['text'],
      [0, 3, 7].flatMap(width => [' ', 'ab', '😀'].map(fill => ({ width, fill }))),
    ),
    ...steps(['repeat'], ['text'], [{ times: 0 }, { times: 3 }]),
    ...steps(['reverse', 'capitalize', 'title', 'md5', 'sha256'], ['text']),
    ...steps(['normalize'], ['text'], [{ form: 'NFC' }]),
    ...steps(['greatest', 'least'], ['text', 'text']),
    ...steps(
      ['json'],
      ['text'],
      [[], ['a'], [0]].map(path => ({ path, invalid: 'null' as const })),
    ),
    ...steps(
      ['extract'],
      ['text'],
      patterns.map(pattern => ({ pattern, flags: '', group: 0 })),
    ),
    ...steps(['extract'], ['text'], [{ pattern: '(a)(b)?', flags: 'i', group: 2 }]),
    ...steps(
      ['replace'],
      ['text'],
      ['a', ',', '😀', '$'].map(pattern => ({ pattern, by: '$&\\1' })),
    ),
    ...steps(
      ['replaceRegex'],
      ['text'],
      patterns.flatMap(pattern => ['', '-', '<$&>', '$$\\1'].map(by => ({ pattern, flags: '', by }))),
    ),
    ...steps(['cast', 'tryCast'], ['any'], [...casts.slice(5, 6), ...casts.slice(12)].map(toType)),
    ...steps(
      ['format'],
      ['time'],
      ['%Y-%m-%d', '%H:%M:%S.%f', '%y %j %b %B %a %A %%'].map(pattern => ({ pattern })),
    ),
    ...steps(['listJoin'], ['list'], [{ separator: ',' }, { separator: '' }]),
    ...steps(['listAt'], ['list'], [{ index: 0 }, { index: -1 }]),
  ],
  boolean: [
    ...steps(['eq', 'ne', 'lt', 'lte', 'gt', 'gte'], ['number', 'number']),
    ...steps(['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'eq', 'lt'], ['any', 'same']),
    ...steps(['between', 'in'], ['any', 'same', 'same']),
    ...steps(['isNull', 'isNotNull'], ['any']),
    ...steps(['isNan', 'isFinite', 'isInfinite'], ['number']),
    ...steps(['isLeapYear'], ['time']),
    ...steps(['like', 'ilike'], ['text', 'text']),
    ...steps(['listHasAny', 'listHasAll'], ['list', 'list']),
    ...steps(['and', 'or', 'and', 'or'], ['boolean', 'boolean']),
    ...steps(['not'], ['boolean']),
    ...steps(['contains', 'startsWith', 'endsWith'], ['text', 'text']),
    ...steps(
      ['matches'],
      ['text'],
      patterns.flatMap(pattern => ['', 'i'].map(flags => ({ pattern, flags }))),
    ),
    ...steps(['listContains'], ['list', 'number']),
    ...steps(['listContains'], ['list', 'text']),
    ...steps(['cast', 'tryCast'], ['text'], casts.slice(0, 1).map(toType)),
  ],
  time: [
    ...steps(
      ['truncate'],
      ['time'],
      units.map(unit => ({ unit })),
    ),
    ...steps(
      ['plus'],
      ['time'],
      units.flatMap(unit => [1, -1, 13, 1_000_000].map(amount => ({ amount, unit }))),
    ),
    ...steps(['plus'], ['time'], [{ amountMicros: '86400000000' }, { amountMicros: '-1' }]),
    ...steps(
      ['truncate'],
      ['time'],
      units.flatMap(unit => ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'].map(timeZone => ({ unit, timeZone }))),
    ),
    ...steps(
      ['inZone', 'atZone'],
      ['time'],
      [{ timeZone: 'Europe/Berlin' }, { timeZone: 'America/New_York' }, { timeZone: 'Asia/Kathmandu' }],
    ),
    ...steps(['greatest', 'least'], ['time', 'same']),
    ...steps(
      ['parse'],
      ['text'],
      ['%Y-%m-%d', '%d/%m/%y'].map(pattern => ({ pattern, to: 'date', invalid: 'null' as const })),
    ),
    ...steps(['bin'], ['time'], [{ amountMicros: '7000000' }, { amountMicros: '86400000000', offsetMicros: '3600000000' }]),
    ...steps(['toDate'], ['time'], [{}, { timeZone: 'Europe/Berlin' }, { timeZone: 'America/New_York' }]),
    ...steps(['cast', 'tryCast'], ['time'], casts.slice(6, 9).map(toType)),
    ...steps(['cast', 'tryCast'], ['text'], casts.slice(6, 9).map(toType)),
  ],
  list: [
    ...steps(['split'], ['text'], [{ separator: ',' }, { separator: '' }, { separator: 'a' }]),
    ...steps(
      ['extractAll'],
      ['text'],
      patterns.map(pattern => ({ pattern, flags: '', group: 0 })),
    ),
    ...steps(['listSort'], ['list'], [{ descending: false }, { descending: true }]),
    ...steps(['listReverse', 'listDistinct'], ['list']),
    ...steps(['listSlice'], ['list'], [{ start: 1 }, { start: -2 }, { start: 0, end: 1 }, { start: -2, end: -1 }, { start: 2, end: 1 }]),
    ...steps(['listConcat'], ['list', 'list']),
    ...steps(['listAppend'], ['list', 'number']),
    ...steps(['listAppend'], ['list', 'text']),
    ...steps(['listOf'], ['any', 'same']),
  ],
}
const families = Object.keys(table) as Family[]

function toType(to: DataType): ExprOptions {
  return { to }
}

/** Draws trees over columns. */
export interface Trees {
  /** A value per row. */
  value(family: Family | 'any', depth: number): ExprNode
  /** A value per group: aggregates alone, under conditions, and in arithmetic. */
  aggregate(depth: number): ExprNode
}

export function trees(draw: Draw, columns: readonly ColumnNode[]): Trees {
  const pick = <T>(items: readonly T[]): T => items[draw(items.length)] as T

  /** A column or a constant of a family, of the type `like` where there is one. */
  function leaf(family: Family, like?: DataType): ExprNode {
    const fits = (type: DataType): boolean => familyOf(type) === family && (like === undefined || sameType(type, like))
    if (draw(4) === 0 && family !== 'list') {
      const known = edges.filter(([type]) => fits(type))
      if (known.length > 0) {
        const [type, values] = pick(known)
        return literalNode(asLiteral(pick(values), type), type)
      }
    }
    const alike = columns.filter(({ type }) => fits(type))
    return pick(alike.length > 0 ? alike : columns.filter(({ type }) => familyOf(type) === family))
  }

  function value(wanted: Family | 'any', depth: number, like?: DataType): ExprNode {
    const family = wanted === 'any' ? pick(families) : wanted
    if (depth === 0 || draw(5) === 0) return leaf(family, like)
    if (draw(8) === 0) return choice(family, depth)
    const step = pick(table[family] ?? [])
    const args: ExprNode[] = []
    for (const of of step.of) {
      const first = args[0]
      if (of === 'same' && first !== undefined) args.push(value(familyOf(first.type), draw(2) === 0 ? 0 : depth - 1, first.type))
      else args.push(value(of === 'same' ? 'any' : of, depth - 1))
    }
    const made = call(step.op, args, step.options === undefined ? undefined : pick(step.options))
    return familyOf(made.type) === family ? made : leaf(family, like)
  }

  /** A `case` or a `coalesce`. */
  function choice(family: Family, depth: number): ExprNode {
    const a = value(family, depth - 1)
    const b = value(family, depth - 1, a.type)
    if (draw(2) === 0) return call('coalesce', [a, b])
    return call(
      'case',
      draw(2) === 0 ? [value('boolean', depth - 1), a, b] : [value('boolean', depth - 1), a, value('boolean', depth - 1), b, a],
      undefined,
      a,
    )
  }

  function aggregate(depth: number): ExprNode {
    if (depth > 0 && draw(3) === 0) {
      const [a, b] = [aggregate(depth - 1), aggregate(depth - 1)]
      if (familyOf(a.type) === 'number') return call(pick(['add', 'sub', 'div', 'lt', 'isNull'] as const), [a, b].slice(0, 2), undefined, a)
      return a
    }
    const inner = one()
    return draw(3) === 0 ? call('where', [inner, value('boolean', 1)], undefined, inner) : inner
  }

  function one(): ExprNode {
    const op = pick([
      'count',
      'countDistinct',
      'sum',
      'sum',
      'mean',
      'min',
      'max',
      'median',
      'quantile',
      'stddev',
      'variance',
      'first',
      'last',
      'list',
      'any',
      'all',
    ] as const)
    const family =
      op === 'any' || op === 'all' ? 'boolean' : ['sum', 'mean', 'median', 'quantile', 'stddev', 'variance'].includes(op) ? 'number' : 'any'
    const of = value(family, 1)
    // The engine adds decimals of very many digits as floats.
    if (op === 'mean' && typeof of.type === 'object' && 'decimal' in of.type && of.type.decimal[0] > 28) return call('max', [of])
    if (op === 'quantile') return call(op, [of], { q: pick([0, 0.1, 0.25, 0.9, 1]) }, call('count', []))
    if (op === 'first' || op === 'last') return call(op, [of], { orderBy: order() })
    return call(op, [of], undefined, call('count', []))
  }

  /** An order without ties: the number of the row ends it. */
  function order(): readonly OrderNode[] {
    const by = (expr: ExprNode): OrderNode => ({ expr, descending: draw(2) === 0, nulls: pick(['first', 'last'] as const) })
    const named = (name: string): ExprNode => columns.find(column => column.name === name) as ExprNode
    return [by(draw(2) === 0 ? named('key') : value('any', 1)), by(named('row'))]
  }

  return { value: (family, depth) => value(family, depth), aggregate }
}

/** More digits after the point leave too few before it: DuckDB cannot compare such a decimal with an integer. */
const mostScale = 18

/** The call, or `instead` where its operands do not go together. */
function call(op: FunctionName, args: readonly ExprNode[], options?: ExprOptions, instead?: ExprNode): ExprNode {
  try {
    const made = callNode(op, args, options)
    return [made, ...made.args].some(({ type }) => typeof type === 'object' && 'decimal' in type && type.decimal[1] > mostScale)
      ? (instead ?? (args[0] as ExprNode))
      : made
  } catch (error) {
    if (error instanceof TidemillError && error.code.startsWith('expr.')) return instead ?? (args[0] as ExprNode)
    throw error
  }
}

/** Constants of decimals are said as text. */
function asLiteral(value: unknown, type: DataType): unknown {
  if (typeof type !== 'object' || !('decimal' in type)) return value
  const digits = String(value)
    .replace('-', '')
    .padStart(type.decimal[1] + 1, '0')
  return `${String(value).startsWith('-') ? '-' : ''}${digits.slice(0, -type.decimal[1])}.${digits.slice(-type.decimal[1])}`
}
