import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Io } from '../seams.ts'
import { drive, driveNow, localDisk } from './index.ts'

let folder: string
let next = 0
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tidemill-disk-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))
const fresh = (): string => join(folder, `${++next}`)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('what a step gives comes back to the work, and what it fails with is thrown there', async () => {
  const seen: unknown[] = []
  function* work(): Io<string> {
    seen.push(yield Promise.resolve('given'))
    seen.push(yield undefined)
    try {
      yield Promise.reject(new Error('failed'))
    } catch (error) {
      seen.push((error as Error).message)
    }
    return 'done'
  }
  expect(await drive(work())).toBe('done')
  expect(seen).toEqual(['given', undefined, 'failed'])
})

test('an error that the work does not catch is the error of driving it', async () => {
  function* work(): Io<void> {
    yield Promise.reject(new Error('failed'))
  }
  await expect(drive(work())).rejects.toThrow('failed')
  function* thrown(): Io<void> {
    yield Promise.resolve()
    throw new Error('thrown')
  }
  await expect(drive(thrown())).rejects.toThrow('thrown')
})

test('work that is aborted ends between two steps and can tidy up', async () => {
  const stop = new AbortController()
  const done: string[] = []
  function* work(): Io<void> {
    try {
      yield Promise.resolve()
      done.push('first')
      stop.abort(new Error('stopped'))
      yield Promise.resolve()
      done.push('second')
    } finally {
      done.push('tidy')
    }
  }
  await expect(drive(work(), stop.signal)).rejects.toThrow('stopped')
  expect(done).toEqual(['first', 'tidy'])
})

test('work that never waits is run at once, and a promise in it is an error', () => {
  function* quick(): Io<number> {
    yield
    return 7
  }
  expect(driveNow(quick())).toBe(7)
  function* slow(): Io<void> {
    yield Promise.resolve()
  }
  expect(() => driveNow(slow())).toThrow(expect.objectContaining({ code: 'engine.internal' }))
})

test('bytes that are appended follow each other, before and after a sync', async () => {
  const disk = localDisk()
  const path = fresh()
  await drive(disk.append(path, bytes('one ')))
  await drive(disk.append(path, bytes('two ')))
  await drive(disk.fsync(path))
  await drive(disk.append(path, bytes('three')))
  await drive(disk.fsync(path))
  expect(await readFile(path, 'utf8')).toBe('one two three')
  expect(await drive(disk.size(path))).toBe(13)
  await drive(disk.close())
})

test('a part of a file is read, and fewer bytes where the file ends before', async () => {
  const disk = localDisk()
  const path = fresh()
  await writeFile(path, '0123456789')
  const part = async (from?: number, to?: number): Promise<string> => new TextDecoder().decode(await drive(disk.read(path, from, to)))
  expect([await part(), await part(4), await part(2, 5), await part(8, 99), await part(20, 30)]).toEqual([
    '0123456789',
    '456789',
    '234',
    '89',
    '',
  ])
})

test('an append of no bytes makes the file', async () => {
  const disk = localDisk()
  const path = fresh()
  await drive(disk.append(path, new Uint8Array(0)))
  expect(await drive(disk.exists(path))).toBe(true)
  await drive(disk.fsync(path))
  expect(await drive(disk.size(path))).toBe(0)
})

test('folders are made with those above, listed by name, and none is an empty list', async () => {
  const disk = localDisk()
  const path = join(fresh(), 'a', 'b')
  expect(await drive(disk.list(path))).toEqual([])
  await drive(disk.makeFolder(path))
  await drive(disk.makeFolder(path))
  for (const name of ['z', 'a', 'm']) await writeFile(join(path, name), '')
  expect(await drive(disk.list(path))).toEqual(['a', 'm', 'z'])
  await drive(disk.fsyncFolder(path))
})

test('a link fails where the name is taken, a rename does not, and errors keep the code of the system', async () => {
  const disk = localDisk()
  const path = fresh()
  await mkdir(path)
  await writeFile(join(path, 'a'), 'a')
  await writeFile(join(path, 'b'), 'b')
  await expect(drive(disk.link(join(path, 'a'), join(path, 'b')))).rejects.toMatchObject({ code: 'EEXIST' })
  await drive(disk.link(join(path, 'a'), join(path, 'c')))
  await drive(disk.rename(join(path, 'a'), join(path, 'b')))
  expect(await readFile(join(path, 'b'), 'utf8')).toBe('a')
  expect(await drive(disk.list(path))).toEqual(['b', 'c'])
  await expect(drive(disk.rename(join(path, 'a'), join(path, 'd')))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(drive(disk.read(join(path, 'a')))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(drive(disk.size(join(path, 'a')))).rejects.toMatchObject({ code: 'ENOENT' })
  await drive(disk.remove(join(path, 'a')))
  await drive(disk.remove(join(path, 'b')))
  expect(await drive(disk.exists(join(path, 'b')))).toBe(false)
})

test.skipIf(process.platform !== 'linux')('a disk that is full says so', async () => {
  const disk = localDisk()
  await expect(drive(disk.append('/dev/full', bytes('x')))).rejects.toMatchObject({ code: 'ENOSPC' })
})

test('a file that was appended to and renamed goes on under its new name', async () => {
  const disk = localDisk()
  const path = fresh()
  await drive(disk.append(path, bytes('one ')))
  await drive(disk.rename(path, `${path}-new`))
  await drive(disk.append(path, bytes('two')))
  await drive(disk.close())
  expect(await readFile(`${path}-new`, 'utf8')).toBe('one ')
  expect(await readFile(path, 'utf8')).toBe('two')
})
