import { civilOf, type DataType, parseText, printSchemaSpec, printType, unpackInterval } from '../schema/index.ts'
import { functions } from './functions.ts'
import { printFragment } from './print-fragment.ts'
import type { CallNode, ExprNode, ExprOptions, OrderNode } from './node.ts'
import { printFrame } from './print-frame.ts'

/**
 * An expression as the user would write it: `price.div(rooms).gt(1000)`.
 *
 * A chain is printed in full; call it for messages and `explain`, not in loops.
 */
export function printExpr(node: ExprNode): string {
  if (node.op === 'column') return printColumn(node.name)
  if (node.op === 'literal') return printLiteral(node)
  if (node.op === 'case') return printCase(node)
  if (node.op === 'sql') return printFragment(node.options?.strings ?? [], printTarget(node.type), node.args.map(printExpr))
  const [self, ...rest] = node.args
  const values = node.op === 'listMap' || node.op === 'listFilter' ? [] : rest.map(printExpr)
  if (isFree(node)) return printFree(node)
  const method = `${methodOf(node)}(${printArguments(node, values).join(', ')})`
  if (self === undefined) return method
  return self.op === 'literal' ? `lit(${printExpr(self)}).${method}` : `${printExpr(self)}.${method}`
}

function printArguments(node: CallNode, values: readonly string[]): readonly string[] {
  const options = printOptions(node)
  if (node.op === 'in') return [`[${values.map(value => (value === 'null' ? 'lit(null)' : value)).join(', ')}]`]
  // A default stands behind the number of rows.
  return node.op === 'lag' || node.op === 'lead' ? [...options.slice(0, 1), ...values, ...options.slice(1)] : [...values, ...options]
}

function printColumn(name: string): string {
  if (name.startsWith('~item')) return name.slice(1)
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : `col(${JSON.stringify(name)})`
}

function printLiteral({ value, type }: Extract<ExprNode, { op: 'literal' }>): string {
  if (value === null) return 'null'
  if (type === 'bigint' || type === 'uint64') return `${value}n`
  if (type === 'timestamp') return JSON.stringify(`${isoText(BigInt(value as string))}Z`)
  if (type === 'datetime') return JSON.stringify(isoText(BigInt(value as string)))
  if (type === 'time') return JSON.stringify(isoText(BigInt(value as string)).slice(11))
  if (type === 'float64' || type === 'int64') return Object.is(value, -0) ? '-0' : String(value)
  if (type === 'interval') return printInterval(String(value))
  // As many digits as a number keeps.
  if (typeof type === 'object' && 'decimal' in type && String(value).replace(/^-?0*\.?0*|\./g, '').length <= 15)
    return String(Number(value))
  return JSON.stringify(value)
}

/** `interval({ months: 1, days: 2 })`: as a text it would be a duration to `plus`. */
function printInterval(text: string): string {
  const { months, days, micros } = unpackInterval(parseText(text, 'interval') as bigint)
  const parts = [
    ...(months === 0 ? [] : [`months: ${months}`]),
    ...(days === 0 ? [] : [`days: ${days}`]),
    ...(micros === 0n ? [] : [`micros: ${micros}n`]),
  ]
  return `interval({${parts.length === 0 ? '' : ` ${parts.join(', ')} `}})`
}

/** Functions of several values, none of which is the one before the dot. */
const free: ReadonlySet<string> = new Set(['greatest', 'least', 'listOf', 'struct', 'range', 'makeDate', 'makeDatetime'])

/** Whether a call is printed with its operands in brackets, `greatest(a, b)`, and none before a dot. */
export function isFree(node: CallNode): boolean {
  return free.has(node.op) || (node.op === 'coalesce' && node.args.length !== 2) || (node.op === 'countDistinct' && node.args.length > 1)
}

function printFree({ op, args, options }: CallNode): string {
  const values = args.map(printExpr)
  if (op !== 'struct') return `${op}(${values.join(', ')})`
  const names = options?.names ?? []
  return `structOf({ ${values.map((value, index) => `${printKey(names[index] ?? '')}: ${value}`).join(', ')} })`
}

function printKey(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : JSON.stringify(name)
}

/** `2024-02-29T12:34:56.789012`, the fraction when there is one. */
function isoText(micros: bigint): string {
  const inSecond = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const { year, month, day } = civilOf(
    Number((micros - inSecond - ((((micros - inSecond) % dayMicros) + dayMicros) % dayMicros)) / dayMicros),
  )
  const seconds = Number((((micros - inSecond) % dayMicros) + dayMicros) % dayMicros) / 1_000_000
  const two = (part: number): string => String(part).padStart(2, '0')
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const fraction = inSecond === 0n ? '' : `.${String(inSecond).padStart(6, '0')}`
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${clock}${fraction}`
}

const methods: Readonly<Record<string, string>> = {
  ln: 'log',
  coalesce: 'fillNull',
  replaceRegex: 'replace',
  listAt: 'at',
  listLength: 'length',
  listContains: 'contains',
  listMap: 'map',
  listJoin: 'join',
  listFilter: 'filter',
  listSort: 'sort',
  listDistinct: 'distinct',
  listReverse: 'reverse',
  listSlice: 'slice',
  listConcat: 'concat',
  listAppend: 'append',
  listFlatten: 'flatten',
  listHasAny: 'containsAny',
  listHasAll: 'containsAll',
  listIndexOf: 'indexOf',
  listSum: 'sumItems',
  listMean: 'meanItems',
  listMin: 'minItems',
  listMax: 'maxItems',
  listAny: 'anyItem',
  listAll: 'allItems',
  countText: 'countMatches',
  mapGet: 'get',
  mapKeys: 'keys',
  mapValues: 'values',
  ewm: 'ewmMean',
  plusInterval: 'plus',
  negInterval: 'neg',
  mulInterval: 'mul',
}

function methodOf(node: CallNode): string {
  if (node.op === 'parse') return node.options?.to === 'date' ? 'toDate' : node.options?.to === 'datetime' ? 'toDatetime' : 'toTimestamp'
  if (node.op === 'plus' && node.options?.amountMicros?.startsWith('-') === true) return 'minus'
  return methods[node.op] ?? node.op
}

function printOptions(node: CallNode): string[] {
  const { options } = node
  const body = node.args[1]
  if ((node.op === 'listMap' || node.op === 'listFilter') && body !== undefined)
    return [`${printColumn(options?.item ?? '~item')} => ${printExpr(body)}`]
  if (options === undefined) return []
  // How far an exponentially weighted mean looks back is said by its weights.
  if (node.op === 'over') return [printWindow(options, node.args[0]?.op === 'ewm')]
  const own = printOwn(node, options)
  if (own !== undefined) return own
  if (options.pattern !== undefined && node.op !== 'replace' && node.op !== 'format' && node.op !== 'countText') {
    const more = options.by === undefined ? (options.group === undefined ? [] : [String(options.group)]) : [JSON.stringify(options.by)]
    return [printRegex(options.pattern, options.flags), ...more]
  }
  if (options.to !== undefined) return [printTarget(options.to)]
  if (functions[node.op].kind !== 'scalar') return printAggregateOptions(options)
  return Object.values(options)
    .filter(value => value !== undefined)
    .map(value => JSON.stringify(value))
}

/** What is not written in the order of its options. */
function printOwn({ op, args }: CallNode, options: ExprOptions): string[] | undefined {
  const { pattern = '', unit, timeZone, invalid, path = [], amount, amountMicros } = options
  const text = (value: unknown): string => JSON.stringify(value)
  const lenient = invalid === undefined ? [] : [`{ invalid: 'null' }`]
  switch (op) {
    case 'parse':
      return [text(pattern), ...lenient]
    case 'json':
      return [text(printPath(path)), ...lenient]
    case 'truncate':
      return [text(unit), ...(timeZone === undefined ? [] : [`{ timeZone: ${text(timeZone)} }`])]
    case 'clip':
      return [String(options.low ?? '-Infinity'), String(options.high ?? 'Infinity')]
    case 'listSort':
      return options.descending === true ? ['{ descending: true }'] : []
    case 'hash':
      return options.seed === undefined ? [] : [`{ seed: ${options.seed} }`]
    case 'bin':
      return [
        printMicros(amountMicros ?? '0'),
        ...(options.offsetMicros === undefined ? [] : [`{ offset: ${printMicros(options.offsetMicros)} }`]),
      ]
    case 'plus':
      if (args.length > 1) return [text(unit)]
      return amountMicros === undefined ? [String(amount), text(unit)] : printAmount(BigInt(amountMicros))
    default:
      return undefined
  }
}

/** The type of a cast: nested ones are made by `list`, `struct`, `map` and `oneOf`. */
function printTarget(type: DataType): string {
  if (typeof type === 'string' || 'decimal' in type) return JSON.stringify(printType(type))
  return printSchemaSpec([{ name: 'to', type, nullable: false }]).slice('{ to: '.length, -' }'.length)
}

function printMicros(micros: string): string {
  return JSON.stringify(`${Number(micros) / 1000}ms`)
}

const dayMicros = 86_400_000_000n
const units = { day: dayMicros, hour: 3_600_000_000n, minute: 60_000_000n, second: 1_000_000n, millisecond: 1_000n, microsecond: 1n }

/** `7, "day"`: the largest unit that fits. */
function printAmount(micros: bigint): string[] {
  const size = micros < 0n ? -micros : micros
  const [name, unit] = Object.entries(units).find(([, each]) => size % each === 0n) ?? ['microsecond', 1n]
  return [String(size / unit), JSON.stringify(name)]
}

/** `$.a[0]."unit price"` */
function printPath(path: readonly (string | number)[]): string {
  const step = (one: string | number): string =>
    typeof one === 'number' ? `[${one}]` : /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(one) ? `.${one}` : `."${one}"`
  return `$${path.map(step).join('')}`
}

function printRegex(pattern: string, flags = ''): string {
  const text = pattern.replaceAll('/', '\\/').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
  return `/${text === '' ? '(?:)' : text}/${flags}${/[\u{10000}-\u{10ffff}]|\\[pP]/u.test(pattern) ? 'u' : ''}`
}

function printWindow({ partitionBy = [], orderBy = [], frame }: ExprOptions, isFramed: boolean): string {
  const parts: string[] = []
  if (partitionBy.length > 0) parts.push(`partitionBy: [${partitionBy.map(printExpr).join(', ')}]`)
  if (orderBy.length > 0) parts.push(`orderBy: ${printOrderBy(orderBy)}`)
  if (frame !== undefined && !isFramed) parts.push(...printFrame(frame))
  return `{ ${parts.join(', ')} }`
}

/** Separators, shares, counts of rows stand as they are, what is an option of its own in braces. */
function printAggregateOptions({ orderBy, distinct, skipNulls, adjust, edges, alpha, ...plain }: ExprOptions): string[] {
  const named = [
    ...(orderBy === undefined ? [] : [`orderBy: ${printOrderBy(orderBy)}`]),
    ...Object.entries({ distinct, skipNulls, edges, alpha, adjust }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`],
    ),
  ]
  const values = Object.values(plain).map(value => JSON.stringify(value))
  return named.length === 0 ? values : [...values, `{ ${named.join(', ')} }`]
}

function printOrderBy(by: readonly OrderNode[]): string {
  return `[${by.map(printOrder).join(', ')}]`
}

/** An item of an order as the user would write it: `price.desc()`. */
export function printOrder({ expr, descending, nulls }: OrderNode): string {
  const options = nulls === 'first' ? `{ nulls: 'first' }` : ''
  return descending || options !== '' ? `${printExpr(expr)}.${descending ? 'desc' : 'asc'}(${options})` : printExpr(expr)
}

function printCase(node: CallNode): string {
  const { args } = node
  const whens: string[] = []
  for (let index = 0; index + 1 < args.length; index += 2)
    whens.push(`when(${printExpr(args[index] as ExprNode)}, ${printExpr(args[index + 1] as ExprNode)})`)
  const last = args.at(-1) as ExprNode
  const end = args.length % 2 === 0 || (last.op === 'literal' && last.value === null) ? 'end()' : `otherwise(${printExpr(last)})`
  return `${whens.join('.')}.${end}`
}
