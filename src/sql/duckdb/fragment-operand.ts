import { type ExprNode, literalValue } from '../../expr/index.ts'

const int32 = 2_147_483_647

/**
 * An operand of an SQL fragment, printed as `text`: we keep instants as TIMESTAMP, which is a wall clock in SQL; there they are TIMESTAMPTZ, as in `tm.sql`. Whole
 * numbers are written as numbers: functions that want an INTEGER take no BIGINT.
 */
export function fragmentOperand(text: string, node: ExprNode | undefined): string {
  if (node?.type === 'timestamp') return `timezone('UTC', ${text})`
  const value = node?.op === 'literal' && node.type === 'int64' ? literalValue(node) : undefined
  return typeof value === 'bigint' && value >= -int32 && value <= int32 ? String(value) : text
}
