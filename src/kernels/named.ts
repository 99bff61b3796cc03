import type { ExprNode } from '../expr/index.ts'

/** An output column: the same shape as in plans, which are on this floor too. */
export interface NamedExpr {
  readonly name: string
  readonly expr: ExprNode
}
