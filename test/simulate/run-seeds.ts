import { randomConfig } from './config.ts'
import type { Mutation } from './mutation.ts'
import { type Result, World } from './world.ts'

/** What many runs came to. */
export interface Sum {
  readonly failed: Result[]
  ran: number
  steps: number
  attempts: number
  refused: number
}
export interface Range {
  readonly from: number
  readonly to: number
  readonly stride?: number
  readonly mutation?: Mutation | undefined
  /** Ends after so many violations. Default 5. */
  readonly most?: number
}

/** Runs one seed. */
export function runSeed(seed: number, mutation?: Mutation, log?: string[]): Result {
  return new World(randomConfig(seed), { mutation, log }).run()
}

/** Runs the seeds from `from` up to and without `to`. */
export function runSeeds({ from, to, stride = 1, mutation, most = 5 }: Range): Sum {
  const sum: Sum = { failed: [], ran: 0, steps: 0, attempts: 0, refused: 0 }
  for (let seed = from; seed < to && sum.failed.length < most; seed += stride) {
    const result = runSeed(seed, mutation)
    sum.ran++
    sum.steps += result.steps
    sum.attempts += result.attempts
    sum.refused += Number(result.refused)
    if (result.violation !== undefined) sum.failed.push(result)
  }
  return sum
}
