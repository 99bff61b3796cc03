import { fragmentNode, toExpr } from '../expr/index.ts'
import { type ConformanceCase, project } from './case.ts'

export const fragmentCases: readonly ConformanceCase[] = [
  project(
    'text',
    'a piece of SQL sees its operands as values',
    { s: 'string?', n: 'int64?' },
    [
      ["O'Hara", 1],
      ['$1', 2],
      [null, null],
    ],
    r => ({
      loud: toExpr(fragmentNode(['upper(', ') || ', ''], [r['s'], "'; --"], 'string')),
      sum: toExpr(fragmentNode(['', ' + ', ''], [r['n'].mul(2), 1], 'int64')),
      known: toExpr(fragmentNode(['', ' in ', ''], [r['n'], [1, 3]], 'boolean')),
    }),
    [
      ["O'HARA'; --", '3', 'true'],
      ["$1'; --", '5', 'false'],
      ['NULL', 'NULL', 'NULL'],
    ],
  ),
]
