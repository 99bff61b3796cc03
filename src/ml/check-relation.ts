import { needRelation, type Relation } from '../plan/index.ts'

/**
 * Throws where `fit`, `evaluate` or `transform` got something else than a table: a promise that nobody awaited, rows, nothing.
 *
 * @param call what the user called. Default: `fit`
 * @param example how it is written, for the hint
 * @throws ml.no-table
 */
export function checkRelation(
  data: unknown,
  call: string = 'fit',
  example: string = "linearRegression().fit(houses, { target: 'price' })",
): asserts data is Relation<unknown> {
  needRelation(data, call, { code: 'ml.no-table', example })
}
