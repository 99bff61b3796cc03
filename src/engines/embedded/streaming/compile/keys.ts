import type { Named } from '../../../../plan/index.ts'
import { isKeyed, type Draft } from './draft.ts'

/** The keys of a stage that reads by key: those of its first step. */
export function keysOf(draft: Draft): readonly Named[] {
  const first = draft.steps[0]?.node
  return first !== undefined && isKeyed(first) ? first.keys : []
}
