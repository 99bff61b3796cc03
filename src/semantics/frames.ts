import { count, cumeDist, ntile } from '../expr/index.ts'
import { type ConformanceCase, project } from './case.ts'

const series = { g: 'string', at: 'int64', x: 'float64?' } as const
const steps = [
  ['a', 1, 10],
  ['a', 2, 20],
  ['a', 3, null],
  ['a', 4, 40],
  ['b', 1, 5],
] as const

/** Exponentially weighted means are those of pandas' ewm(...).mean(). */
export const frameCases: readonly ConformanceCase[] = [
  project(
    'rank',
    'shares and buckets of places',
    { g: 'string', x: 'int32?' },
    [
      ['a', 3],
      ['a', null],
      ['a', 3],
      ['a', 1],
      ['a', 7],
      ['b', 1],
    ],
    r => ({
      g: r['g'],
      x: r['x'],
      share: cumeDist().over({ partitionBy: r['g'], orderBy: r['x'] }),
      half: ntile(2).over({ partitionBy: r['g'], orderBy: r['x'] }),
    }),
    [
      ['a', '1', '0.2', '1'],
      ['a', '3', '0.6', '1'],
      ['a', '3', '0.6', '1'],
      ['a', '7', '0.8', '2'],
      ['a', 'NULL', '1', '2'],
      ['b', '1', '1', '1'],
    ],
  ),
  project(
    'rank',
    'lag and lead with a default, and over NULLs',
    series,
    steps,
    r => {
      const window = { partitionBy: r['g'], orderBy: r['at'] }
      return {
        g: r['g'],
        at: r['at'],
        before: r['x'].lag(1, 0).over(window),
        after: r['x'].lead(1, r['x']).over(window),
        known: r['x'].lag(1, { skipNulls: true }).over(window),
        ahead: r['x'].lead(1, -1, { skipNulls: true }).over(window),
      }
    },
    [
      ['a', '1', '0', '20', 'NULL', '20'],
      ['a', '2', '10', 'NULL', '10', '40'],
      ['a', '3', '20', '40', '20', '40'],
      ['a', '4', 'NULL', '40', '20', '-1'],
      ['b', '1', '0', '5', 'NULL', '-1'],
    ],
  ),
  project(
    'window-frame',
    'first, last and nth value of a frame, also over NULLs',
    series,
    steps,
    r => {
      const window = { partitionBy: r['g'], orderBy: r['at'] }
      return {
        g: r['g'],
        at: r['at'],
        first: r['x'].firstValue().over({ ...window, rows: [-1, 0] }),
        last: r['x'].lastValue().over({ ...window, rows: [0, 1] }),
        filled: r['x'].lastValue({ skipNulls: true }).over({ ...window, rows: ['unbounded', 0] }),
        second: r['x'].nthValue(2).over({ ...window, rows: ['unbounded', 'unbounded'] }),
        third: r['x'].nthValue(3, { skipNulls: true }).over({ ...window, rows: ['unbounded', 'unbounded'] }),
        past: r['at'].firstValue().over({ ...window, rows: [-2, -1] }),
      }
    },
    [
      ['a', '1', '10', '20', '10', '20', '40', 'NULL'],
      ['a', '2', '10', 'NULL', '20', '20', '40', '1'],
      ['a', '3', '20', '40', '20', '20', '40', '1'],
      ['a', '4', 'NULL', '40', '40', '20', '40', '2'],
      ['b', '1', '5', '5', '5', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'window-frame',
    'frames of numbers, in both directions',
    { x: 'int64', f: 'float64' },
    [
      [1, 0.1],
      [2, 0.2],
      [4, 0.4],
      [8, 0.8],
    ],
    r => ({
      x: r['x'],
      near: count().over({ orderBy: r['x'], range: [-2, 2] }),
      down: r['x'].sum().over({ orderBy: r['x'].desc(), range: [-4, 0] }),
      real: r['x'].sum().over({ orderBy: r['f'], range: [-0.25, -0.05] }),
      equals: r['x'].sum().over({ orderBy: r['x'], range: ['unbounded', 0] }),
    }),
    [
      ['1', '2', '7', 'NULL', '1'],
      ['2', '3', '6', '1', '3'],
      ['4', '2', '12', '2', '7'],
      ['8', '1', '8', 'NULL', '15'],
    ],
  ),
  project(
    'window-frame',
    'frames without the row itself, or without its equals',
    { g: 'string', x: 'int64' },
    [
      ['a', 1],
      ['a', 1],
      ['a', 4],
      ['b', 9],
    ],
    r => ({
      g: r['g'],
      x: r['x'],
      others: r['x'].mean().over({ partitionBy: r['g'], exclude: 'current' }),
      unequal: r['x'].sum().over({ partitionBy: r['g'], orderBy: r['x'], rows: ['unbounded', 'unbounded'], exclude: 'group' }),
      once: count().over({ partitionBy: r['g'], orderBy: r['x'], range: [-1, 1], exclude: 'ties' }),
    }),
    [
      ['a', '1', '2.5', '4', '1'],
      ['a', '1', '2.5', '4', '1'],
      ['a', '4', '1', '2', '1'],
      ['b', '9', 'NULL', 'NULL', '1'],
    ],
  ),
  project(
    'window-frame',
    'cumulative values count row by row',
    { g: 'string', at: 'int64', x: 'int64?', b: 'boolean' },
    [
      ['a', 1, 3, true],
      ['a', 2, null, true],
      ['a', 3, 1, false],
      ['a', 4, 5, true],
      ['b', 1, 2, false],
    ],
    r => {
      const window = { partitionBy: r['g'], orderBy: r['at'] }
      return {
        g: r['g'],
        at: r['at'],
        sum: r['x'].cumSum(window),
        min: r['x'].cumMin(window),
        max: r['x'].cumMax(window),
        n: r['x'].cumCount(window),
        mean: r['x'].cumMean(window),
        change: r['x'].change(window),
        two: r['at'].change({ ...window, rows: 2 }),
        percent: r['at'].percentChange(window),
      }
    },
    [
      ['a', '1', '3', '3', '3', '1', '3', 'NULL', 'NULL', 'NULL'],
      ['a', '2', '3', '3', '3', '1', '3', 'NULL', 'NULL', '1'],
      ['a', '3', '4', '1', '3', '2', '2', 'NULL', '2', '0.5'],
      ['a', '4', '9', '1', '5', '3', '3', '4', '2', '0.333333333333'],
      ['b', '1', '2', '2', '2', '1', '2', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'window-frame',
    'rolling aggregates wait for enough values, unless told otherwise',
    { t: 'timestamp', x: 'float64?' },
    [
      ['2026-01-01T00:00:00Z', 1],
      ['2026-01-01T00:00:01Z', 2],
      ['2026-01-01T00:00:02Z', null],
      ['2026-01-01T00:00:03Z', 4],
      ['2026-01-01T00:00:09Z', 8],
    ],
    r => ({
      x: r['x'],
      two: r['x'].mean().rolling(2, { orderBy: r['t'] }),
      some: r['x'].sum().rolling(3, { orderBy: r['t'], minRows: 1 }),
      middle: r['x'].sum().rolling(3, { orderBy: r['t'], minRows: 2, center: true }),
      seconds: r['x'].sum().rolling('2s', { orderBy: r['t'] }),
      good: r['x'].max().where(r['x'].lt(5)).rolling(2, { orderBy: r['t'], minRows: 1 }),
    }),
    [
      ['1', 'NULL', '1', '3', '1', '1'],
      ['2', '1.5', '3', '3', '3', '2'],
      ['NULL', 'NULL', '3', '6', '2', '2'],
      ['4', 'NULL', '6', '12', '4', '4'],
      ['8', '6', '12', '12', '8', '4'],
    ],
  ),
  {
    ...project(
      'window-frame',
      'exponentially weighted means as pandas has them',
      { g: 'string', at: 'int64', x: 'float64?', i: 'int64' },
      [...[0, 1, 2, null, 4].map((x, at) => ['a', at, x, at]), ...[null, 1, 2, null, null, 4, 8].map((x, at) => ['b', at, x, at])],
      r => {
        const window = { partitionBy: r['g'], orderBy: r['at'] }
        return {
          g: r['g'],
          at: r['at'],
          com: r['x'].ewmMean({ com: 0.5 }).over(window),
          raw: r['x'].ewmMean({ alpha: 0.3, adjust: false }).over(window),
          whole: r['i'].ewmMean({ span: 3 }).over(window),
          rawWhole: r['i'].ewmMean({ halfLife: 1, adjust: false }).over(window),
        }
      },
      [
        ['a', '0', '0', '0', '0', '0'],
        ['a', '1', '0.75', '0.3', '0.666666666667', '0.5'],
        ['a', '2', '1.61538461538', '0.81', '1.42857142857', '1.25'],
        ['a', '3', '1.61538461538', '0.81', '2.26666666667', '2.125'],
        ['a', '4', '3.67021276596', '2.02139240506', '3.16129032258', '3.0625'],
        ['b', '0', 'NULL', 'NULL', '0', '0'],
        ['b', '1', '1', '1', '0.666666666667', '0.5'],
        ['b', '2', '1.75', '1.3', '1.42857142857', '1.25'],
        ['b', '3', '1.75', '1.3', '2.26666666667', '2.125'],
        ['b', '4', '1.75', '1.3', '3.16129032258', '3.0625'],
        ['b', '5', '3.89411764706', '2.55972006221', '4.09523809524', '4.03125'],
        ['b', '6', '6.93597560976', '4.19180404355', '5.05511811024', '5.015625'],
      ],
    ),
    tolerance: 1e-9,
  },
  {
    name: 'a filter on a window keeps the greatest of each group',
    rule: 'window-frame',
    table: {
      schema: { g: 'string', x: 'int64' },
      rows: [
        ['a', 1],
        ['a', 3],
        ['b', 2],
      ],
    },
    plan: 'filter',
    exprs: r => r['x'].eq(r['x'].max().over({ partitionBy: r['g'] })),
    want: [
      ['a', '3'],
      ['b', '2'],
    ],
  },
]
