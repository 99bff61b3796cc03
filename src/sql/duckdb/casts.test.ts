import { afterAll, beforeAll, expect, test } from 'vitest'
import { Database } from '../../engines/embedded/duckdb/database.ts'
import { type DataType, decimal, parseText } from '../../schema/index.ts'
import { seededRandom, systemClock } from '../../time/index.ts'
import { tryText } from './casts.ts'
import { quoteText } from './text.ts'

let db: Database
beforeAll(async () => {
  db = await Database.open({ memoryLimit: 1e9, threads: 1, clock: systemClock })
  await db.run('CREATE TABLE texts (x VARCHAR)')
  const all = texts()
  for (let from = 0; from < all.length; from += 2000)
    await db.run(
      `INSERT INTO texts VALUES ${all
        .slice(from, from + 2000)
        .map(text => `(${quoteText(text)})`)
        .join(', ')}`,
    )
})
afterAll(async () => db.close())

const pieces = [
  ...'0019.eE+-__ \t\v\f\n',
  'x',
  'X',
  'b',
  'o',
  'inf',
  'nan',
  'Infinity',
  ',',
  'd',
  'f',
  'L',
  '%',
  '$',
  '\u00a0',
  '١',
  'true',
  'FALSE',
  't',
  'yes',
  '(',
  ')',
  '/',
  ':',
]
const whole = [
  '2026-01-02',
  '2026-1-2',
  '2026-02-29',
  '2024-02-29',
  '20260102',
  '2026-01-02 03:04',
  '2026-01-02T03:04:05',
  '2026-01-02t03:04:05.123456789z',
  '2026-01-02 03:04:05+02:00',
  '2026-01-02 03:04:05 -0530',
  '2026-01-02T03:04:05+02',
  '2026-01-02T24:00:00',
  '0001-01-01',
  'infinity',
  'epoch',
  '2147483648',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '1.50',
  '1.505',
  '12345678.91',
  '123456789.1',
  '.5',
  '5.',
  '007',
  '1e308',
  '1e309',
  '5e-324',
]
function texts(): string[] {
  const random = seededRandom(42)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T
  const made = new Set(whole)
  while (made.size < 20_000) made.add(Array.from({ length: 1 + Math.floor(random.next() * 5) }, () => pick(pieces)).join(''))
  return [...made]
}

const types: readonly DataType[] = ['int32', 'int64', 'float64', 'boolean', 'date', 'datetime', 'timestamp', { decimal: [10, 2] }]
test.each(types.map(type => [JSON.stringify(type), type] as const))(
  'a text is a value of %s in SQL exactly when it is one in TypeScript, and the same one',
  async (_, type) => {
    const sql = `SELECT x, CAST(${sqlValue(tryText('x', type), type)} AS VARCHAR) FROM texts`
    const different: unknown[] = []
    for (const [text, made] of (await db.rows(sql)) as [string, string | null][]) {
      const wanted = physicalText(parseText(text, type), type)
      if (wanted !== (made === null ? null : physicalText(type === 'float64' ? Number(made.replace('inf', 'Infinity')) : made, type)))
        different.push([text, made, wanted])
    }
    expect(different.slice(0, 10)).toEqual([])
  },
)

function sqlValue(text: string, type: DataType): string {
  if (type === 'date') return `CAST(epoch_us(CAST(${text} AS TIMESTAMP)) // 86400000000 AS BIGINT)`
  return type === 'timestamp' || type === 'datetime' ? `epoch_us(${text})` : text
}
function physicalText(value: unknown, type: DataType): string | null {
  if (value === undefined) return null
  if (typeof type === 'object' && typeof value === 'bigint') return decimal(value, 2).toString()
  return Object.is(value, -0) ? '0' : String(value)
}
