import type { Builder, Relation } from '../plan/index.ts'
import type { IsOpen } from '../schema/index.ts'
import type { Clock } from '../time/index.ts'
import type { Check } from './check.ts'
import type { Report } from './report.ts'

export interface ExpectOptions {
  /** Rows shown of each failed check. Default: 5. */
  readonly samples?: number
  /** What `fresh` measures by. */
  readonly clock?: Clock
  readonly signal?: AbortSignal | undefined
}
/** On an open row any check is allowed: the compiler does not know its columns. */
export type ChecksFor<R> = IsOpen<R> extends true ? Check<never> : Check<R>

/**
 * Checks a table and reports every failure at once.
 *
 * One pass counts for all checks; a check that failed costs one more for its sample rows. Nothing is thrown for data that fail: read `passed`.
 *
 * @example
 * const report = await expectThat(orders, [column('amount').between(0, 1e6).atLeast(0.999), column('orderId').unique(), rowCount().between(1, 1e6)])
 * const { clean, rejected } = report.quarantine()
 * @throws plan.argument for something that is no table; quality.check for checks of a wrong form or two of one name; expr.unknown-column, expr.type where a check does not fit the columns
 */
export async function expectThat<R, B extends Builder>(
  data: Relation<R, B>,
  checks: readonly ChecksFor<NoInfer<R>>[],
  options: ExpectOptions = {},
): Promise<Report<R, B>> {
  // `import 'tidemill'` stays quick: the body is loaded when there is something to check.
  const { runChecks } = await import('./run-checks.ts')
  return runChecks(data, checks, options)
}
