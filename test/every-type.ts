/** One column of every type with its extremes: what round trips are tried on. */
import {
  calendarDate,
  type DataType,
  decimal,
  type Field,
  interval,
  localDateTime,
  type Schema,
  timeOfDay,
  timestampOf,
} from '../src/schema/index.ts'

interface TypeCase {
  readonly name: string
  readonly type: DataType
  /** As rows hand them out. */
  readonly values: readonly unknown[]
}

const struct = (fields: Readonly<Record<string, DataType>>): DataType => ({
  struct: Object.entries(fields).map(([name, type]): Field => ({ name, type, nullable: true })),
})
const long = 12_345_678_901_234_567_890_123_456_789_012_345_678n
const scaled = { decimal: [38, 10] } as const

export const typeCases: readonly TypeCase[] = [
  { name: 'boolean', type: 'boolean', values: [true, false] },
  { name: 'int8', type: 'int8', values: [-128, 0, 127] },
  { name: 'int16', type: 'int16', values: [-32_768, 32_767] },
  { name: 'int32', type: 'int32', values: [-2_147_483_648, 2_147_483_647] },
  { name: 'int64', type: 'int64', values: [-9_007_199_254_740_991, 9_007_199_254_740_991] },
  { name: 'bigint', type: 'bigint', values: [-(2n ** 63n), 2n ** 63n - 1n, 9_007_199_254_740_993n] },
  { name: 'uint8', type: 'uint8', values: [0, 255] },
  { name: 'uint16', type: 'uint16', values: [0, 65_535] },
  { name: 'uint32', type: 'uint32', values: [0, 4_294_967_295] },
  { name: 'uint64', type: 'uint64', values: [0n, 2n ** 64n - 1n, 2n ** 63n] },
  { name: 'float32', type: 'float32', values: [Math.fround(0.1), -3.4028234663852886e38, 1.401298464324817e-45] },
  { name: 'float64', type: 'float64', values: [0.1, -1.7976931348623157e308, 5e-324, 1 / 3] },
  { name: 'decimal', type: { decimal: [38, 0] }, values: [decimal(long, 0), decimal(-long, 0), decimal(0n, 0)] },
  { name: 'scaled', type: scaled, values: [decimal(long, 10), decimal(-1n, 10)] },
  { name: 'small', type: { decimal: [4, 2] }, values: [decimal(9999n, 2), decimal(-5n, 2)] },
  { name: 'string', type: 'string', values: ['', 'a "quoted", text\nof two lines', '😀 é', 'null', '007'] },
  { name: 'json', type: 'json', values: ['{"a":[1,"2",null]}', '"text"', '[]', 'true'] },
  { name: 'uuid', type: 'uuid', values: ['f81d4fae-7dec-11d0-a765-00a0c91e6bf6', '00000000-0000-0000-0000-000000000000'] },
  { name: 'bytes', type: 'bytes', values: [new Uint8Array([0, 255, 10]), new Uint8Array(0), new Uint8Array(40).fill(7)] },
  { name: 'date', type: 'date', values: [calendarDate(1, 1, 1), calendarDate(9999, 12, 31), calendarDate(2024, 2, 29)] },
  { name: 'time', type: 'time', values: [timeOfDay(0, 0), timeOfDay(23, 59, 59, 999_999), timeOfDay(10, 30, 0, 250_000)] },
  {
    name: 'datetime',
    type: 'datetime',
    values: [localDateTime(2026, 3, 8, 2, 30), localDateTime(1, 1, 1), localDateTime(9999, 12, 31, 23, 59, 59, 999_999)],
  },
  { name: 'timestamp', type: 'timestamp', values: [timestampOf(1n), timestampOf(-1n), timestampOf(253_402_300_799_999_999n)] },
  {
    name: 'interval',
    type: 'interval',
    values: [interval({ months: 14, days: 3, micros: 4_500_000n }), interval({ months: -1, days: 2, micros: -1n }), interval({})],
  },
  { name: 'enumeration', type: { enum: ['low', 'high, "very"'] }, values: ['low', 'high, "very"'] },
  { name: 'list', type: { list: 'int8' }, values: [[], [1, null, -128]] },
  { name: 'bigs', type: { list: 'bigint' }, values: [[2n ** 63n - 1n, null]] },
  { name: 'money', type: { list: scaled }, values: [[decimal(long, 10), null]] },
  { name: 'moments', type: { list: 'timestamp' }, values: [[timestampOf(1n), null, timestampOf(1_700_000_000_000_000n)]] },
  {
    name: 'struct',
    type: struct({ 'a b': 'uint8', day: 'date', wall: 'datetime', clock: 'time', blob: 'bytes', id: 'uuid', inner: struct({ n: scaled }) }),
    values: [
      {
        'a b': 255,
        day: calendarDate(2024, 2, 29),
        wall: localDateTime(2026, 3, 8, 2, 30),
        clock: timeOfDay(1, 2, 3, 4),
        blob: new Uint8Array([1, 2]),
        id: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
        inner: { n: decimal(-long, 10) },
      },
      { 'a b': null, day: null, wall: null, clock: null, blob: null, id: null, inner: null },
    ],
  },
  {
    name: 'map',
    type: { map: ['string', 'int64'] },
    values: [
      new Map([
        ['a', 1],
        ['b "c"', null],
      ]),
      new Map(),
    ],
  },
  {
    name: 'numbered',
    type: { map: ['int32', { list: 'datetime' }] },
    values: [
      new Map([
        [1, [localDateTime(2026, 1, 1)]],
        [-2, null],
      ]),
    ],
  },
  { name: 'lengths', type: { list: 'interval' }, values: [[interval({ days: -1 }), null]] },
  {
    name: 'deep',
    type: { list: struct({ tags: { list: 'string' }, at: 'timestamp' }) },
    values: [[{ tags: ['x', null], at: timestampOf(1n) }, null]],
  },
]

/** All columns in one schema. */
export const everyColumn: Schema = typeCases.map(({ name, type }) => ({ name, type, nullable: true }))

/** Rows that hold every value, and NULL in every column. */
export const everyRow: readonly Record<string, unknown>[] = Array.from({ length: 7 }, (_, row) =>
  Object.fromEntries(typeCases.map(({ name, values }) => [name, row === 5 ? null : (values[row % (values.length + 1)] ?? null)])),
)
