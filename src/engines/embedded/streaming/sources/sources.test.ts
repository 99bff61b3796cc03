/** Sources other than files: replayed tables, generated rows, spouts. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Batch, batchFromRows, rowsOf, sliceRows } from '../../../../batch/index.ts'
import { list, type Schema, schemaOf } from '../../../../schema/index.ts'
import { rowInstant } from '../../../../time/index.ts'
import type { SourceReader } from '../seams.ts'
import { drain, loaded, movableClock, open, stepOf } from './fixtures/place.ts'
import { openSource, partitionsOf, readReplay, writeReplay } from './index.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-sources-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const schema: Schema = schemaOf({ id: 'int64', name: 'string?', at: 'timestamp', tags: list('string').nullable(), price: 'decimal(12,2)' })
const houses = Array.from({ length: 10_000 }, (_, id) => ({
  id,
  name: id % 3 === 0 ? null : `house ${id} é`,
  at: new Date(id * 1000),
  tags: id % 5 === 0 ? null : [`t${id}`, ''],
  price: `${id}.25`,
}))
const table = batchFromRows(schema, houses)
async function* inPieces(...sizes: number[]): AsyncGenerator<Batch> {
  let from = 0
  for (const size of sizes) yield sliceRows(table, from, (from += size))
  yield sliceRows(table, from)
}

describe('a replayed table', () => {
  test('gives its rows in their order, from a file and from memory, from any row', async () => {
    const { path, rows } = await writeReplay(folder, schema, inPieces(1, 5000))
    expect(rows).toBe(10_000)
    for (const options of [{ path }, { batches: [sliceRows(table, 0, 3), sliceRows(table, 3, 3), sliceRows(table, 3)] }])
      for (const from of [0, 1, 4095, 4096, 9999, 10_000]) {
        const reader = await open(stepOf('replay', { price: 'decimal(12,2)', name: 'string?', id: 'int64' }, options), movableClock())
        const part = drain(reader, 'rows', from, 999)
        expect(part.end).toBe('ended')
        expect(part.next).toBe(10_000)
        expect(part.rows).toEqual(rowsOf(sliceRows(table, from)).map(({ price, name, id }: any) => ({ price, name, id })))
        reader.close()
      }
  })

  test('keeps all types', async () => {
    const { path } = await writeReplay(folder, schema, inPieces())
    const file = readReplay(path)
    expect(rowsOf(file.part(5000).batch)).toEqual(rowsOf(sliceRows(table, 4096, 8192)))
    file.close()
  })

  test('is one file for the same rows, however they were cut, and another for others', async () => {
    const [a, b] = [await writeReplay(folder, schema, inPieces(17, 4000)), await writeReplay(folder, schema, inPieces(9000))]
    expect(a).toEqual(b)
    async function* fewer(): AsyncGenerator<Batch> {
      yield sliceRows(table, 0, 9999)
    }
    expect((await writeReplay(folder, schema, fewer())).hash).not.toBe(a.hash)
  })

  test('is refused when its file is damaged anywhere', async () => {
    const { path } = await writeReplay(folder, schema, inPieces())
    const bytes = await readFile(path)
    const broken = join(folder, 'broken.rows')
    for (const at of [100, Math.floor(bytes.length / 2), bytes.length - 200, bytes.length - 12, bytes.length - 1]) {
      const copy = Buffer.from(bytes)
      copy.writeUInt8((copy[at] as number) ^ 4, at)
      await writeFile(broken, copy)
      const readAll = (): void => {
        const file = readReplay(broken)
        try {
          for (let row = 0; row < file.rows; row += 4096) file.part(row)
        } finally {
          file.close()
        }
      }
      expect(readAll, `byte ${at}`).toThrow(expect.objectContaining({ code: 'stream.source-failed' }))
    }
    await writeFile(broken, bytes.subarray(0, bytes.length - 5))
    expect(() => readReplay(broken)).toThrow(expect.objectContaining({ code: 'stream.source-failed' }))
    expect(() => readReplay(join(folder, 'gone.rows'))).toThrow(expect.objectContaining({ code: 'stream.source-failed' }))
  })

  test('can be given times by the numbers of its rows', async () => {
    const stamp = { column: 'time', start: 1_767_225_600_000_000, perSecond: 3 }
    const reader = await open(stepOf('replay', { id: 'int64', time: 'timestamp' }, { batches: [table], stamp }), movableClock())
    const { rows } = drain(reader, 'rows', 7, 2)
    expect(rows.slice(0, 3).map((row: any) => row.time.epochMicros)).toEqual(
      [2_333_333n, 2_666_666n, 3_000_000n].map(x => x + 1_767_225_600_000_000n),
    )
    expect((rows.at(-1) as any).time.epochMicros).toBe(rowInstant(stamp.start, 3, 9999))
  })
})

/** Rows that came at each step of the clock. */
function counts(reader: SourceReader, move: (ms: number) => void, steps: readonly number[], most = 1e6): number[] {
  let next = 0
  return steps.map(ms => {
    move(ms)
    const part = drain(reader, 'rows', next, most)
    next = part.next
    return part.rows.length
  })
}

describe('rows at a rate', () => {
  test('come when they are due by the clock, the first at once', async () => {
    const clock = movableClock()
    const reader = await open(stepOf('replay', { id: 'int64' }, { batches: [table], rate: 50 }), clock)
    expect(counts(reader, clock.move, [0, 0, 19, 1, 20, 5, 5, 10, 60])).toEqual([1, 0, 0, 1, 1, 0, 0, 1, 3])
  })

  test('of a long time are as many as the rate says', async () => {
    const clock = movableClock()
    const { fn, functions } = await loaded('double')
    for (const rate of [1, 3, 7.5, 1000, 33_333]) {
      const reader = await open(stepOf('generate', { n: 'int64' }, { rate }, { fn }), clock, functions)
      const given = counts(reader, clock.move, [0, ...Array<number>(1000).fill(10)]).reduce((a, b) => a + b)
      expect(given, `rate ${rate}`).toBe(Math.floor(10 * rate + 1e-9) + 1)
    }
  })

  test('do not come in one burst after a pause: at most those of 100 ms', async () => {
    const clock = movableClock()
    const { fn, functions } = await loaded('double')
    const reader = await open(stepOf('generate', { n: 'int64' }, { rate: 1000 }, { fn }), clock, functions)
    expect(counts(reader, clock.move, [0, 10, 60_000, 0, 10, 10])).toEqual([1, 10, 100, 0, 10, 10])
  })
})

describe('generated rows', () => {
  test('are those of their numbers, from any number, and end', async () => {
    const { fn, functions } = await loaded('double')
    const reader = await open(stepOf('generate', { twice: 'int64' }, { rows: 2500 }, { fn }), movableClock(), functions)
    expect(drain(reader, 'rows', 2490, 4).rows).toEqual(Array.from({ length: 10 }, (_, i) => ({ twice: 2 * (2490 + i) })))
    expect(drain(reader, 'rows', 0, 999)).toMatchObject({ next: 2500, end: 'ended' })
  })

  test.each([
    ['failing', 'stream.function-failed', /at row 3: three is too many/],
    ['later', 'stream.async-function', /gave a promise/],
    ['misfit', 'stream.function-failed', /row 5.*"five"/],
  ])('of a function that is %s: %s', async (name, code, message) => {
    const { fn, functions } = await loaded(name)
    const reader = await open(stepOf('generate', { n: 'int64' }, {}, { fn }), movableClock(), functions)
    expect(() => reader.poll('rows', 0, 10)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })
})

describe('a spout', () => {
  test('is drained once by each task, and goes on where it was', async () => {
    const { fn, functions } = await loaded('numbers', { rows: 1000 })
    const step = stepOf('spout', { n: 'int64' }, {}, { fn })
    const initial = await partitionsOf(step, 2)
    expect(initial).toEqual(['task-0', 'task-1'])
    const reader = openSource(step, { index: 1, width: 2, initial }, { clock: movableClock(), functions })
    expect(reader.partitions()).toEqual(['task-1'])
    expect(drain(reader, 'task-1', 0, 77)).toMatchObject({ next: 1000, end: 'ended' })
    expect(drain(reader, 'task-1', 990).rows).toEqual(Array.from({ length: 10 }, (_, i) => ({ n: 990 + i })))
    expect(drain(reader, 'task-1', 2000)).toMatchObject({ rows: [], end: 'ended' })
    reader.close()
  })

  test.each([
    ['asyncNumbers', 'stream.async-function', /promise/],
    ['noSpout', 'stream.function-failed', /function `next`/],
  ])('that is no spout is refused: %s', async (name, code, message) => {
    const { fn, functions } = await loaded(name)
    const reader = await open(stepOf('spout', { n: 'int64' }, {}, { fn }), movableClock(), functions)
    expect(() => reader.poll('task-0', 0, 10)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })
})

test('a source that does not exist is refused by name', async () => {
  await expect(partitionsOf(stepOf('kafka', { n: 'int64' }, {}), 1)).rejects.toMatchObject({
    code: 'stream.unsupported',
    message: expect.stringContaining('kafka (have follow'),
  })
})
