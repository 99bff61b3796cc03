/** The shapes that methods of builders come in. */
import type { OrderItem } from './base.ts'
import { callNode } from './call-node.ts'
import type { Takes } from './function-info.ts'
import { functions } from './functions.ts'
import type { ExprNode, ExprOptions, FunctionName } from './node.ts'
import { operand } from './operand.ts'
import { problem } from './problem.ts'
import { shown } from './shown.ts'
import type { Expr } from './types.ts'
import type { ValueFamily } from './value-family.ts'

/** A method: whose it is, how many arguments it takes, and the node (or order) it makes of them. */
export interface Method {
  readonly of: readonly ValueFamily[] | 'any'
  readonly args: readonly [least: number, most: number]
  make(self: ExprNode, args: readonly unknown[], wrap: (node: ExprNode) => Expr): ExprNode | OrderItem
}
export type Make = Method['make']

export function families(takes: Takes): Method['of'] {
  return typeof takes === 'string' ? 'any' : takes
}

/** A method with the name of its function, whose arguments are operands. */
export function plain(name: FunctionName): Method {
  const info = functions[name]
  const operands = info.args[0] - 1
  return { of: families(info.of), args: [operands, operands], make: (self, args) => callNode(name, [self, ...args.map(operand)]) }
}

export function method(of: Method['of'], least: number, most: number, make: Make): readonly Method[] {
  return [{ of, args: [least, most], make }]
}

export function withOptions(
  name: FunctionName,
  least: number,
  most: number,
  options: (args: readonly unknown[], self: ExprNode) => ExprOptions,
): readonly Method[] {
  return method(families(functions[name].of), least, most, (self, args) => callNode(name, [self], options(args, self)))
}

export function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number') return value
  throw problem('expr.argument', `${name} wants a number, not ${shown(value)}`, {
    hint: 'a plain number: a column cannot stand here',
  })
}

export function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw problem('expr.argument', `${name} wants a text, not ${shown(value)}`, {
    hint: 'a plain text: a column cannot stand here',
  })
}
