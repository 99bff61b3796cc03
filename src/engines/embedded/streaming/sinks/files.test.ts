/** What lies in the folder of a file sink: the same values and types as a table would have written, read by the engine. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Batch, columnFrom, columnFromRaw, concatBatches, makeBatch, rawAt } from '../../../../batch/index.ts'
import { csv, ndjson, parquet, rows } from '../../../../connectors/index.ts'
import type { Source, Spec } from '../../../../plan/index.ts'
import { calendarDate, decimal, list, type Schema, schemaOf, struct, timestampOf } from '../../../../schema/index.ts'
import { type Session, tidemill } from '../../../../session/index.ts'
import { seededRandom } from '../../../../time/index.ts'
import { drive, localDisk } from '../disk/index.ts'
import { timeColumn } from '../seams.ts'
import { loadSinks, makeSink, sinkStepOf } from './index.ts'

let folder: string
let tm: Session
let next = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-sink-files-'))
  tm = await tidemill({ workers: 1, typesFile: false, folder: join(folder, 'store') })
})
afterAll(async () => {
  await tm.close()
  await rm(folder, { recursive: true, force: true })
})

const disk = localDisk()

/** A format, whatever its own options are. */
type Format = (path: string, options?: { readonly schema: object }) => Source<{ readonly id: number; readonly x: number }>
const [asNdjson, asCsv, asParquet] = [ndjson, csv, parquet] as unknown as readonly [Format, Format, Format]

/** Writes each group of batches as an epoch, commits it, and gives the folder. */
async function written(spec: (path: string) => Spec, fields: Schema, ...epochs: readonly (readonly Batch[])[]): Promise<string> {
  const path = join(folder, `out-${++next}`)
  const step = sinkStepOf(spec(path), { on: 'rows', id: 'out', fields })
  await loadSinks([step])
  const sink = makeSink(step, { job: 'job', folder: join(folder, 'job'), disk })
  const writer = sink.writer({ generation: 1, stage: 0, subtask: 0 })
  for (const [epoch, batches] of epochs.entries()) {
    for (const batch of batches) {
      writer.write({ batch, born: 0 })
      const work = writer.flush?.()
      if (work !== undefined) await drive(work)
    }
    const token = await drive(writer.cut(epoch + 1))
    if (token !== undefined) await drive(sink.commit(token))
  }
  return path
}

/** All values, physically, in order. */
async function valuesIn(
  source: Parameters<Session['read']>[0],
): Promise<{ readonly types: readonly unknown[]; readonly values: unknown[][] }> {
  const table = await tm.read(source)
  const batches: Batch[] = []
  for await (const batch of table.engine.run(table.plan)) batches.push(batch)
  const whole = concatBatches(table.schema, batches)
  return { types: table.schema.map(field => field.type), values: valuesOf(whole) }
}
function valuesOf(batch: Batch): unknown[][] {
  return Array.from({ length: batch.rows }, (_, i) => batch.columns.map(column => plain(rawAt(column, i))))
}
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value
}

const everything = schemaOf({
  flag: 'boolean?',
  small: 'int32?',
  whole: 'int64?',
  big: 'bigint',
  x: 'float64?',
  text: 'string?',
  word: 'string',
  bytes: 'bytes?',
  day: 'date?',
  at: 'timestamp?',
  clock: 'datetime?',
  money: 'decimal(12,2)?' as 'decimal',
  few: 'decimal(7,3)' as 'decimal',
  many: 'decimal(30,4)?' as 'decimal',
  items: list('int64').nullable(),
  names: list('string'),
  point: struct({ a: 'int64', b: 'string?' }).nullable(),
  nested: list(struct({ when: 'timestamp?', tags: list('string') })).nullable(),
})

const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n))
const safe = fc.maxSafeInteger().map(BigInt)
const text = fc.string({
  maxLength: 12,
  unit: fc.oneof(
    fc.constantFrom('"', '\\', '\n', '\r', ',', '\t', 'ä', '😀', '\u0001', ' '),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
})
// From the year 1 to 9999: what ISO text of four digits can say.
const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n })
const nullable = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null, freq: 4 })
const unscaled = (digits: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: 1n - 10n ** digits, max: 10n ** digits - 1n })
const rowOf = fc.tuple(
  nullable(fc.boolean()),
  nullable(fc.integer()),
  nullable(safe),
  int64,
  nullable(fc.double({ noNaN: true })),
  nullable(text),
  fc.constantFrom('a', 'b', ''),
  nullable(fc.uint8Array({ maxLength: 8 })),
  nullable(fc.integer({ min: -719_162, max: 2_932_896 })),
  nullable(micros),
  nullable(micros),
  nullable(unscaled(12n)),
  unscaled(7n),
  nullable(unscaled(30n)),
  nullable(fc.array(nullable(safe), { maxLength: 3 })),
  fc.array(nullable(text), { maxLength: 2 }),
  nullable(fc.record({ a: safe, b: nullable(text) })),
  nullable(fc.array(nullable(fc.record({ when: nullable(micros), tags: fc.array(text, { maxLength: 2 }) })), { maxLength: 2 })),
)
const batchOf = (fields: Schema, table: readonly (readonly unknown[])[]): Batch =>
  makeBatch(
    fields,
    fields.map(({ type }, c) =>
      columnFromRaw(
        type,
        table.map(row => row[c]),
      ),
    ),
    table.length,
  )

test('a Parquet file of every type is read with the same types and values', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rowOf, { minLength: 1, maxLength: 40 }), async table => {
      const batch = batchOf(everything, table)
      const path = await written(parquet, everything, [batch])
      const read = await valuesIn(parquet(path))
      // An int64 is what both are in a file.
      expect(read.types).toEqual(everything.map(({ type }) => (type === 'bigint' ? 'int64' : type)).map(withNullableItems))
      expect(read.values).toEqual(valuesOf(batch))
    }),
    { seed: 7, numRuns: 25 },
  )
})

/** Parquet, as the engine reads it, tells nothing of items and fields that are never NULL. */
function withNullableItems(type: Schema[number]['type']): Schema[number]['type'] {
  if (typeof type !== 'object') return type
  if ('list' in type) return { list: withNullableItems(type.list) }
  return 'struct' in type ? { struct: type.struct.map(field => ({ ...field, type: withNullableItems(field.type), nullable: true })) } : type
}

const flat = everything.filter(({ type }) => typeof type !== 'object' || 'decimal' in type)
const flatRow = rowOf.map(row => row.slice(0, flat.length))
const asRead = Object.fromEntries(flat.map(({ name, type, nullable: may }) => [name, `${typeName(type)}${may ? '?' : ''}`])) as Record<
  string,
  'string'
>
function typeName(type: Schema[number]['type']): string {
  return typeof type === 'object' && 'decimal' in type ? `decimal(${type.decimal.join(',')})` : String(type)
}

test.each([
  ['NDJSON', ndjson],
  ['CSV', csv],
] as const)('a file of %s is read with the same values, whatever they are', async (_, format) => {
  const infinite = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 5e-324, 1e21, 0.1)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(flatRow, infinite), { minLength: 1, maxLength: 40 }), async drawn => {
      const table = drawn.map(([row, x], i) => (i % 3 === 0 ? row.with(4, x) : row)).map(row => readable(row, format === ndjson))
      const batch = batchOf(flat, table)
      const path = await written(format, flat, [batch])
      const { values } = await valuesIn(format(path, { schema: asRead }))
      // JSON has no NaN and no infinity: they are NULL there.
      const wanted = valuesOf(batch).map(row => (format === ndjson && !Number.isFinite(row[4]) ? row.with(4, null) : row))
      expect(values).toEqual(wanted)
    }),
    { seed: 8, numRuns: 25 },
  )
})

/** The text readers have no bytes, which are left out here; the engine's reader of JSON keeps 15 digits of a decimal. */
function readable(row: readonly unknown[], json: boolean): unknown[] {
  const exact = row.with(7, null)
  return json && typeof row[13] === 'bigint' ? exact.with(13, row[13] / 10n ** 15n) : exact
}

test('text files say the same as those that a table writes', async () => {
  const first = {
    at: timestampOf(1_234_567_890_123_456n),
    clock: timestampOf(-1n),
    day: calendarDate(2026, 1, 5),
    x: 0.1,
    flag: true,
    whole: 5,
    money: decimal(12_345n, 2),
    text: 'a"b\n\u0001\u0010\u001bé😀/',
    bytes: Uint8Array.of(1, 2, 255),
    items: [1, null],
    point: { a: 1, b: 'x, "y"' },
    none: null,
  }
  const table = await tm.read(
    rows(
      [
        first,
        ...[1_250_000n, 1_000_000n, 100n, -62_135_596_800_000_000n, 253_402_300_799_999_000n].map(micros => ({
          ...first,
          at: timestampOf(micros),
        })),
      ],
      {
        schema: {
          at: 'timestamp',
          clock: 'datetime',
          day: 'date',
          x: 'float64',
          flag: 'boolean',
          whole: 'int64',
          money: 'decimal(9,2)' as 'decimal',
          text: 'string',
          bytes: 'bytes',
          items: list('int64?' as 'int64'),
          point: struct({ a: 'int64', b: 'string' }),
          none: 'string?',
        },
      },
    ),
  )
  const batches: Batch[] = []
  for await (const batch of table.engine.run(table.plan)) batches.push(batch)
  for (const format of [ndjson, csv]) {
    const whole = join(folder, `table-${++next}`)
    await table.write(format(whole))
    const path = await written(format, table.schema, batches)
    const [name] = await readdir(path)
    expect(await readFile(join(path, name ?? ''), 'utf8')).toBe(await readFile(whole, 'utf8'))
  }
})

const narrow = schemaOf({ id: 'int64', name: 'string?' })
const some = (from: number, count: number): Batch =>
  makeBatch(narrow, [
    columnFrom(
      'int64',
      Array.from({ length: count }, (_, i) => from + i),
    ),
    columnFrom(
      'string',
      Array.from({ length: count }, (_, i) => (i % 7 === 0 ? null : `name ${from + i}`)),
    ),
  ])

test('each epoch is a file whose name tells epoch, job, step and attempt', async () => {
  const path = await written(ndjson, narrow, [some(0, 3), some(3, 2)], [], [some(5, 1)])
  const names = await readdir(path)
  expect(names.map(name => name.replace(/-[0-9a-f]{10}-/, '-#-'))).toEqual([
    'part-e1-job-out-#-g1-s0-0-0.ndjson',
    'part-e3-job-out-#-g1-s0-0-1.ndjson',
  ])
  expect(await readFile(join(path, names[1] ?? ''), 'utf8')).toBe('{"id":5,"name":null}\n')
})

test('a reader of the folder does not see what is not committed, by folder nor by pattern', async () => {
  for (const [format, ending] of [
    [asNdjson, 'ndjson'],
    [asCsv, 'csv'],
    [asParquet, 'parquet'],
  ] as const) {
    const path = await written(format, narrow, [some(0, 3)])
    const step = sinkStepOf(format(path), { on: 'rows', id: 'out', fields: narrow })
    const writer = makeSink(step, { job: 'job', folder, disk }).writer({ generation: 2, stage: 0, subtask: 0 })
    writer.write({ batch: some(100, 5), born: 0 })
    expect(await drive(writer.cut(2))).toMatchObject({ rows: 5 })
    expect((await readdir(path)).filter(name => name.startsWith('.'))).toHaveLength(1)
    const schema = { id: 'int64', name: 'string?' } as const
    for (const place of [path, `${path}/`, `${path}/*`, `${path}/*.${ending}`, `${path}/**`])
      expect((await valuesIn(format(place, { schema }))).values, place).toHaveLength(3)
  }
})

test('many rows of an epoch are brought to one file as they come, and are all there', async () => {
  const fields = schemaOf({ id: 'int64', x: 'float64' })
  const random = seededRandom(5)
  const [size, parts] = [40_000, 30]
  for (const format of [asNdjson, asParquet]) {
    const path = join(folder, `out-${++next}`)
    const step = sinkStepOf(format(path), { on: 'rows', id: 'out', fields })
    await loadSinks([step])
    const sink = makeSink(step, { job: 'job', folder, disk })
    const writer = sink.writer({ generation: 1, stage: 0, subtask: 0 })
    let [flushes, sum] = [0, 0]
    for (let part = 0; part < parts; part++) {
      const values = Float64Array.from({ length: size }, () => random.next())
      for (const value of values) sum += value
      const ids = BigInt64Array.from({ length: size }, (_, i) => BigInt(part * size + i))
      writer.write({
        batch: makeBatch(fields, [
          { type: 'int64', length: size, data: ids },
          { type: 'float64', length: size, data: values },
        ]),
        born: 0,
      })
      const work = writer.flush?.()
      if (work === undefined) continue
      flushes += 1
      await drive(work)
    }
    expect(flushes).toBeGreaterThan(0)
    const [hidden = ''] = await readdir(path)
    expect((await stat(join(path, hidden))).size).toBeGreaterThan(8 << 20)
    const token = await drive(writer.cut(1))
    expect(token).toMatchObject({ rows: size * parts })
    if (token !== undefined) await drive(sink.commit(token))
    expect(await readdir(path)).toHaveLength(1)
    const table = await tm.read(format(path, { schema: { id: 'int64', x: 'float64' } }))
    const [found] = await table.agg(r => ({ rows: r.id.count(), ids: r.id.sum(), sum: r.x.sum() })).rows()
    expect(found).toMatchObject({ rows: size * parts, ids: (size * parts * (size * parts - 1)) / 2 })
    expect(found?.sum).toBeCloseTo(sum, 6)
  }
})

test('rows whose bringing to the file was put off are in it when the epoch ends, in order', async () => {
  const fields = schemaOf({ text: 'string' })
  const long = (part: number): Batch =>
    makeBatch(fields, [
      columnFrom(
        'string',
        Array.from({ length: 9000 }, (_, i) => `${part} ${i} ${'y'.repeat(1000)}`),
      ),
    ])
  const path = join(folder, `out-${++next}`)
  const sink = makeSink(sinkStepOf(ndjson(path), { on: 'rows', id: 'out', fields }), { job: 'job', folder, disk })
  const writer = sink.writer({ generation: 1, stage: 0, subtask: 0 })
  for (const part of [0, 1, 2]) {
    writer.write({ batch: long(part), born: 0 })
    expect(writer.flush?.()).toBeDefined()
  }
  const token = await drive(writer.cut(1))
  if (token !== undefined) await drive(sink.commit(token))
  const [name = ''] = await readdir(path)
  const lines = (await readFile(join(path, name), 'utf8')).split('\n').slice(0, -1)
  const begins = [0, 1, 2].flatMap(part => Array.from({ length: 9000 }, (_, i) => `{"text":"${part} ${i} `))
  expect(lines.map(line => line.slice(0, line.indexOf('y'))).join('|') === begins.join('|')).toBe(true)
})

test('columns that the job hides are not written', async () => {
  const fields: Schema = [...narrow, { name: timeColumn, type: 'timestamp', nullable: false }]
  const batch = makeBatch(fields, [...some(0, 2).columns, columnFromRaw('timestamp', [1n, 2n])])
  for (const format of [asNdjson, asParquet]) {
    const path = await written(format, narrow, [batch])
    const { values } = await valuesIn(format(path))
    expect(values.map(row => row.length)).toEqual([2, 2])
  }
})

test('a NULL in a Parquet column that has none is an error that names it', async () => {
  const fields = schemaOf({ id: 'int64' })
  const batch = makeBatch(fields, [columnFromRaw('int64', [1n, null])])
  await expect(written(parquet, fields, [batch])).rejects.toMatchObject({ code: 'stream.sink-failed', details: { column: 'id' } })
})
