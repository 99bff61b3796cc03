import { type CallNode, columnsOf, type ExprNode, type ExprOptions, type FunctionName, functions, type OrderNode } from '../expr/index.ts'
import type { Call, Dialect } from './dialect.ts'

/** Column name -> its text in the current SELECT. */
export type Scope = (name: string) => string

interface After {
  readonly filter?: string | undefined
  readonly over?: string | undefined
  /** Conditions of aggregates go inside of them. */
  readonly inside?: boolean
}
type Frame = NonNullable<ExprOptions['frame']>
const nothing: After = {}

/** Aggregates and window functions: what FILTER and OVER may stand behind. */
function isGroupFunction(op: FunctionName): boolean {
  const { kind } = functions[op]
  return kind === 'aggregate' || kind === 'window'
}

/** An expression as text; `scope` names its columns. */
export function printInScope(node: ExprNode, dialect: Dialect, scope: Scope): string {
  return print(node, dialect, scope, nothing)
}

/**
 * An expression as a column of a SELECT. Around a constant NULL, DuckDB may forget the type of the whole: `name || NULL` is an INTEGER.
 *
 * @param filters where the conditions of aggregates go: in a FILTER behind them, or inside of those that leave NULLs out anyway
 */
export function printColumn(node: ExprNode, dialect: Dialect, scope: Scope, filters: 'behind' | 'inside' = 'behind'): string {
  const text = print(node, dialect, scope, filters === 'behind' ? nothing : { inside: true })
  return 'args' in node && constants(node, new Map()) === 'null' ? `CAST(${text} AS ${dialect.typeName(node.type)})` : text
}

/** `null`: it has a part without columns that can be NULL. `all`: it is such a constant itself, never NULL. Each node is looked at once. */
function constants(node: ExprNode, known: Map<ExprNode, 'null' | 'all' | 'none'>): 'null' | 'all' | 'none' {
  if (node.op === 'column') return 'none'
  if (node.op === 'literal') return node.value === null ? 'null' : 'all'
  const before = known.get(node)
  if (before !== undefined) return before
  const parts = node.args.map(arg => constants(arg, known))
  const made = parts.includes('null')
    ? 'null'
    : parts.includes('none') || isGroupFunction(node.op)
      ? 'none'
      : node.nullable
        ? 'null'
        : 'all'
  known.set(node, made)
  return made
}

/**
 * An expression as text, columns under their own names.
 *
 * @example
 * printSqlExpr(callNode('add', [columnNode(price), literalNode(1)]), duckdb) // '("price" + 1e0)'
 */
export function printSqlExpr(node: ExprNode, dialect: Dialect): string {
  return print(node, dialect, name => dialect.quoteName(name), nothing)
}

/** A list of ORDER BY items. */
export function printOrder(by: readonly OrderNode[], dialect: Dialect, scope: Scope): string {
  // A bare constant would be the number of a column, or an error.
  const key = ({ expr }: OrderNode): string => {
    const text = print(expr, dialect, scope, nothing)
    return columnsOf(expr).size === 0 ? `CAST(${text} AS ${dialect.typeName(expr.type)})` : text
  }
  return by.map(item => `${key(item)} ${item.descending ? 'DESC' : 'ASC'} NULLS ${item.nulls === 'first' ? 'FIRST' : 'LAST'}`).join(', ')
}

function print(node: ExprNode, dialect: Dialect, scope: Scope, after: After): string {
  if (node.op === 'column') return scope(node.name)
  if (node.op === 'literal') return dialect.literal(node)
  const [first, second] = node.args
  if (node.op === 'over' && first !== undefined) return print(first, dialect, scope, { ...after, over: printWindow(node, dialect, scope) })
  if (node.op === 'where' && first !== undefined && second !== undefined) {
    const chosen = after.inside === true && after.over === undefined && after.filter === undefined ? ofChosen(first, second) : undefined
    if (chosen !== undefined) return print(chosen, dialect, scope, nothing)
    const condition = print(second, dialect, scope, nothing)
    return print(first, dialect, scope, { ...after, filter: after.filter === undefined ? condition : `${after.filter} AND ${condition}` })
  }
  // FILTER and OVER belong to the aggregates inside an expression such as sum(a) / count(), not to what is computed from them.
  const inner = isGroupFunction(node.op) ? nothing : after
  const isLambda = node.op === 'listMap' || node.op === 'listFilter'
  const args = node.args.map((arg, index) => (isLambda && index > 0 ? '' : print(arg, dialect, scope, inner)))
  const call: Call = {
    node,
    args,
    after: text =>
      `${text}${after.filter === undefined ? '' : ` FILTER (WHERE ${after.filter})`}${after.over === undefined ? '' : ` OVER (${after.over})`}`,
    order: by => printOrder(by, dialect, scope),
    lambda: (index, item, name) => {
      const body = node.args[index]
      return body === undefined ? 'NULL' : print(body, dialect, column => (column === item ? name : scope(column)), nothing)
    },
  }
  return dialect.functions[node.op](call)
}

const leavesOutNull: ReadonlySet<FunctionName> = new Set<FunctionName>(['count', 'sum', 'min', 'max', 'mean'])

/** The aggregate of `CASE WHEN condition THEN value END`; undefined where that is something else. */
function ofChosen(aggregate: ExprNode, condition: ExprNode): ExprNode | undefined {
  if (aggregate.op === 'column' || aggregate.op === 'literal' || !leavesOutNull.has(aggregate.op) || aggregate.args.length > 1)
    return undefined
  const value: ExprNode = aggregate.args[0] ?? { op: 'literal', value: 1, type: 'int32', nullable: false }
  return { ...aggregate, args: [{ op: 'case', args: [condition, value], type: value.type, nullable: true }] }
}

function printWindow(node: CallNode, dialect: Dialect, scope: Scope): string {
  const { partitionBy = [], orderBy = [], frame } = node.options ?? {}
  const parts: string[] = []
  if (partitionBy.length > 0) parts.push(`PARTITION BY ${partitionBy.map(part => print(part, dialect, scope, nothing)).join(', ')}`)
  if (orderBy.length > 0) parts.push(`ORDER BY ${printOrder(orderBy, dialect, scope)}`)
  if (frame !== undefined) parts.push(printFrame(frame, orderBy[0]?.expr, dialect))
  return parts.join(' ')
}

function printFrame({ unit, from, to, exclude }: Frame, by: ExprNode | undefined, dialect: Dialect): string {
  const size = (at: number): string => (unit === 'rows' ? String(at) : dialect.rangeStep(at, by?.type ?? 'unknown'))
  const bound = (at: number | 'unbounded', side: 'PRECEDING' | 'FOLLOWING'): string =>
    at === 'unbounded' ? `UNBOUNDED ${side}` : at < 0 ? `${size(-at)} PRECEDING` : at > 0 ? `${size(at)} FOLLOWING` : 'CURRENT ROW'
  const left = exclude === undefined ? '' : ` EXCLUDE ${exclude === 'current' ? 'CURRENT ROW' : exclude.toUpperCase()}`
  return `${unit === 'rows' ? 'ROWS' : 'RANGE'} BETWEEN ${bound(from, 'PRECEDING')} AND ${bound(to, 'FOLLOWING')}${left}`
}
