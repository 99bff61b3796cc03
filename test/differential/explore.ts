/** Draws expressions under a seed until one breaks a law, and shrinks that one. */
import fc from 'fast-check'
import type { Ground, Law } from './laws.ts'

/** What is wrong with the smallest expression found under this seed; undefined when all of so many runs obey. */
export async function explore(law: Law, ground: Ground, { seed, runs }: { seed: number; runs: number }): Promise<string | undefined> {
  const limits = new Map<number, fc.Arbitrary<number>>()
  const below = (limit: number): fc.Arbitrary<number> => {
    const known = limits.get(limit) ?? fc.nat({ max: limit - 1 })
    limits.set(limit, known)
    return known
  }
  const property = fc.asyncProperty(fc.gen(), async g => {
    const wrong = await law(ground, limit => g(() => below(limit)))
    if (wrong !== undefined) throw new Error(wrong)
  })
  const { failed, errorInstance } = await fc.check(property, { seed, numRuns: runs })
  if (!failed) return undefined
  return errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
}
