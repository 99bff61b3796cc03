/**
 * Random expressions over edge values, evaluated by the kernels and as SQL by the embedded engine: the same values, or an error of the same code. More seeds:
 * `npm run differential`.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { explore } from './differential/explore.ts'
import { type Ground, groupLaw, type Law, libraryLaw, onGround, rowLaw } from './differential/laws.ts'

let ground: Ground
let close = async (): Promise<void> => undefined

beforeAll(async () => {
  const ready = Promise.withResolvers<undefined>()
  const done = Promise.withResolvers<undefined>()
  const running = onGround(async one => {
    ground = one
    ready.resolve(undefined)
    await done.promise
  })
  close = async () => {
    done.resolve(undefined)
    await running
  }
  await Promise.race([ready.promise, running])
})
afterAll(async () => close())

const seeds = [20_261_121, 1, 2, 3, 4, 5, 6, 7, 8, 9]
/** So many expressions of each seed. */
async function holds(law: Law, runs: number): Promise<void> {
  for (const seed of seeds) {
    const wrong = await explore(law, ground, { seed, runs })
    expect(wrong === undefined ? undefined : `seed ${seed}: ${wrong}`).toBeUndefined()
  }
}

test('a value per row is the same from kernels and from SQL', async () => holds(rowLaw, 100), 300_000)

test('powers, logarithms and exp agree but for the last bits, which are those of a library', async () => holds(libraryLaw, 6), 300_000)

test('a value per group is the same from kernels and from SQL', async () => holds(groupLaw, 70), 300_000)
