import type { Batch } from './batch.ts'
import { sizedArray } from './sized-array.ts'
import { valuesOf } from './values-of.ts'

type Row = Record<string, unknown>

/**
 * The rows of a batch as plain objects, values as in `Types`.
 *
 * Each column is decoded as a whole; then the rows are filled by one store per column, each at its own place of the code: V8 learns the shape there. Measured
 * for 4 columns, million rows per CPU second, first shape seen / after 30 shapes: this 40 / 13, loop over the names 9 / 11, literal with computed keys 27 / 2,
 * spread of a template 14 / 7.
 *
 * @throws schema.unsafe-integer for an int64 beyond 2^53, naming the column
 */
export function rowsOf(batch: Batch): object[] {
  const names = batch.fields.map(field => field.name)
  const columns = batch.columns.map((column, index) => valuesOf(column, names[index]))
  const rows = sizedArray<Row>(batch.rows)
  if (names.includes('__proto__')) {
    // A store under this name would change the prototype.
    for (let at = 0; at < rows.length; at++) rows[at] = Object.fromEntries(names.map((name, index) => [name, columns[index]?.[at]]))
    return rows
  }
  if (names.length > narrow) copyTemplate(rows, names, columns)
  else make(rows, names, columns)
  return rows
}

/** How many stores `make` has. */
const narrow = 8
type Eight<T> = [T, T, T, T, T, T, T, T]

/** Rows of few columns. Names and columns beyond the last are undefined and not used. */
function make(rows: Row[], names: readonly string[], columns: readonly (readonly unknown[])[]): void {
  const count = names.length
  const [a, b, c, d, e, f, g, h] = names as Eight<string>
  const [A, B, C, D, E, F, G, H] = columns as Eight<readonly unknown[]>
  for (let at = 0; at < rows.length; at++) {
    const row: Row = {}
    if (count > 0) row[a] = A[at]
    if (count > 1) row[b] = B[at]
    if (count > 2) row[c] = C[at]
    if (count > 3) row[d] = D[at]
    if (count > 4) row[e] = E[at]
    if (count > 5) row[f] = F[at]
    if (count > 6) row[g] = G[at]
    if (count > 7) row[h] = H[at]
    rows[at] = row
  }
}

/**
 * Rows of many columns. V8 gives up the fast form of an object that grows by more than some 16 named stores; a copy of an object that came out of JSON.parse has
 * all its places at once (24 columns: 2.8 million rows per CPU second, 0.3 without).
 */
function copyTemplate(rows: Row[], names: readonly string[], columns: readonly (readonly unknown[])[]): void {
  const template = JSON.parse(`{${names.map(name => `${JSON.stringify(name)}:null`).join(',')}}`) as Row
  for (let at = 0; at < rows.length; at++) {
    const row: Row = { ...template }
    for (let index = 0; index < names.length; index++) row[names[index] as string] = (columns[index] as readonly unknown[])[at]
    rows[at] = row
  }
}
