import { showingText, TidemillError } from '../errors/index.ts'
import type { Sink, Source } from '../plan/index.ts'
import { type OpenRow, type Row, type Schema, schemaOf, type SchemaLike } from '../schema/index.ts'
import { isSchema, shown } from './check-options.ts'
import { driverCode } from './driver-code.ts'
import { oneOfThese, onlyOptions, textOrNone } from './given-options.ts'
import { checkPath } from './table-file.ts'

/** What of a database file is read or written. */
export interface SqliteOptions<S extends SchemaLike | undefined = undefined> {
  /** The table or view to read, or the table to write. */
  readonly table?: string
  /** A SELECT to read. */
  readonly query?: string
  /** Columns and types to read, instead of those the table declares. */
  readonly schema?: S
  /** Of a table that is there, when writing: 'fail' (default), 'append' to it, or 'replace' it, with its indexes. */
  readonly mode?: 'fail' | 'append' | 'replace'
}
/** A table of a database: to read rows of R from, and to write rows to. */
export interface DatabaseTable<out R> extends Source<R>, Sink<unknown> {}

/**
 * A table, a view or a SELECT of a SQLite file, to read; a table, to write.
 *
 * Types are those the table declares (INTEGER int64, REAL float64, TEXT string, BLOB bytes, BOOLEAN, DATE, DATETIME datetime, TIMESTAMPTZ timestamp, DECIMAL(p, s) decimal); of expressions they
 * are found in the first 20,000 rows. SQLite lets any value stand in any column: one that does not fit is an error with its row, never another value.
 *
 * Reading: on a thread of its own, as a stream, in one transaction: rows are those of one moment, whatever is written meanwhile. The asked columns, simple conditions
 * and a limit are SQLite's to apply. Writing: rows gather in a hidden file, then come into the table in one transaction; an error or a killed process leaves the
 * table as it was. Decimals, times of day, UUIDs and JSON are kept as text, in columns whose declared type says so.
 *
 * @example
 * const orders = await tm.read(sqlite('shop.db', { table: 'orders' }))
 * await totals.write(sqlite('shop.db', { table: 'totals', mode: 'replace' }))
 * @throws connectors.option
 * @throws connectors.not-found, connectors.format, schema.misfit when it is read; connectors.exists, connectors.locked when it is written
 */
export function sqlite<const S extends SchemaLike | undefined = undefined>(
  path: string,
  options: SqliteOptions<S>,
): DatabaseTable<S extends SchemaLike ? Row<S> : OpenRow> {
  checkPath('sqlite', path)
  onlyOptions('sqlite', options, ['table', 'query', 'schema', 'mode'])
  const { table, query, schema, mode } = options
  checkTableOrQuery('sqlite', table, query)
  oneOfThese('mode', mode, ['fail', 'append', 'replace'])
  return Object.freeze({
    kind: 'sqlite',
    options: Object.freeze({
      path,
      ...(table === undefined ? { query } : { table }),
      ...(mode === undefined ? {} : { mode }),
      ...declaredSchema(schema),
    }),
    code: driverCode('sqlite-driver'),
    ...showingText(() => `sqlite ${path} ${table ?? 'query'}`),
  })
}

/** @throws connectors.option unless exactly one of them is given */
export function checkTableOrQuery(kind: string, table: unknown, query: unknown): void {
  textOrNone('table', table, 'the name of a table')
  textOrNone('query', query, 'a SELECT')
  if ((table === undefined) !== (query === undefined)) return
  throw new TidemillError('connectors.option', `${kind} wants a table or a query, not ${table === undefined ? 'neither' : 'both'}`, {
    hint: `such as ${kind}(..., { table: 'orders' }) or ${kind}(..., { query: 'select * from orders' })`,
  })
}

/** The declared columns, as options keep them. */
export function declaredSchema(schema: unknown): { readonly schema?: Schema } {
  if (schema === undefined) return {}
  if (!isSchema(schema))
    throw new TidemillError('connectors.option', `schema must be columns and types, such as { price: 'float64' }, not ${shown(schema)}`)
  return { schema: schemaOf(schema as SchemaLike) }
}
