/** Methods of builders for numbers, texts, bytes, times and lists that are more than their function's name. */
import { type DataType, printType } from '../schema/index.ts'
import { callNode } from './call-node.ts'
import { formatTokens } from './format.ts'
import { functions } from './functions.ts'
import { jsonSteps } from './json-steps.ts'
import { later } from './later.ts'
import { literalNode } from './literal.ts'
import { families, type Make, type Method, method, numberOf, plain, textOf, withOptions } from './method-forms.ts'
import type { ExprNode, ExprOptions, FunctionName } from './node.ts'
import { exprOf, operand } from './operand.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { portableRegex } from './regex.ts'
import { shown } from './shown.ts'
import { valueFamily } from './value-family.ts'
import { itemNode, kindOf } from './walk.ts'

const text = ['text'] as const
const time = ['date', 'instant'] as const
const same = (name: FunctionName): readonly Method[] => [plain(name)]

/** An options object with these keys only. */
function optionsOf<K extends string>(name: string, value: unknown, keys: readonly K[]): Readonly<Partial<Record<K, unknown>>> {
  if (value === undefined) return {} as Partial<Record<K, unknown>>
  const known = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (known && Object.keys(value).every(key => (keys as readonly string[]).includes(key))) return value as Partial<Record<K, unknown>>
  throw problem('expr.argument', `options of ${name} are { ${keys.join(', ')} }, not ${shown(value)}`)
}

/** A time zone that exists. */
export function zoneOf(name: string, value: unknown): string {
  const zone = textOf(name, value)
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch (cause) {
    if (cause instanceof RangeError) throw problem('expr.argument', `unknown time zone: ${zone} (such as Europe/Amsterdam)`)
    throw cause
  }
  return zone
}

/** The moment as a clock in the zone of the options shows it; without them as it is. */
function inZone(name: string, self: ExprNode, options: unknown): ExprNode {
  const { timeZone } = optionsOf(name, options, ['timeZone'])
  return timeZone === undefined ? self : callNode('inZone', [self], { timeZone: zoneOf(name, timeZone) })
}

/** A part of a moment: `hour()`, `hour({ timeZone: 'Europe/Paris' })`. */
function part(name: FunctionName): readonly Method[] {
  return method(families(functions[name].of), 0, 1, (self, [options]) => callNode(name, [inZone(name, self, options)]))
}

function truncate(self: ExprNode, [unit, options]: readonly unknown[]): ExprNode {
  const { timeZone } = optionsOf('truncate', options, ['timeZone'])
  return callNode('truncate', [self], {
    unit: textOf('truncate', unit),
    ...(timeZone === undefined ? {} : { timeZone: zoneOf('truncate', timeZone) }),
  })
}

const next: Readonly<Record<string, ExprOptions>> = {
  year: { amount: 12, unit: 'month' },
  quarter: { amount: 3, unit: 'month' },
  month: { amount: 1, unit: 'month' },
  week: { amountMicros: '604800000000' },
  day: { amountMicros: '86400000000' },
  hour: { amountMicros: '3600000000' },
  minute: { amountMicros: '60000000' },
  second: { amountMicros: '1000000' },
  millisecond: { amountMicros: '1000' },
}

/** The last day, or the last microsecond, of the unit. */
function endOf(self: ExprNode, [unit, options]: readonly unknown[]): ExprNode {
  const { timeZone } = optionsOf('endOf', options, ['timeZone'])
  const one = next[textOf('endOf', unit)]
  if (one === undefined) throw problem('expr.argument', `unknown unit: ${shown(unit)} (have ${Object.keys(next).join(', ')})`)
  if (self.type === 'unknown')
    throw problem('expr.type', `endOf of a column of unknown type: ${printExpr(self)}`, { hint: "cast it first: .cast('timestamp')" })
  const least = self.type === 'date' ? '-86400000000' : '-1'
  const beginning = (of: ExprNode): ExprNode => callNode('plus', [callNode('truncate', [of], { unit: textOf('endOf', unit) })], one)
  const end =
    timeZone === undefined
      ? beginning(self)
      : callNode('atZone', [beginning(inZone('endOf', self, options))], { timeZone: zoneOf('endOf', timeZone) })
  return callNode('plus', [end], { amountMicros: least })
}

/** `plus('7d')`, `plus(3, 'month')`, `plus(r.days, 'day')`, `plus(r.interval)`. */
function moved(name: 'plus' | 'minus', sign: 1 | -1): readonly Method[] {
  return method([...time, 'interval'], 1, 2, (self, args) => {
    const [amount, unit] = args
    if (typeof amount !== 'object' || amount === null) return callNode('plus', [self], later(args, sign))
    const count = exprOf(amount)
    const family = valueFamily(count.type)
    if (family === 'date' || family === 'instant')
      throw problem(
        'expr.type',
        `${name} on ${printExpr(self)} wants an interval or a number, not ${printType(count.type)}: ${printExpr(count)}`,
        {
          hint: 'the time between two moments: .since(other), or .diff(other, unit) in whole units',
        },
      )
    if (unit === undefined && family !== 'number')
      return callNode('plusInterval', [self, sign === 1 ? count : callNode('negInterval', [count])])
    return callNode('plus', [self, sign === 1 ? count : callNode('neg', [count])], { unit: textOf(name, unit) })
  })
}

/** Read by a pattern as a type. */
function parse(name: string, to: DataType): Make {
  return (self, [pattern, options]) =>
    callNode('parse', [self], { pattern: textOf(name, pattern), to, ...invalidOf(optionsOf(name, options, ['invalid']).invalid) })
}

function invalidOf(value: unknown): { readonly invalid?: 'null' } {
  if (value === undefined || value === 'error') return {}
  if (value === 'null') return { invalid: value }
  throw problem('expr.argument', `what is invalid becomes an 'error' or 'null', not ${shown(value)}`)
}

/** Of an instant its day in a zone; of a text what a pattern reads. */
const toDate: Make = (self, [first, options]) => {
  if (self.type === 'unknown' && typeof first === 'string' && first.includes('%'))
    return parse('toDate', 'date')(self, [first, options], never)
  return callNode('toDate', [self], first === undefined ? undefined : { timeZone: zoneOf('toDate', first) })
}

const never = (): never => {
  throw problem('expr.argument', 'no value to wrap')
}

const json: Make = (self, [path, options]) => {
  const { as, invalid } = optionsOf('json', options, ['as', 'invalid'])
  const lenient = invalidOf(invalid)
  const found = callNode('json', [self], { path: jsonSteps(textOf('json', path)), ...lenient })
  if (as === undefined) return found
  return callNode(lenient.invalid === undefined ? 'cast' : 'tryCast', [found], { to: textOf('json', as) as DataType })
}

function regexOf(name: string, value: unknown): { readonly pattern: string; readonly flags: string; readonly groups: number } {
  if (value instanceof RegExp) return portableRegex(value)
  throw problem('expr.argument', `${name} wants a regular expression, not ${shown(value)}`, { hint: 'such as /[0-9]+/' })
}

const countMatches: Make = (self, [value]) => {
  if (value === '') throw problem('expr.argument', 'countMatches of an empty text')
  if (typeof value === 'string') return callNode('countText', [self], { pattern: value })
  const { pattern, flags } = regexOf('countMatches', value)
  return callNode('countMatches', [self], { pattern, flags })
}

const extractAll: Make = (self, [value, group = 0]) => {
  const { groups, ...options } = regexOf('extractAll', value)
  if (!Number.isInteger(group) || (group as number) < 0 || (group as number) > groups)
    throw problem('expr.argument', `no group ${shown(group)}: the pattern has ${groups === 0 ? 'none' : groups}`)
  return callNode('extractAll', [self], { ...options, group: group as number })
}

// Scheme, host, port, path, query, fragment, as RFC 3986 takes an address apart.
const address =
  /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^/?#:]*)(?::([0-9]*))?)?([^?#]*)(?:\?([^#]*))?(?:#([^\n]*))?/
const addressParts = ['scheme', 'host', 'port', 'path', 'query', 'fragment']

const urlPart: Make = (self, [name]) => {
  const at = addressParts.indexOf(name as string)
  if (at < 0) throw problem('expr.argument', `unknown part of an address: ${shown(name)} (have ${addressParts.join(', ')})`)
  const { pattern, flags } = portableRegex(address)
  return callNode('extract', [self], { pattern, flags, group: at + 1 })
}

const urlParameter: Make = (self, [name]) => {
  const key = textOf('urlParameter', name).replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
  const { pattern, flags } = portableRegex(new RegExp(`[?&]${key}=([^&#]*)`))
  return callNode('extract', [self], { pattern, flags, group: 1 })
}

/** The same number for the same text on every engine; other values as their text. */
const hash: Make = (self, [options]) => {
  const { seed } = optionsOf('hash', options, ['seed'])
  const of = self.type === 'string' ? self : callNode('cast', [self], { to: 'string' })
  return callNode('hash', [of], seed === undefined ? undefined : { seed: numberOf('seed', seed) })
}

const nullIf: Make = (self, [value]) => callNode('case', [callNode('eq', [self, operand(value)]), literalNode(null), self])

function trim(name: 'trim' | 'trimStart' | 'trimEnd'): readonly Method[] {
  return withOptions(name, 0, 1, ([chars]) => (chars === undefined ? {} : { chars: textOf(name, chars) }))
}

function pad(name: 'padStart' | 'padEnd'): readonly Method[] {
  return withOptions(name, 1, 2, ([width, fill = ' ']) => ({ width: numberOf(name, width), fill: textOf(name, fill) }))
}

const slice = ([start, end]: readonly unknown[]): ExprOptions => ({
  start: numberOf('slice', start),
  ...(end === undefined ? {} : { end: numberOf('slice', end) }),
})

const splitPart: Make = (self, [separator, index]) => {
  const by = textOf('splitPart', separator)
  if (by === '') throw problem('expr.argument', 'split at an empty text')
  return callNode('listAt', [callNode('split', [self], { separator: by })], { index: numberOf('splitPart', index) })
}

/** A list, or an array of plain values. */
function listOperand(value: unknown, like: ExprNode): ExprNode {
  if (!Array.isArray(value)) return exprOf(value)
  if (value.length === 0) throw problem('expr.argument', 'list without items')
  const item = itemNode(like, '~')
  // Plain values take the type of the items of the list beside them.
  const made = callNode('listOf', [...(item.type === 'unknown' ? [] : [item]), ...value.map(exprOf)])
  return item.type === 'unknown' ? made : callNode('listOf', made.args.slice(1))
}

function twoLists(name: FunctionName): Method {
  return { of: ['list'], args: [1, 1], make: (self, [other]) => callNode(name, [self, listOperand(other, self)]) }
}

const isIn: Make = (self, [values]) => {
  if (Array.isArray(values)) return callNode('in', [self, ...values.map(operand)])
  if (typeof values !== 'object' || values === null) throw problem('expr.argument', 'in() wants an array or a list: .in([1, 2, 3])')
  return callNode('listContains', [exprOf(values), self])
}

let depth = 0
/** The callback sees the item as a column with a name of its own; a `map` inside a `map` gets another. */
function ofItems(name: 'map' | 'filter', op: 'listMap' | 'listFilter'): readonly Method[] {
  return method(['list'], 1, 1, (self, [each], wrap) => {
    if (typeof each !== 'function')
      throw problem('expr.argument', `${name}() wants a function: .${name}(item => ${name === 'map' ? 'item.upper()' : 'item.gt(0)'})`)
    const item = `~item${depth === 0 ? '' : depth}`
    depth++
    try {
      const body = exprOf((each as (item: unknown) => unknown)(wrap(itemNode(self, item))))
      const kind = kindOf(body)
      if (kind !== 'column' && kind !== 'constant')
        throw problem('expr.kind', `${name}() wants a value per item, but ${printExpr(body)} is ${kind}`)
      return callNode(op, [self, body], { item })
    } finally {
      depth--
    }
  })
}

const epochUnits = ['second', 'millisecond', 'microsecond']
function epochUnit(name: string, unit: unknown): ExprOptions {
  const known = name === 'fromEpoch' ? [...epochUnits, 'day'] : epochUnits
  if (typeof unit === 'string' && known.includes(unit)) return { unit }
  throw problem('expr.argument', `unknown unit: ${shown(unit)} (have ${known.join(', ')})`)
}

const bits = (name: 'shiftLeft' | 'shiftRight'): readonly Method[] =>
  withOptions(name, 1, 1, ([count]) => ({ bits: numberOf(name, count) }))

/** Method name -> its forms. */
export const scalarMethods: Readonly<Record<string, readonly Method[]>> = {
  in: method('any', 1, 1, isIn),
  nullIf: method('any', 1, 1, nullIf),
  hash: method('any', 0, 1, hash),

  sign: same('sign'),
  trunc: same('trunc'),
  cbrt: same('cbrt'),
  log2: method(['number'], 0, 0, self => callNode('log', [self], { base: 2 })),
  log10: method(['number'], 0, 0, self => callNode('log', [self], { base: 10 })),
  sin: same('sin'),
  cos: same('cos'),
  tan: same('tan'),
  asin: same('asin'),
  acos: same('acos'),
  atan: same('atan'),
  atan2: same('atan2'),
  sinh: same('sinh'),
  cosh: same('cosh'),
  tanh: same('tanh'),
  asinh: same('asinh'),
  acosh: same('acosh'),
  atanh: same('atanh'),
  hypot: same('hypot'),
  degrees: same('degrees'),
  radians: same('radians'),
  floorDiv: same('floorDiv'),
  isFinite: same('isFinite'),
  isInfinite: same('isInfinite'),
  bitAnd: same('bitAnd'),
  bitOr: same('bitOr'),
  bitXor: same('bitXor'),
  bitNot: same('bitNot'),
  shiftLeft: bits('shiftLeft'),
  shiftRight: bits('shiftRight'),
  toChar: same('toChar'),
  fromEpoch: withOptions('fromEpoch', 1, 1, ([unit]) => epochUnit('fromEpoch', unit)),

  trim: trim('trim'),
  trimStart: trim('trimStart'),
  trimEnd: trim('trimEnd'),
  padStart: pad('padStart'),
  padEnd: pad('padEnd'),
  repeat: withOptions('repeat', 1, 1, ([times]) => ({ times: numberOf('repeat', times) })),
  reverse: [plain('reverse'), plain('listReverse')],
  slice: [...withOptions('slice', 1, 2, slice), ...withOptions('listSlice', 1, 2, slice)],
  concat: [{ of: text, args: [1, 1], make: (self, [other]) => callNode('concat', [self, operand(other)]) }, twoLists('listConcat')],
  indexOf: [plain('indexOf'), plain('listIndexOf')],
  like: same('like'),
  ilike: same('ilike'),
  countMatches: method(text, 1, 1, countMatches),
  extractAll: method(text, 1, 2, extractAll),
  splitPart: method(text, 2, 2, splitPart),
  capitalize: same('capitalize'),
  title: same('title'),
  normalize: withOptions('normalize', 0, 1, ([form = 'NFC']) => ({ form: textOf('normalize', form) })),
  stripAccents: same('stripAccents'),
  levenshtein: same('levenshtein'),
  codePoint: same('codePoint'),
  urlPart: method(text, 1, 1, urlPart),
  urlParameter: method(text, 1, 1, urlParameter),
  json: method(text, 1, 2, json),
  toTimestamp: method(text, 1, 2, parse('toTimestamp', 'timestamp')),
  toDatetime: method(text, 1, 2, parse('toDatetime', 'datetime')),
  toDate: [
    { of: ['instant'], args: [0, 2], make: toDate },
    { of: text, args: [1, 2], make: parse('toDate', 'date') },
  ],

  toBytes: same('toBytes'),
  toText: same('toText'),
  byteLength: same('byteLength'),
  toHex: same('toHex'),
  fromHex: same('fromHex'),
  toBase64: same('toBase64'),
  fromBase64: same('fromBase64'),
  md5: same('md5'),
  sha256: same('sha256'),

  year: part('year'),
  quarter: part('quarter'),
  month: part('month'),
  week: part('week'),
  isoYear: part('isoYear'),
  day: part('day'),
  dayOfYear: part('dayOfYear'),
  weekday: part('weekday'),
  hour: part('hour'),
  minute: part('minute'),
  second: part('second'),
  millisecond: part('millisecond'),
  microsecond: part('microsecond'),
  isLeapYear: part('isLeapYear'),
  daysInMonth: part('daysInMonth'),
  truncate: method(time, 1, 2, truncate),
  format: method(time, 1, 2, (self, [pattern, options]) =>
    callNode('format', [inZone('format', self, options)], { pattern: formatTokens(textOf('format', pattern)) }),
  ),
  since: same('since'),
  years: same('years'),
  months: same('months'),
  days: same('days'),
  hours: same('hours'),
  minutes: same('minutes'),
  seconds: same('seconds'),
  microseconds: same('microseconds'),
  plus: moved('plus', 1),
  minus: moved('minus', -1),
  endOf: method(time, 1, 2, endOf),
  inZone: withOptions('inZone', 1, 1, ([zone]) => ({ timeZone: zoneOf('inZone', zone) })),
  atZone: withOptions('atZone', 1, 1, ([zone]) => ({ timeZone: zoneOf('atZone', zone) })),
  epoch: withOptions('epoch', 1, 1, ([unit]) => epochUnit('epoch', unit)),

  map: ofItems('map', 'listMap'),
  filter: ofItems('filter', 'listFilter'),
  sort: withOptions('listSort', 0, 1, ([options]) => {
    const { descending = false } = optionsOf('sort', options, ['descending'])
    if (typeof descending !== 'boolean') throw problem('expr.argument', `descending is true or false, not ${shown(descending)}`)
    return { descending }
  }),
  distinct: same('listDistinct'),
  append: same('listAppend'),
  flatten: same('listFlatten'),
  containsAny: [twoLists('listHasAny')],
  containsAll: [twoLists('listHasAll')],
  get: same('mapGet'),
  keys: same('mapKeys'),
  values: same('mapValues'),
  sumItems: same('listSum'),
  meanItems: same('listMean'),
  minItems: same('listMin'),
  maxItems: same('listMax'),
  anyItem: same('listAny'),
  allItems: same('listAll'),
}
