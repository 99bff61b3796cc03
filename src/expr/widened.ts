/** Narrow numbers are widened before they are calculated with: no function of numbers knows more than int32, int64, bigint, float64 and decimals. */
import { calculatedAs } from '../schema/index.ts'
import type { FunctionInfo } from './function-info.ts'
import type { ExprNode } from './node.ts'

/** True for a function of numbers alone: one that calculates, not one that compares or moves values of any type. */
export function calculates({ of }: Pick<FunctionInfo, 'of'>): boolean {
  return typeof of !== 'string' && of.length === 1 && of[0] === 'number'
}

/** The operand in the type in which it is calculated with: int8 to uint32 as int64, float32 as float64. */
export function widened(node: ExprNode): ExprNode {
  const to = calculatedAs(node.type)
  if (to === node.type) return node
  return { op: 'cast', args: [node], type: to, nullable: node.nullable, options: { to } }
}
