import type { LiteralNode } from '../expr/index.ts'
import type { Dialect } from './dialect.ts'

/** A constant as text that reads back as exactly the same value: floats bit by bit. */
export function literalSql(node: LiteralNode, dialect: Dialect): string {
  return dialect.literal(node)
}
