import type { Dialect } from './dialect.ts'

/** A name that stands for a column or a table, whatever is in it. */
export function quoteName(dialect: Dialect, name: string): string {
  return dialect.quoteName(name)
}

/** A text constant. */
export function quoteText(dialect: Dialect, text: string): string {
  return dialect.quoteText(text)
}
