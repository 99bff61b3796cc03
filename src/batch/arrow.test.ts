import * as arrow from '@uwdata/flechette'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import type { TidemillError } from '../errors/index.ts'
import { type CalendarDate, type Decimal, schemaOf, timestampOf } from '../schema/index.ts'
import { batchFromRows, fromArrow, rowsOf, toArrow } from './index.ts'

const schema = schemaOf({ id: 'int64', name: 'string?', at: 'timestamp?' })
const batch = batchFromRows(
  schema,
  Array.from({ length: 50 }, (_, i) => ({
    id: i,
    name: i % 7 === 0 ? null : `name ${i}`,
    at: i % 5 === 0 ? null : timestampOf(BigInt(i)),
  })),
)

test('the Arrow library reads our stream', async () => {
  const table = arrow.tableFromIPC(await toArrow([batch], schema), { useBigInt: true })
  expect(table.numRows).toBe(50)
  expect(table.getChild('id').at(3)).toBe(3n)
  expect(table.getChild('name').at(0)).toBeNull()
  expect(table.schema.fields.map(field => field.nullable)).toEqual([false, true, true])
})

test('types of others are read, each as the type that holds it', async () => {
  const make = (values: unknown[], type: arrow.DataType): arrow.Column<unknown> =>
    arrow.columnFromArray(values, type) as arrow.Column<unknown>
  const table = arrow.tableFromColumns({
    i8: make([1, null, -3], arrow.int8()),
    u32: make([1, 2 ** 32 - 1, 3], arrow.uint32()),
    f32: make([0.5, null, 1], arrow.float32()),
    word: make(['a', 'b', 'a'], arrow.dictionary(arrow.utf8())),
    ms: make([new Date(1), null, new Date(-1)], arrow.timestamp(arrow.TimeUnit.MILLISECOND, 'UTC')),
    day: make([new Date(86_400_000), null, new Date(0)], arrow.dateMillisecond()),
    d64: make([1.25, null, -1.5], arrow.decimal64(10, 2)),
    lists: make([[1, 2], null, []], arrow.fixedSizeList(arrow.int16(), 2)),
  } as Record<string, arrow.Column<unknown>>)
  const [back] = await fromArrow(arrow.tableToIPC(table, { format: 'file' }) as Uint8Array)
  expect(back?.fields.map(field => field.type)).toEqual([
    'int8',
    'uint32',
    'float32',
    'string',
    'timestamp',
    'date',
    { decimal: [10, 2] },
    { list: 'int16' },
  ])
  const rows = rowsOf(back as NonNullable<typeof back>) as Record<string, unknown>[]
  expect(rows.map(row => [row['i8'], row['u32'], row['f32'], row['word']])).toEqual([
    [1, 1, 0.5, 'a'],
    [null, 2 ** 32 - 1, null, 'b'],
    [-3, 3, 1, 'a'],
  ])
  expect(rows.map(row => row['ms'])).toEqual([timestampOf(1000n), null, timestampOf(-1000n)])
  expect(rows.map(row => (row['day'] as CalendarDate | null)?.toString() ?? null)).toEqual(['1970-01-02', null, '1970-01-01'])
  expect(rows.map(row => (row['d64'] as Decimal | null)?.toString() ?? null)).toEqual(['1.25', null, '-1.50'])
  expect(rows[0]?.['lists']).toEqual([1, 2])
  expect(rows[1]?.['lists']).toBeNull()
})

test('a type that columns do not have is refused by its name', async () => {
  const table = arrow.tableFromColumns({
    t: arrow.columnFromArray([1], arrow.runEndEncoded(arrow.int32(), arrow.utf8())) as arrow.Column<unknown>,
  })
  await expect(fromArrow(arrow.tableToIPC(table, {}) as Uint8Array)).rejects.toMatchObject({
    code: 'schema.unknown-type',
    message: 'unknown type: Arrow type RunEndEncoded of column t',
  })
})

test('a stream without batches tells its columns', async () => {
  const [empty] = await fromArrow(await toArrow([], schema))
  expect(empty).toMatchObject({ rows: 0, fields: schema })
})

test('bytes that are no Arrow, or end too early, are an error and never other rows', async () => {
  const bytes = await toArrow([batch], schema)
  for (const wrong of [new Uint8Array(0), new TextEncoder().encode('not arrow at all'), Uint8Array.of(255, 255, 255, 255, 16, 0, 0, 0)]) {
    await expect(fromArrow(wrong)).rejects.toMatchObject({ code: 'batch.corrupt' })
  }
  const whole = rowsOf(batch)
  const outcomes: string[] = []
  for (let end = 0; end < bytes.length; end++) {
    const outcome = await fromArrow(bytes.slice(0, end)).then(
      back => back.flatMap(part => rowsOf(part)),
      (error: unknown) => error,
    )
    outcomes.push(
      Array.isArray(outcome)
        ? outcome.length === 0
          ? 'none'
          : isDeepStrictEqual(outcome, whole)
            ? 'all'
            : 'other'
        : (outcome as TidemillError).code,
    )
  }
  expect(outcomes).not.toContain('other')
  expect(new Set(outcomes)).toContain('batch.corrupt')
})
