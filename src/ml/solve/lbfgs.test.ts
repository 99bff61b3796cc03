import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TidemillError } from '../../errors/index.ts'
import { type Evaluate, minimise } from './lbfgs.ts'
import { type LinePoint, searchLine } from './line-search.ts'

const seed = { seed: 20_261_121, numRuns: 200 }

/** A narrow bent valley with its floor at 1, 1, ... */
const rosenbrock: Evaluate = (x, gradient) => {
  let sum = 0
  gradient.fill(0)
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] as number, x[i + 1] as number]
    const bend = b - a * a
    sum += 100 * bend * bend + (1 - a) ** 2
    gradient[i] = (gradient[i] as number) - 400 * a * bend - 2 * (1 - a)
    gradient[i + 1] = 200 * bend
  }
  return sum
}

test('the floor of a bent valley is found, with the same bits each time', async () => {
  const start = Float64Array.of(-1.2, 1, -1.2, 1, -1.2, 1)
  const once = await minimise(rosenbrock, start, { tolerance: 1e-9 })
  expect(once.end).toBe('tolerance')
  for (const x of once.point) expect(x).toBeCloseTo(1, 8)
  // As many as SciPy 1.17's L-BFGS-B.
  expect([once.iterations, once.evaluations]).toEqual([59, 71])
  expect(await minimise(async (x, gradient) => rosenbrock(x, gradient), start, { tolerance: 1e-9 })).toEqual(once)
  expect([...start]).toEqual([-1.2, 1, -1.2, 1, -1.2, 1])
})

test('the least of a quadratic is where its gradient is 0, however long and narrow it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.integer({ min: -2, max: 3 })), { minLength: 1, maxLength: 8 }),
      async axes => {
        const quadratic: Evaluate = (x, gradient) => {
          let sum = 0
          for (const [i, [at, size]] of axes.entries()) {
            const off = (x[i] as number) - at
            gradient[i] = 10 ** size * off
            sum += (10 ** size * off * off) / 2
          }
          return sum
        }
        const found = await minimise(quadratic, new Float64Array(axes.length), { tolerance: 1e-10 })
        expect(found.end).not.toBe('iterations')
        for (const [i, [at]] of axes.entries()) expect(found.point[i]).toBeCloseTo(at, 6)
      },
    ),
    seed,
  )
})

test('who knows the second derivatives is done in a step', async () => {
  const sizes = [1e-6, 1, 1e6]
  const evaluate: Evaluate = (x, gradient) => {
    let sum = 0
    for (const [i, size] of sizes.entries()) {
      const off = (x[i] as number) - 5
      gradient[i] = size * off
      sum += (size * off * off) / 2
    }
    return sum
  }
  const precondition = (vector: Float64Array): void => {
    for (const [i, size] of sizes.entries()) vector[i] = (vector[i] as number) / size
  }
  const found = await minimise(evaluate, new Float64Array(3), { tolerance: 1e-12, precondition })
  expect(found.iterations).toBe(1)
  for (const x of found.point) expect(x).toBeCloseTo(5, 12)
})

test('it ends when rounding hides any further fall, and when the iterations run out', async () => {
  const rounded = await minimise(rosenbrock, Float64Array.of(-1.2, 1), { tolerance: 0 })
  expect(rounded.end === 'precision' || rounded.slope === 0).toBe(true)
  expect(rounded.point[0]).toBeCloseTo(1, 8)
  const short = await minimise(rosenbrock, Float64Array.of(-1.2, 1), { maxIterations: 3 })
  expect([short.end, short.iterations]).toEqual(['iterations', 3])
  expect(short.value).toBeLessThan(24.2)
})

test('it does not chase noise', async () => {
  const noisy: Evaluate = (x, gradient) => {
    const at = x[0] as number
    gradient[0] = 2 * at + (at < 0 ? -1e-7 : 1e-7)
    return 1 + at * at
  }
  const found = await minimise(noisy, Float64Array.of(3), { tolerance: 1e-12 })
  expect(found.end).toBe('precision')
  expect(found.evaluations).toBeLessThan(60)
  expect(Math.abs(found.point[0] as number)).toBeLessThan(1e-6)
})

test('a function that overflows further out is searched nearer', async () => {
  const wall: Evaluate = (x, gradient) => {
    const at = x[0] as number
    gradient[0] = 1 / (1e-3 - at) - 1
    return at > 1e-3 ? Number.NaN : -at - Math.log(1e-3 - at)
  }
  for (const start of [-50, -0.01, -1.0001]) {
    const found = await minimise(wall, Float64Array.of(start), { tolerance: 1e-8 })
    expect(found.point[0]).toBeCloseTo(1e-3 - 1, 6)
  }
  await expect(minimise(wall, Float64Array.of(1))).rejects.toThrow('loss that is not finite at the start')
  await expect(minimise(wall, Float64Array.of(1))).rejects.toBeInstanceOf(TidemillError)
})

test('aborting ends it between two looks at the data', async () => {
  const control = new AbortController()
  let looks = 0
  const evaluate: Evaluate = (x, gradient) => {
    if (++looks === 3) control.abort()
    return rosenbrock(x, gradient)
  }
  await expect(minimise(evaluate, Float64Array.of(-1.2, 1), { signal: control.signal })).rejects.toThrow(/abort/)
  expect(looks).toBe(3)
})

test('a line search keeps its promise: a fall, and a flatter slope', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 3, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      async (far, waves, first) => {
        // A bowl with ripples; its least is near `far`.
        const at = async (step: number): Promise<LinePoint> => ({
          step,
          value: ((step - far) / far) ** 2 + 0.1 * Math.sin(waves * step),
          slope: (2 * (step - far)) / (far * far) + 0.1 * waves * Math.cos(waves * step),
        })
        const start = await at(0)
        fc.pre(start.slope < 0)
        const { point } = await searchLine(at, start, first)
        expect(point.value).toBeLessThanOrEqual(start.value + 1e-3 * point.step * start.slope + 1e-12)
        expect(Math.abs(point.slope)).toBeLessThanOrEqual(0.9 * Math.abs(start.slope))
      },
    ),
    seed,
  )
})
