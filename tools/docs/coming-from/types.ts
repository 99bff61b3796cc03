import type { Tables } from './tables.ts'

/** A thing people know how to do, in four languages. */
export interface Same {
  readonly what: string
  readonly pandas: string
  readonly polars: string
  /** DuckDB's. */
  readonly sql: string
  /** What its text shows is what runs. */
  readonly tidemill: (tables: Tables) => Answer | Promise<Answer>
  /** True when the order of the rows is part of the answer. */
  readonly ordered?: true
}
/** A table, or a value: which is compared with a table of one column. */
export type Answer = { rows(): Promise<readonly object[]> } | number | readonly unknown[]

export interface Section {
  readonly title: string
  readonly rows: readonly Same[]
}
