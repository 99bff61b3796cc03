import type { Tables } from '../coming-from/tables.ts'

/** A table that can be printed. */
export interface Shown {
  show(options?: { readonly rows?: number }): Promise<void>
}
export interface VerbDoc {
  readonly name: string
  /** What becomes of NULLs. */
  readonly nulls: string
  /** What is true of the order of the rows. */
  readonly order: string
  /** Its text stands on the page, with what it prints. */
  readonly example: (tables: Tables) => Shown | Promise<Shown>
}
export interface VerbGroup {
  /** A task. */
  readonly title: string
  readonly verbs: readonly VerbDoc[]
}

export const kept = 'The order of the rows stays.'
export const none = 'The rows come in no fixed order; sort after it.'
/** Of verbs that take windows, or are made of them. */
export const keptBehindWindows =
  'The order of the rows stays. Behind a window it is that of a `sort` before it; rows that were not sorted come in no fixed order there.'
