/**
 * The values callbacks work with: a builder holds a node and has the methods of its type. Its prototype ends in a proxy, so that a method it does not have, an
 * assignment and a JavaScript operator are errors that say what to write instead, while known methods cost no more than a call.
 */
import { familyOf, printType } from '../schema/index.ts'
import type { ExprNode, OrderNode } from './node.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { use, watch } from './trace.ts'
import type { Expr } from './types.ts'
import { type ValueFamily, valueFamily } from './value-family.ts'

/** A method: how many arguments it takes, and what it makes of them. */
export interface Method {
  readonly of: readonly ValueFamily[] | 'any'
  readonly args: readonly [least: number, most: number]
  make(self: ExprNode, args: readonly unknown[]): unknown
}

class Base {
  readonly #node: ExprNode
  constructor(node: ExprNode) {
    this.#node = node
  }
  get node(): ExprNode {
    return this.#node
  }
  static nodeOf(value: unknown): ExprNode | undefined {
    return typeof value === 'object' && value !== null && #node in value ? value.#node : undefined
  }
  toJSON(): ExprNode {
    return this.#node
  }
  [Symbol.toPrimitive](): never {
    throw problem('expr.javascript-operator', `JavaScript operator on ${printExpr(this.#node)}`, {
      hint: 'use methods, such as .add(), .eq(), .concat()',
    })
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Expr ${printExpr(this.#node)}`
  }
  [Symbol.for('tidemill.describe')](): object {
    return { kind: 'text', text: printExpr(this.#node) }
  }
}

/** What JavaScript itself, promises and test tools look for on any value. */
const quiet: ReadonlySet<string> = new Set(['then', 'asymmetricMatch', 'nodeType', '$$typeof', '~type', '~kind', '~standard', '@@__IMMUTABLE_ITERABLE__@@'])

const last = new Proxy(Object.create(null) as object, {
  get(_, name, receiver) {
    const node = Base.nodeOf(receiver)
    if (typeof name === 'symbol' || quiet.has(name) || node === undefined) return undefined
    const known = methodNames(valueFamily(node.type))
    throw problem('expr.unknown-method', `no ${name} on ${printType(node.type)}: ${printExpr(node)} (have ${known.join(', ')})`, {
      details: { name, type: printType(node.type), have: known },
    })
  },
  set(_, name, __, receiver) {
    const node = Base.nodeOf(receiver)
    throw problem('expr.read-only', `assignment to ${String(name)} of ${node === undefined ? 'a column' : printExpr(node)}`, {
      hint: 'columns are not assigned to: return them from withColumns()',
    })
  },
})
Object.setPrototypeOf(Base.prototype, last)

type BuilderClass = new (node: ExprNode) => Base
const classes = new Map<ValueFamily, BuilderClass>()
let table: Readonly<Record<string, readonly Method[]>> = {}

/** Hands the table of methods over; the table needs builders and builders need the table. */
export function useMethods(methods: Readonly<Record<string, readonly Method[]>>): void {
  table = methods
}

function methodFor(name: string, family: ValueFamily): Method | undefined {
  const methods = table[name]
  return family === 'unknown' ? methods?.[0] : methods?.find(method => method.of === 'any' || method.of.includes(family))
}

function methodNames(family: ValueFamily): string[] {
  return Object.keys(table).filter(name => methodFor(name, family) !== undefined)
}

function classFor(family: ValueFamily): BuilderClass {
  const known = classes.get(family)
  if (known !== undefined) return known
  const made = class extends Base {}
  for (const name of methodNames(family)) {
    const method = methodFor(name, family) as Method
    const [least, most] = method.args
    const call = function (this: Base, ...args: readonly unknown[]): unknown {
      const self = this.node
      if (args.length < least || args.length > most)
        throw problem('expr.argument', `${name} takes ${least === most ? least : `${least} to ${most}`} argument${most === 1 ? '' : 's'}, not ${args.length}`)
      use(self)
      return method.make(self, args)
    }
    Object.defineProperty(made.prototype, name, { value: call })
  }
  classes.set(family, made)
  return made
}

/** The builder of a node. A condition inside a callback is watched until it is used. */
export function toExpr(node: ExprNode): Expr {
  if (node.op !== 'column' && node.op !== 'literal' && familyOf(node.type) === 'boolean') watch(node)
  return new (classFor(valueFamily(node.type)))(node) as unknown as Expr
}

/** The node of a builder (or of one of another copy of this package); undefined for other values. */
export function nodeOf(value: unknown): ExprNode | undefined {
  const own = Base.nodeOf(value)
  if (own !== undefined || typeof value !== 'object' || value === null) return own
  const node = Object.getOwnPropertyDescriptor(value, 'node')?.value ?? foreign(value)
  return typeof node === 'object' && node !== null && 'op' in node && 'type' in node ? (node as ExprNode) : undefined
}

function foreign(value: object): unknown {
  const prototype: unknown = Object.getPrototypeOf(value)
  return typeof prototype === 'object' && prototype !== null && 'toJSON' in prototype && 'node' in value ? value.node : undefined
}

/** An item of an order, as `asc` and `desc` give. */
export class OrderItem {
  readonly #order: OrderNode
  constructor(order: OrderNode) {
    this.#order = order
  }
  static orderOf(value: unknown): OrderNode | undefined {
    return typeof value === 'object' && value !== null && #order in value ? value.#order : undefined
  }
}
