import { expect, test } from 'vitest'
import { SimulatedDisk } from '../../../../../test/simulate/simulated-disk.ts'
import { driveNow } from '../disk/index.ts'
import { encodeBlocks, readRecords } from '../files/index.ts'
import { StateFiles } from './state-files.ts'

const folder = '/job/checkpoints'
const blocks = (...values: readonly number[]): readonly Uint8Array[] =>
  encodeBlocks([{ operator: 'count', records: values.map(value => ({ group: 7, bytes: Uint8Array.of(value) })) }])

function begin(): { readonly disk: SimulatedDisk; readonly files: StateFiles; read(): readonly number[] } {
  const disk = new SimulatedDisk()
  const files = new StateFiles({ disk, folder, job: 'job', owner: 'g1-s0-0', low: 0, high: 255 }, [])
  const read = (): readonly number[] => {
    const values: number[] = []
    for (const file of files.files) driveNow(readRecords(disk, folder, file, 'job', (_, { bytes }) => void values.push(bytes[0] as number)))
    return values
  }
  return { disk, files, read }
}

test('changes of one epoch after the other go to one log', () => {
  const { files, read } = begin()
  driveNow(files.write({ epoch: 1, changes: blocks(1) }))
  driveNow(files.write({ epoch: 2, changes: [] }))
  driveNow(files.write({ epoch: 3, changes: blocks(2, 3) }))
  expect(files.files.map(({ name }) => name)).toEqual(['g1-s0-0-1.log'])
  expect(read()).toEqual([1, 2, 3])
})

test('an image takes the place of what was there when it was cut, and of nothing later', () => {
  const { files, read } = begin()
  driveNow(files.write({ epoch: 1, changes: blocks(1) }))
  driveNow(files.write({ epoch: 2, changes: blocks(2), image: blocks(12) }))
  driveNow(files.write({ epoch: 3, changes: blocks(3) }))
  expect(read()).toEqual([1, 2, 3])
  const writing = files.writeImage()
  expect(writing).toBeDefined()
  if (writing !== undefined) driveNow(writing)
  expect(files.files.map(({ name }) => name)).toEqual(['g1-s0-0-2.image', 'g1-s0-0-3.log'])
  expect(read()).toEqual([12, 3])
})

test('a file whose fsync failed is never written again: the next cut must bring an image', () => {
  const { disk, files, read } = begin()
  driveNow(files.write({ epoch: 1, changes: blocks(1) }))
  disk.failAt.set(disk.calls + 1, 'EIO')
  expect(() => driveNow(files.write({ epoch: 2, changes: blocks(2) }))).toThrow('EIO')
  expect(files.broken).toBe(true)
  expect(() => driveNow(files.write({ epoch: 3, changes: blocks(3) }))).toThrow('state of epoch 3 is not whole')
  driveNow(files.write({ epoch: 4, changes: blocks(4), image: blocks(14) }))
  driveNow(files.write({ epoch: 5, changes: blocks(5) }))
  expect(files.files.map(({ name }) => name)).toEqual(['g1-s0-0-4.image', 'g1-s0-0-5.log'])
  expect(read()).toEqual([14, 5])
})

test('an image that finds the disk full leaves no half file and changes nothing', () => {
  const { disk, files, read } = begin()
  driveNow(files.write({ epoch: 1, changes: blocks(1), image: blocks(11) }))
  disk.full = true
  const writing = files.writeImage()
  if (writing !== undefined) driveNow(writing)
  expect(disk.names(folder)).toEqual(['g1-s0-0-1.log'])
  expect(read()).toEqual([1])
  expect(files.imagePending).toBe(false)
})
