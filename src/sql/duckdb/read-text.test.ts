import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database } from '../../engines/embedded/duckdb/database.ts'
import type { DataType } from '../../schema/index.ts'
import { seededRandom, systemClock } from '../../time/index.ts'
import { tryText } from './casts.ts'
import { looseCast, surely } from './read-text.ts'
import { quoteText } from './text.ts'

let db: Database
beforeAll(async () => {
  db = await Database.open({ memoryLimit: 1e9, threads: 2, clock: systemClock })
})
afterAll(async () => db.close())

const random = seededRandom(7)
const below = (n: number): number => Math.floor(random.next() * n)
const pick = (from: readonly string[]): string => from[below(from.length)] ?? ''
const times = (most: number, one: () => string): string => Array.from({ length: 1 + below(most) }, one).join('')
const digit = (): string => pick([...'0001123456789'])

const numberPieces = [
  ...'0019.eEeE+-__xXbo',
  ' ',
  '\t',
  '\v',
  '\f',
  '00',
  '000',
  '99',
  'e2',
  'e3',
  'E+2',
  '0x',
  '0b',
  'FFFF',
  'inf',
  'nan',
  'Infinity',
  ',',
  '\u00a0',
  '١',
  't',
]
const clockPieces = [
  ...'0123456789999-:T tZz./\\ \t',
  '2026',
  '10000',
  '-0001',
  '-infinity',
  ' (BC)',
  '+02',
  '+02:00',
  '-05',
  '24',
  '60',
  '.123456789',
]

/** Numbers as programs write them, spoilt in one place, and pieces thrown together. */
function numberText(): string {
  const plain = `${pick(['', '', '-', '+'])}${times(20, digit)}${pick(['', '', '.', `.${times(8, digit)}`])}${pick(['', '', '', `e${below(25)}`, `E-${below(9)}`])}`
  const at = below(plain.length + 1)
  const spoilt = `${plain.slice(0, at)}${pick(numberPieces)}${plain.slice(at + below(2))}`
  return pick([plain, spoilt, times(5, () => pick(numberPieces)), `0x${times(17, () => pick([...'0123456789abcdefF']))}`])
}

function clockText(): string {
  const two = (most: number): string => String(below(most)).padStart(2, '0')
  const year = pick(['2026', '1969', '0001', '0000', '9999', '10000', '-0001', '26', '02026'])
  const date = `${year}-${pick([two(14), String(below(13))])}-${pick([two(33), String(below(32))])}`
  const time = `${two(26)}:${two(61)}${pick(['', `:${two(61)}`, `:${two(61)}.${times(9, digit)}`])}`
  const zone = pick(['', '', 'Z', 'z', '+02', '+02:00', '-0530', ' +01:00'])
  const whole = pick([
    date,
    time,
    `${date}${pick([' ', 'T', 't', '  '])}${time}${zone}`,
    'infinity',
    '-infinity',
    'epoch',
    `${date} (BC)`,
    `${date} (BC) ${time}`,
  ])
  const at = below(whole.length + 1)
  return pick([whole, whole, `${whole.slice(0, at)}${pick(clockPieces)}${whole.slice(at + below(2))}`, times(6, () => pick(clockPieces))])
}

function booleanText(): string {
  return pick([
    times(5, () => pick([...'tTrRuUeEfFaAlLsS 01ynN'])),
    'true',
    'FALSE',
    'True',
    'yes',
    'on',
    '1',
    'truE',
    'fAlse',
    ' true',
    'true ',
  ])
}

const known = [
  '1_000',
  '1.5',
  ' 1',
  '1 ',
  '+1',
  '1e2',
  '1e3',
  '12e2',
  '1.25e2',
  '0x10',
  '0xFFFFF',
  '0xffffffffffffff',
  '0b1010101',
  '01',
  '-0',
  '-01',
  '0',
  '00',
  '100',
  '-100',
  '.5',
  '5.',
  '127',
  '128',
  '-128',
  '-129',
  '255',
  '256',
  '32767',
  '32768',
  '65535',
  '65536',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '18446744073709551615',
  '18446744073709551616',
  '1e18',
  '1e308',
  '1e309',
  '1e39',
  '5e-324',
  '+-1',
  '--1',
  '1\v',
  '\v1',
  '1\v ',
  'inf',
  '-inf',
  'nan',
  'NaN',
  'Infinity',
  'infinity',
  '-infinity',
  '1.50',
  '1.505',
  '12345678.91',
  '123456789.1',
  '-.5',
  '-',
  '+',
  '.',
  '-0.00',
  '1.500000',
  '2026-1-2',
  '2026-01-02',
  '2026/01/02',
  '2026-01-2 ',
  '2026-02-29',
  '12026-1-02',
  '0000-01-01',
  '24:00:00',
  '23:59:59',
  '23:59',
  '9:00:00',
  '23:59:59.5',
  '2026-01-02 03:04:05',
  '2026-01-02T03:04:05',
  '2026-01-02T03:04:05Z',
  '2026-01-02T03:04:05.678Z',
  '2026-01-02 03:04:05+02',
  '2026-01-02T 3:04:05',
  '2026-01-02T24:00:00Z',
  '0001-01-01 (BC)',
  '0001-01-01 (BC) 00:00:00',
  '10000-01-01 00:00:00',
  '-0001-01-01',
  '2026-01-02 03:04:05.123456',
  '2026-01-02 03:04:05.1234567',
  '2026-01-02T03:04:05.120Z',
]
const letters = Array.from({ length: 126 }, (_, code) => String.fromCharCode(code + 1))

const decimals: readonly DataType[] = [{ decimal: [10, 2] }, { decimal: [4, 4] }, { decimal: [38, 0] }, { decimal: [30, 10] }]
const integers: readonly DataType[] = ['int8', 'int16', 'int32', 'int64', 'bigint', 'uint8', 'uint16', 'uint32', 'uint64']
const cases: readonly (readonly [DataType, () => string])[] = [
  ...integers.map(type => [type, numberText] as const),
  ...decimals.map(type => [type, numberText] as const),
  ['float32', numberText],
  ['float64', numberText],
  ['boolean', booleanText],
  ['date', clockText],
  ['time', clockText],
  ['datetime', clockText],
  ['timestamp', clockText],
]

test.each(cases.map(([type, text]) => [JSON.stringify(type), type, text] as const))(
  'what is surely a value of %s by a glance is one by the strict rules, and the same one',
  async (_, type, text) => {
    const texts = [...new Set([...known, ...letters, ...Array.from({ length: 10_000 }, text)])]
    const list = `unnest([${texts.map(quoteText).join(', ')}])`
    const sure = surely('x', 'loose', type)
    const sql = `SELECT x, CAST(loose AS VARCHAR), CAST(strict AS VARCHAR), ${sure.map(one => `coalesce(${one}, false)`).join(', ')}
      FROM (SELECT x, ${looseCast('x', type)} AS loose, ${tryText('x', type)} AS strict FROM (SELECT ${list} AS x))`
    const used = sure.map(() => 0)
    const different: unknown[] = []
    for (const [own, loose, strict, ...is] of await db.rows(sql)) {
      for (const [index, one] of is.entries()) if (one === true) used[index] = (used[index] ?? 0) + 1
      if (is.includes(true) && (strict === null || loose !== strict)) different.push([own, loose, strict])
    }
    expect(different.slice(0, 10)).toEqual([])
    // Each condition is worth its place: it was true of some text.
    expect(used.filter(count => count === 0)).toEqual([])
  },
)

test.each([
  ['int32', ['7', '42', '100', '0', '-5']],
  ['int64', ['1700000000001']],
  ['float64', ['1.5', '-2e-3', '.5', 'nan']],
  [{ decimal: [10, 2] }, ['1.5', '15', '1.50', '-3.25']],
  ['boolean', ['true', 'False']],
  ['date', ['2026-01-02']],
  ['datetime', ['2026-01-02 03:04:05', '2026-01-02T03:04:05']],
  ['timestamp', ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.678Z', '2026-01-02 03:04:05.5']],
] as const)('values of %j as programs write them need no pattern', async (type, texts) => {
  const sure = surely('x', 'loose', type).map(one => `(${one})`)
  const sql = `SELECT x FROM (SELECT x, ${looseCast('x', type)} AS loose FROM (SELECT unnest([${texts.map(quoteText).join(', ')}]) AS x)) WHERE ${sure.join(' OR ')}`
  expect((await db.rows(sql)).flat()).toEqual(texts)
})
