/** Runs the callbacks of verbs and checks what they give: names, types, kinds, and the usual slips of JavaScript. */
import type { Schema } from '../schema/index.ts'
import { nodeOf, OrderItem } from './base.ts'
import { toExpr } from './builder.ts'
import { columnNode } from './call-node.ts'
import type { ExprNode, OrderNode } from './node.ts'
import { exprOf, orderNodes } from './operand.ts'
import { printExpr } from './print.ts'
import { problem, unknownColumn } from './problem.ts'
import { leftover, traced } from './trace.ts'
import type { Expr, Kind } from './types.ts'
import { CaseBuilder, RankingBuilder } from './waiting.ts'
import { kindOf, retype, someNode } from './walk.ts'

/**
 * The columns a callback sees. On an open table unknown names are columns of unknown type.
 */
function rowOf(schema: Schema, open: boolean): Readonly<Record<string, Expr>> {
  const fields = new Map(schema.map(field => [field.name, field]))
  const made = new Map<string, Expr>()
  return new Proxy(Object.create(null) as Record<string, Expr>, {
    get(_, name) {
      if (typeof name === 'symbol') return undefined
      const known = made.get(name)
      if (known !== undefined) return known
      const field = fields.get(name) ?? (open && name !== 'then' ? ({ name, type: 'unknown', nullable: true } as const) : undefined)
      if (field === undefined) {
        if (name === 'then' || name === 'toJSON') return undefined
        throw unknownColumn('expr.unknown-column', name, schema)
      }
      const expr = toExpr(columnNode(field))
      made.set(name, expr)
      return expr
    },
    has: (_, name) => typeof name === 'string' && (open || fields.has(name)),
    ownKeys: () => [...fields.keys()],
    getOwnPropertyDescriptor: (_, name) =>
      typeof name === 'string' && fields.has(name) ? { enumerable: true, configurable: true } : undefined,
    set(_, name) {
      throw problem('expr.read-only', `assignment to column ${String(name)}`, {
        hint: 'columns are not assigned to: return them from withColumns()',
      })
    },
  })
}

/**
 * The expressions of a callback such as `r => ({ total: r.price.mul(r.count) })`.
 *
 * @param allowed the kinds the verb takes; constants always fit
 * @throws expr.unknown-column, expr.unknown-method, expr.type, expr.kind, expr.literal, expr.javascript-operator, expr.unused, expr.read-only, expr.argument
 */
export function buildExprs(
  verb: string,
  schema: Schema,
  open: boolean,
  allowed: readonly Kind[],
  make: (r: never) => object,
): Record<string, ExprNode> {
  return traced(() => {
    const run = (): object => make(rowOf(schema, open) as never)
    const result: unknown = run()
    if (!isRecord(result))
      throw problem('expr.argument', `${verb} got ${describe(result)}: it wants an object of columns`, {
        hint: `${verb}(r => ({ name: r.price }))`,
      })
    const made = Object.entries(result).map(([name, value]) => {
      const node = settled(exprOf(value), schema, open)
      checkKind(`${verb} takes`, node, allowed, `${name} = `)
      return [name, node] as const
    })
    checkLeftover(run)
    return Object.fromEntries(made)
  })
}

/**
 * The condition of a callback such as `r => r.price.gt(1000)`.
 *
 * @throws expr.constant for a JavaScript boolean, expr.type for another type, and the errors of `buildExprs`
 */
export function buildCondition(
  verb: string,
  schema: Schema,
  open: boolean,
  allowed: readonly Kind[],
  make: (r: never) => unknown,
): ExprNode {
  return traced(() => {
    const run = (): unknown => make(rowOf(schema, open) as never)
    return conditionOf(verb, run(), schema, open, allowed, run)
  })
}

function conditionOf(
  verb: string,
  result: unknown,
  schema: Schema,
  open: boolean,
  allowed: readonly Kind[],
  again: () => unknown,
): ExprNode {
  if (nodeOf(result) === undefined && !(result instanceof CaseBuilder) && !(result instanceof RankingBuilder)) {
    checkLeftover(again)
    if (result instanceof OrderItem) throw problem('expr.type', `${verb} wants a condition, not an order`)
    throw problem('expr.constant', `${verb} got ${describe(result)}: it wants a condition`, {
      hint:
        result === undefined ? 'return it from the callback' : '===, !, && and || build no expressions: .eq(), .not(), .and() and .or() do',
    })
  }
  const node = settled(exprOf(result), schema, open)
  if (node.type !== 'boolean' && node.type !== 'unknown' && node.type !== 'null')
    throw problem(
      'expr.type',
      `${verb} wants a condition, not ${typeof node.type === 'string' ? node.type : 'a value'}: ${printExpr(node)}`,
    )
  checkKind(`${verb} takes`, node, allowed, '')
  checkLeftover(again)
  return node
}

/**
 * One item of a sort: a column's name, or a callback that gives expressions, `asc()`s and `desc()`s.
 *
 * @param descending of what says neither `asc()` nor `desc()`
 * @throws expr.unknown-column and the errors of `buildExprs`
 */
export function buildOrder(schema: Schema, open: boolean, item: string | ((r: never) => unknown), descending = false): OrderNode[] {
  if (typeof item === 'string') {
    const field = schema.find(one => one.name === item)
    if (field === undefined && !open) throw unknownColumn('expr.unknown-column', item, schema)
    return [{ expr: columnNode(field ?? { name: item, type: 'unknown', nullable: true }), descending, nulls: 'last' }]
  }
  return traced(() => {
    const run = (): unknown => item(rowOf(schema, open) as never)
    const orders = orderNodes(run(), descending).map(order => ({ ...order, expr: settled(order.expr, schema, open) }))
    for (const { expr } of orders) checkKind('sort takes', expr, ['column', 'window'], '')
    checkLeftover(run)
    return orders
  })
}

/** `col('price')` has no type until it meets the table. */
function settled(node: ExprNode, schema: Schema, open: boolean): ExprNode {
  if (open || !someNode(node, one => one.op === 'column' && one.type === 'unknown')) return node
  return retype(node, schema)
}

const meanings = { column: 'a value per row', window: 'a value over a window', aggregate: 'an aggregate', count: 'an aggregate' }

function checkKind(takes: string, node: ExprNode, allowed: readonly Kind[], name: string): void {
  const kind = kindOf(node)
  if (kind === 'constant' || (kind === 'aggregate' && allowed.includes('count')) || allowed.includes(kind as Kind)) return
  const wanted = [...new Set(allowed.map(one => meanings[one]))].join(' or ')
  const is = kind === 'mixed' ? 'half an aggregate, half a value per row' : meanings[kind]
  const hint =
    kind === 'aggregate'
      ? 'aggregate in agg(), or give it a window: .over({ partitionBy: r.city })'
      : kind === 'column'
        ? 'aggregate it: .sum(), .max()'
        : undefined
  throw problem('expr.kind', `${takes} ${wanted}, but ${name}${printExpr(node)} is ${is}`, hint === undefined ? {} : { hint })
}

function checkLeftover(again: () => unknown): void {
  const left = leftover(again)
  if (left === undefined) return
  throw problem(
    'expr.unused',
    `condition built but not used: ${printExpr(left.node)}${left.at === undefined ? '' : ` (written at ${left.at})`}`,
    {
      hint: '&&, ||, ! and ?: do not combine conditions: .and(), .or(), .not() and when() do',
      details: { written: left.at },
    },
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date || value instanceof Promise) return false
  return (
    nodeOf(value) === undefined && !(value instanceof OrderItem) && !(value instanceof CaseBuilder) && !(value instanceof RankingBuilder)
  )
}

function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean' || typeof value === 'number')
    return `the constant ${String(value)}`
  if (typeof value === 'string') return `the constant ${JSON.stringify(value)}`
  const node = nodeOf(value)
  if (node !== undefined) return `a single value (${printExpr(node)})`
  if (value instanceof Promise) return 'a promise (the callback must not be async)'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}
