import { renderHtml, renderPage, type Shown, showing } from '../display/index.ts'
import type { Builder, Of, Plan, Relation } from '../plan/index.ts'
import { writeFileAtomic } from '../storage/index.ts'
import { plain } from './plain.ts'
import { describeReport, reportPage } from './describe-report.ts'
import { divide, type NamedCheck } from './failed-checks.ts'
import { rejects, type Severity } from './spec.ts'

export interface CheckResult<out R> {
  readonly name: string
  readonly kind: string
  readonly passed: boolean
  readonly severity: Severity
  /** Rows looked at. */
  readonly seen: number
  /** Rows that failed; for a check of the whole table 1 when it did not hold. */
  readonly failed: number
  /** What a check of the whole table found. */
  readonly found: string | undefined
  /** What is compared with earlier runs: the share of rows that failed, or what the check of the whole table looked at. */
  readonly figure: number | undefined
  /** The share of rows that passed; of a check of the whole table 0 or 1. */
  readonly share: number
  /** Said when the figure is unusual beside those of earlier runs. */
  readonly anomaly: Anomaly | undefined
  /** The first rows that failed, in scan order; of `failingSql` the first rows of its own result. */
  readonly samples: readonly R[]
}
/** A figure beside those of earlier runs. */
export interface Anomaly {
  readonly figure: number
  readonly median: number
  /** What would not be unusual. */
  readonly low: number
  readonly high: number
  /** How many robust deviations it is away from the median. */
  readonly z: number
  /** Earlier runs that were compared with. */
  readonly runs: number
}

/** What `expectThat` found. */
export interface Report<R, B extends Builder> extends Shown {
  /** True when every check of severity `error` passed. */
  readonly passed: boolean
  /** The mean over all checks of the share of rows that passed; a check of the whole table counts 0 or 1. 1 without checks. */
  readonly score: number
  /** Failed checks of severity `warning`. */
  readonly warnings: number
  /** Checks whose figures are unusual beside those of earlier runs. They fail nothing by themselves. */
  readonly anomalies: number
  /** When it was, in milliseconds since 1970. */
  readonly at: number
  readonly contract: { readonly name: string; readonly version: string; readonly sha256: string } | undefined
  readonly checks: readonly CheckResult<R>[]
  /**
   * The same builder twice: rows that passed all row checks of severity `error`, and the rest with the names of the checks they failed. Each row is in exactly one of them.
   * A share given by `atLeast` excuses the table, not the row. Checks of the whole table, and `failingSql`, say nothing about rows.
   *
   * @throws quality.check when the data have a column `failedChecks` already
   */
  quarantine(): { readonly clean: Of<B, R>; readonly rejected: Of<B, R & { failedChecks: string[] }> }
  /** Writes a page that needs nothing else, whole or not at all. */
  toHtml(path: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void>
  /** The body of that page: HTML without a script, everything from data escaped. */
  toFragment(): Promise<string>
  /** JSON data: big integers as text, bytes as base64. */
  toJson(): object
}

/** The report as a value, and the plan of the rejected rows. */
export function makeReport<R, B extends Builder>(
  data: Relation<R, B>,
  plan: Plan,
  checks: readonly NamedCheck[],
  results: readonly CheckResult<R>[],
  facts: Pick<Report<R, B>, 'at' | 'contract'>,
): { readonly report: Report<R, B>; rejected(): Plan } {
  const failed = (severity: Severity): number => results.filter(result => !result.passed && result.severity === severity).length
  const passed = failed('error') === 0
  const score = results.length === 0 ? 1 : results.reduce((sum, result) => sum + result.share, 0) / results.length
  const parts = (): ReturnType<typeof divide> =>
    divide(
      plan,
      checks.filter(one => rejects(one.check['~data'])),
    )
  const shown = {
    passed,
    score,
    warnings: failed('warning'),
    anomalies: results.filter(result => result.anomaly !== undefined).length,
    at: facts.at,
    contract: facts.contract,
    checks: Object.freeze([...results]),
  }
  const report: Report<R, B> = Object.freeze({
    ...shown,
    quarantine() {
      const { clean, rejected } = parts()
      return { clean: data.derive<R>(clean), rejected: data.derive<R & { failedChecks: string[] }>(rejected) }
    },
    async toHtml(path: string, options: { readonly signal?: AbortSignal | undefined } = {}) {
      const title = facts.contract === undefined ? 'checks' : `checks of ${facts.contract.name} ${facts.contract.version}`
      await writeFileAtomic(path, renderPage(title, reportPage(shown)), { signal: options.signal })
    },
    toFragment: async () => renderHtml(reportPage(shown)),
    toJson: () => plain(shown) as object,
    ...showing(() => describeReport(shown)),
  })
  return { report, rejected: () => parts().rejected }
}
