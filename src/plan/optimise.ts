import type { Plan } from './nodes.ts'
import { keepOrder } from './rules/keep-order.ts'
import { mergeProjects } from './rules/merge-projects.ts'
import { pruneColumns } from './rules/prune-columns.ts'
import { pushFilters } from './rules/push-filters.ts'
import { pushLimits } from './rules/push-limits.ts'
import type { Rule } from './seams.ts'

/** In the order they are applied. */
export const rules: readonly Rule[] = Object.freeze([pushFilters, keepOrder, pruneColumns, mergeProjects, pushLimits])

/** The plan after all rules: other steps, the same rows and columns. */
export function optimise(plan: Plan): Plan {
  const made = rules.reduce((before, rule) => rule.apply(before), plan)
  // A condition that went into a scan took along what was known of NULLs. A scan keeps its own: there it is a promise to be checked.
  return made.node === 'scan' || made.node === 'union' || made.fields === plan.fields ? made : { ...made, fields: plan.fields }
}
