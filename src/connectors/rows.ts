import { showingText, TidemillError } from '../errors/index.ts'
import type { Source } from '../plan/index.ts'
import { inferRows, type Row, type Schema, type SchemaLike, schemaOf } from '../schema/index.ts'
import { shown } from './check-options.ts'
import { driverCode } from './driver-code.ts'

/** What `rows` gives to its driver. */
export interface RowsOptions {
  readonly rows: readonly object[]
  readonly schema: Schema
}
/** A row as it comes out again: a property that may be missing is a nullable column. */
export type RowAs<R> = { -readonly [K in keyof R]-?: undefined extends R[K] ? Exclude<R[K], undefined> | null : R[K] }

/**
 * Rows that are in memory, as a source.
 *
 * Without a schema the types come from the values: numbers are float64, every column may hold NULL. Rows are read when the plan runs; do not change them until then.
 *
 * @example
 * const numbers = await tm.read(rows([1, 2, 3].map(x => ({ x }))))
 * @throws connectors.option when it is no array of objects
 * @throws schema.no-columns when there is no row and no schema
 * @throws schema.misfit when the plan runs, naming the row and column of a value that does not fit
 */
export function rows<R extends object>(items: readonly R[]): Source<RowAs<R>>
export function rows<const S extends SchemaLike>(items: readonly object[], options: { readonly schema: S }): Source<Row<S>>
export function rows(items: readonly object[], options: { readonly schema?: SchemaLike } = {}): Source<unknown> {
  checkItems(items)
  const schema = options.schema === undefined ? inferRows(items) : schemaOf(options.schema)
  if (schema.length === 0)
    throw new TidemillError(
      'schema.no-columns',
      `rows have no columns: ${items.length === 0 ? 'the array is empty' : 'the objects are empty'}`,
      {
        hint: "declare them: rows(items, { schema: { price: 'float64' } })",
      },
    )
  const made: RowsOptions = { rows: items, schema }
  return Object.freeze({
    kind: 'rows',
    options: Object.freeze(made),
    code: driverCode('rows-driver'),
    ...showingText(() => `${items.length} rows in memory`),
  })
}

function checkItems(items: unknown): void {
  if (!Array.isArray(items))
    throw new TidemillError('connectors.option', `rows must be an array of objects, not ${shown(items)}`, {
      hint: 'of something to iterate over: rows([...items])',
    })
  const index = items.findIndex(item => typeof item !== 'object' || item === null || Array.isArray(item))
  if (index === -1) return
  throw new TidemillError('connectors.option', `rows must be objects: row ${index + 1} is ${shown(items[index])}`, {
    details: { row: index + 1 },
    hint: 'give each value a name: rows(items.map(value => ({ value })))',
  })
}
