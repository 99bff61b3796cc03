import { callNode } from '../expr/index.ts'
import { coalesce, lit, when } from '../expr/index.ts'
import { literalNode } from '../expr/index.ts'
import { exprOf } from '../expr/index.ts'
import { toExpr } from '../expr/index.ts'
import { type ConformanceCase, project } from './case.ts'

const truths = [true, false, null]

export const logicCases: readonly ConformanceCase[] = [
  project(
    'three-valued',
    'and, or, not over all nine pairs',
    { a: 'boolean?', b: 'boolean?' },
    truths.flatMap(a => truths.map(b => [a, b])),
    r => ({ a: r['a'], b: r['b'], and: r['a'].and(r['b']), or: r['a'].or(r['b']), not: r['a'].not() }),
    [
      ['true', 'true', 'true', 'true', 'false'],
      ['true', 'false', 'false', 'true', 'false'],
      ['true', 'NULL', 'NULL', 'true', 'false'],
      ['false', 'true', 'false', 'true', 'true'],
      ['false', 'false', 'false', 'false', 'true'],
      ['false', 'NULL', 'false', 'NULL', 'true'],
      ['NULL', 'true', 'NULL', 'true', 'NULL'],
      ['NULL', 'false', 'false', 'NULL', 'NULL'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  {
    name: 'a filter keeps only what is true',
    rule: 'three-valued',
    table: {
      schema: { x: 'int32?', keep: 'boolean?' },
      rows: [
        [1, true],
        [2, false],
        [3, null],
        [null, true],
      ],
    },
    plan: 'filter',
    exprs: r => r['keep'].and(r['x'].lt(5).or(r['x'].isNull())),
    want: [
      ['1', 'true'],
      ['NULL', 'true'],
    ],
  },
  {
    name: 'a filter for NaN finds NaN',
    rule: 'nan',
    table: { schema: { x: 'float64?' }, rows: [[NaN], [1], [null]] },
    plan: 'filter',
    exprs: r => r['x'].eq(NaN),
    want: [['NaN']],
  },
  {
    name: 'a filter on no rows gives no rows',
    rule: 'three-valued',
    table: { schema: { x: 'float64?' }, rows: [] },
    plan: 'filter',
    exprs: r => r['x'].gt(1),
    want: [],
  },
  project(
    'nan',
    'NaN equals NaN and is the greatest, -0 equals 0',
    { x: 'float64?', y: 'float64' },
    [
      [1, 2],
      [NaN, NaN],
      [NaN, 1],
      [0, -0],
      [Infinity, NaN],
      [null, 1],
    ],
    r => ({
      eq: r['x'].eq(r['y']),
      ne: r['x'].ne(r['y']),
      lt: r['x'].lt(r['y']),
      lte: r['x'].lte(r['y']),
      gt: r['x'].gt(r['y']),
      gte: r['x'].gte(r['y']),
    }),
    [
      ['false', 'true', 'true', 'true', 'false', 'false'],
      ['true', 'false', 'false', 'true', 'false', 'true'],
      ['false', 'true', 'false', 'false', 'true', 'true'],
      ['true', 'false', 'false', 'true', 'false', 'true'],
      ['false', 'true', 'true', 'true', 'false', 'false'],
      ['NULL', 'NULL', 'NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'nan',
    'between and in with NaN and NULL',
    { x: 'float64?' },
    [[1], [10], [10.5], [NaN], [null]],
    r => ({ between: r['x'].between(1, 10), in: r['x'].in([1, NaN]), nan: r['x'].isNan() }),
    [
      ['true', 'true', 'false'],
      ['true', 'false', 'false'],
      ['false', 'false', 'false'],
      ['false', 'true', 'true'],
      ['NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'three-valued',
    'in a list with NULL is true or NULL; in no list false',
    { x: 'int32?' },
    [[1], [3], [null]],
    r => {
      const isIn = toExpr(callNode('in', [exprOf(r['x']), literalNode(1), literalNode(null)]))
      return { in: isIn, empty: r['x'].in([]), nan: r['x'].isNan() }
    },
    [
      ['true', 'false', 'false'],
      ['NULL', 'false', 'false'],
      ['NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'nan',
    'integers meet floats',
    { i: 'int32', l: 'int64?', f: 'float64' },
    [
      [2, 2, 2],
      [3, 2, 2.5],
      [1, null, NaN],
    ],
    r => ({ il: r['i'].eq(r['l']), lf: r['l'].lt(r['f']), lit: r['i'].lt(2.5) }),
    [
      ['true', 'false', 'true'],
      ['false', 'true', 'false'],
      ['NULL', 'NULL', 'true'],
    ],
  ),
  project(
    'string-order',
    'text is compared by code point',
    { a: 'string?', b: 'string' },
    [
      ['a', 'b'],
      ['B', 'a'],
      ['\u{1f600}', '\uff5e'],
      ['', 'a'],
      ['a', 'a'],
      ['a', 'ab'],
      [null, 'a'],
    ],
    r => ({ lt: r['a'].lt(r['b']), gte: r['a'].gte(r['b']), eq: r['a'].eq(r['b']), between: r['a'].between('A', 'a') }),
    [
      ['true', 'false', 'false', 'true'],
      ['true', 'false', 'false', 'true'],
      ['false', 'true', 'false', 'false'],
      ['true', 'false', 'false', 'false'],
      ['false', 'true', 'true', 'true'],
      ['true', 'false', 'false', 'true'],
      ['NULL', 'NULL', 'NULL', 'NULL'],
    ],
  ),
  project(
    'timestamp',
    'days and instants compare with their texts',
    { d: 'date?', t: 'timestamp?', b: 'boolean' },
    [
      ['2026-01-02', '2026-01-02T03:04:05Z', true],
      ['2025-12-31', '1969-12-31T23:59:59.999999Z', false],
      [null, null, true],
    ],
    r => ({
      d: r['d'].gte('2026-01-01'),
      t: r['t'].lt('2026-01-02T05:04:05.000001+02:00'),
      in: r['d'].in(['2026-01-02']),
      b: r['b'].eq(true),
    }),
    [
      ['true', 'true', 'true', 'true'],
      ['false', 'true', 'false', 'false'],
      ['NULL', 'NULL', 'NULL', 'true'],
    ],
  ),
  project(
    'three-valued',
    'isNull, isNotNull, fillNull, coalesce',
    { x: 'int32?', y: 'float64?', s: 'string?' },
    [
      [1, null, 'a'],
      [null, 2.5, null],
      [null, null, null],
    ],
    r => ({
      isNull: r['x'].isNull(),
      isNotNull: r['s'].isNotNull(),
      fill: r['x'].fillNull(0),
      mixed: coalesce(r['x'], r['y'], lit(-1)),
      text: r['s'].fillNull('none'),
    }),
    [
      ['false', 'true', '1', '1', 'a'],
      ['true', 'false', '0', '2.5', 'none'],
      ['true', 'false', '0', '-1', 'none'],
    ],
  ),
  project(
    'three-valued',
    'a case takes the first condition that is true',
    { age: 'int32?' },
    [[10], [30], [70], [null]],
    r => ({
      group: when(r['age'].lt(18), 'child').when(r['age'].lt(65), 'adult').otherwise('senior'),
      half: when(r['age'].gt(18), r['age'].div(2)).end(),
      mixed: when(r['age'].lt(18), 1).otherwise(2.5),
    }),
    [
      ['child', 'NULL', '1'],
      ['adult', '15', '2.5'],
      ['senior', '35', '2.5'],
      ['senior', 'NULL', '2.5'],
    ],
  ),
]
