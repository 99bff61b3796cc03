import { afterAll, beforeAll, expect, test } from 'vitest'
import { rows } from '../connectors/index.ts'
import { type Session, tidemill } from '../session/index.ts'
import { seededRandom } from '../time/index.ts'
import { column, distribution, expectThat, populationStability } from './index.ts'

let tm: Session
beforeAll(async () => {
  tm = await tidemill({ workers: 1, typesFile: false })
})
afterAll(() => tm.close())

/** Rows of the occupancy data (train, test2) in 16 bins of equal width, and what Evidently 0.7.23 says of them. */
const evidently: readonly (readonly [string, readonly number[], readonly number[], number])[] = [
  [
    'Temperature',
    [586, 1268, 879, 1061, 872, 768, 653, 440, 552, 625, 265, 111, 63, 0, 0, 0],
    [0, 242, 1259, 1088, 1825, 1937, 586, 607, 931, 371, 172, 128, 114, 127, 242, 123],
    1.156380402639559,
  ],
  [
    'Humidity',
    [277, 1460, 691, 436, 291, 431, 996, 1163, 183, 367, 472, 880, 158, 124, 93, 121],
    [0, 0, 0, 69, 387, 954, 1080, 1025, 932, 1618, 1026, 642, 735, 1029, 115, 140],
    2.8096508256221386,
  ],
  [
    'Light',
    [5872, 173, 140, 165, 1505, 263, 18, 4, 1, 0, 0, 0, 0, 0, 1, 1],
    [7083, 213, 285, 93, 1604, 153, 95, 158, 64, 0, 2, 0, 0, 1, 0, 1],
    0.12068498309459348,
  ],
  [
    'CO2',
    [5667, 369, 313, 364, 353, 198, 355, 78, 75, 113, 47, 19, 36, 42, 41, 73],
    [1653, 2930, 1553, 1155, 663, 387, 148, 204, 165, 250, 513, 76, 41, 9, 1, 4],
    1.702055720531088,
  ],
  [
    'HumidityRatio',
    [1282, 965, 454, 491, 1271, 634, 922, 543, 217, 705, 214, 151, 57, 46, 63, 128],
    [0, 0, 116, 215, 739, 974, 837, 1903, 1355, 1374, 1458, 500, 280, 1, 0, 0],
    2.9360380203424326,
  ],
]

test('the stability index is that of Evidently, empty bins too', () => {
  for (const [name, reference, current, wanted] of evidently)
    expect([name, populationStability(reference, current)]).toEqual([name, expect.closeTo(wanted, 12)])
  expect(evidently.some(([, reference]) => reference.includes(0))).toBe(true)
})

test('the greatest distance of two tables is that of all their values, ties, NULL and NaN too', async () => {
  const random = seededRandom(5)
  const draw = (n: number, shift: number) =>
    Array.from({ length: n }, () => ({
      x: random.next() < 0.02 ? null : random.next() < 0.02 ? Number.NaN : Math.floor(random.next() * 50) + shift,
    }))
  const [one, other] = [draw(3_000, 0), draw(1_700, 4)]
  const finite = (list: typeof one) => list.flatMap(({ x }) => (x === null || Number.isNaN(x) ? [] : [x]))
  const [a, b] = [finite(one), finite(other)]
  const share = (list: readonly number[], x: number) => list.filter(value => value <= x).length / list.length
  const wanted = Math.max(...[...new Set([...a, ...b])].map(x => Math.abs(share(a, x) - share(b, x))))
  const schema = { x: 'float64?' } as const
  const [table, reference] = [await tm.read(rows(one, { schema })), await tm.read(rows(other, { schema }))]
  const report = await expectThat(table, [column('x').like(reference, { ks: 0.01 })])
  expect(report.checks[0]).toMatchObject({ passed: false })
  expect(report.checks[0]?.figure).toBeCloseTo(wanted, 12)
})

test('texts and booleans are counted by value, the rare ones together', async () => {
  const list = Array.from({ length: 100 }, (_, i) => ({ t: i < 60 ? 'often' : `v${String(i).padStart(2, '0')}`, f: i % 4 === 0 }))
  const table = await tm.read(rows(list, { schema: { t: 'string', f: 'boolean' } }))
  const texts = await distribution(table, 't')
  expect(texts).toMatchObject({ kind: 'values', other: 11 })
  expect(texts.kind === 'values' ? [texts.values.slice(0, 2), texts.counts.slice(0, 2)] : []).toEqual([
    ['often', 'v60'],
    [60, 1],
  ])
  expect(await distribution(table, 'f')).toEqual({ kind: 'values', values: ['false', 'true'], counts: [75, 25], other: 0 })
  const other = table.filter(r => r.t.ne('often'))
  const report = await expectThat(other, [column('t').like(texts), column('f').like(table)])
  expect(report.checks.map(check => check.passed)).toEqual([false, true])
})

test('a column without a value, or of another kind, has no distribution to compare with', async () => {
  const table = await tm.read(rows([{ x: null, t: 'a', d: new Date(0) }], { schema: { x: 'float64?', t: 'string', d: 'timestamp' } }))
  await expect(distribution(table, 'x')).rejects.toMatchObject({ code: 'quality.check', message: 'no value to compare with: x' })
  await expect(distribution(table, 'd')).rejects.toMatchObject({ code: 'quality.check' })
  await expect(distribution(table, 'y' as 'x')).rejects.toMatchObject({ code: 'expr.unknown-column' })
  const texts = await distribution(table, 't')
  await expect(expectThat(table, [column('x').like(texts)])).rejects.toMatchObject({ code: 'quality.check' })
  const empty = await expectThat(table.limit(0), [column('t').like(texts)])
  expect(empty.checks[0]).toMatchObject({ passed: false, found: 'no value' })
})
