/** What a builder holds, and how to tell one from other values. */
import { describe, jupyterDisplay } from '../errors/index.ts'
import type { ExprNode, OrderNode } from './node.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'

/** A node in the hands of the user. The classes with methods are made in `builder.ts`. */
export class Base {
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
}
Object.defineProperties(Base.prototype, {
  [Symbol.for('nodejs.util.inspect.custom')]: {
    value: function (this: Base) {
      return `Expr ${printExpr(this.node)}`
    },
  },
  // The protocol of `display`, which is a room beside this one.
  [describe]: {
    value: function (this: Base) {
      return { kind: 'text', text: printExpr(this.node) }
    },
  },
  [jupyterDisplay]: {
    value: function (this: Base) {
      return { 'text/plain': printExpr(this.node) }
    },
  },
})

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
