import type { EngineSpec } from '../plan/index.ts'
import { conformanceEngineCases } from './conformance.ts'
import { type EngineContext, inContext, withEngine } from './engine/context.ts'
import { fileCases } from './engine/file-cases.ts'
import { functionCases } from './engine/function-cases.ts'
import { joinCases } from './engine/join-cases.ts'
import { lifecycleCases } from './engine/lifecycle-cases.ts'
import { splitCases } from './engine/split-cases.ts'
import { stepCases } from './engine/step-cases.ts'
import { tableCases } from './engine/table-cases.ts'
import { type Case, runSuite, type SuiteOptions, type SuiteReport } from './suite.ts'

/** Every promise of `Engine`: what each function of the table of functions gives, and what each step of a plan does. */
export const engineCases: readonly Case<EngineContext>[] = [
  ...conformanceEngineCases,
  ...tableCases,
  ...joinCases,
  ...splitCases,
  ...stepCases,
  ...functionCases,
  ...fileCases,
  ...lifecycleCases,
]

/**
 * Runs the contract of an engine on the one at hand. A case whose functions or steps the engine declares as missing is expected to fail, and is a failure
 * when it does not.
 *
 * @example
 * const report = await checkEngine(myEngine('host:1234'))
 * for (const { name, outcome, reason } of report.results) if (outcome === 'failed') console.log(name, reason)
 */
export async function checkEngine(spec: EngineSpec, options: SuiteOptions = {}): Promise<SuiteReport> {
  return withEngine(spec, (engine, host) => runSuite(spec.name, engineCases, use => inContext(spec, engine, host, use), options))
}
