/** What a contract suite is: a list of named cases that any test runner, or none, can run. */

/** One sentence that must hold, and the code that finds out. It throws when the sentence does not hold. */
export interface Case<C> {
  readonly name: string
  /** What the context must have declared as missing for the case to be expected to fail; undefined: nothing. */
  readonly gap?: ((context: C) => string | undefined) | undefined
  run(context: C): Promise<void>
}

/** `declared`: it fails, and its subject said so beforehand. */
export interface CaseResult {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'declared'
  /** Why it failed, or why it may. */
  readonly reason?: string
}

/** What came of all cases. */
export interface SuiteReport {
  readonly subject: string
  /** True when no case failed that was not declared. */
  readonly passed: boolean
  readonly results: readonly CaseResult[]
}

/** Which cases to run. */
export interface SuiteOptions {
  /** Runs the cases whose names hold this text only. */
  readonly only?: string
}

/**
 * Runs one case. A declared gap must still be one: a case that passes although its subject says it cannot is a failure too.
 *
 * @example
 * for (const one of engineCases) test(one.name, () => runCase(one, context))
 * @throws whatever the case throws; an Error when a declared gap no longer holds
 */
export async function runCase<C>(one: Case<C>, context: C): Promise<'passed' | 'declared'> {
  const declared = one.gap?.(context)
  if (declared === undefined) {
    await one.run(context)
    return 'passed'
  }
  try {
    await one.run(context)
  } catch {
    return 'declared'
  }
  throw new Error(`a gap that no longer holds is declared: ${declared}`)
}

/**
 * Runs all cases, each with a context of its own, and collects what failed; it does not stop at the first.
 *
 * @param context makes the context of one case, and frees it when the case has ended
 */
export async function runSuite<C>(
  subject: string,
  cases: readonly Case<C>[],
  context: (use: (context: C) => Promise<void>) => Promise<void>,
  options: SuiteOptions = {},
): Promise<SuiteReport> {
  const results: CaseResult[] = []
  for (const one of cases) {
    if (options.only !== undefined && !one.name.includes(options.only)) continue
    let outcome: CaseResult['outcome'] = 'failed'
    let reason: string | undefined
    try {
      await context(async made => {
        outcome = await runCase(one, made)
        if (outcome === 'declared') reason = one.gap?.(made)
      })
    } catch (error) {
      outcome = 'failed'
      reason = error instanceof Error ? error.message : String(error)
    }
    results.push({ name: one.name, outcome, ...(reason === undefined ? {} : { reason }) })
  }
  return { subject, passed: results.every(result => result.outcome !== 'failed'), results }
}
