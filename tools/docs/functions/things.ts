/** The small table of the examples of functions. */
import type { Columns } from '../../../src/expr/index.ts'
import { type Dataset, list, map, type Session, struct } from '../../../src/index.ts'
import { rows } from '../../../src/connectors/index.ts'
import { decimal, type FieldType, interval, localDateTime, type Row, timeOfDay } from '../../../src/schema/index.ts'

const schema = {
  id: 'int32',
  kind: 'string',
  name: 'string?',
  n: 'int64?',
  x: 'float64?',
  price: 'decimal(8,2)',
  ok: 'boolean?',
  day: 'date',
  at: 'timestamp',
  wall: 'datetime',
  clock: 'time',
  span: 'interval?',
  scores: list('int64') as FieldType<number[]>,
  words: list('string') as FieldType<string[]>,
  place: struct({ city: 'string', zip: 'string' }) as FieldType<{ city: string; zip: string }>,
  stock: map('string', 'int64') as FieldType<ReadonlyMap<string, number>>,
  bytes: 'bytes',
} as const

type Thing = Row<typeof schema>
export type Things = Dataset<Thing>
/** What a callback of the examples sees. */
export type ThingRow = Columns<Thing>

const data = [
  {
    id: 1,
    kind: 'a',
    name: 'Ada Byron',
    n: 7,
    x: 2.5,
    price: decimal(1999n, 2),
    ok: true,
    day: '2024-02-29',
    at: '2024-02-29T22:14:15.678901Z',
    wall: localDateTime(2024, 3, 31, 2, 30),
    clock: timeOfDay(13, 14, 15),
    span: interval({ months: 14, days: 3, micros: 3_723_000_000n }),
    scores: [3, 1, 3],
    words: ['x', 'y'],
    place: { city: 'Bonn', zip: '53111' },
    stock: new Map([['Bonn', 2]]),
    bytes: Uint8Array.from([104, 105]),
  },
  {
    id: 2,
    kind: 'a',
    name: 'Ünal-7',
    n: -3,
    x: -1.25,
    price: decimal(500n, 2),
    ok: false,
    day: '2026-11-21',
    at: '2026-11-21T06:00:00Z',
    wall: localDateTime(2026, 10, 25, 2, 30),
    clock: timeOfDay(0, 0, 0, 5),
    span: interval({ days: -1 }),
    scores: [],
    words: ['y'],
    place: { city: 'Oslo', zip: '0150' },
    stock: new Map(),
    bytes: new Uint8Array(0),
  },
  {
    id: 3,
    kind: 'b',
    name: null,
    n: null,
    x: null,
    price: decimal(-25n, 2),
    ok: null,
    day: '1999-12-31',
    at: '1969-12-31T23:59:59.5Z',
    wall: localDateTime(1999, 12, 31, 23, 59, 59),
    clock: timeOfDay(23, 59, 59),
    span: null,
    scores: [10],
    words: [],
    place: { city: 'Rome', zip: '00100' },
    stock: new Map([
      ['Rome', 5],
      ['Bonn', 1],
    ]),
    bytes: Uint8Array.from([0, 255]),
  },
]

/** Three rows, in the order of `id`. */
export async function openThings(tm: Session): Promise<Things> {
  return (await tm.read(rows(data as never, { schema }))) as unknown as Things
}
