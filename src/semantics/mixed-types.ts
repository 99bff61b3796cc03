import { listOf } from '../expr/index.ts'
import { list } from '../schema/index.ts'
import { type ConformanceCase, fails, project } from './case.ts'

/** Values of several types beside each other: the type they have in common, and what does not fit in it. */
export const mixedTypeCases: readonly ConformanceCase[] = [
  project(
    'narrow',
    'lists of uint64 beside lists of int64 become lists of bigint',
    { a: list('int64').nullable(), u: 'uint64?' },
    [
      [null, 5n],
      [[1, null], 7n],
      [null, null],
    ],
    r => ({ v: r['a'].fillNull(listOf(r['u'], 0n)) }),
    [['[5,0]'], ['[1,NULL]'], ['[NULL,0]']],
  ),
  fails(
    'narrow',
    'a uint64 beyond int64 has no place in a list of bigint',
    { a: list('int64').nullable(), u: 'uint64' },
    [null, 2n ** 64n - 1n],
    r => ({ v: r['a'].fillNull(listOf(r['u'])) }),
    'expr.overflow',
  ),
]
