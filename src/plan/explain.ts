import { showing } from '../display/index.ts'
import type { Plan } from './nodes.ts'
import { optimise } from './optimise.ts'
import { printPlan } from './print.ts'
import type { Explanation } from './seams.ts'

/** The plan as written, the plan after the rules, and what the engine makes of it. */
export function explainPlan(plan: Plan, engineText: string): Explanation {
  const written = printPlan(plan)
  const optimised = printPlan(optimise(plan))
  const text = `as written\n${indent(written)}\n\nafter the rules\n${indent(optimised)}\n\non the engine\n${indent(engineText)}\n`
  return {
    written,
    optimised,
    engine: engineText,
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
