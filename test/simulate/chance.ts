import { type Random, seededRandom } from '../../src/time/index.ts'

/** Seeded chance: the only source of it in a simulation, so that a seed is a bug report. */
export interface Chance extends Random {
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
}

/** @param salt tells apart what is drawn for the same seed */
export function chance(seed: number, salt = 0): Chance {
  const { next } = seededRandom(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ salt)
  const below = (limit: number): number => Math.floor(next() * limit)
  return { next, below, chance: probability => next() < probability, pick: items => items[below(items.length)] as (typeof items)[number] }
}
