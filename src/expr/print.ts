import { printType } from '../schema/index.ts'
import type { CallNode, ExprNode, ExprOptions, OrderNode } from './node.ts'

/**
 * An expression as the user would write it: `price.div(rooms).gt(1000)`.
 *
 * A chain is printed in full; call it for messages and `explain`, not in loops.
 */
export function printExpr(node: ExprNode): string {
  if (node.op === 'column') return printColumn(node.name)
  if (node.op === 'literal') return printLiteral(node)
  if (node.op === 'case') return printCase(node)
  const [self, ...rest] = node.args
  const values = node.op === 'listMap' ? [] : rest.map(printExpr)
  const method = `${methodOf(node)}(${[...(node.op === 'in' ? [`[${values.join(', ')}]`] : values), ...printOptions(node)].join(', ')})`
  if (self === undefined) return method
  return self.op === 'literal' ? `lit(${printExpr(self)}).${method}` : `${printExpr(self)}.${method}`
}

function printColumn(name: string): string {
  if (name.startsWith('~item')) return name.slice(1)
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : `col(${JSON.stringify(name)})`
}

function printLiteral({ value, type }: Extract<ExprNode, { op: 'literal' }>): string {
  if (value === null) return 'null'
  if (type === 'bigint') return `${value}n`
  if (type === 'timestamp' || type === 'datetime')
    return JSON.stringify(new Date(Number(BigInt(value as string) / 1000n)).toJSON() ?? value)
  if (type === 'float64' || type === 'int64') return String(value)
  return JSON.stringify(value)
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
}

function methodOf(node: CallNode): string {
  if (node.op === 'coalesce' && node.args.length !== 2) return 'coalesce'
  return methods[node.op] ?? node.op
}

function printOptions(node: CallNode): string[] {
  const { options } = node
  const body = node.args[1]
  if (node.op === 'listMap' && body !== undefined) return [`${printColumn(options?.item ?? '~item')} => ${printExpr(body)}`]
  if (options === undefined) return []
  if (node.op === 'over') return [printWindow(options)]
  if (options.pattern !== undefined && node.op !== 'replace' && node.op !== 'format') {
    const more = options.by === undefined ? (options.group === undefined ? [] : [String(options.group)]) : [JSON.stringify(options.by)]
    return [`/${options.pattern.replaceAll('/', '\\/')}/${options.flags ?? ''}`, ...more]
  }
  if (options.to !== undefined) return [JSON.stringify(printType(options.to))]
  if (options.orderBy !== undefined) return [`{ orderBy: ${printOrderBy(options.orderBy)} }`]
  if (options.amountMicros !== undefined) return [JSON.stringify(`${Number(options.amountMicros) / 1000}ms`)]
  return Object.values(options)
    .filter(value => value !== undefined)
    .map(value => JSON.stringify(value))
}

function printWindow({ partitionBy = [], orderBy = [], frame }: ExprOptions): string {
  const parts: string[] = []
  if (partitionBy.length > 0) parts.push(`partitionBy: [${partitionBy.map(printExpr).join(', ')}]`)
  if (orderBy.length > 0) parts.push(`orderBy: ${printOrderBy(orderBy)}`)
  if (frame !== undefined) parts.push(`${frame.unit}: ${JSON.stringify([frame.from, frame.to])}`)
  return `{ ${parts.join(', ')} }`
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
