import { expect, test } from 'vitest'
import { mutations } from './mutations.ts'
import { runSeed, runSeeds } from './run-seeds.ts'

/** Where each deliberate mistake was found last; when the code takes other steps than then, it is looked for from 0 on. */
const foundAt: Readonly<Record<string, number>> = {
  'act-before-takeover': 1379,
  'sparse-sequence': 302,
  'watermark-not-in-snapshot': 214,
  'one-directory-fsync': 982,
  'late-cut': 217,
  'abort-newer': 449,
  'barrier-overtakes': 79,
  'shared-credits': 146,
  'wall-clock-idle': 275,
  'stale-acknowledgements': 157,
}
/** So many seeds find every mistake, with room. */
const bound = 6000

// A machine may have much else to do.
const timeout = 600_000

test.each([0, 500, 1000, 1500])(
  'no seed breaks the protocol: 500 jobs from seed %i through crashes, losses of power, full disks, stale coordinators and damage',
  { timeout },
  from => {
    const { failed, ran, refused } = runSeeds({ from, to: from + 500 })
    expect(failed.map(({ seed, violation }) => `seed ${seed}: ${violation}`)).toEqual([])
    expect(ran).toBe(500)
    // Only damage at rest may end in a refusal, which is one fault of many.
    expect(refused).toBeLessThan(50)
  },
)

test('the same seed takes the same steps', () => {
  const traces = [1, 2].map(() => {
    const log: string[] = []
    return { result: runSeed(21, undefined, log), log }
  })
  expect(traces[0]?.log.length).toBeGreaterThan(10)
  expect(traces[0]).toEqual(traces[1])
})

test.each(Object.entries(mutations).filter(([, { harmless }]) => harmless !== true))('%s is found', { timeout }, (name, mutation) => {
  const hint = foundAt[name] ?? 0
  const near = runSeeds({ from: hint, to: hint + 100, mutation, most: 1 })
  const { failed } = near.failed.length > 0 ? near : runSeeds({ from: 0, to: bound, mutation, most: 1 })
  expect(failed.map(({ violation }) => violation)).toEqual([expect.any(String)])
})
