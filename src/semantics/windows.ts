import { count, denseRank, percentRank, rank, rowNumber } from '../expr/index.ts'
import { type ConformanceCase, project } from './case.ts'

const table = { g: 'string?', x: 'int32?' } as const
const rows = [
  ['a', 3],
  ['a', null],
  ['a', 3],
  ['a', 1],
  ['b', null],
  [null, 9],
]

export const windowCases: readonly ConformanceCase[] = [
  project(
    'rank',
    'ranks with equals and NULLs, which come last in both directions',
    table,
    rows,
    r => ({
      g: r['g'],
      x: r['x'],
      up: rank().over({ partitionBy: r['g'], orderBy: r['x'] }),
      down: rank().over({ partitionBy: r['g'], orderBy: r['x'].desc() }),
      dense: denseRank().over({ partitionBy: r['g'], orderBy: r['x'] }),
      percent: percentRank().over({ partitionBy: r['g'], orderBy: r['x'] }),
    }),
    [
      ['a', '3', '2', '1', '2', '0.333333333333'],
      ['a', 'NULL', '4', '4', '3', '1'],
      ['a', '3', '2', '1', '2', '0.333333333333'],
      ['a', '1', '1', '3', '1', '0'],
      ['b', 'NULL', '1', '1', '1', '0'],
      ['NULL', '9', '1', '1', '1', '0'],
    ],
  ),
  project(
    'rank',
    'row numbers, lag and lead',
    { g: 'string', at: 'int64', x: 'float64?' },
    [
      ['a', 1, 10],
      ['a', 3, NaN],
      ['a', 2, null],
      ['b', 1, 5],
    ],
    r => ({
      g: r['g'],
      at: r['at'],
      no: rowNumber().over({ partitionBy: r['g'], orderBy: r['at'].desc() }),
      before: r['x'].lag().over({ partitionBy: r['g'], orderBy: r['at'] }),
      two: r['x'].lag(2).over({ partitionBy: r['g'], orderBy: r['at'] }),
      after: r['x'].lead().over({ partitionBy: r['g'], orderBy: r['at'] }),
      self: r['at'].lag(0).over({ orderBy: r['at'] }),
    }),
    [
      ['a', '1', '3', 'NULL', 'NULL', 'NULL', '1'],
      ['a', '2', '2', '10', 'NULL', 'NaN', '2'],
      ['a', '3', '1', 'NULL', '10', 'NULL', '3'],
      ['b', '1', '1', 'NULL', 'NULL', 'NULL', '1'],
    ],
  ),
  project(
    'window-frame',
    'without an order all rows of the partition, with one those up to this row and its equals',
    table,
    rows,
    r => ({
      g: r['g'],
      x: r['x'],
      total: r['x'].sum().over({ partitionBy: r['g'] }),
      running: r['x'].sum().over({ partitionBy: r['g'], orderBy: r['x'] }),
      n: count().over({ partitionBy: r['g'] }),
      share: r['x'].sum().div(count()).over({}),
    }),
    [
      ['a', '3', '7', '7', '4', '2.66666666667'],
      ['a', 'NULL', '7', '7', '4', '2.66666666667'],
      ['a', '3', '7', '7', '4', '2.66666666667'],
      ['a', '1', '7', '1', '4', '2.66666666667'],
      ['b', 'NULL', 'NULL', 'NULL', '1', '2.66666666667'],
      ['NULL', '9', '9', '9', '1', '2.66666666667'],
    ],
  ),
  project(
    'window-frame',
    'frames of rows, also empty ones',
    { at: 'int64', x: 'int64' },
    [
      [1, 10],
      [2, 20],
      [3, 40],
      [4, 80],
    ],
    r => ({
      at: r['at'],
      two: r['x'].sum().over({ orderBy: r['at'], rows: [-1, 0] }),
      past: r['x'].sum().over({ orderBy: r['at'], rows: ['unbounded', -1] }),
      rest: r['x'].max().over({ orderBy: r['at'], rows: [0, 'unbounded'] }),
      ahead: count().over({ orderBy: r['at'], rows: [1, 2] }),
      mean: r['x'].mean().over({ orderBy: r['at'], rows: [-1, 1] }),
    }),
    [
      ['1', '10', 'NULL', '80', '2', '15'],
      ['2', '30', '10', '80', '2', '23.3333333333'],
      ['3', '60', '30', '80', '1', '46.6666666667'],
      ['4', '120', '70', '80', '0', '60'],
    ],
  ),
  project(
    'window-frame',
    'frames of time',
    { t: 'timestamp', x: 'int64' },
    [
      ['2026-01-01T00:00:00Z', 1],
      ['2026-01-01T00:30:00Z', 2],
      ['2026-01-01T01:00:00Z', 4],
      ['2026-01-01T03:00:00Z', 8],
    ],
    r => ({
      x: r['x'],
      hour: r['x'].sum().over({ orderBy: r['t'], range: ['-1h', 0] }),
      next: count().over({ orderBy: r['t'], range: [0, '30m'] }),
    }),
    [
      ['1', '1', '2'],
      ['2', '3', '2'],
      ['4', '7', '1'],
      ['8', '8', '1'],
    ],
  ),
  project(
    'window-frame',
    'windows of filtered aggregates, of first and last, inside expressions',
    { k: 'string', at: 'int64', x: 'int64' },
    [
      ['a', 1, 10],
      ['a', 2, 20],
      ['b', 1, 5],
    ],
    r => ({
      k: r['k'],
      x: r['x'],
      late: r['x'].sum().where(r['at'].gt(1)).over({ partitionBy: r['k'] }),
      newest: r['x'].last({ orderBy: r['at'] }).over({ partitionBy: r['k'] }),
      diff: r['x'].sub(r['x'].mean().over({ partitionBy: r['k'] })),
    }),
    [
      ['a', '10', '20', '20', '-5'],
      ['a', '20', '20', '20', '5'],
      ['b', '5', 'NULL', '5', '0'],
    ],
  ),
  project(
    'window-frame',
    'windows over no rows',
    { x: 'int64' },
    [],
    r => ({ s: r['x'].sum().over({}), n: rank().over({ orderBy: r['x'] }) }),
    [],
  ),
]
