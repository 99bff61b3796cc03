/** Aggregates on many rows of the embedded engine: what estimates promise, and what sums of powers cannot tell. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Session, tidemill } from '../../session/index.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill()
})
afterAll(() => tm.close())

test.each([700, 9000, 40_000, 300_000])('about %i different values are counted within three standard errors', async size => {
  const table = await tm.sql(
    `select 'v' || range as s, CAST(range AS DOUBLE) / 3 as x, CASE WHEN range % 2 = 0 THEN range END as half from range(${size})`,
  )
  const [row] = await table
    .agg(r => ({ s: r['s'].approxCountDistinct(), x: r['x'].approxCountDistinct(), half: r['half'].approxCountDistinct() }))
    .rows()
  for (const [name, wanted] of [
    ['s', size],
    ['x', size],
    ['half', size / 2],
  ] as const)
    expect(Math.abs((row as Record<string, number>)[name]! / wanted - 1), name).toBeLessThan(0.07)
})

test('approximate quantiles are within 1 % of the rows', async () => {
  const table = await tm.sql('select (range * 7919) % 100003 as x from range(100003)')
  for (const q of [0.01, 0.5, 0.9, 0.999]) {
    const [row] = await table.agg(r => ({ x: r['x'].approxQuantile(q) })).rows()
    expect(Math.abs((row as { x: number }).x / 100_003 - q)).toBeLessThan(0.01)
  }
})

test('skewness of what is far from 0 and close together is an error, not a number without digits', async () => {
  const table = await tm.sql('select 1700000000000 + range * range as x from range(1000)')
  await expect(table.agg(r => ({ x: r['x'].kurtosis() })).rows()).rejects.toThrow(
    expect.objectContaining({
      code: 'expr.argument',
      message: expect.stringMatching(/kurtosis of values whose mean .* subtract a constant first/) as string,
    }),
  )
  // The same numbers, less a constant.
  const [row] = await table
    .agg(r => ({ skew: r['x'].sub(1_700_000_000_000).skew(), kurtosis: r['x'].sub(1_700_000_000_000).kurtosis() }))
    .rows()
  const values = Array.from({ length: 1000 }, (_, i) => i * i)
  const mean = values.reduce((a, b) => a + b) / 1000
  const moment = (power: number): number => values.reduce((sum, x) => sum + (x - mean) ** power, 0) / 1000
  const [m2, m3, m4] = [moment(2), moment(3), moment(4)]
  expect(row).toEqual({
    skew: expect.closeTo((Math.sqrt(1000 * 999) / 998) * (m3 / m2 ** 1.5), 8) as number,
    kurtosis: expect.closeTo((999 / (998 * 997)) * ((1001 * m4) / m2 ** 2 - 3 * 999), 8) as number,
  })
})
