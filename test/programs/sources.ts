/** Tables of every type, out of every source that a program can name again. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { arrow, csv, excel, json, lines, ndjson, parquet, rows, sqlite } from '../../src/connectors/index.ts'
import { calendarDate, decimal, interval, list, localDateTime, map, oneOf, type Session, sql, struct, timeOfDay } from '../../src/index.ts'
import type { Table } from './draw-plans.ts'

const schema = {
  yes: 'boolean?',
  i8: 'int8?',
  i32: 'int32?',
  i64: 'int64?',
  whole: 'int64',
  u8: 'uint8?',
  u32: 'uint32?',
  u64: 'uint64?',
  big: 'bigint?',
  f32: 'float32?',
  f64: 'float64?',
  real: 'float64',
  money: 'decimal(18,2)?',
  exact: 'decimal(38,10)?',
  text: 'string?',
  name: 'string',
  kind: oneOf('a', "it's", 'c"d').nullable(),
  doc: 'json?',
  id: 'uuid?',
  raw: 'bytes?',
  day: 'date?',
  clock: 'time?',
  wall: 'datetime?',
  at: 'timestamp?',
  span: 'interval?',
  numbers: list('int64').nullable(),
  words: list('string').nullable(),
  deep: list(list('float64')),
  flags: list('boolean'),
  part: struct({ x: 'int64', 'odd name': 'string?' }).nullable(),
  lookup: map('string', 'int64').nullable(),
  'unit price': 'float64?',
  "it's `q`": 'string?',
  '1': 'int64',
  '0': 'string',
  r: 'int64?',
  ünïcode: 'string?',
  constructor: 'int64?',
} as const

const full = {
  yes: true,
  i8: -1,
  i32: 2,
  i64: 3,
  whole: 4,
  u8: 255,
  u32: 4_294_967_295,
  u64: 2n ** 63n,
  big: -(2n ** 63n),
  f32: 0.5,
  f64: -0,
  real: 1e21,
  money: decimal(150n, 2),
  exact: decimal(12345678901234567890n, 10),
  text: "it's `x`",
  name: 'a\u2028b"\\',
  kind: "it's",
  doc: '{"a":[1]}',
  id: '0191f8a4-7b3c-7def-8123-456789abcdef',
  raw: new Uint8Array([0, 255]),
  day: calendarDate(2026, 1, 2),
  clock: timeOfDay(1, 2, 3, 4),
  wall: localDateTime(1969, 12, 31, 23, 59, 59, 999_999),
  at: new Date('2026-01-02T03:04:05.678Z'),
  span: interval({ months: 1, days: -2, micros: 3n }),
  numbers: [1, 2],
  words: ["it's", ''],
  deep: [[1.5], []],
  flags: [true],
  part: { x: 1, 'odd name': 'y' },
  lookup: new Map([['a', 1]]),
  'unit price': 2.5,
  "it's `q`": '`',
  '1': 1,
  '0': 'zero',
  r: 5,
  ünïcode: 'é',
  constructor: 6,
}
const empty = {
  ...Object.fromEntries(Object.keys(schema).map(name => [name, null])),
  whole: 0,
  real: Number.NaN,
  name: '',
  deep: [],
  flags: [],
  '1': 2,
  '0': '',
}

/** Opens them all; files are written into the folder. */
export async function openSources(tm: Session, folder: string): Promise<readonly Table[]> {
  const at = (name: string): string => join(folder, name)
  await writeFile(at('orders.csv'), 'id;region;amount;day\n1;west;2,5;2026-01-01\n2;east;3;2026-01-02\n3;west;;2026-02-01\n')
  await writeFile(at('log.ndjson'), '{"id":1,"tags":["a","b"],"at":"2026-01-01T00:00:00Z"}\n{"id":2,"tags":[],"at":null}\n')
  await writeFile(at('doc.json'), '[{"id":1,"place":{"x":1.5,"city":"a"}},{"id":2,"place":null}]')
  await writeFile(at('words.txt'), 'a b\nc\n')
  const wide = await tm.read(rows([full, empty] as never, { schema }))
  const small = await tm.read(
    rows([
      { id: 1, text: 'a', at: new Date(0), amount: 1.5 },
      { id: 2, text: "it's", at: new Date(1), amount: 2 },
    ]),
  )
  await small.write(parquet(at('small.parquet')))
  await small.write(arrow(at('small.arrow')))
  await small.write(excel(at('small.xlsx')))
  await small.write(sqlite(at('small.db'), { table: 'small' }))
  await writeFile(at('latin.csv'), Buffer.from('id,name\n1,Zo\xeb\n2\n3,B\n', 'latin1'))
  const limit = 2
  const made = [
    wide,
    small,
    await tm.read(csv(at('orders.csv'), { names: 'camelCase', nulls: ['', 'NA'] })),
    await tm.read(csv(at('orders.csv'), { schema: { id: 'int32', region: 'string', amount: 'string?', day: 'date' } })),
    await tm.read(ndjson(at('log.ndjson'), { schema: { id: 'int64', tags: list('string'), at: 'timestamp?' } })),
    await tm.read(csv(at('latin.csv'), { encoding: 'latin1', onBadLine: 'skip' })),
    await tm.read(csv(at('latin.csv'), { encoding: 'latin1', onBadLine: { quarantine: at('bad.ndjson') } })),
    await tm.read(json(at('doc.json'))),
    await tm.read(lines(at('words.txt'))),
    await tm.read(parquet(at('small.parquet'))),
    await tm.read(arrow(at('small.arrow'))),
    await tm.read(excel(at('small.xlsx'))),
    await tm.read(sqlite(at('small.db'), { table: 'small' })),
    await tm.sql('select text, count(*) as n, max(amount) as amount from t group by text', { tables: { t: small } }),
    await tm.sql`select ${sql.id('text')}, amount, '\`' as q from ${small} where id < ${limit} and text in ${['a', "it's"]}`,
  ]
  return made as unknown as readonly Table[]
}
