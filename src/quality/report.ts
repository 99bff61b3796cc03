import { type Description, showing, type Shown } from '../display/index.ts'
import type { Builder, Of, Plan, Relation } from '../plan/index.ts'
import { plain } from './plain.ts'
import { divide, type NamedCheck } from './failed-checks.ts'

export interface CheckResult<out R> {
  readonly name: string
  readonly kind: string
  readonly passed: boolean
  /** Rows looked at. */
  readonly seen: number
  /** Rows that failed; for a check of the whole table 1 when it did not hold. */
  readonly failed: number
  /** What a check of the whole table found. */
  readonly found: string | undefined
  /** The first rows that failed, in scan order. */
  readonly samples: readonly R[]
}

/** What `expectThat` found. */
export interface Report<R, B extends Builder> extends Shown {
  /** True when every check passed. */
  readonly passed: boolean
  readonly checks: readonly CheckResult<R>[]
  /**
   * The same builder twice: rows that passed all row checks, and the rest with the names of the checks they failed. Each row is in exactly one of them.
   * A share given by `atLeast` excuses the table, not the row. Checks of the whole table say nothing about rows.
   *
   * @throws quality.check when the data have a column `failedChecks` already
   */
  quarantine(): { readonly clean: Of<B, R>; readonly rejected: Of<B, R & { failedChecks: string[] }> }
  /** JSON data: big integers as text, bytes as base64. */
  toJson(): object
}

/** The report as a value. */
export function makeReport<R, B extends Builder>(
  data: Relation<R, B>,
  plan: Plan,
  checks: readonly NamedCheck[],
  results: readonly CheckResult<R>[],
): Report<R, B> {
  const passed = results.every(result => result.passed)
  return Object.freeze({
    passed,
    checks: Object.freeze([...results]),
    quarantine() {
      const parts = divide(plan, checks)
      return { clean: data.derive<R>(parts.clean), rejected: data.derive<R & { failedChecks: string[] }>(parts.rejected) }
    },
    toJson: () => plain({ passed, checks: results }) as object,
    ...showing(() => describeReport(passed, results)),
  })
}

function describeReport(passed: boolean, results: readonly CheckResult<unknown>[]): Description {
  const failed = results.filter(result => !result.passed).length
  return {
    kind: 'table',
    title: passed ? `all ${results.length} checks passed` : `${failed} of ${results.length} checks failed`,
    columns: [
      { name: 'check', type: '', align: 'left' },
      { name: 'passed', type: '', align: 'left' },
      { name: 'seen', type: '', align: 'right' },
      { name: 'failed', type: '', align: 'right' },
      { name: 'found', type: '', align: 'left' },
    ],
    rows: results.map(result => [
      result.name,
      result.passed ? 'yes' : 'NO',
      String(result.seen),
      String(result.failed),
      result.found ?? '',
    ]),
    total: results.length,
    shown: results.length,
  }
}
