/** What a conformance case is: plain data and one callback, so that every engine runs the same ones. */
import type { ErrorCode } from '../errors/index.ts'
import type { OpenRow, Schema, SchemaLike } from '../schema/index.ts'
import type { Columns } from '../expr/index.ts'

/** Columns of any type, as in a callback on an open row. */
export type CaseRow = Columns<OpenRow>

export interface ConformanceCase {
  readonly name: string
  /** The rule of the table of semantics that it shows. */
  readonly rule: string
  readonly table: { readonly schema: SchemaLike | Schema; readonly rows: readonly (readonly unknown[])[] }
  /** `project`: the columns of `exprs`. `filter`: `exprs` is the condition. `aggregate`: `keys`, then those of `exprs`. `sort`: `exprs` is the order. */
  readonly plan: 'project' | 'filter' | 'aggregate' | 'sort'
  readonly keys?: readonly string[]
  readonly exprs: (r: CaseRow) => unknown
  /** Rows in canonical text, NULL as `NULL`; see `canonical`. Their order counts when `ordered`. */
  readonly want: readonly (readonly string[])[]
  /** The run must fail with one of these instead. */
  readonly error?: readonly ErrorCode[]
  readonly ordered?: boolean
  /** Relative, for columns of floats; without one the twelve digits of the canonical text count. */
  readonly tolerance?: number
}

/** A case that computes columns from rows. */
export function project(
  rule: string,
  name: string,
  schema: SchemaLike | Schema,
  rows: readonly (readonly unknown[])[],
  exprs: ConformanceCase['exprs'],
  want: readonly (readonly string[])[],
): ConformanceCase {
  return { name, rule, table: { schema, rows }, plan: 'project', exprs, want }
}

/** A case whose run must fail. */
export function fails(
  rule: string,
  name: string,
  schema: SchemaLike | Schema,
  row: readonly unknown[],
  exprs: ConformanceCase['exprs'],
  ...error: readonly ErrorCode[]
): ConformanceCase {
  return { name, rule, table: { schema, rows: [row] }, plan: 'project', exprs, want: [], error }
}

/** A case that aggregates, by keys or (without) the whole table. */
export function aggregate(
  rule: string,
  name: string,
  schema: SchemaLike | Schema,
  rows: readonly (readonly unknown[])[],
  keys: readonly string[],
  exprs: ConformanceCase['exprs'],
  want: readonly (readonly string[])[],
): ConformanceCase {
  return { name, rule, table: { schema, rows }, plan: 'aggregate', keys, exprs, want }
}
