/** SQL as a tagged template: what stands in its gaps is bound, never spliced. */
import { showingText, TidemillError, whatIs } from '../errors/index.ts'
import {
  type CastTo,
  castTo,
  col,
  type Expr,
  type ExprOf,
  fragmentNode,
  type KindOf,
  type Literal,
  type LiteralNode,
  literalNode,
  toExpr,
} from '../expr/index.ts'
import type { Plan, Relation, SqlGap } from '../plan/index.ts'
import type { FieldValue } from '../schema/index.ts'

/** A name of a column or a table, made by `sql.id`. */
export class SqlName {
  readonly name: string
  constructor(name: string) {
    this.name = name
    Object.assign(
      this,
      showingText(() => `sql name ${name}`),
    )
    Object.freeze(this)
  }
}
/** What may stand in a gap: a value, values for `in`, a table, a name. */
export type SqlPart = Literal | readonly Literal[] | Pick<Relation<unknown>, 'plan' | 'engine'> | SqlName

/** What may stand in a gap of a fragment: a column or another expression, a value, values for `in`, a name of a column. */
export type SqlOperand = Expr | Literal | readonly Literal[] | SqlName
/** The template of a fragment whose value is of a type. */
export type SqlFragment<N> = <const P extends readonly SqlOperand[]>(
  text: TemplateStringsArray,
  ...parts: P
) => ExprOf<FieldValue<N> | null, KindOf<P[number]>>

/** SQL where the methods of columns do not reach, and parts of SQL texts. */
export const sql: {
  /**
   * One expression of the engine's own SQL as a column: `sql('string')\`regexp_extract(${r.name}, ${'a+'})\``. Columns and values stand in the gaps and are never part of
   * the text; its type is said, and checked before the first row. It runs in engines that speak SQL: kernels and streams refuse it.
   *
   * The text is one expression of plain functions: no names of tables or columns (`${r.city}`), no subqueries, aggregates, windows, no functions that look at files or
   * settings or give another value at each call.
   *
   * @example people.withColumns(r => ({ near: sql('float64')`jaro_winkler_similarity(${r.name}, ${'Jansen'})` }))
   * @throws expr.argument for a type that is none, or an empty list; engine.sql (when the plan runs) for a text that is refused or has another type
   */
  <const N extends CastTo>(to: N): SqlFragment<N>
  /**
   * A name of a column or a table that is not known before the program runs. It stands in the text in quotes, whatever is in it.
   *
   * @example await tm.sql`select ${sql.id(column)} from ${houses}`
   * @throws plan.argument for what is no text, or empty
   */
  id(name: string): SqlName
} = Object.freeze(Object.assign(fragment, { id }))

function id(name: string): SqlName {
  if (typeof name === 'string' && name !== '' && !name.includes('\0')) return new SqlName(name)
  throw wrong(`sql.id wants a name, not ${typeof name === 'string' ? 'an empty text or one with a zero byte' : whatIs(name)}`)
}

function fragment<const N extends CastTo>(to: N): SqlFragment<N> {
  if (typeof to === 'object' && 'raw' in to)
    throw wrong('an SQL fragment without the type of its value', "say it first: sql('float64')`...`; a whole SELECT is tm.sql`...`")
  const type = castTo(to)
  const made = (text: TemplateStringsArray, ...parts: readonly SqlOperand[]): unknown => {
    const operands = parts.map(part => (part instanceof SqlName ? col(part.name) : part))
    return toExpr(fragmentNode(writtenIn(text), operands, type))
  }
  // The type of the value is the one that was said.
  return made as SqlFragment<N>
}

/** The texts of a template as written, so that '\d' of a pattern is not lost; only what the template needs is taken away. */
function writtenIn(template: TemplateStringsArray): string[] {
  return template.raw.map(text => text.replaceAll('\\`', '`').replaceAll('\\${', '${'))
}

export interface SqlTemplate {
  /** Values are `$1`, `$2`, ...; tables have the names of `tables`. */
  readonly text: string
  readonly tables: Readonly<Record<string, Plan>>
  readonly values: readonly LiteralNode[]
  readonly strings: readonly string[]
  readonly gaps: readonly SqlGap[]
}

/**
 * Reads a tagged template.
 *
 * @throws plan.argument for what cannot stand in a gap, expr.literal
 */
export function sqlTemplate(template: TemplateStringsArray, parts: readonly unknown[]): SqlTemplate {
  const strings = writtenIn(template)
  const tables = new Map<Plan, string>()
  const values: LiteralNode[] = []
  const gaps = parts.map((part, index) => gapOf(part, index))
  const bind = (value: LiteralNode): string => `$${values.push(value)}`
  const shown = (gap: SqlGap): string => {
    if ('name' in gap) return `"${gap.name.replaceAll('"', '""')}"`
    if ('value' in gap) return bind(gap.value)
    // `in ()` is no SQL.
    if ('values' in gap) return gap.values.length === 0 ? '(SELECT NULL WHERE false)' : `(${gap.values.map(bind).join(', ')})`
    const name = tables.get(gap.table) ?? `table_${tables.size + 1}`
    tables.set(gap.table, name)
    return name
  }
  const text = strings.map((piece, index) => `${piece}${gaps[index] === undefined ? '' : shown(gaps[index])}`).join('')
  return { text, tables: Object.fromEntries([...tables].map(([plan, name]) => [name, plan])), values, strings, gaps }
}

function gapOf(part: unknown, index: number): SqlGap {
  if (part instanceof SqlName) return { name: part.name }
  if (Array.isArray(part)) return { values: part.map(item => literalNode(item)) }
  if (isTable(part)) return { table: part.plan }
  if (part === undefined) throw wrong(`value ${index + 1} of the SQL text is undefined`, 'null is NULL')
  return { value: literalNode(part) }
}

/** Whether it is a table, of some engine. */
export function isTable(part: unknown): part is Pick<Relation<unknown>, 'plan' | 'engine'> {
  return typeof part === 'object' && part !== null && 'plan' in part && 'engine' in part
}

/** A table of another session in an SQL text. */
export function foreign(of: string, to: string): TidemillError {
  return wrong(`SQL text over tables of two engines: ${of} and ${to}`, 'read both in one session')
}

function wrong(message: string, hint?: string): TidemillError {
  return new TidemillError('plan.argument', message, hint === undefined ? {} : { hint })
}
