import { interval } from '../schema/index.ts'
import { type ConformanceCase, aggregate, fails, project } from './case.ts'

const month = interval({ months: 1 })
const mixed = interval({ months: 14, days: -3, micros: 3_723_000_001n })
const hour = interval({ micros: 3_600_000_000n })
const most = interval({ months: 2_147_483_647, days: 2_147_483_647, micros: 9_223_372_036_854_775_807n })

/** Sums, multiples and parts of intervals, and days and moments moved by them. */
export const intervalCases: readonly ConformanceCase[] = [
  project(
    'interval',
    'a moment moves by months first, then by days, then by time',
    { t: 'timestamp?', w: 'datetime', i: 'interval?' },
    [
      ['2024-01-31T00:00:00Z', '2023-01-31T12:00:00', month],
      ['2024-03-31T23:59:59.999999Z', '2024-03-31T00:00:00', interval({ months: -1, days: 1, micros: 1n })],
      ['1969-12-31T23:00:00Z', '1969-12-31T23:00:00', hour],
      [null, '2024-01-01T00:00:00', mixed],
      ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00', null],
    ],
    r => ({ later: r['t'].plus(r['i']), wall: r['w'].plus(r['i']), before: r['w'].minus(r['i']), by: r['w'].plus(mixed) }),
    [
      ['2024-02-29T00:00:00Z', '2023-02-28T12:00:00', '2022-12-31T12:00:00', '2024-03-28T13:02:03.000001'],
      ['2024-03-02T00:00:00Z', '2024-03-01T00:00:00.000001', '2024-04-28T23:59:59.999999', '2025-05-28T01:02:03.000001'],
      ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00', '1969-12-31T22:00:00', '1971-02-26T00:02:03.000001'],
      ['NULL', '2025-02-26T01:02:03.000001', '2022-11-03T22:57:56.999999', '2025-02-26T01:02:03.000001'],
      ['NULL', 'NULL', 'NULL', '2025-02-26T01:02:03.000001'],
    ],
  ),
  project(
    'interval',
    'a day moves by months and whole days',
    { d: 'date?', i: 'interval?' },
    [
      ['2024-01-31', month],
      ['2024-03-01', interval({ days: -1 })],
      ['2024-03-01', interval({ micros: -86_400_000_000n })],
      [null, hour],
      ['2024-03-01', null],
    ],
    r => ({ plus: r['d'].plus(r['i']), minus: r['d'].minus(r['i']) }),
    [
      ['2024-02-29', '2023-12-31'],
      ['2024-02-29', '2024-03-02'],
      ['2024-02-29', '2024-03-02'],
      ['NULL', 'NULL'],
      ['NULL', 'NULL'],
    ],
  ),
  fails(
    'interval',
    'a day does not move by an hour',
    { d: 'date', i: 'interval' },
    ['2024-01-01', hour],
    r => ({ x: r['d'].plus(r['i']) }),
    'expr.argument',
  ),
  project(
    'interval',
    'intervals are added, taken away, turned around and multiplied part by part',
    { a: 'interval?', b: 'interval', n: 'int32?' },
    [
      [month, hour, 3],
      [mixed, mixed, -1],
      [null, month, 2],
      [interval({}), mixed, null],
    ],
    r => ({ sum: r['a'].plus(r['b']), rest: r['a'].minus(r['b']), back: r['b'].neg(), times: r['b'].mul(r['n']), twice: r['a'].mul(2) }),
    [
      ['P1MT1H', 'P1MT-1H', 'PT-1H', 'PT3H', 'P2M'],
      ['P2Y4M-6DT2H4M6.000002S', 'PT0S', 'P-1Y-2M3DT-1H-2M-3.000001S', 'P-1Y-2M3DT-1H-2M-3.000001S', 'P2Y4M-6DT2H4M6.000002S'],
      ['NULL', 'NULL', 'P-1M', 'P2M', 'NULL'],
      ['P1Y2M-3DT1H2M3.000001S', 'P-1Y-2M3DT-1H-2M-3.000001S', 'P-1Y-2M3DT-1H-2M-3.000001S', 'NULL', 'PT0S'],
    ],
  ),
  fails('interval', 'a sum that no interval can hold', { a: 'interval' }, [most], r => ({ x: r['a'].plus(month) }), 'expr.overflow'),
  fails('interval', 'a multiple that no interval can hold', { a: 'interval' }, [most], r => ({ x: r['a'].mul(2) }), 'expr.overflow'),
  fails(
    'interval',
    'a moment past the last',
    { t: 'timestamp', i: 'interval' },
    ['2024-01-01T00:00:00Z', most],
    r => ({ x: r['t'].plus(r['i']) }),
    'expr.overflow',
  ),
  project(
    'interval',
    'parts of an interval: of its months, of its days, of its time, each with its sign',
    { i: 'interval?' },
    [[mixed], [interval({ months: -13, days: 400, micros: -90_061_000_007n })], [interval({})], [null]],
    r => ({
      y: r['i'].years(),
      mo: r['i'].months(),
      d: r['i'].days(),
      h: r['i'].hours(),
      mi: r['i'].minutes(),
      s: r['i'].seconds(),
      us: r['i'].microseconds(),
    }),
    [
      ['1', '2', '-3', '1', '2', '3', '1'],
      ['-1', '-1', '400', '-25', '-1', '-1', '-7'],
      ['0', '0', '0', '0', '0', '0', '0'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'interval',
    'the time since another day or moment',
    { a: 'date?', b: 'date', t: 'timestamp', u: 'timestamp?', w: 'datetime' },
    [
      ['2024-03-01', '2024-02-01', '2024-03-01T00:00:00Z', '2024-02-28T23:00:00.5Z', '2024-03-01T00:00:00'],
      ['1969-01-01', '1970-01-01', '1969-12-31T00:00:00Z', '1970-01-02T00:00:00Z', '1969-12-31T00:00:00'],
      [null, '1970-01-01', '1970-01-01T00:00:00Z', null, '1970-01-01T00:00:00'],
    ],
    r => ({ days: r['a'].since(r['b']), time: r['t'].since(r['u']), wall: r['w'].since('2024-01-01T00:00:00') }),
    [
      ['P29D', 'PT24H59M59.5S', 'PT1440H'],
      ['P-365D', 'PT-48H', 'PT-473376H'],
      ['NULL', 'NULL', 'PT-473352H'],
    ],
  ),
  project(
    'interval',
    'intervals are compared by their length',
    { a: 'interval?', b: 'interval' },
    [
      [month, interval({ days: 30 })],
      [month, interval({ days: 31 })],
      [interval({ micros: -1n }), interval({})],
      [null, month],
    ],
    r => ({
      lt: r['a'].lt(r['b']),
      gte: r['a'].gte(r['b']),
      within: r['a'].between(interval({}), interval({ days: 30 })),
      long: r['a'].gt(hour),
    }),
    [
      ['false', 'true', 'true', 'true'],
      ['true', 'false', 'true', 'true'],
      ['true', 'false', 'false', 'false'],
      ['NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  aggregate(
    'interval',
    'the shortest and the longest of intervals',
    { g: 'int32', i: 'interval?' },
    [
      [1, month],
      [1, interval({ days: 29 })],
      [1, interval({ micros: -5n })],
      [1, null],
      [2, null],
    ],
    ['g'],
    r => ({ min: r['i'].min(), max: r['i'].max(), n: r['i'].count() }),
    [
      ['1', 'PT-0.000005S', 'P1M', '3'],
      ['2', 'NULL', 'NULL', '0'],
    ],
  ),
]
