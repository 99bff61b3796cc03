import { showing } from '../display/index.ts'
import type { Plan } from './nodes.ts'
import { optimise } from './optimise.ts'
import { printPlan } from './print.ts'
import { printAnalysis } from './print-analysis.ts'
import type { Analysis, Explanation } from './seams.ts'

/** The plan as written, the plan after the rules, and what the engine makes of it; what it took, where it was run. */
export function explainPlan(plan: Plan, engineText: string, analysis?: Analysis): Explanation {
  const written = printPlan(plan)
  const optimised = printPlan(optimise(plan))
  const text = `as written\n${indent(written)}\n\nafter the rules\n${indent(optimised)}\n\non the engine\n${indent(engineText)}\n${analysis === undefined ? '' : `\nwhat it took\n${indent(printAnalysis(analysis))}\n`}`
  return {
    written,
    optimised,
    engine: engineText,
    ...(analysis === undefined ? {} : { analysis }),
    toString: () => text,
    // console.log(await table.explain()) prints the text.
    [Symbol.for('nodejs.util.inspect.custom')]: () => text,
    ...showing(() => ({ kind: 'text', text })),
  }
}

function indent(text: string): string {
  return text
    .split('\n')
    .map(line => (line === '' ? line : `  ${line}`))
    .join('\n')
}
