import { expect, test } from 'vitest'
import type { Batch } from '../../batch/index.ts'
import { TidemillError } from '../../errors/index.ts'
import { seededRandom } from '../../time/index.ts'
import { blockOf, reblock } from '../blocks.ts'
import { learnLogistic, type LogisticOptions } from './learn-logistic.ts'

const plain = {
  weighted: false,
  c: 1,
  penalty: 'l2',
  intercept: true,
  classWeight: 'none',
  tolerance: 1e-10,
  maxIterations: 500,
} as const satisfies Partial<LogisticOptions>

type Columns = readonly (readonly number[] | Float64Array)[]

/** Learns from columns: features, class numbers, weights where they are weighted. */
async function learn(columns: Columns, options: Partial<LogisticOptions> = {}, size = 4096) {
  const features = columns.length - 1 - (options.weighted === true ? 1 : 0)
  const classes = options.classes ?? Array.from({ length: 1 + Math.max(...(columns[features] as readonly number[])) }, (_, i) => i)
  const blocks: Batch[] = []
  for await (const block of inBatches(columns, size)) blocks.push(block)
  async function* again() {
    yield* blocks
  }
  return learnLogistic(again, {
    ...plain,
    features: Array.from({ length: features }, (_, i) => `x${i}`),
    classes,
    ...options,
  })
}

async function* cut(columns: Columns, size: number): AsyncIterable<Batch> {
  const rows = columns[0]?.length ?? 0
  const names = columns.map((_, i) => `c${i}`)
  for (let from = 0; from < rows; from += size) {
    const parts = columns.map(column => Float64Array.from(column.slice(from, from + size)))
    yield blockOf(names, parts, parts[0]?.length ?? 0)
  }
}

function inBatches(columns: Columns, size: number): AsyncIterable<Batch> {
  const fields = columns.map((_, i) => ({ name: `c${i}`, type: 'float64' as const, nullable: false }))
  return reblock(cut(columns, size), fields, { mayMiss: columns.map(() => false), weight: undefined })
}

/** Rows of three features whose classes follow them loosely. */
function people(rows: number, classes: number, seed = 1): Float64Array[] {
  const random = seededRandom(seed)
  const x = [0, 1, 2].map(i => Float64Array.from({ length: rows }, () => (random.next() - 0.5) * 10 ** i + 100 * i))
  const y = Float64Array.from({ length: rows }, (_, row) => {
    const score = 2 * (x[0]?.[row] as number) + 0.3 * (x[1]?.[row] as number) - 30 + random.next() * 2
    return Math.min(classes - 1, Math.max(0, Math.floor((score + 2) / (4 / classes))))
  })
  return [...x, y]
}

test('of a table of two by two the odds come out exactly', async () => {
  // 10 of 40 and 30 of 40: log odds -ln 3 and ln 3.
  const x = [...Array<number>(40).fill(0), ...Array<number>(40).fill(1)]
  const y = [...Array<number>(10).fill(1), ...Array<number>(30).fill(0), ...Array<number>(30).fill(1), ...Array<number>(10).fill(0)]
  const { coef, intercept, converged } = await learn([x, y], { penalty: 'none' })
  expect(converged).toBe(true)
  expect(intercept[0]).toBeCloseTo(-Math.log(3), 8)
  expect(coef[0]?.[0]).toBeCloseTo(2 * Math.log(3), 8)
})

test('at the answer the gradient of c * loss + |w|^2 / 2 is 0', async () => {
  const columns = people(500, 2)
  for (const c of [1e-3, 1, 1e4]) {
    const { coef, intercept } = await learn(columns, { c, tolerance: 1e-12 })
    const slopes = [0, 0, 0, 0]
    for (let row = 0; row < 500; row++) {
      const x = [0, 1, 2].map(i => columns[i]?.[row] as number)
      const score = x.reduce((sum, value, i) => sum + value * (coef[0]?.[i] as number), intercept[0] as number)
      const residual = 1 / (1 + Math.exp(-score)) - (columns[3]?.[row] as number)
      for (const [i, value] of [...x, 1].entries()) slopes[i] = (slopes[i] as number) + c * residual * value
    }
    for (let i = 0; i < 3; i++)
      expect(Math.abs((slopes[i] as number) + (coef[0]?.[i] as number)), `feature ${i} at c ${c}`).toBeLessThan(1e-5 * Math.max(1, c))
    expect(Math.abs(slopes[3] as number)).toBeLessThan(1e-6 * Math.max(1, c))
  }
})

test('the bits do not depend on how the rows are cut into batches', async () => {
  for (const classes of [2, 3]) {
    const columns = people(9_000, classes)
    const once = await learn(columns, { tolerance: 1e-8 }, 9_000)
    for (const size of [13, 1000, 4096, 5000]) expect(await learn(columns, { tolerance: 1e-8 }, size)).toEqual(once)
    expect(once.coef.length).toBe(classes === 2 ? 1 : 3)
  }
})

test('a row of weight 2 counts as two rows, one of weight 0 as none', async () => {
  for (const classes of [2, 3]) {
    for (const classWeight of ['none', 'balanced'] as const) {
      const columns = people(300, classes)
      const weights = Float64Array.from({ length: 300 }, (_, row) => row % 3)
      // A row of weight 0 may hold anything.
      ;(columns[1] as Float64Array)[0] = 1e9
      const weighted = await learn([...columns, weights], { weighted: true, classWeight })
      const repeated = columns.map(column => Float64Array.from([...column].flatMap((value, row) => Array<number>(row % 3).fill(value))))
      const wanted = await learn(repeated, { classWeight })
      for (const [row, line] of wanted.coef.entries()) {
        for (const [i, value] of line.entries()) expect(weighted.coef[row]?.[i]).toBeCloseTo(value, 7)
        expect((weighted.intercept[row] as number) / (wanted.intercept[row] as number)).toBeCloseTo(1, 7)
      }
    }
  }
})

test('balanced classes weigh the same as rows of the rarer class repeated', async () => {
  const columns = people(400, 2)
  const rare = (columns[3] as Float64Array).filter(y => y === 1).length
  const weights = (columns[3] as Float64Array).map(y => 400 / 2 / (y === 1 ? rare : 400 - rare))
  const balanced = await learn(columns, { classWeight: 'balanced' })
  const byHand = await learn([...columns, weights], { weighted: true })
  for (const [i, value] of (byHand.coef[0] as readonly number[]).entries()) expect(balanced.coef[0]?.[i]).toBeCloseTo(value, 7)
  expect(balanced.coef).not.toEqual((await learn(columns)).coef)
})

test('columns of very different size and far from zero are no trouble', async () => {
  const columns = people(1000, 2)
  const wanted = await learn(columns, { c: 1e6 })
  const moved = [
    (columns[0] as Float64Array).map(x => x * 1e-9),
    (columns[1] as Float64Array).map(x => x * 1e6 + 1e9),
    columns[2] as Float64Array,
    columns[3] as Float64Array,
  ]
  const found = await learn(moved, { penalty: 'none' })
  const free = await learn(columns, { penalty: 'none' })
  expect(found.converged && free.converged && wanted.converged).toBe(true)
  expect((found.coef[0]?.[0] as number) * 1e-9).toBeCloseTo(free.coef[0]?.[0] as number, 5)
  expect((found.coef[0]?.[1] as number) * 1e6).toBeCloseTo(free.coef[0]?.[1] as number, 5)
})

test('a constant column gets no coefficient, and columns that are the same share one', async () => {
  const [a, b, , y] = people(300, 2) as [Float64Array, Float64Array, Float64Array, Float64Array]
  const { coef } = await learn([a, new Float64Array(300).fill(0.1), b, a, y])
  expect(coef[0]?.[1]).toBe(0)
  expect(coef[0]?.[3]).toBeCloseTo(coef[0]?.[0] as number, 8)
  const free = await learn([a, b, a, y], { penalty: 'none' })
  expect(free.converged).toBe(true)
  expect((free.coef[0]?.[0] as number) + (free.coef[0]?.[2] as number)).toBeCloseTo(
    (await learn([a, b, y], { penalty: 'none' })).coef[0]?.[0] as number,
    6,
  )
})

test('without an intercept the scores go through zero', async () => {
  const { coef, intercept } = await learn(
    [
      [-2, -1, 1, 2, 1, -1],
      [0, 0, 1, 1, 0, 1],
    ],
    { intercept: false },
  )
  expect(intercept).toEqual([0])
  expect(coef[0]?.[0]).toBeGreaterThan(0)
  const three = await learn(people(300, 3), { intercept: false })
  expect(three.intercept).toEqual([0, 0, 0])
  for (let i = 0; i < 3; i++) expect(three.coef.reduce((sum, row) => sum + (row[i] as number), 0)).toBeCloseTo(0, 10)
})

test('more features than pairs are kept for are learnt too', async () => {
  const random = seededRandom(9)
  const x = Array.from({ length: 300 }, () => Float64Array.from({ length: 120 }, () => random.next() - 0.5))
  const y = Float64Array.from({ length: 120 }, (_, row) => ((x[0]?.[row] as number) + (x[299]?.[row] as number) > 0 ? 1 : 0))
  const { coef, converged } = await learn([...x, y])
  expect(converged).toBe(true)
  const line = coef[0] as readonly number[]
  expect(line[0]).toBeGreaterThan(0.5)
  expect(line[299]).toBeGreaterThan(0.5)
})

test('data that a plane separates end, with a penalty and without', async () => {
  const separable: Columns = [
    [1, 2, 3, 10, 11, 12],
    [0, 0, 0, 1, 1, 1],
  ]
  const held = await learn(separable)
  expect(held.converged).toBe(true)
  const free = await learn(separable, { penalty: 'none', tolerance: 1e-6 })
  expect(free.converged).toBe(true)
  expect(free.iterations).toBeLessThan(60)
  expect((free.coef[0] as readonly number[]).every(Number.isFinite)).toBe(true)
  expect(3 * (free.coef[0]?.[0] as number) + (free.intercept[0] as number)).toBeLessThan(-5)
  expect(10 * (free.coef[0]?.[0] as number) + (free.intercept[0] as number)).toBeGreaterThan(5)
})

test('a tolerance beyond what rounding lets be reached ends all the same', async () => {
  for (const classes of [2, 3]) {
    const columns = people(500, classes)
    const wanted = await learn(columns, { tolerance: 1e-11 })
    const found = await learn(columns, { tolerance: 1e-18 })
    expect(found.converged).toBe(true)
    expect(found.iterations).toBeLessThan(wanted.iterations + 50)
    expect(found.coef[0]?.[0]).toBeCloseTo(wanted.coef[0]?.[0] as number, 7)
  }
})

test('iterations that run out are told', async () => {
  const short = await learn(people(300, 3), { maxIterations: 2 })
  expect([short.converged, short.iterations]).toEqual([false, 2])
})

test('a class that only rows of weight 0 have gets no scores, and the others are as without it', async () => {
  const [a, b, c, y] = people(300, 3) as [Float64Array, Float64Array, Float64Array, Float64Array]
  const weights = y.map(number => (number === 1 ? 0 : 1))
  const found = await learn([a, b, c, y, weights], { weighted: true, classes: ['low', 'middle', 'high'] })
  expect([found.classes, found.seen, found.coef.length]).toEqual([['low', 'middle', 'high'], [0, 2], 1])
  const keep = (values: Float64Array): Float64Array => values.filter((_, row) => y[row] !== 1)
  const wanted = await learn([keep(a), keep(b), keep(c), keep(y).map(number => number / 2)])
  for (const [i, value] of (wanted.coef[0] as readonly number[]).entries()) expect(found.coef[0]?.[i]).toBeCloseTo(value, 8)
})

test('no rows, no weight, one class and squares that overflow are said', async () => {
  const x = [1, 2, 3]
  const code = async (work: Promise<unknown>): Promise<unknown[]> => {
    const error = await work.then(
      () => undefined,
      (cause: unknown) => cause,
    )
    if (!(error instanceof TidemillError)) throw new Error('it did not fail with a TidemillError', { cause: error })
    return [error.code, error.message]
  }
  expect(await code(learn([x, [0, 0, 0]], { classes: ['no', 'yes'] }))).toEqual(['ml.no-labels', 'one class only: no'])
  expect(await code(learn([x, [0, 1, 0], [0, 0, 0]], { weighted: true }))).toEqual([
    'ml.no-rows',
    'no row to learn from: every weight is 0',
  ])
  expect(
    await code(
      learn([
        [1, 1e200, -1e200],
        [0, 1, 1],
      ]),
    ),
  ).toEqual(['ml.not-finite', 'columns whose squares overflow a float64: x0'])
  const stopped = learn([x, [0, 1, 0]], { signal: AbortSignal.abort() })
  await expect(stopped).rejects.toThrow(/abort/)
})
