import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchFromRows, type Column, columnFrom, columnFromRaw, rawAt, rowsOf, valuesOf } from '../../../../batch/index.ts'
import { type DataType, list, schemaOf, struct } from '../../../../schema/index.ts'
import { keyGroups } from '../seams.ts'
import { column } from './fixtures/run.ts'
import { groupOf, hashKeys, ownerOf, partitioner, rangeOf } from './index.ts'
import { keyColumns } from './key-columns.ts'
import { KeyTable } from './key-table.ts'
import { KeyWords } from './key-words.ts'
import { murmur } from './murmur.ts'

const seed = { seed: 20_261_121, numRuns: 100 }

test('the hash is murmur3 as others compute it', () => {
  const words = (text: string): Int32Array => new Int32Array(new TextEncoder().encode(text).buffer)
  expect(murmur(words('test'), 0, 1) >>> 0).toBe(0xba6bd213)
  expect(murmur(new Int32Array(0), 0, 0)).toBe(0)
  expect(murmur(Int32Array.of(-1), 0, 1) >>> 0).toBe(0x76293b50)
})

test('every key group has one owner, whatever the parallelism, and a subtask owns a run of them', () => {
  for (let width = 1; width <= 300; width++) {
    const owned = Array.from({ length: width }, (_, index) => rangeOf(index, width))
    for (let group = 0; group < keyGroups; group++) {
      const owners = owned.flatMap(({ low, high }, index) => (low <= group && group <= high ? [index] : []))
      expect(owners).toEqual([ownerOf(group, width)])
    }
  }
})

const edge = fc.constantFrom(0, -0, NaN, 1.5, -1, Infinity)
const structure = schemaOf({ s: struct({ a: 'int64?', b: list('float64').nullable() }) })[0]?.type as DataType
const types: readonly (readonly [DataType, fc.Arbitrary<unknown>])[] = [
  ['boolean', fc.boolean()],
  ['int32', fc.integer({ min: -2, max: 2 })],
  ['int64', fc.integer({ min: -2, max: 2 })],
  ['bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['float64', edge],
  ['string', fc.oneof(fc.string({ maxLength: 9 }), fc.constantFrom('', 'a', 'é', '\0', 'a\0'))],
  ['bytes', fc.uint8Array({ maxLength: 5 })],
  ['timestamp', fc.bigInt({ min: -5n, max: 5n })],
  [{ decimal: [38, 2] }, fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(unscaled => unscaled / 100n)],
  [{ list: 'string' }, fc.array(fc.option(fc.string({ maxLength: 2 })), { maxLength: 3 })],
  [structure, fc.record({ a: fc.option(fc.integer({ min: 0, max: 1 })), b: fc.option(fc.array(edge, { maxLength: 2 })) })],
]

test.each(types)('keys of %o are equal just when their values are, and come back as they were', (type, values) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.option(values), fc.option(fc.constantFrom('x', 'xy', ''))), { minLength: 1, maxLength: 40 }), rows => {
      const columns = [
        columnFrom(
          type,
          rows.map(([value]) => value),
        ),
        columnFrom(
          'string',
          rows.map(([, text]) => text),
        ),
      ]
      const keys = new KeyWords()
      keys.encode(columns, rows.length)
      keys.rows = rows.length
      const numbers = new Int32Array(rows.length)
      new KeyTable().putAll(hashKeys(columns, rows.length), keys, numbers)
      const texts = rows.map((_, row) => columns.map(one => shown(one, row)).join(' | '))
      expect([...numbers]).toEqual(firstNumbers(texts))
      const back = keyColumns([type, 'string'], keys)
      for (const [at, one] of columns.entries()) expect(valuesOf(back[at] as Column).map(plain)).toEqual(valuesOf(one).map(plain))
    }),
    seed,
  )
})

/** -0 is 0, in lists and structs too. */
function plain(value: unknown): unknown {
  if (value === 0) return 0
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]))
  return value
}
function shown(one: Column, row: number): string {
  return JSON.stringify(plain(rawAt(one, row)), (_, value: unknown) =>
    typeof value === 'bigint'
      ? `${value}n`
      : typeof value === 'number' && !Number.isFinite(value)
        ? `~${value}`
        : value instanceof Uint8Array
          ? [...value]
          : value,
  )
}
function firstNumbers(texts: readonly string[]): number[] {
  const known = new Map<string, number>()
  return texts.map(text => {
    const number = known.get(text) ?? known.size
    known.set(text, number)
    return number
  })
}

test('a text has one hash, plain, out of a dictionary, or beside NULLs', () => {
  const texts = ['b', 'a', 'b', 'long enough for more words', '']
  const words = columnFrom('string', ['a', 'b', '', 'long enough for more words'])
  const coded: Column = { type: 'string', length: 5, data: Int32Array.of(1, 0, 1, 3, 2), dictionary: words }
  const plainHashes = hashKeys([columnFrom('string', texts)], 5)
  expect(hashKeys([coded], 5)).toEqual(plainHashes)
  expect(hashKeys([columnFrom('string', [...texts, null])], 6).slice(0, 5)).toEqual(plainHashes)
  expect(new Set(plainHashes).size).toBe(4)
})

test('numbers of keys are those of a map, also when keys are taken out', () => {
  const step = fc.record({ key: fc.integer({ min: 0, max: 40 }), remove: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), steps => {
      const table = new KeyTable()
      const known = new Map<number, number>()
      for (const { key, remove } of steps) {
        // Few hashes, so that keys stand in each other's way.
        const hash = key % 3
        const words = Int32Array.of(4, key, key)
        const number = known.get(key)
        expect(table.find(hash, words, 0, 3)).toBe(number ?? -1)
        if (remove && number !== undefined) {
          table.remove(number)
          known.delete(key)
        } else if (!remove) known.set(key, table.put(hash, words, 0, 3))
        expect(table.size).toBe(known.size)
      }
      for (const [key, number] of known) expect([...table.wordsOf(number)]).toEqual([4, key, key])
      expect(new Set(known.values()).size).toBe(known.size)
    }),
    seed,
  )
})

const schema = schemaOf({ city: 'string?', n: 'int64' })
const batch = batchFromRows(
  schema,
  Array.from({ length: 1000 }, (_, n) => ({ city: n % 7 === 0 ? null : `city ${n % 31}`, n })),
)
const rows = { batch, born: 7 }
const keys = [{ name: 'city', expr: column(schema, 'city') }]

test('rows by key go to the owner of their group, with their hashes, all of them once', () => {
  const parts = partitioner({ from: 0, by: { kind: 'key', keys } }, 5)(rows)
  const seen: unknown[] = []
  parts.forEach((part, target) => {
    if (part === undefined) return
    const own = hashKeys([part.batch.columns[0] as Column], part.batch.rows)
    expect(part.hashes).toEqual(own)
    expect(part.born).toBe(7)
    for (const hash of own) expect(ownerOf(groupOf(hash), 5)).toBe(target)
    seen.push(...rowsOf(part.batch))
  })
  const order = (some: readonly unknown[]): unknown[] => [...some].sort((a, b) => (a as { n: number }).n - (b as { n: number }).n)
  expect(order(seen)).toEqual(rowsOf(batch))
})

test('to one subtask the very batch goes', () => {
  const [part] = partitioner({ from: 0, by: { kind: 'key', keys } }, 1)(rows)
  expect(part?.batch).toBe(batch)
  expect(part?.hashes).toEqual(hashKeys([batch.columns[0] as Column], 1000))
})

test('without keys all rows belong together', () => {
  const parts = partitioner({ from: 0, by: { kind: 'key', keys: [] } }, 4)(rows)
  expect(parts.map(part => part?.batch.rows)).toEqual([1000, undefined, undefined, undefined])
})

test('shuffled batches go in turn, broadcast ones to all, global ones to the first', () => {
  const shuffle = partitioner({ from: 0, by: { kind: 'shuffle' } }, 3)
  expect([1, 2, 3, 4].map(() => shuffle(rows).findIndex(part => part !== undefined))).toEqual([0, 1, 2, 0])
  expect(partitioner({ from: 0, by: { kind: 'all' } }, 3)(rows).map(part => part?.batch)).toEqual([batch, batch, batch])
  expect(partitioner({ from: 0, by: { kind: 'global' } }, 3)(rows).map(part => part?.batch)).toEqual([batch, undefined, undefined])
})

test('a batch without rows goes nowhere', () => {
  const empty = { batch: batchFromRows(schema, []), born: 0 }
  expect(partitioner({ from: 0, by: { kind: 'key', keys } }, 2)(empty)).toEqual([undefined, undefined])
  expect(partitioner({ from: 0, by: { kind: 'global' } }, 2)(empty)).toEqual([undefined, undefined])
  expect(columnFromRaw('string', []).length).toBe(0)
})
