import { type LiteralNode, literalNode } from '../../expr/index.ts'
import { type Field, familyOf } from '../../schema/index.ts'

/** Old and new values: pairs, a map, or an object whose names are the old values. */
export type Replacements =
  | ReadonlyMap<unknown, unknown>
  | readonly (readonly [from: unknown, to: unknown])[]
  | Readonly<Record<string, unknown>>

/** As constants of the column's type; names of an object are read as values of it. */
export function pairsOf(values: Replacements, field: Field | undefined): (readonly [LiteralNode, LiteralNode])[] {
  const isText = field === undefined || ['text', 'unknown'].includes(familyOf(field.type))
  const old = (name: string): LiteralNode => (isText ? literalNode(name) : literalNode(name, field.type))
  if (isPairs(values)) return [...values].map(([from, to]) => [literalNode(from), literalNode(to)] as const)
  return Object.entries(values).map(([from, to]) => [old(from), literalNode(to)] as const)
}

function isPairs(values: Replacements): values is ReadonlyMap<unknown, unknown> | readonly (readonly [unknown, unknown])[] {
  return Array.isArray(values) || values instanceof Map
}
