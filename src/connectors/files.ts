/** Row types by path, so that a literal path is enough for the compiler. */
import type { CamelKeys, OpenRow, Row, SchemaLike } from '../schema/index.ts'

/**
 * Path -> row type. Empty here; `tidemill types` fills it in `tidemill.d.ts`:
 *
 * @example
 * declare module 'tidemill/connectors' { interface Files { 'housing.csv': { price: number } } }
 */
// oxlint-disable-next-line typescript/no-empty-interface
export interface Files {}

/** The row type of a file: the declared schema, else what `Files` says of the path, else open. */
export type FileRow<P extends string, S, N> = [S] extends [SchemaLike]
  ? Row<S>
  : [P] extends [keyof Files]
    ? [N] extends ['camelCase']
      ? CamelKeys<Files[P]>
      : Files[P]
    : OpenRow
