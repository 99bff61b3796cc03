import { callNode, type ExprNode } from '../expr/index.ts'
import { familyOf } from '../schema/index.ts'

/** How far one number or moment is from another, with sign: numbers as they are, days, or microseconds. */
export function distance(from: ExprNode, to: ExprNode): ExprNode {
  if (familyOf(to.type) === 'number') return callNode('sub', [to, from])
  if (to.type === 'date') return callNode('diff', [to, from], { unit: 'day' })
  const micros = (moment: ExprNode): ExprNode => callNode('epoch', [moment], { unit: 'microsecond' })
  return callNode('sub', [micros(to), micros(from)])
}
