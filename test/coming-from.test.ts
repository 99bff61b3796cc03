/** The rows of docs/coming-from.md: what stands under Tidemill gives what the SQL beside it gives. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Session, tidemill } from '../src/index.ts'
import { openTables, type Tables } from '../tools/docs/coming-from/tables.ts'
import { sections } from '../tools/docs/coming-from/sections.ts'
import type { Answer } from '../tools/docs/coming-from/types.ts'

let tm: Session
let tables: Tables

beforeAll(async () => {
  tm = await tidemill({ workers: 1 })
  tables = await openTables(tm)
})
afterAll(() => tm.close())

/** Numbers of SQL may be wider than ours (a sum of int32 is an int128 there): the same number is the same value. The last bits of a mean may differ. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'bigint' || typeof value === 'number') return Number(Number(value).toPrecision(12))
  // What is an instant here is a wall clock in UTC in that SQL.
  if (value instanceof Date) return value.toISOString().replace(/(\.000)?Z$/, '')
  if (typeof value === 'object' && value !== null) {
    const text = String(value)
    return /^-?[\d.]+$/.test(text) ? Number(text) : text
  }
  return value
}

async function rowsOf(answer: Answer): Promise<readonly string[]> {
  const values =
    typeof answer === 'number' ? [[answer]] : 'rows' in answer ? (await answer.rows()).map(Object.entries) : answer.map(one => [one])
  return values.map(value => JSON.stringify(plain(value)))
}

/** The values alone: a number or an array has no names of columns. */
async function valuesOf(answer: { rows(): Promise<readonly object[]> }): Promise<readonly string[]> {
  return (await answer.rows()).map(row => JSON.stringify(plain(Object.values(row))))
}

const cases = sections.flatMap(({ title, rows }) => rows.map(row => ({ title, ...row })))

test.each(cases)('$title: $what', async ({ sql, tidemill: make, ordered }) => {
  const answer = await make(tables)
  const other = await tm.sql(sql, { tables: { ...tables } })
  const named = typeof answer === 'object' && 'rows' in answer
  const [ours, theirs] = [await rowsOf(answer), named ? await rowsOf(other) : await valuesOf(other)]
  expect(ours.length).toBeGreaterThan(0)
  expect(ordered === true ? ours : ours.toSorted()).toEqual(ordered === true ? theirs : theirs.toSorted())
})

test('there are rows for everybody, each said once', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60)
  expect(new Set(cases.map(one => `${one.title}: ${one.what}`)).size).toBe(cases.length)
})
