import type { ExprNode, LiteralNode } from '../expr/index.ts'
import type { DataType } from '../schema/index.ts'

/** How a database writes the parts of a condition. */
export interface PushedDialect {
  /** A column as an expression; undefined where its values mean something else there. */
  column(name: string, type: DataType): string | undefined
  /** A constant; undefined where the database has no word for it. */
  literal(literal: LiteralNode): string | undefined
}

/** Comparisons that mean the same everywhere for types without NaN, collations or zones of their own. */
const comparisons: Readonly<Record<string, string>> = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' }
const sameEverywhere: ReadonlySet<DataType> = new Set([
  'int8',
  'int16',
  'int32',
  'int64',
  'bigint',
  'uint8',
  'uint16',
  'uint32',
  'date',
  'timestamp',
  'datetime',
  'boolean',
])
const ofText: ReadonlySet<string> = new Set(['eq', 'in'])

/**
 * The part of a condition that a database may apply itself, as SQL; undefined when there is none. The engine applies the whole condition again, so that a part may be
 * left out, but never a row that meets the condition: only what surely means the same is pushed.
 */
export function pushedCondition(where: ExprNode | undefined, dialect: PushedDialect): string | undefined {
  if (where === undefined) return undefined
  if (where.op === 'and' && 'args' in where) {
    const parts = where.args.flatMap(arg => pushedCondition(arg, dialect) ?? [])
    return parts.length === 0 ? undefined : parts.map(part => `(${part})`).join(' AND ')
  }
  return onePart(where, dialect)
}

function onePart(where: ExprNode, dialect: PushedDialect): string | undefined {
  if (!('args' in where)) return undefined
  const [first, ...rest] = where.args
  if (first?.op !== 'column') return undefined
  const { name, type } = first as Extract<ExprNode, { op: 'column' }>
  if (where.op === 'isNull' || where.op === 'isNotNull') {
    const column = dialect.column(name, type)
    return column === undefined ? undefined : `${column} IS ${where.op === 'isNull' ? '' : 'NOT '}NULL`
  }
  const isText = type === 'string'
  if (!isText && !sameEverywhere.has(type)) return undefined
  // Text whose bytes are equal is equal in every collation; what is different, and what comes first, is not the same in all.
  if (isText && !ofText.has(where.op)) return undefined
  const column = dialect.column(name, type)
  const literals = rest.map(arg => (isLiteral(arg) && arg.value !== null ? dialect.literal(arg) : undefined))
  if (column === undefined || literals.length === 0 || literals.includes(undefined)) return undefined
  if (where.op === 'in') return `${column} IN (${literals.join(', ')})`
  if (where.op === 'between' && literals.length === 2) return `${column} BETWEEN ${literals[0]} AND ${literals[1]}`
  const sign = comparisons[where.op]
  return sign === undefined || literals.length !== 1 ? undefined : `${column} ${sign} ${literals[0]}`
}

function isLiteral(node: ExprNode): node is LiteralNode {
  return node.op === 'literal'
}
