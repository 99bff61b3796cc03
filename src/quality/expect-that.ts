import type { Builder, Relation, Spec } from '../plan/index.ts'
import type { IsOpen } from '../schema/index.ts'
import type { Clock } from '../time/index.ts'
import type { Check } from './check.ts'
import type { Contract } from './contract.ts'
import type { History } from './history.ts'
import type { Report } from './report.ts'

export interface ExpectOptions {
  /** Rows shown of each failed check. Default: 5. */
  readonly samples?: number
  /** Other tables by the names that checks use: `column('customerId').in('customers', 'id')`. */
  readonly tables?: Readonly<Record<string, Relation<unknown>>>
  /** Where the figures are kept, to be compared with those of the last runs. */
  readonly history?: History
  /** Where the rejected rows are written, with `failedChecks`, when there are some: `parquet('rejected.parquet')`. */
  readonly failedRows?: Spec
  /** What `fresh` measures by. */
  readonly clock?: Clock
  readonly signal?: AbortSignal | undefined
}
/** On an open row any check is allowed: the compiler does not know its columns. */
export type ChecksFor<R> = IsOpen<R> extends true ? Check<never> : Check<R>

/**
 * Checks a table and reports every failure at once.
 *
 * One pass counts for all checks; `in` joins the other table to it, `like` with a table reads that table first (and with `ks` both once more), `failingSql` is a query of its
 * own. When rows failed, one more pass fetches samples for all checks. Nothing is thrown for data that fail: read `passed`. A check of a contract that does not fit the
 * columns has failed; one in an array is a mistake of the program, and is thrown.
 *
 * @example
 * const report = await expectThat(orders, [column('amount').between(0, 1e6).atLeast(0.999), column('orderId').unique(), rowCount().between(1, 1e6)])
 * const { clean, rejected } = report.quarantine()
 * @throws plan.argument for something that is no table; quality.check for checks of a wrong form or two of one name; expr.unknown-column, expr.type where a check does not fit the columns
 */
export async function expectThat<R, B extends Builder>(
  data: Relation<R, B>,
  checks: readonly ChecksFor<NoInfer<R>>[] | Contract,
  options: ExpectOptions = {},
): Promise<Report<R, B>> {
  // `import 'tidemill'` stays quick: the body is loaded when there is something to check.
  const { runChecks } = await import('./run-checks.ts')
  return runChecks(data, checks, options)
}
