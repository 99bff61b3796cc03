/** The methods of builders: which values have them, and which function of the table each becomes. */
import { TidemillError } from '../errors/index.ts'
import { type DataType, typeNamed } from '../schema/index.ts'
import { OrderItem } from './base.ts'
import { callNode } from './call-node.ts'
import { durationMicros } from './duration.ts'
import { formatTokens } from './format.ts'
import { functions, type Takes } from './functions.ts'
import type { ExprNode, ExprOptions, FunctionName } from './node.ts'
import { exprOf, operand, orderNodes } from './operand.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { checkReplacement, portableRegex } from './regex.ts'
import { later } from './later.ts'
import { shown } from './shown.ts'
import type { Expr } from './types.ts'
import type { ValueFamily } from './value-family.ts'
import { itemNode, kindOf } from './walk.ts'
import { over, where } from './window.ts'

/** A method: whose it is, how many arguments it takes, and the node (or order) it makes of them. */
export interface Method {
  readonly of: readonly ValueFamily[] | 'any'
  readonly args: readonly [least: number, most: number]
  make(self: ExprNode, args: readonly unknown[], wrap: (node: ExprNode) => Expr): ExprNode | OrderItem
}
type Make = Method['make']

const time = ['date', 'instant'] as const

function families(takes: Takes): Method['of'] {
  return typeof takes === 'string' ? 'any' : takes
}

/** A method with the name of its function, whose arguments are operands. */
function plain(name: FunctionName): Method {
  const info = functions[name]
  const operands = info.args[0] - 1
  return { of: families(info.of), args: [operands, operands], make: (self, args) => callNode(name, [self, ...args.map(operand)]) }
}

/** An aggregate, a lag or a lead: of columns only. */
function ofColumn(name: FunctionName, args: Method['args'] = [0, 0], options?: (args: readonly unknown[]) => ExprOptions): Method {
  const make: Make = (self, given) => callNode(name, [column(name, self)], options?.(given))
  return { of: families(functions[name].of), args, make }
}

function column(name: string, self: ExprNode): ExprNode {
  const kind = kindOf(self)
  if (kind === 'column' || kind === 'constant') return self
  throw problem('expr.kind', `${name}() wants a column, but ${printExpr(self)} is ${kind === 'window' ? 'a window value' : 'an aggregate'}`)
}

function method(of: Method['of'], least: number, most: number, make: Make): readonly Method[] {
  return [{ of, args: [least, most], make }]
}

function withOptions(
  name: FunctionName,
  least: number,
  most: number,
  options: (args: readonly unknown[], self: ExprNode) => ExprOptions,
): readonly Method[] {
  return method(families(functions[name].of), least, most, (self, args) => callNode(name, [self], options(args, self)))
}

function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number') return value
  throw problem('expr.argument', `${name} wants a number, not ${shown(value)}`, {
    hint: 'a plain number: a column cannot stand here',
  })
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw problem('expr.argument', `${name} wants a text, not ${shown(value)}`, {
    hint: 'a plain text: a column cannot stand here',
  })
}

function castTo(value: unknown): DataType {
  if (typeof value === 'string') {
    try {
      return typeNamed(value)
    } catch (cause) {
      if (cause instanceof TidemillError)
        throw problem(cause.code, cause.message, { details: cause.details, ...(cause.hint === undefined ? {} : { hint: cause.hint }) })
      throw cause
    }
  }
  if (typeof value === 'object' && value !== null) {
    const data = (value as { readonly '~data'?: { readonly type: DataType } })['~data']
    return data === undefined ? (value as DataType) : data.type
  }
  throw problem('expr.argument', `cast wants the name of a type, not ${shown(value)}`)
}

function regexOf(name: string, value: unknown): { readonly pattern: string; readonly flags: string; readonly groups: number } {
  if (value instanceof RegExp) return portableRegex(value)
  throw problem('expr.argument', `${name} wants a regular expression, not ${shown(value)}`, {
    hint: 'such as /[0-9]+/',
  })
}

function pattern(name: string, value: unknown): ExprOptions {
  const { pattern: text, flags } = regexOf(name, value)
  return { pattern: text, flags }
}

const extract: Make = (self, [value, group = 0]) => {
  const { groups, ...options } = regexOf('extract', value)
  if (!Number.isInteger(group) || (group as number) < 0 || (group as number) > groups)
    throw problem('expr.argument', `no group ${shown(group)}: the pattern has ${groups === 0 ? 'none' : groups}`)
  return callNode('extract', [self], { ...options, group: group as number })
}

const replace: Make = (self, [from, to]) => {
  const by = textOf('replace', to)
  if (typeof from === 'string') {
    if (from === '') throw problem('expr.argument', 'replace of an empty text')
    return callNode('replace', [self], { pattern: from, by })
  }
  const { groups, ...options } = regexOf('replace', from)
  checkReplacement(by, groups)
  return callNode('replaceRegex', [self], { ...options, by })
}

function isIn(self: ExprNode, [values]: readonly unknown[]): ExprNode {
  if (!Array.isArray(values)) throw problem('expr.argument', 'in() wants an array: .in([1, 2, 3])')
  return callNode('in', [self, ...values.map(operand)])
}

function log(self: ExprNode, [base]: readonly unknown[]): ExprNode {
  return base === undefined ? callNode('ln', [self]) : callNode('log', [self], { base: numberOf('log', base) })
}

function clip(self: ExprNode, args: readonly unknown[]): ExprNode {
  const [low, high] = args.map(value => numberOf('clip', value))
  return callNode('clip', [self], {
    ...(low === undefined || low === -Infinity ? {} : { low }),
    ...(high === undefined || high === Infinity ? {} : { high }),
  })
}

function toDate(self: ExprNode, [timeZone]: readonly unknown[]): ExprNode {
  if (timeZone === undefined) return callNode('toDate', [self])
  const name = textOf('toDate', timeZone)
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch (cause) {
    if (cause instanceof RangeError) throw problem('expr.argument', `unknown time zone: ${name} (such as Europe/Amsterdam)`)
    throw cause
  }
  return callNode('toDate', [self], { timeZone: name })
}

function epoch(self: ExprNode, [unit]: readonly unknown[]): ExprNode {
  if (unit !== 'second' && unit !== 'millisecond') throw problem('expr.argument', `unknown unit: ${shown(unit)} (have second, millisecond)`)
  return callNode('epoch', [self], { unit })
}

function bin(self: ExprNode, [size, options = {}]: readonly unknown[]): ExprNode {
  const micros = durationMicros(textOf('bin', size))
  if (micros === 0) throw problem('expr.argument', 'bin of no length')
  if (typeof options !== 'object' || options === null || Object.keys(options).some(name => name !== 'offset'))
    throw problem('expr.argument', `options of bin are { offset }, not ${shown(options)}`)
  const { offset } = options as { readonly offset?: unknown }
  const moved = offset === undefined ? {} : { offsetMicros: String(durationMicros(textOf('offset of bin', offset))) }
  return callNode('bin', [self], { amountMicros: String(micros), ...moved })
}

let depth = 0
/** The callback sees the item as a column with a name of its own; a `map` inside a `map` gets another. */
const listMap: Make = (self, [each], wrap) => {
  if (typeof each !== 'function') throw problem('expr.argument', 'map() wants a function: .map(item => item.upper())')
  const item = `~item${depth === 0 ? '' : depth}`
  depth++
  try {
    const body = exprOf(each(wrap(itemNode(self, item))))
    const kind = kindOf(body)
    if (kind !== 'column' && kind !== 'constant')
      throw problem('expr.kind', `map() wants a value per item, but ${printExpr(body)} is ${kind}`)
    return callNode('listMap', [self, body], { item })
  } finally {
    depth--
  }
}

function ordering(descending: boolean): readonly Method[] {
  return method('any', 0, 1, (self, [options]) => {
    const nulls = (options as { readonly nulls?: unknown } | undefined)?.nulls ?? 'last'
    if (nulls !== 'first' && nulls !== 'last') throw problem('expr.argument', `nulls are first or last, not ${shown(nulls)}`)
    return new OrderItem({ expr: self, descending, nulls })
  })
}

function byOrder(name: 'first' | 'last'): readonly Method[] {
  return method('any', 1, 1, (self, [options]) => {
    const orderBy = (options as { readonly orderBy?: unknown } | null)?.orderBy
    if (orderBy === undefined) throw problem('expr.argument', `${name}() without an order`, { hint: `.${name}({ orderBy: r.at })` })
    const by = orderNodes(orderBy)
    for (const { expr } of by) column('orderBy', expr)
    return callNode(name, [column(name, self)], { orderBy: by })
  })
}

const same = (name: FunctionName): readonly Method[] => [plain(name)]
const rows = ([count = 1]: readonly unknown[]): ExprOptions => ({ rows: numberOf('rows', count) })

/** Method name -> its forms, by the type of the value. On values of unknown type the first form is taken. */
export const methods: Readonly<Record<string, readonly Method[]>> = {
  eq: same('eq'),
  ne: same('ne'),
  lt: same('lt'),
  lte: same('lte'),
  gt: same('gt'),
  gte: same('gte'),
  between: same('between'),
  in: method('any', 1, 1, isIn),
  isNull: same('isNull'),
  isNotNull: same('isNotNull'),
  fillNull: method('any', 1, 1, (self, [other]) => callNode('coalesce', [self, operand(other)])),
  cast: withOptions('cast', 1, 1, ([to]) => ({ to: castTo(to) })),
  tryCast: withOptions('tryCast', 1, 1, ([to]) => ({ to: castTo(to) })),
  asc: ordering(false),
  desc: ordering(true),

  add: same('add'),
  sub: same('sub'),
  mul: same('mul'),
  div: same('div'),
  mod: same('mod'),
  pow: same('pow'),
  neg: same('neg'),
  abs: same('abs'),
  round: withOptions('round', 0, 1, ([digits = 0]) => ({ digits: numberOf('round', digits) })),
  floor: same('floor'),
  ceil: same('ceil'),
  sqrt: same('sqrt'),
  log: method(['number'], 0, 1, log),
  exp: same('exp'),
  clip: method(['number'], 2, 2, clip),
  isNan: same('isNan'),

  and: same('and'),
  or: same('or'),
  not: same('not'),

  upper: same('upper'),
  lower: same('lower'),
  trim: same('trim'),
  length: [plain('length'), plain('listLength')],
  slice: withOptions('slice', 1, 2, ([start, end]) => ({
    start: numberOf('slice', start),
    ...(end === undefined ? {} : { end: numberOf('slice', end) }),
  })),
  concat: method(['text'], 1, 1, (self, [other]) => callNode('concat', [self, operand(other)])),
  contains: [plain('contains'), plain('listContains')],
  startsWith: same('startsWith'),
  endsWith: same('endsWith'),
  matches: withOptions('matches', 1, 1, ([regex]) => pattern('matches', regex)),
  extract: method(['text'], 1, 2, extract),
  replace: method(['text'], 2, 2, replace),
  split: withOptions('split', 1, 1, ([value]) => {
    const separator = textOf('split', value)
    if (separator === '') throw problem('expr.argument', 'split at an empty text')
    return { separator }
  }),

  year: same('year'),
  month: same('month'),
  day: same('day'),
  weekday: same('weekday'),
  hour: same('hour'),
  minute: same('minute'),
  second: same('second'),
  truncate: withOptions('truncate', 1, 1, ([unit]) => ({ unit: textOf('truncate', unit) })),
  bin: method(['instant'], 1, 2, bin),
  diff: method(time, 2, 2, (self, [other, unit]) => callNode('diff', [self, operand(other)], { unit: textOf('diff', unit) })),
  plus: method(time, 1, 2, (self, args) => callNode('plus', [self], later(args, 1))),
  minus: method(time, 1, 2, (self, args) => callNode('plus', [self], later(args, -1))),
  format: withOptions('format', 1, 1, ([value]) => ({ pattern: formatTokens(textOf('format', value)) })),
  toDate: method(['instant'], 0, 1, toDate),
  epoch: method(['instant'], 1, 1, epoch),

  at: withOptions('listAt', 1, 1, ([index]) => ({ index: numberOf('at', index) })),
  map: method(['list'], 1, 1, listMap),
  join: withOptions('listJoin', 1, 1, ([separator]) => ({ separator: textOf('join', separator) })),
  field: withOptions('field', 1, 1, ([name]) => ({ name: textOf('field', name) })),

  count: [ofColumn('count')],
  countDistinct: [ofColumn('countDistinct')],
  sum: [ofColumn('sum')],
  mean: [ofColumn('mean')],
  min: [ofColumn('min')],
  max: [ofColumn('max')],
  median: [ofColumn('median')],
  quantile: [ofColumn('quantile', [1, 1], ([q]) => ({ q: numberOf('quantile', q) }))],
  stddev: [ofColumn('stddev')],
  variance: [ofColumn('variance')],
  first: byOrder('first'),
  last: byOrder('last'),
  list: [ofColumn('list')],
  any: [ofColumn('any')],
  all: [ofColumn('all')],
  lag: [ofColumn('lag', [0, 1], rows)],
  lead: [ofColumn('lead', [0, 1], rows)],

  over: method('any', 1, 1, (self, [window]) => over(self, window)),
  where: method('any', 1, 1, (self, [condition]) => where(self, condition)),
}
