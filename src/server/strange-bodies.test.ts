/** Bodies that nobody meant: the answer is a prediction or says what is wrong; it is never a fault of the server. */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { linearRegression } from '../ml/index.ts'
import { tokens } from '../security/index.ts'
import { tidemill } from '../session/index.ts'
import { type App, app, fixedModels, requestBody } from './index.ts'

const known = tokens()
const { token } = known.issue({ name: 'test' })
const faults: unknown[] = []
let served: App
let good: object

beforeAll(async () => {
  await using tm = await tidemill()
  const data = await tm.read(
    rows(
      [1, 2, 3].map(x => ({ x, n: x * x, b: x > 1, y: 2 * x })),
      { schema: { x: 'float64', n: 'int64', b: 'boolean', y: 'float64' } },
    ),
  )
  const model = await linearRegression().fit(data, { target: 'y' })
  served = app({ models: fixedModels({ m: model }), tokens: known, report: error => void faults.push(error) })
  good = requestBody(model, [
    { x: 1, n: 2, b: true },
    { x: 2, n: 3, b: false },
  ])
})

async function statusOf(body: string): Promise<number> {
  const answer = await served.fetch(
    new Request('http://localhost/v2/models/m/infer', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body,
    }),
  )
  const { outputs, error } = (await answer.json()) as { outputs?: unknown; error?: string }
  expect(answer.status === 200 ? outputs : error, body).toBeDefined()
  return answer.status
}

/** Every place in a value, as a path. */
function places(value: unknown, path: readonly string[] = []): string[][] {
  const here = [[...path]]
  if (typeof value !== 'object' || value === null) return here
  return [...here, ...Object.entries(value).flatMap(([key, part]) => places(part, [...path, key]))]
}
/** A copy with another value at a place; undefined takes it away. */
function changed(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[key] = changed(copy[key], rest, to)
  return copy
}

test('any one place of a good request changed to anything', async () => {
  expect(await statusOf(JSON.stringify(good))).toBe(200)
  const statuses = new Map<number, number>()
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(undefined, null, -1, 0, 1e308, -0, 2 ** 53, 1e9, 'FP64', 'BYTES', 'INT8', [], {}, [[1], [2]], [2, 1], [1e9, 1e9], ''),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places(good)), value, async (place, to) => {
      const status = await statusOf(JSON.stringify(changed(good, place, to)) ?? '')
      expect([200, 400, 413]).toContain(status)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }),
    { seed: 3, numRuns: 700 },
  )
  expect(faults).toEqual([])
  expect(statuses.get(200)).toBeGreaterThan(10)
  expect(statuses.get(400)).toBeGreaterThan(200)
})

test('any text and any JSON at all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async text => {
      expect(await statusOf(text)).toBe(400)
    }),
    { seed: 4, numRuns: 300 },
  )
  expect(faults).toEqual([])
})
