import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DataType, dateOfDays, decimal, type Field, localOfMicros, type Schema, timeOfMicros, timestampOf } from '../schema/index.ts'
import {
  type Batch,
  columnBuilder,
  columnFrom,
  columnFromRaw,
  concatBatches,
  fromArrow,
  isNullAt,
  makeBatch,
  nullCount,
  rawAt,
  rowsOf,
  setValid,
  sliceRows,
  stringsOf,
  takeColumn,
  takeRows,
  toArrow,
  transferables,
  utf8Column,
  validBit,
  valueAt,
  valuesOf,
  withFields,
} from './index.ts'

const check = { seed: 7, numRuns: 100 }
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', 'a'.repeat(20), '😀', 'é'))

/** A physical value of each type, with the user's value it is read as. */
const scalars: readonly (readonly [DataType, fc.Arbitrary<unknown>, (raw: never) => unknown])[] = [
  ['boolean', fc.boolean(), (raw: boolean) => raw],
  ['int32', fc.integer(), (raw: number) => raw],
  ['int64', fc.maxSafeInteger().map(BigInt), (raw: bigint) => Number(raw)],
  ['bigint', int64, (raw: bigint) => raw],
  ['float64', fc.double(), (raw: number) => raw],
  ['string', text, (raw: string) => raw],
  ['bytes', fc.uint8Array(), (raw: Uint8Array) => raw],
  ['date', fc.integer({ min: -1_000_000, max: 1_000_000 }), (raw: number) => dateOfDays(raw)],
  ['int8', fc.integer({ min: -128, max: 127 }), (raw: number) => raw],
  ['uint16', fc.integer({ min: 0, max: 65_535 }), (raw: number) => raw],
  ['uint32', fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }), (raw: bigint) => Number(raw)],
  ['uint64', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (raw: bigint) => raw],
  ['float32', fc.float(), (raw: number) => raw],
  ['json', fc.json(), (raw: string) => raw],
  ['uuid', fc.uuid(), (raw: string) => raw],
  ['time', fc.bigInt({ min: 0n, max: 86_399_999_999n }), (raw: bigint) => timeOfMicros(raw)],
  ['datetime', fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }), (raw: bigint) => localOfMicros(raw)],
  ['timestamp', fc.bigInt({ min: -(2n ** 52n), max: 2n ** 52n }), (raw: bigint) => timestampOf(raw)],
  [{ decimal: [38, 4] }, fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), (raw: bigint) => decimal(raw, 4)],
  [{ enum: ['a', 'bé', ''] }, fc.constantFrom('a', 'bé', ''), (raw: string) => raw],
]

interface Made {
  readonly type: DataType
  readonly raws: unknown[]
  readonly values: unknown[]
}

const nulls = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 4 })

/** Columns of every type, lists and structs of them too, of a given length. */
function column(length: number): fc.Arbitrary<Made> {
  const size = { minLength: length, maxLength: length }
  const one = fc.constantFrom(...scalars)
  const plain = one.chain(([type, raw, user]) =>
    fc.array(nulls(raw), size).map(raws => ({ type, raws, values: raws.map(value => (value === null ? null : user(value as never))) })),
  )
  const lists = one.chain(([type, raw, user]) =>
    fc.array(nulls(fc.array(nulls(raw), { maxLength: 4 })), size).map(raws => ({
      type: { list: type },
      raws,
      values: raws.map(items => items?.map(item => (item === null ? null : user(item as never))) ?? null),
    })),
  )
  const structs = fc.tuple(one, one).chain(([[a, rawA, userA], [b, rawB, userB]]) => {
    const struct: Schema = [
      { name: 'a', type: a, nullable: true },
      { name: 'b b', type: { list: b }, nullable: true },
    ]
    const row = fc.record({ a: nulls(rawA), 'b b': nulls(fc.array(rawB, { maxLength: 3 })) })
    return fc.array(nulls(row), size).map(raws => ({
      type: { struct },
      raws,
      values: raws.map(raw =>
        raw === null
          ? null
          : { a: raw.a === null ? null : userA(raw.a as never), 'b b': raw['b b']?.map(item => userB(item as never)) ?? null },
      ),
    }))
  })
  const none = fc.constant({ type: 'null' as const, raws: Array.from({ length }, () => null), values: Array.from({ length }, () => null) })
  return fc.oneof(
    { weight: 6, arbitrary: plain },
    { weight: 2, arbitrary: lists },
    { weight: 2, arbitrary: structs },
    { weight: 1, arbitrary: none },
  )
}

interface MadeBatch {
  readonly batch: Batch
  readonly rows: readonly Record<string, unknown>[]
}

const batches: fc.Arbitrary<MadeBatch> = fc.integer({ min: 0, max: 24 }).chain(length =>
  fc.array(column(length), { minLength: 1, maxLength: 10 }).map(made => {
    const fields = made.map(({ type }, index): Field => ({ name: `c${index}`, type, nullable: true }))
    const columns = made.map(({ type, raws }) => columnFromRaw(type, raws))
    const rows = Array.from({ length }, (_, i) => Object.fromEntries(made.map(({ values }, index) => [`c${index}`, values[i]])))
    return { batch: makeBatch(fields, columns, length), rows }
  }),
)

function holds(property: fc.IProperty<[MadeBatch]>): void {
  fc.assert(property, check)
}

test('what is built is read again, value by value, column by column and row by row', () => {
  holds(
    fc.property(batches, ({ batch, rows }) => {
      expect(rowsOf(batch)).toEqual(rows)
      batch.columns.forEach((one, index) => {
        const values = rows.map(row => row[`c${index}`])
        expect(valuesOf(one)).toEqual(values)
        expect(values.map((_, i) => valueAt(one, i))).toEqual(values)
        expect(values.map((_, i) => isNullAt(one, i))).toEqual(values.map(value => value === null))
        expect(nullCount(one)).toBe(values.filter(value => value === null).length)
        expect(
          columnFromRaw(
            one.type,
            values.map((_, i) => rawAt(one, i)),
          ),
        ).toEqual(one)
      })
    }),
  )
})

test('user values build the same column as physical ones', () => {
  holds(
    fc.property(batches, ({ batch, rows }) => {
      batch.columns.forEach((one, index) => {
        const values = rows.map(row => row[`c${index}`])
        // A bigint in the place of a decimal is a whole number, so decimals are given as such.
        expect(columnFrom(one.type, values)).toEqual(one)
      })
    }),
  )
})

test('taking rows is picking them from the array of rows', () => {
  fc.assert(
    fc.property(batches, fc.array(fc.nat(), { maxLength: 60 }), ({ batch, rows }, picks) => {
      const indices = Int32Array.from(rows.length === 0 ? [] : picks.map(pick => pick % rows.length))
      const taken = takeRows(batch, indices)
      expect(rowsOf(taken)).toEqual([...indices].map(i => rows[i]))
      // Taken again by the identity: nothing changes.
      expect(rowsOf(takeRows(taken, Int32Array.from(indices.keys())))).toEqual(rowsOf(taken))
    }),
    check,
  )
})

test('slices put together again are the whole', () => {
  fc.assert(
    fc.property(batches, fc.nat(), fc.nat(), ({ batch, rows }, x, y) => {
      const [from, to] = [x % (rows.length + 1), y % (rows.length + 1)].toSorted((a, b) => a - b) as [number, number]
      const parts = [sliceRows(batch, 0, from), sliceRows(batch, from, to), sliceRows(batch, to)]
      expect(rowsOf(parts[1] as Batch)).toEqual(rows.slice(from, to))
      expect(rowsOf(concatBatches(batch.fields, parts))).toEqual(rows)
      expect(rowsOf(sliceRows(concatBatches(batch.fields, [batch, batch]), rows.length, 2 * rows.length))).toEqual(rows)
      const source = new Set(transferables(batch))
      expect(transferables(parts[1] as Batch).some(buffer => source.has(buffer))).toBe(false)
    }),
    check,
  )
})

test('an Arrow stream gives back the same batches', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async ({ batch, rows }) => {
      const half = rows.length >> 1
      const parts = [sliceRows(batch, 0, half), sliceRows(batch, half)]
      const back = await fromArrow(await toArrow(parts, batch.fields))
      expect(back.map(part => part.fields)).toEqual([batch.fields, batch.fields])
      expect(back.flatMap(part => rowsOf(part))).toEqual(rows)
    }),
    check,
  )
})

test('transferred to another thread, a batch is whole there and empty here', () => {
  holds(
    fc.property(batches, ({ batch, rows }) => {
      const copy = structuredClone(batch, { transfer: transferables(batch) })
      expect(rowsOf(copy)).toEqual(rows)
      expect(transferables(batch).every(buffer => buffer.byteLength === 0)).toBe(true)
    }),
  )
})

test('texts are the same whichever way they are built', () => {
  fc.assert(
    fc.property(fc.array(nulls(text)), texts => {
      const well = texts.map(one => one?.toWellFormed() ?? null)
      expect(stringsOf(utf8Column(texts))).toEqual(well)
      expect(stringsOf(columnFrom('string', texts))).toEqual(well)
      expect(utf8Column(well)).toEqual(columnFromRaw('string', well))
    }),
    check,
  )
})

test('a dictionary column reads like the texts it stands for', () => {
  const words = utf8Column(['red', 'grün', null])
  const one = { type: 'string' as const, length: 4, data: Int32Array.of(1, 0, 2, 0), validity: Uint8Array.of(0b0111), dictionary: words }
  expect(valuesOf(one)).toEqual(['grün', 'red', null, null])
  expect([0, 1, 2, 3].map(i => rawAt(one, i))).toEqual(['grün', 'red', null, null])
  expect(nullCount(one)).toBe(2)
  const fields: Schema = [{ name: 'c', type: 'string', nullable: true }]
  const batch = makeBatch(fields, [one])
  expect(rowsOf(takeRows(batch, Int32Array.of(1, 1, 3)))).toEqual([{ c: 'red' }, { c: 'red' }, { c: null }])
  expect(
    rowsOf(concatBatches(fields, [batch, makeBatch(fields, [utf8Column(['x'])]), sliceRows(batch, 0, 1)])).map(
      row => Object.values(row)[0],
    ),
  ).toEqual(['grün', 'red', null, null, 'x', 'grün'])
})

test('an index of -1 takes a NULL', () => {
  expect(valuesOf(takeColumn(columnFrom('int64', [1, 2]), Int32Array.of(1, -1)))).toEqual([2, null])
  expect(valuesOf(takeColumn(columnFrom('string', ['a', 'b']), Int32Array.of(-1, 0)))).toEqual([null, 'a'])
  expect(valuesOf(takeColumn(columnFrom({ list: 'int64' }, [[1], [2, 3]]), Int32Array.of(-1, 1)))).toEqual([null, [2, 3]])
})

test('an int64 beyond 2^53 is an error that names bigint, and exact at the border', () => {
  const max = 2n ** 53n - 1n
  expect(valuesOf(columnFromRaw('int64', [max, -max, 2n ** 31n, -(2n ** 31n) - 1n, 2n ** 32n, -1n]))).toEqual([
    2 ** 53 - 1,
    1 - 2 ** 53,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 32,
    -1,
  ])
  for (const value of [max + 1n, -max - 1n, 2n ** 63n - 1n, -(2n ** 63n)]) {
    const one = columnFromRaw('int64', [null, value])
    expect(() => valuesOf(one, 'n')).toThrow(
      expect.objectContaining({ code: 'schema.unsafe-integer', hint: expect.stringContaining('bigint') as string }),
    )
    expect(() => valueAt(one, 1)).toThrow(String(value))
    expect(valuesOf({ ...one, type: 'bigint' })).toEqual([null, value])
    // What lies under a NULL does not matter.
    expect(valuesOf({ ...one, validity: Uint8Array.of(0) })).toEqual([null, null])
  }
})

test('rows keep the order of their columns, also under names that are special', () => {
  for (const names of [
    ['b', 'a'],
    ['__proto__', 'constructor', 'a'],
    Array.from({ length: 40 }, (_, i) => `n${40 - i}`),
    ['toString', '__proto__'],
  ]) {
    const fields = names.map((name): Field => ({ name, type: 'int64', nullable: false }))
    const rows = rowsOf(
      makeBatch(
        fields,
        names.map((_, index) => columnFrom('int64', [index, index])),
      ),
    )
    expect(rows.map(row => Object.entries(row))).toEqual([0, 1].map(() => names.map((name, index) => [name, index])))
    expect(Object.getPrototypeOf(rows[0])).toBe(Object.prototype)
  }
  expect(rowsOf(makeBatch([], [], 2))).toEqual([{}, {}])
})

test('a value handed out cannot change the batch', () => {
  const one = columnFrom('bytes', [Uint8Array.of(1, 2)])
  ;(valueAt(one, 0) as Uint8Array)[0] = 9
  expect(valuesOf(one)).toEqual([Uint8Array.of(1, 2)])
})

test('columns of different length are no batch', () => {
  const fields: Schema = ['a', 'b'].map(name => ({ name, type: 'int64', nullable: true }))
  const shape = expect.objectContaining({ code: 'batch.shape' })
  expect(() => makeBatch(fields, [columnFrom('int64', [1]), columnFrom('int64', [1, 2])])).toThrow(shape)
  expect(() => makeBatch(fields, [columnFrom('int64', [1])])).toThrow(shape)
  expect(() => concatBatches(fields, [makeBatch([fields[0] as Field], [columnFrom('int64', [1])])])).toThrow(shape)
  expect(() =>
    concatBatches([fields[0] as Field], [makeBatch([{ name: 'a', type: 'string', nullable: true }], [columnFrom('string', ['x'])])]),
  ).toThrow(shape)
})

test('columns can be renamed, and taken as a type of the same layout', () => {
  const batch = makeBatch([{ name: 'a', type: 'int64', nullable: false }], [columnFrom('int64', [5])])
  expect(rowsOf(withFields(batch, [{ name: 'b', type: 'bigint', nullable: true }]))).toEqual([{ b: 5n }])
  expect(() => withFields(batch, [{ name: 'b', type: 'string', nullable: true }])).toThrow(expect.objectContaining({ code: 'batch.shape' }))
})

test('a builder begins anew after finish', () => {
  const builder = columnBuilder('string', 1)
  for (let i = 0; i < 100; i++) builder.push(i % 3 === 0 ? null : `text ${i}`)
  expect(builder.length).toBe(100)
  const first = builder.finish()
  builder.push('other')
  expect(valuesOf(builder.finish())).toEqual(['other'])
  expect(valuesOf(first)).toEqual(Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? null : `text ${i}`)))
})

test('bits are counted from the lowest', () => {
  const bitmap = new Uint8Array(2)
  setValid(bitmap, 9, true)
  expect([...bitmap]).toEqual([0, 2])
  expect(validBit(bitmap, 9)).toBe(true)
  expect(validBit(bitmap, 8)).toBe(false)
  expect(validBit(undefined, 8)).toBe(true)
})
