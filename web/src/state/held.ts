/** Rows of a table that grows on top: new ones wait until they are asked for, so that nothing moves under the reader's hand. */
export interface Held<T> {
  readonly shown: readonly T[]
  /** How many wait. */
  readonly waiting: number
}

/**
 * Splits rows into those shown before, with their newest values, and those that wait.
 *
 * @param known keys that may be shown; undefined shows all
 */
export function heldRows<T>(rows: readonly T[], keyOf: (row: T) => string, known: ReadonlySet<string> | undefined): Held<T> {
  if (known === undefined) return { shown: rows, waiting: 0 }
  const shown = rows.filter(row => known.has(keyOf(row)))
  return { shown, waiting: rows.length - shown.length }
}
