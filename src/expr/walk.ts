/** Questions about expressions, and rewrites of them. Shared parts are visited once, so an expression that uses itself often stays cheap. */
import type { CallSite } from '../errors/index.ts'
import { type DataType, type Schema, sameType } from '../schema/index.ts'
import { callNode, columnNode } from './call-node.ts'
import { functions } from './functions.ts'
import type { CallNode, ColumnNode, ExprNode, ExprOptions } from './node.ts'
import { placed, unknownColumn } from './problem.ts'

export type NodeKind = 'constant' | 'column' | 'aggregate' | 'window' | 'mixed'

const kinds = new WeakMap<CallNode, NodeKind>()

/**
 * What an expression is made of: constants only, a value per row (`column`), a value per group (`aggregate`), a value per row that looks at other rows
 * (`window`), or values per row and per group together (`mixed`), which no verb takes.
 */
export function kindOf(node: ExprNode): NodeKind {
  if (node.op === 'literal') return 'constant'
  if (node.op === 'column') return 'column'
  // From the bottom of a chain up, so that a long one does not deepen the stack.
  for (const call of spine(node, kinds).reverse()) kinds.set(call, kindOfCall(call))
  return kinds.get(node) ?? 'constant'
}

/** The calls along the first operands that are not known yet, outermost first. */
function spine(node: ExprNode, known: { has(node: CallNode): boolean }): CallNode[] {
  const calls: CallNode[] = []
  let at: ExprNode | undefined = node
  while (at !== undefined && at.op !== 'column' && at.op !== 'literal' && !known.has(at)) {
    calls.push(at)
    at = at.args[0]
  }
  return calls
}

function kindOfCall(node: CallNode): NodeKind {
  if (node.op === 'over') return 'window'
  if (node.op === 'where') return 'aggregate'
  const { kind } = functions[node.op]
  if (kind === 'aggregate' || kind === 'window') return kind
  return node.args.reduce<NodeKind>((sum, arg) => both(sum, kindOf(arg)), 'constant')
}

function both(a: NodeKind, b: NodeKind): NodeKind {
  if (a === b || b === 'constant') return a
  if (a === 'constant') return b
  return (a === 'column' && b === 'window') || (a === 'window' && b === 'column') ? 'window' : 'mixed'
}

/** Every expression directly inside, those in the options too. */
export function partsOf(node: ExprNode): readonly ExprNode[] {
  if (node.op === 'column' || node.op === 'literal') return []
  const { partitionBy, orderBy } = node.options ?? {}
  if (partitionBy === undefined && orderBy === undefined) return node.args
  return [...node.args, ...(partitionBy ?? []), ...(orderBy ?? []).map(item => item.expr)]
}

/** True when a part of the expression, or itself, passes the test. Parts come in the order they are written. */
export function someNode(node: ExprNode, test: (node: ExprNode) => boolean): boolean {
  const seen = new Set<ExprNode>()
  const waiting = [node]
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (test(one)) return true
    if (one.op === 'column' || one.op === 'literal' || seen.has(one)) continue
    seen.add(one)
    waiting.push(...partsOf(one).toReversed())
  }
  return false
}

/** True for the functions of lists whose second operand is an expression of the items. */
export function looksAtItems(node: ExprNode): boolean {
  return node.op === 'listMap' || node.op === 'listFilter'
}

/** The columns an expression reads, those in partitions and orders too; the item of a `map` over a list is none. */
export function columnsOf(node: ExprNode): ReadonlySet<string> {
  const found = new Set<string>()
  const items = new Set<string>()
  someNode(node, one => {
    if (one.op === 'column') found.add(one.name)
    else if (one.op !== 'literal' && looksAtItems(one) && one.options?.item !== undefined) items.add(one.options.item)
    return false
  })
  for (const item of items) found.delete(item)
  return found
}

/**
 * Rewrites an expression from the leaves up, those in options too: `f` gets a node whose parts are rewritten already and gives another, or undefined to keep
 * it. A call whose parts changed is typed again. What does not change stays the same object.
 */
export function mapNode(node: ExprNode, f: (node: ExprNode) => ExprNode | undefined): ExprNode {
  return rewrite(node, f, new Map(), none)
}

const none: ReadonlyMap<string, ColumnNode> = new Map()

function rewrite(
  node: ExprNode,
  f: (node: ExprNode) => ExprNode | undefined,
  done: Map<ExprNode, ExprNode>,
  items: ReadonlyMap<string, ColumnNode>,
): ExprNode {
  for (const call of spine(node, done).reverse()) if (call !== node) done.set(call, rewriteCall(call, f, done, items))
  const known = done.get(node)
  if (known !== undefined) return known
  const made = node.op === 'column' ? (boundItem(node, items) ?? f(node) ?? node) : rewriteCall(node, f, done, items)
  done.set(node, made)
  return made
}

function boundItem(node: ColumnNode, items: ReadonlyMap<string, ColumnNode>): ColumnNode | undefined {
  const item = items.get(node.name)
  return item !== undefined && sameColumn(node, item) ? node : item
}

function sameColumn(a: ColumnNode, b: { readonly type: DataType; readonly nullable: boolean }): boolean {
  return a.nullable === b.nullable && (a.type === b.type || sameType(a.type, b.type))
}

function rewriteCall(
  node: ExprNode,
  f: (node: ExprNode) => ExprNode | undefined,
  done: Map<ExprNode, ExprNode>,
  items: ReadonlyMap<string, ColumnNode>,
): ExprNode {
  const inner = rewriteParts(node, f, done, items)
  return f(inner) ?? inner
}

function rewriteParts(
  node: ExprNode,
  f: (node: ExprNode) => ExprNode | undefined,
  done: Map<ExprNode, ExprNode>,
  items: ReadonlyMap<string, ColumnNode>,
): ExprNode {
  if (node.op === 'column' || node.op === 'literal') return node
  if (looksAtItems(node)) return rewriteMap(node, f, done, items)
  let changed = false
  const visit = (one: ExprNode): ExprNode => {
    const made = rewrite(one, f, done, items)
    if (made !== one) changed = true
    return made
  }
  const args = node.args.map(visit)
  let { options } = node
  if (options?.partitionBy !== undefined) options = { ...options, partitionBy: options.partitionBy.map(visit) }
  if (options?.orderBy !== undefined) options = { ...options, orderBy: options.orderBy.map(one => ({ ...one, expr: visit(one.expr) })) }
  return changed ? callNode(node.op, args, options) : node
}

function rewriteMap(
  node: CallNode,
  f: (node: ExprNode) => ExprNode | undefined,
  done: Map<ExprNode, ExprNode>,
  items: ReadonlyMap<string, ColumnNode>,
): ExprNode {
  const [list, body] = node.args
  const name = node.options?.item
  if (list === undefined || body === undefined || name === undefined) return node
  const newList = rewrite(list, f, done, items)
  const item = itemNode(newList, name)
  // The item may have got another type, so what was rewritten outside does not count inside.
  const newBody = rewrite(body, f, new Map(), new Map([...items, [name, item]]))
  if (newList === list && newBody === body) return node
  return callNode(node.op, [newList, newBody], node.options as ExprOptions)
}

/** The column that stands for an item of the list inside the body of a `map`. */
export function itemNode(list: ExprNode, name: string): ColumnNode {
  const type = typeof list.type === 'object' && 'list' in list.type ? list.type.list : 'unknown'
  return { op: 'column', name, type, nullable: true }
}

/** The expression with its columns replaced by expressions; those without a replacement stay. */
export function substitute(node: ExprNode, exprs: ReadonlyMap<string, ExprNode>): ExprNode {
  return mapNode(node, one => (one.op === 'column' ? exprs.get(one.name) : undefined))
}

/**
 * The expression over real columns: names are looked up, and types are checked and computed again. What has the right types already stays the same object.
 *
 * @throws plan.unknown-column, expr.type, naming `where` (the line of the step) instead of the running line
 */
export function retype(node: ExprNode, schema: Schema, where?: CallSite): ExprNode {
  const fields = new Map(schema.map(field => [field.name, field]))
  const run = (): ExprNode =>
    mapNode(node, one => {
      if (one.op !== 'column') return undefined
      const field = fields.get(one.name)
      if (field === undefined) throw unknownColumn('plan.unknown-column', one.name, schema)
      return sameColumn(one, field) ? one : columnNode(field)
    })
  return where === undefined ? run() : placed(where, run)
}
