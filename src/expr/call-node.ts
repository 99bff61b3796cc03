/** Nodes with their types: the only place where a call gets its type. */
import { type DataType, type Field, isInteger, printType, sameType } from '../schema/index.ts'
import { binsType, checkAggregate } from './aggregate-checks.ts'
import { checkOperands } from './check-operands.ts'
import { checkOptions } from './check-options.ts'
import type { FunctionInfo } from './function-info.ts'
import { functions } from './functions.ts'
import { adaptLiteral, asDecimal } from './literal.ts'
import type { CallNode, ColumnNode, ExprNode, ExprOptions, FunctionName } from './node.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { arithmeticType, canCast, operandType } from './result-type.ts'
import { type ValueFamily, valueFamily } from './value-family.ts'
import { calculates, widened } from './widened.ts'

/** A column of a schema as an expression. */
export function columnNode(field: Field): ColumnNode {
  return { op: 'column', name: field.name, type: field.type, nullable: field.nullable }
}

/**
 * A call of a function of the table, with its type. Constants take the type of the operand beside them; operands of unknown type are let through and are
 * checked by `retype`.
 *
 * @example
 * callNode('gt', [columnNode(price), literalNode(1000)])
 * @throws expr.type, expr.argument
 */
export function callNode(op: FunctionName, args: readonly ExprNode[], options?: ExprOptions): CallNode {
  const name = args[0] === undefined ? op : twin(op, args[0].type)
  const info = functions[name]
  if (args.length < info.args[0] || args.length > info.args[1])
    throw problem('expr.argument', `${name} takes ${info.args[0]} to ${info.args[1]} operands, not ${args.length}`)
  checkFamilies(name, info, args)
  const given = calculates(info) ? args.map(widened) : args
  if (calculates(info) && given.some(arg => arg.type === 'uint64')) {
    const wide = overUint64(name, info, given, options)
    if (wide !== undefined) return wide
  }
  const settled = settle(name, info, given)
  const type = resultType(name, info, settled, options)
  const nullable = type === 'unknown' || isNullable(info, settled, options)
  const node: CallNode =
    options === undefined ? { op: name, args: settled, type, nullable } : { op: name, args: settled, type, nullable, options }
  checkOptions(node)
  checkAggregate(node)
  return node
}

const twins: Readonly<Partial<Record<FunctionName, FunctionName>>> = {
  length: 'listLength',
  contains: 'listContains',
  slice: 'listSlice',
  concat: 'listConcat',
  reverse: 'listReverse',
  indexOf: 'listIndexOf',
}

/** What is said of bits and whole quotients of a uint64 is said of an int64: beyond it, it is an error. */
const asInt64: ReadonlySet<FunctionName> = new Set([
  'floorDiv',
  'bitAnd',
  'bitOr',
  'bitXor',
  'bitNot',
  'shiftLeft',
  'shiftRight',
  'bitAndAgg',
  'bitOrAgg',
  'bitXorAgg',
])

/**
 * A calculation with uint64 is exact, in decimals of 20 digits, and checked at its end; undefined for those whose result is no whole number. A sum is an int64, as of
 * other integers; so is what becomes of a uint64 and a number that may be negative.
 */
function overUint64(
  name: FunctionName,
  info: FunctionInfo,
  args: readonly ExprNode[],
  options: ExprOptions | undefined,
): CallNode | undefined {
  const cast = (node: ExprNode, to: DataType): CallNode => callNode('cast', [node], { to })
  const natural =
    name !== 'neg' && name !== 'bitNot' && args.every(arg => arg.type === 'uint64' || (arg.op === 'literal' && Number(arg.value) >= 0))
  if (asInt64.has(name)) {
    const made = callNode(
      name,
      args.map(arg => (arg.type === 'uint64' ? cast(arg, 'bigint') : arg)),
      options,
    )
    return natural && info.kind === 'scalar' ? cast(made, 'uint64') : made
  }
  if (info.gives === 'total') return callNode(name, [cast(args[0] as ExprNode, 'bigint'), ...args.slice(1)], options)
  if (info.kind !== 'scalar' || (info.gives !== 'arithmetic' && info.gives !== 'first' && info.gives !== 'rounded')) return undefined
  const exact = args.map(arg =>
    arg.op === 'literal' ? asDecimal(arg) : isInteger(arg.type) ? cast(arg, { decimal: [arg.type === 'uint64' ? 20 : 19, 0] }) : arg,
  )
  return cast(callNode(name, exact, options), natural ? 'uint64' : 'bigint')
}

/** Functions of lists that a method name shares with text, and of intervals with numbers; on open rows the type decides once it is known. */
function twin(op: FunctionName, type: DataType): FunctionName {
  if (type === 'interval') return op === 'mul' ? 'mulInterval' : op === 'neg' ? 'negInterval' : op
  if (typeof type !== 'object' || !('list' in type)) return op
  return Object.hasOwn(twins, op) ? (twins[op] ?? op) : op
}

function checkFamilies(name: FunctionName, info: FunctionInfo, args: readonly ExprNode[]): void {
  for (const [index, arg] of args.entries()) {
    const takes = index === 0 ? info.of : info.takes
    if (typeof takes === 'string') continue
    const family = valueFamily(arg.type)
    if (family === 'unknown' || takes.includes(family)) continue
    if (index === 0)
      throw problem('expr.type', `${name} wants ${names(takes)}, not ${printType(arg.type)}: ${printExpr(arg)}`, castHint(takes))
    throw mismatch(name, args[0], arg, names(takes), castHint(takes))
  }
  if (name === 'where' || name === 'over') checkInner(name, args[0])
  if (name === 'listJoin') checkTexts(args[0])
  checkOperands(name, args)
  if (name === 'case')
    for (let index = 0; index + 1 < args.length; index += 2) {
      const condition = args[index]
      if (condition === undefined || ['boolean', 'unknown'].includes(valueFamily(condition.type))) continue
      throw problem('expr.type', `when wants a condition, not ${printType(condition.type)}: ${printExpr(condition)}`)
    }
}

function checkTexts(items: ExprNode | undefined): void {
  if (items === undefined || typeof items.type !== 'object' || !('list' in items.type)) return
  if (['text', 'unknown'].includes(valueFamily(items.type.list))) return
  throw problem('expr.type', `join wants a list of text, not ${printType(items.type)}: ${printExpr(items)}`, {
    hint: "cast its items: .map(item => item.cast('string'))",
  })
}

/** `over` and `where` wrap an aggregate itself; the builders push them down to it. */
function checkInner(name: 'where' | 'over', inner: ExprNode | undefined): void {
  const op = inner === undefined || inner.op === 'column' || inner.op === 'literal' ? undefined : inner.op
  const kind = op === undefined ? undefined : functions[op].kind
  if (kind === 'aggregate' || op === 'where' || (kind === 'window' && name === 'over')) return
  throw problem('expr.kind', `${name} wants an aggregate: ${inner === undefined ? 'nothing' : printExpr(inner)}`)
}

function names(families: readonly ValueFamily[]): string {
  return families.map(family => (family === 'instant' ? 'timestamp' : family)).join(' or ')
}

function castHint(wanted: readonly ValueFamily[]): { hint?: string } {
  const to = wanted.includes('number') ? 'float64' : wanted.includes('text') ? 'string' : undefined
  return to === undefined ? {} : { hint: `cast one side: .cast('${to}')` }
}

function mismatch(name: string, self: ExprNode | undefined, arg: ExprNode, wanted: string, more: { hint?: string } = {}): Error {
  const on = self === undefined ? '' : ` on ${printExpr(self)}`
  return problem('expr.type', `${name}${on} wants ${wanted}, not ${printType(arg.type)}: ${printExpr(arg)}`, more)
}

/** Operands in types that go together: constants are said in the type beside them. */
function settle(name: FunctionName, info: FunctionInfo, args: readonly ExprNode[]): readonly ExprNode[] {
  if (name === 'case') return settleBranches(args)
  if (name === 'listContains' || name === 'listIndexOf' || name === 'listAppend') return settleItem(name, args)
  if (name === 'mapGet') return settleKey(args)
  if (name === 'lag' || name === 'lead') return args.length < 2 ? args : settleSame(name, args)
  if (info.takes === 'same') return settleSame(name, args)
  if (info.gives !== 'arithmetic' && name !== 'div') return args
  const [a, b] = args
  if (a === undefined || b === undefined) return args
  // In arithmetic an int32 beside a literal becomes int64, so integers are left as they are.
  const adapt = (node: ExprNode, other: DataType): ExprNode => {
    if (node.op !== 'literal') return node
    if (typeof other === 'object' && 'decimal' in other) return asDecimal(node)
    return other === 'float64' || other === 'bigint' || node.type === 'null' ? adaptLiteral(node, other) : node
  }
  return [adapt(a, b.type), adapt(b, a.type)]
}

/** Constants follow the columns; with constants only, their common type. */
function settleSame(name: string, args: readonly ExprNode[]): readonly ExprNode[] {
  const lead = args.find(arg => arg.op !== 'literal' && arg.type !== 'null') ?? args[0]
  if (lead === undefined) return args
  let type: DataType = lead.type
  const adapted = args.map(arg => (arg.op === 'literal' && arg !== lead ? adaptLiteral(arg, lead.type) : arg))
  for (const arg of adapted) {
    const common = operandType(type, arg.type)
    if (common === undefined) {
      const [self, other] = arg === adapted[0] ? [undefined, arg] : [adapted[0], arg]
      throw mismatch(name === 'coalesce' ? 'fillNull' : name, self, other, printType(type), {
        hint: `cast one side: .cast('${castName(type)}')`,
      })
    }
    type = common
  }
  return adapted.map(arg => (arg.op === 'literal' ? adaptLiteral(arg, type) : arg))
}

function castName(type: DataType): string {
  return typeof type === 'object' ? ('enum' in type ? 'string' : 'decimal' in type ? 'decimal' : 'float64') : type
}

function settleBranches(args: readonly ExprNode[]): readonly ExprNode[] {
  const isValue = (index: number): boolean => index % 2 === 1 || index === args.length - 1
  const values = settleSame(
    'case',
    args.filter((_, index) => isValue(index)),
  )
  let next = 0
  return args.map((arg, index) => (isValue(index) ? (values[next++] ?? arg) : arg))
}

function settleItem(name: FunctionName, args: readonly ExprNode[]): readonly ExprNode[] {
  const [items, item] = args
  if (items === undefined || item === undefined || typeof items.type !== 'object' || !('list' in items.type)) return args
  const adapted = item.op === 'literal' ? adaptLiteral(item, items.type.list) : item
  const common = operandType(items.type.list, adapted.type)
  // What is appended must be an item as it is; what is looked for may be another number.
  if (common === undefined || (name === 'listAppend' && common !== 'unknown' && !sameType(common, items.type.list)))
    throw mismatch(
      name === 'listContains' ? 'contains' : name === 'listIndexOf' ? 'indexOf' : 'append',
      items,
      item,
      printType(items.type.list),
    )
  return [items, adapted]
}

function settleKey(args: readonly ExprNode[]): readonly ExprNode[] {
  const [map, key] = args
  if (map === undefined || key === undefined || typeof map.type !== 'object' || !('map' in map.type)) return args
  const adapted = key.op === 'literal' ? adaptLiteral(key, map.type.map[0]) : key
  const common = operandType(map.type.map[0], adapted.type)
  if (common === undefined || (common !== 'unknown' && !sameType(common, map.type.map[0])))
    throw mismatch('get', map, key, printType(map.type.map[0]))
  return [map, adapted]
}

function resultType(name: FunctionName, info: FunctionInfo, args: readonly ExprNode[], options: ExprOptions | undefined): DataType {
  const first: DataType = args[0]?.type ?? 'unknown'
  const { gives } = info
  switch (gives) {
    case 'first':
      return first
    case 'arithmetic': {
      const second = args[1]
      const type = second === undefined ? first : arithmeticType(name as 'add', first, second.type)
      if (type !== undefined) return type
      throw mismatch(name, args[0], second as ExprNode, printType(first), {
        hint: `exact and float numbers do not mix: .cast('float64') one side`,
      })
    }
    case 'rounded':
      return typeof first === 'object' && 'decimal' in first ? { decimal: [Math.min(38, first.decimal[0] + 1), first.decimal[1]] } : first
    case 'common':
      return args.reduce<DataType>((type, arg) => operandType(type, arg.type) ?? type, first)
    case 'branches':
      return args
        .filter((_, index) => index % 2 === 1 || index === args.length - 1)
        .reduce<DataType>((type, arg) => operandType(type, arg.type) ?? type, 'null')
    case 'total':
      return totalOf(first)
    case 'list':
      return { list: first }
    case 'mapped':
      return { list: args[1]?.type ?? 'unknown' }
    case 'itemTotal':
      return totalOf(typeof first === 'object' && 'list' in first ? first.list : 'unknown')
    case 'mapValue':
      return typeof first === 'object' && 'map' in first ? first.map[1] : 'unknown'
    case 'mapKeys':
    case 'mapValues':
      return { list: typeof first === 'object' && 'map' in first ? first.map[gives === 'mapKeys' ? 0 : 1] : 'unknown' }
    case 'integers':
      return { list: 'int64' }
    case 'commonList':
      return { list: args.reduce<DataType>((type, arg) => operandType(type, arg.type) ?? type, first) }
    case 'struct':
      return { struct: args.map(({ type, nullable }, index) => ({ name: options?.names?.[index] ?? '', type, nullable })) }
    case 'reals':
      return { list: 'float64' }
    case 'bins':
      return binsType
    case 'texts':
      return { list: 'string' }
    case 'item':
      return typeof first === 'object' && 'list' in first ? first.list : 'unknown'
    case 'to':
      return castType(name, args[0] as ExprNode, options?.to)
    case 'said':
      return options?.to ?? 'unknown'
    case 'field':
      return fieldOf(first, options?.name)?.type ?? 'unknown'
    default:
      return gives
  }
}

/** The type of a sum. */
function totalOf(type: DataType): DataType {
  if (typeof type === 'object' && 'decimal' in type) return { decimal: [38, type.decimal[1]] }
  return isInteger(type) ? (type === 'bigint' ? 'bigint' : 'int64') : type
}

function castType(name: string, from: ExprNode, to: DataType | undefined): DataType {
  if (to === undefined) throw problem('expr.argument', `${name} without a type`)
  if (canCast(from.type, to)) return to
  throw problem('expr.type', `no cast from ${printType(from.type)} to ${printType(to)}: ${printExpr(from)}`, castAdvice(from.type, to))
}

function castAdvice(from: DataType, to: DataType): { hint?: string } {
  if (to === 'boolean') return { hint: 'compare it: .ne(0)' }
  if (valueFamily(from) === 'instant') return { hint: ".epoch('second') gives seconds since 1970" }
  return {}
}

function fieldOf(type: DataType, name: string | undefined): Field | undefined {
  if (typeof type !== 'object' || !('struct' in type)) return undefined
  const field = type.struct.find(one => one.name === name)
  if (field === undefined)
    throw problem('expr.argument', `unknown field: ${name} (have ${type.struct.map(one => one.name).join(', ')})`, {
      details: { name, have: type.struct.map(one => one.name) },
    })
  return field
}

function isNullable(info: FunctionInfo, args: readonly ExprNode[], options: ExprOptions | undefined): boolean {
  switch (info.nulls) {
    case 'never':
      return false
    case 'always':
      return true
    case 'any': {
      if (info.gives === 'field' && args[0] !== undefined && fieldOf(args[0].type, options?.name)?.nullable === true) return true
      return args.some(arg => arg.nullable)
    }
    case 'invalid':
      return options?.invalid === 'null' || args.some(arg => arg.nullable)
    case 'first':
      return args[0]?.nullable ?? true
    case 'all':
      return args.every(arg => arg.nullable)
    case 'branches':
      return args.some((arg, index) => (index % 2 === 1 || index === args.length - 1) && arg.nullable)
    case 'shift':
      return args.length < 2 || args.some(arg => arg.nullable)
    case 'inner':
      return !isNeverNull(args[0])
    case 'frame':
      return (args[0]?.nullable ?? true) || (!isNeverNull(args[0]) && canBeEmpty(options))
  }
}

function isNeverNull(node: ExprNode | undefined): boolean {
  if (node === undefined || node.op === 'column' || node.op === 'literal') return false
  return node.op === 'where' ? isNeverNull(node.args[0]) : functions[node.op].nulls === 'never'
}

/** A frame that leaves out the current row may hold no row. */
function canBeEmpty(options: ExprOptions | undefined): boolean {
  const frame = options?.frame
  if (frame === undefined) return false
  if (frame.exclude !== undefined) return true
  return (frame.to !== 'unbounded' && frame.to < 0) || (frame.from !== 'unbounded' && frame.from > 0)
}

/**
 * The expression as it is without keys, where the table may be empty: aggregates other than counts and lists can be NULL, and what is made of them too.
 */
export function nullableTotals(node: ExprNode): ExprNode {
  if (node.op === 'column' || node.op === 'literal') return node
  const info = functions[node.op]
  if (info.kind === 'aggregate' || node.op === 'where') return node.nullable || isNeverNull(node) ? node : { ...node, nullable: true }
  if (node.op === 'over') return node
  const args = node.args.map(nullableTotals)
  return args.every((arg, index) => arg === node.args[index]) ? node : { ...node, args, nullable: isNullable(info, args, node.options) }
}
