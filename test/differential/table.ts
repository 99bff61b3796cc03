/** A table of edge values: what a type has at its ends, and what looks like something else. */
import { type Batch, columnFromRaw, makeBatch } from '../../src/batch/index.ts'
import { type ColumnNode, columnNode } from '../../src/expr/index.ts'
import { type DataType, type Field, printType } from '../../src/schema/index.ts'

const max = 2n ** 63n - 1n
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 86_400_000
const micros = (text: string): bigint => BigInt(Date.parse(`${text}Z`)) * 1000n

const days = [
  '1970-01-01',
  '1969-12-31',
  '2024-02-29',
  '2024-01-31',
  '2023-03-31',
  '2025-01-01',
  '1900-02-28',
  '2000-02-29',
  '0001-01-01',
  '9999-12-31',
  '2026-11-21',
].map(day)
const moments = [
  0n,
  -1n,
  1n,
  micros('2024-02-29T23:59:59.999') + 999n,
  micros('2024-01-31T12:00:00'),
  micros('1969-12-31T23:59:59'),
  micros('1900-03-01T01:02:03'),
  micros('2024-12-30T10:00:00'),
  micros('0001-01-01T00:00:00'),
  micros('9999-12-31T23:59:59'),
]

/**
 * Left out on purpose: letters whose other case is no single letter (a declared gap: `upper` of a sharp s), denormal numbers, and U+FEFF in lists, which the
 * engine's client drops.
 */
export const edges: readonly (readonly [type: DataType, values: readonly unknown[]])[] = [
  ['boolean', [true, false]],
  ['int32', [0, 1, -1, 2, 7, -7, 15, 25, 2147483647, -2147483648]],
  ['int64', [0n, 1n, -1n, 3n, -7n, 25n, 2147483648n, 9007199254740993n, -9007199254740993n, max, -max - 1n]],
  ['bigint', [0n, -1n, 3n, 9007199254740993n, max, -max - 1n]],
  ['int8', [0, 1, -1, 7, 127, -128]],
  ['uint16', [0, 1, 255, 65_535]],
  ['uint32', [0n, 2n, 4_294_967_295n]],
  ['uint64', [0n, 5n, max, 2n ** 64n - 1n]],
  ['float32', [0, 0.5, -1.5, Math.fround(0.1), Math.fround(1e30), Number.NaN, Infinity]],
  ['time', [0n, 1n, 37_800_250_000n, 86_399_999_999n]],
  [
    'float64',
    [
      0,
      -0,
      1,
      -1,
      2,
      0.1,
      0.5,
      -0.5,
      2.5,
      -2.5,
      1.005,
      2.675,
      0.1 + 0.2,
      1e-7,
      1e-5,
      1e15,
      1e16,
      123456789.125,
      2 ** 31,
      2 ** 53,
      2 ** 63,
      -(2 ** 63),
      1e21,
      1e300,
      Number.MAX_VALUE,
      Number.NaN,
      Infinity,
      -Infinity,
    ],
  ],
  [
    'string',
    [
      '',
      ' ',
      'a',
      'A',
      'ab',
      'abc',
      'b',
      'Zz',
      'é',
      'é',
      '😀',
      '😀😀a',
      '￿',
      '',
      'a,b,,c',
      ' x ',
      '	x\n',
      'xx',
      'true',
      'FALSE',
      '1',
      '-1',
      '+7',
      '007',
      '1.0',
      '1.5',
      '1_000',
      '0x10',
      '1e3',
      '1e400',
      'nan',
      'Infinity',
      '-inf',
      String(max),
      '9223372036854775808',
      '2024-02-29',
      '2023-02-29',
      '1969-12-31',
      '2024-02-29T12:34:56.789',
      '2024-02-29 12:34:56Z',
      '9999-12-31',
      '2024-02-29T12:34:56+02:00',
      '0.015',
      '12345678.99',
      '$1',
      '\\',
      "it's",
      '"',
      '%',
      '_',
      'a\0b',
      '',
      '\r\n',
      '\u2028',
    ],
  ],
  ['date', days],
  ['timestamp', moments],
  ['datetime', moments],
  [{ decimal: [10, 2] }, [0n, 1n, -1n, 50n, -50n, 250n, -250n, 1005n, 9999999999n, -9999999999n]],
  [{ decimal: [18, 6] }, [0n, 1n, 500000n, -1500000n, 15000n, 999999999999999999n]],
  [{ decimal: [38, 10] }, [0n, 1n, 10n ** 25n - 1n, 1n - 10n ** 25n, 12345678901234567890n]],
  [{ list: 'int64' }, [[], [1n], [1n, null, 3n], [null], [2n, 2n, -5n]]],
  [{ list: 'string' }, [[], [''], ['a', null, 'b,c'], ['😀', 'x'], [null]]],
]

/** Steps of a linear congruential generator, so that the table is the same in every run. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % below
  }
}

export const groupCount = 5

/**
 * Two columns a type, one with NULLs and one without; `row` is the number of the row, `group` a number below `groupCount`, `key` a number with NULLs and ties.
 */
export function edgeTable(rows: number): Batch {
  const next = numbersFrom(20_261_121)
  const fields: Field[] = []
  const columns: (readonly unknown[])[] = []
  const add = (field: Field, make: (row: number) => unknown): void => {
    fields.push(field)
    columns.push(Array.from({ length: rows }, (_, row) => make(row)))
  }
  add({ name: 'row', type: 'int32', nullable: false }, row => row)
  add({ name: 'group', type: 'int32', nullable: false }, row => Math.floor((row * groupCount) / rows))
  add({ name: 'key', type: 'int32', nullable: true }, () => (next(4) === 0 ? null : next(5)))
  for (const [type, values] of edges) {
    const pick = (): unknown => values[next(values.length)]
    add({ name: `${printType(type)}?`, type, nullable: true }, () => (next(5) === 0 ? null : pick()))
    add({ name: printType(type), type, nullable: false }, pick)
  }
  return makeBatch(
    fields,
    fields.map(({ type }, at) => columnFromRaw(type, columns[at] ?? [])),
  )
}

/** The columns of the table as expressions. */
export function columnsOf(table: Batch): readonly ColumnNode[] {
  return table.fields.map(field => columnNode(field))
}
