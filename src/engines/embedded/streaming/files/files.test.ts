import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drive, localDisk } from '../disk/index.ts'
import type { FileRef, Manifest, StateRecord } from '../seams.ts'
import { decodeManifest, encodeBlocks, encodeHeader, encodeManifest, type OperatorRecords, readRecords } from './index.ts'

let folder: string
let next = 0
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-files-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const disk = localDisk()
type Read = readonly [operator: string, group: number, bytes: readonly number[]]

async function written(parts: readonly OperatorRecords[], job = 'job'): Promise<FileRef> {
  const name = `state-${++next}`
  const header = encodeHeader(job)
  const all = Buffer.concat([header, ...encodeBlocks(parts)])
  await writeFile(join(folder, name), all)
  return { name, from: header.length, to: all.length, low: 0, high: 255 }
}

async function readBack(ref: FileRef, job = 'job'): Promise<Read[]> {
  const found: Read[] = []
  await drive(readRecords(disk, folder, ref, job, (operator, { group, bytes }) => void found.push([operator, group, [...bytes]])))
  return found
}

const flat = (parts: readonly OperatorRecords[]): Read[] =>
  parts.flatMap(({ operator, records }) => records.map(({ group, bytes }): Read => [operator, group, [...bytes]]))
const record = (group: number, ...bytes: readonly number[]): StateRecord => ({ group, bytes: Uint8Array.from(bytes) })
const changed = async (ref: FileRef, change: (bytes: Buffer) => Uint8Array): Promise<void> =>
  writeFile(join(folder, ref.name), change(await readFile(join(folder, ref.name))))

test('records that were written are read again, in order, whatever they are', async () => {
  const records = fc.array(
    fc.record({
      operator: fc.string({ maxLength: 20, unit: 'grapheme' }),
      records: fc.array(fc.record({ group: fc.integer({ min: 0, max: 255 }), bytes: fc.uint8Array({ maxLength: 50 }) }), { maxLength: 20 }),
    }),
    { maxLength: 5 },
  )
  await fc.assert(
    fc.asyncProperty(records, async parts => {
      expect(await readBack(await written(parts))).toEqual(flat(parts))
    }),
    { seed: 5, numRuns: 60 },
  )
})

test('many records become blocks of about a megabyte, a large one a block of its own, and all are read again', async () => {
  const records = Array.from({ length: 300 }, (_, i) => ({ group: i % 256, bytes: new Uint8Array(10_000).fill(i) }))
  const large = [record(1, 1), { group: 2, bytes: new Uint8Array(6 << 20).fill(7) }, record(3, 3)]
  const parts = [
    { operator: 'many', records },
    { operator: 'large', records: large },
  ]
  const blocks = encodeBlocks(parts)
  expect(blocks.length).toBeGreaterThan(3)
  for (const block of blocks) expect(block.length < 1.1 * (1 << 20) || block.length > 6 << 20).toBe(true)
  const ref = await written(parts)
  const read: [string, number, number, number][] = []
  await drive(
    readRecords(disk, folder, ref, 'job', (operator, { group, bytes }) => void read.push([operator, group, bytes.length, bytes[0] ?? -1])),
  )
  expect(read).toEqual(parts.flatMap(part => part.records.map(({ group, bytes }) => [part.operator, group, bytes.length, bytes[0]])))
})

test('a block that is full takes no records of the next operator', () => {
  const full = { operator: 'full', records: [{ group: 1, bytes: new Uint8Array(2 << 20) }] }
  const small = { operator: 'small', records: [record(1, 1)] }
  expect(encodeBlocks([full, small]).map(block => block.length > 1 << 20)).toEqual([true, false])
  expect(encodeBlocks([small, small])).toHaveLength(1)
})

test('no records are no block', () => {
  expect(encodeBlocks([])).toEqual([])
  expect(encodeBlocks([{ operator: 'a', records: [] }])).toEqual([])
})

test('only the key groups of the ref are read', async () => {
  const parts = [{ operator: 'a', records: Array.from({ length: 256 }, (_, group) => record(group, group)) }]
  const ref = await written(parts)
  expect((await readBack({ ...ref, low: 10, high: 12 })).map(([, group]) => group)).toEqual([10, 11, 12])
})

test('bytes outside of the ref do not exist: a torn tail, and blocks of later epochs', async () => {
  const parts = [{ operator: 'a', records: [record(1, 1), record(2, 2)] }]
  const ref = await written(parts)
  const later = encodeBlocks([{ operator: 'b', records: [record(3, 3)] }])[0] as Uint8Array
  await changed(ref, bytes => Buffer.concat([bytes, later, later.subarray(0, 5)]))
  expect(await readBack(ref)).toEqual(flat(parts))
  expect(await readBack({ ...ref, from: 0 })).toEqual(flat(parts))
  expect(await readBack({ ...ref, from: ref.to, to: ref.to + later.length })).toEqual([['b', 3, [3]]])
})

test('each byte that changed within the ref is found, and the error names the file', async () => {
  const ref = await written([{ operator: 'a', records: [record(1, 1, 2, 3), record(2)] }])
  const good = await readFile(join(folder, ref.name))
  for (let at = 0; at < good.length; at++) {
    await changed(ref, () => Uint8Array.from(good, (byte, i) => (i === at ? byte ^ 0x40 : byte)))
    // The file is told to be newer where just its version was hit, and its checksum with it: not by one bit.
    await expect(readBack(ref), `byte ${at}`).rejects.toMatchObject({ code: 'stream.state-damaged', details: { file: ref.name } })
  }
})

test('a file that ends too early, is gone, or belongs to another job is damaged', async () => {
  const ref = await written([{ operator: 'a', records: [record(1, 1, 2, 3)] }])
  await expect(readBack(ref, 'other')).rejects.toThrow('it belongs to the job job')
  await expect(readBack({ ...ref, to: ref.to - 1 })).rejects.toMatchObject({ code: 'stream.state-damaged', details: { byte: ref.from } })
  await changed(ref, bytes => bytes.subarray(0, -1))
  await expect(readBack(ref)).rejects.toThrow(`state file damaged: ${ref.name} at byte ${ref.to - 1}: the file ends there`)
  await expect(readBack({ ...ref, name: 'nothing' })).rejects.toThrow('the file is gone')
})

test('a state file of a newer version is refused', async () => {
  const ref = await written([{ operator: 'a', records: [record(1, 1)] }])
  const { crc32 } = await import('node:zlib')
  await changed(ref, bytes => {
    bytes.writeUInt16LE(2, 8)
    bytes.writeUInt32LE(crc32(bytes.subarray(0, ref.from - 4)), ref.from - 4)
    return bytes
  })
  await expect(readBack(ref)).rejects.toMatchObject({ code: 'stream.checkpoint-version' })
})

const manifest: Manifest = {
  format: 1,
  job: 'überhitzt',
  seq: 42,
  generation: 40,
  epoch: 7,
  kind: 'checkpoint',
  complete: false,
  planHash: 'abc',
  keyGroups: 256,
  positions: { '0/readings.ndjson': { next: 12_345_678_901, highest: Number.MIN_SAFE_INTEGER } },
  states: [
    { stage: 1, low: 0, high: 255, watermarks: [Number.MAX_SAFE_INTEGER, -1], files: [{ name: 'a', from: 0, to: 9, low: 0, high: 255 }] },
  ],
  tokens: [{ sink: 'out', id: 'g40-s1-0-3', epoch: 7, rows: 3, data: { bytes: 9 } }],
  at: 1_790_000_000_000,
}

test('a manifest is read as it was written', () => {
  expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest)
})

test('a manifest that changed in any byte, or is cut anywhere, is not read', () => {
  const good = encodeManifest(manifest)
  for (let at = 0; at < good.length; at++) {
    expect(decodeManifest(good.map((byte, i) => (i === at ? byte ^ 1 : byte))), `byte ${at}`).toBeUndefined()
    expect(decodeManifest(good.subarray(0, at)), `${at} bytes`).toBeUndefined()
  }
  for (const more of ['x', ' ', '\n', '{}\n']) expect(decodeManifest(Buffer.concat([good, Buffer.from(more)]))).toBeUndefined()
  expect(decodeManifest(Buffer.concat([good, good]))).toBeUndefined()
})

test('a whole manifest of a newer format is an error, not a damaged one', async () => {
  const { hashBytes } = await import('../../../../storage/index.ts')
  const text = '{"format":2}'
  const newer = new TextEncoder().encode(`tidemill manifest 2 sha256 ${hashBytes(`2\n${text}`)}\n${text}\n`)
  expect(() => decodeManifest(newer)).toThrow(expect.objectContaining({ code: 'stream.checkpoint-version' }))
})
