/** Columns, fields, keys and counters that are called as what every JavaScript object has. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { count, type Dataset, type OpenRow, type Session, structOf, tidemill } from 'tidemill'
import { arrow, csv, excel, fromArrow, ndjson, parquet, rows, sqlite } from 'tidemill/connectors'
import { afterAll, beforeAll, expect, test } from 'vitest'

let base: string
let tm: Session
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'tidemill-names-'))
  await writeFile(join(base, 'named.csv'), `${names.join(',')}\n1,2,3,4\n5,6,7,8\n`)
  await writeFile(join(base, 'nested.ndjson'), '{"a":{"__proto__":{"admin":1},"toString":2,"b":3}}\n{"a":{"b":4}}\n')
  tm = await tidemill({ typesFile: false, workers: 1, folder: join(base, 'ws') })
})
afterAll(async () => {
  await tm.close()
  await rm(base, { recursive: true, force: true })
})

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
type Open = Record<string, any>
const named = () => tm.read(csv(join(base, 'named.csv'))) as Promise<Dataset<OpenRow>>
const nested = () => tm.read(ndjson(join(base, 'nested.ndjson'))) as Promise<Dataset<OpenRow>>
/** Own names and values, at every depth; and that nothing has another prototype than an object has. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plain)
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  return Object.entries(value).map(([name, part]) => [name, plain(part)])
}
const first = [
  ['__proto__', { admin: 1 }],
  ['toString', 2],
  ['b', 3],
] as const

test('a field __proto__ of a nested record is a field, and gives nobody another prototype', async () => {
  const wanted = plain([
    { a: Object.fromEntries(first) },
    {
      a: Object.fromEntries([
        ['__proto__', null],
        ['toString', null],
        ['b', 4],
      ]),
    },
  ])
  const table = await nested()
  expect(plain(await table.rows())).toEqual(wanted)
  expect(plain(await table.map(row => row).rows())).toEqual(wanted)
  expect(plain((await table.column('a')) as unknown[])).toEqual((wanted as [[string, unknown]][]).map(([[, a]]) => a))
  expect(await table.toResponse({ format: 'ndjson' }).text()).toContain('"__proto__":{"admin":1}')
  const at = (name: string): string => join(base, name)
  for (const file of [parquet(at('nested.parquet')), ndjson(at('out-nested.ndjson')), arrow(at('nested.arrow'))]) {
    await table.write(file)
    expect(plain(await (await tm.read(file)).rows()), file.kind).toEqual(wanted)
  }
  expect(plain(await (await tm.read(fromArrow(await table.toArrow()))).rows())).toEqual(wanted)
})

test('rows without a property have NULL there, whatever their prototype has', async () => {
  const made = await tm.read(rows([{ toString: 'a', constructor: 1, s: { valueOf: 1 } }, { s: {} }] as Open[]))
  expect(plain(await made.rows())).toEqual(
    plain([
      { toString: 'a', constructor: 1, s: { valueOf: 1 } },
      { toString: null, constructor: null, s: { valueOf: null } },
    ]),
  )
  const declared = await tm.read(rows([{ x: 1 }], { schema: { x: 'int64', ['__proto__']: 'string?', constructor: 'string?' } }))
  expect(plain(await declared.rows())).toEqual([
    [
      ['x', 1],
      ['__proto__', null],
      ['constructor', null],
    ],
  ])
})

test('verbs make, keep and change columns of such names', async () => {
  const table = await named()
  const changed = table.withColumns(r => ({ ['__proto__']: (r as Open)['constructor'].add(100), toString: (r as Open)['toString'].neg() }))
  expect(plain(await changed.rows())).toEqual([
    [
      ['__proto__', 102],
      ['constructor', 2],
      ['toString', -3],
      ['hasOwnProperty', 4],
    ],
    [
      ['__proto__', 106],
      ['constructor', 6],
      ['toString', -7],
      ['hasOwnProperty', 8],
    ],
  ])
  const grouped = table
    .groupBy('__proto__')
    .agg(r => ({ constructor: (r as Open)['toString'].sum(), n: count() }))
    .sort('__proto__')
  expect(plain(await grouped.rows())).toEqual([
    [
      ['__proto__', 1],
      ['constructor', 3],
      ['n', 1],
    ],
    [
      ['__proto__', 5],
      ['constructor', 7],
      ['n', 1],
    ],
  ])
  const whole = table.groupBy().agg(r => ({ ['__proto__']: (r as Open)['toString'].max() }))
  expect(plain(await whole.rows())).toEqual([[['__proto__', 7]]])
  const struct = table.select(r => {
    const open = r as Open
    return { s: structOf({ ['__proto__']: open['constructor'], valueOf: open['toString'] }) as never }
  })
  expect(plain(await struct.rows())).toEqual([
    [
      [
        's',
        [
          ['__proto__', 2],
          ['valueOf', 3],
        ],
      ],
    ],
    [
      [
        's',
        [
          ['__proto__', 6],
          ['valueOf', 7],
        ],
      ],
    ],
  ])
  expect(() => table.drop('constructor').filter(r => (r as Open)['constructor'].gt(1))).toThrow(
    /unknown column: constructor \(have __proto__/,
  )
})

test('all formats keep columns of such names', async () => {
  const table = await named()
  const wanted = plain(await table.rows())
  expect(wanted).toEqual([names.map((name, at) => [name, at + 1]), names.map((name, at) => [name, at + 5])])
  const at = (name: string): string => join(base, name)
  const files = [
    parquet(at('out.parquet')),
    csv(at('out.csv')),
    ndjson(at('out.ndjson')),
    arrow(at('out.arrow')),
    excel(at('out.xlsx')),
    sqlite(at('out.db'), { table: 't' }),
  ]
  for (const file of files) {
    await table.write(file)
    expect(plain(await (await tm.read(file)).rows()), file.kind).toEqual(wanted)
  }
  await table.write(parquet(at('parts'), { partitionBy: names.slice(0, 2) }))
  expect(new Set(Object.keys((await (await tm.read(parquet(join(base, 'parts')))).rows())[0] ?? {}))).toEqual(new Set(names))
})

test('texts of a country are read in such columns too', async () => {
  await writeFile(join(base, 'german.csv'), '__proto__;constructor;valueOf\n1,5;01.02.2020;x\n2,5;03.04.2020;y\n')
  const table = await tm.read(csv(join(base, 'german.csv'), { delimiter: ';', decimal: ',', dateFormat: '%d.%m.%Y' }))
  expect(JSON.stringify(await table.rows())).toBe(
    '[{"__proto__":1.5,"constructor":"2020-02-01","valueOf":"x"},{"__proto__":2.5,"constructor":"2020-04-03","valueOf":"y"}]',
  )
})

test('keys and counters of a job may have such names', async () => {
  const words = rows(['__proto__', 'constructor', '__proto__', 'toString'].map(w => ({ w })))
  const job = await tm.mapReduce(words, {
    *map({ w }, { counter }) {
      counter(w)
      yield [w, 1] as const
    },
    reduce: (key, values) => ({ key, n: [...values].length }),
  })
  expect(Object.entries(job.report.counters).sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
    ['__proto__', 2],
    ['constructor', 1],
    ['toString', 1],
  ])
  expect(await job.rows()).toEqual([
    { key: '__proto__', n: 2 },
    { key: 'constructor', n: 1 },
    { key: 'toString', n: 1 },
  ])
})
