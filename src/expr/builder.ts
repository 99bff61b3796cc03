/**
 * The values callbacks work with: a builder holds a node and has the methods of its type. Its prototype ends in a proxy, so that a method it does not have, an
 * assignment and a JavaScript operator are errors that say what to write instead, while known methods cost no more than a call.
 */
import { printType } from '../schema/index.ts'
import { Base, OrderItem } from './base.ts'
import { callNode } from './call-node.ts'
import { functions } from './functions.ts'
import type { Method } from './method-forms.ts'
import { methods } from './methods.ts'
import type { ExprNode } from './node.ts'
import { printExpr } from './print.ts'
import { problem } from './problem.ts'
import { use, watch } from './trace.ts'
import type { Expr } from './types.ts'
import { type ValueFamily, valueFamily } from './value-family.ts'
import { RankingBuilder } from './waiting.ts'
import { rankOver } from './window.ts'

/** What JavaScript itself, promises and test tools look for on any value. */
const quiet: ReadonlySet<string> = new Set([
  'then',
  'asymmetricMatch',
  'nodeType',
  '$$typeof',
  '~type',
  '~kind',
  '~standard',
  '@@__IMMUTABLE_ITERABLE__@@',
])

const last = new Proxy(Object.create(null) as object, {
  get(_, name, receiver) {
    const node = Base.nodeOf(receiver)
    if (typeof name === 'symbol' || quiet.has(name) || node === undefined) return undefined
    if (typeof node.type === 'object' && 'struct' in node.type && node.type.struct.some(field => field.name === name)) {
      use(node)
      return toExpr(callNode('field', [node], { name }))
    }
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

function methodFor(name: string, family: ValueFamily): Method | undefined {
  const found = Object.hasOwn(methods, name) ? methods[name] : undefined
  return family === 'unknown' ? found?.[0] : found?.find(method => method.of === 'any' || method.of.includes(family))
}

function methodNames(family: ValueFamily): string[] {
  return Object.keys(methods).filter(name => methodFor(name, family) !== undefined)
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
      while (args.length > least && args.at(-1) === undefined) args = args.slice(0, -1)
      if (args.length < least || args.length > most)
        throw problem(
          'expr.argument',
          `${name} takes ${least === most ? least : `${least} to ${most}`} argument${most === 1 ? '' : 's'}, not ${args.length}`,
        )
      use(self)
      const result = method.make(self, args, toExpr)
      return result instanceof OrderItem ? result : finish(result)
    }
    Object.defineProperty(made.prototype, name, { value: call })
  }
  classes.set(family, made)
  return made
}

/** The builder of a node. A condition inside a callback is watched until it is used. */
export function toExpr(node: ExprNode): Expr {
  if (node.op !== 'column' && node.op !== 'literal' && node.type === 'boolean') watch(node)
  return new (classFor(valueFamily(node.type)))(node) as unknown as Expr
}

/** The same, but a ranking waits for its window. */
export function finish(node: ExprNode): unknown {
  if (node.op === 'column' || node.op === 'literal' || functions[node.op].kind !== 'window') return toExpr(node)
  return new RankingBuilder(node, window => toExpr(rankOver(node, window)))
}
