import { spawn } from 'node:child_process'
import { appendFile, mkdir, mkdtemp, open as openFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../../time/index.ts'
import type { SourceReader } from '../seams.ts'
import { drain, movableClock, open, stepOf } from './fixtures/place.ts'
import { isMine, openSource, partitionsOf } from './index.ts'

let folder: string
let file: string
const readers: SourceReader[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-follow-'))
  file = join(folder, 'readings.ndjson')
})
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close()
  await rm(folder, { recursive: true, force: true })
})

const fields = { n: 'int64', name: 'string?' } as const
const clock = movableClock()
async function following(path: string, options: object = {}): Promise<SourceReader> {
  const reader = await open(stepOf('follow', fields, { path, ...options }), clock)
  readers.push(reader)
  return reader
}
const line = (n: number): string => `{"n":${n},"name":"m${n}"}\n`
const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => line(from + i)).join('')
const numbersOf = (rows: readonly object[]): number[] => rows.map(row => (row as { n: number }).n)
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe('a file that grows', () => {
  test('what a second process appends, in pieces that end anywhere, is read once and in order', async () => {
    await writeFile(file, '')
    const reader = await following(file)
    const writer = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/writer.ts'), file, '20000'], {
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    let exit: number | null | undefined
    writer.once('exit', code => (exit = code))
    const seen: number[] = []
    for (let next = 0; ; ) {
      const last = exit !== undefined
      const part = drain(reader, 'readings.ndjson', next)
      expect([part.dead, part.end]).toEqual([[], 'waiting'])
      seen.push(...numbersOf(part.rows))
      next = part.next
      if (last) break
      // The second half is written once a part of the first was read.
      if (seen.length > 0) writer.stdin.end()
      await new Promise<void>(resolve => void setImmediate(resolve))
    }
    expect(exit).toBe(0)
    expect(seen).toEqual(upTo(20_000))
  })

  test('a half line waits for its rest', async () => {
    await writeFile(file, `${line(0)}{"n":1,"na`)
    const reader = await following(file)
    const first = drain(reader, 'readings.ndjson')
    expect(numbersOf(first.rows)).toEqual([0])
    expect(first.next).toBe(line(0).length)
    expect(reader.poll('readings.ndjson', first.next, 10)).toEqual({ kind: 'waiting' })
    await appendFile(file, 'me":"é"}')
    expect(reader.poll('readings.ndjson', first.next, 10)).toEqual({ kind: 'waiting' })
    await appendFile(file, '\n')
    expect(drain(reader, 'readings.ndjson', first.next).rows).toEqual([{ n: 1, name: 'é' }])
  })

  test('reading goes on from any position, in a reader of another process too', async () => {
    await writeFile(file, lines(0, 50))
    const bytes = await readFile(file)
    const ends = [0, ...[...bytes.keys()].filter(at => bytes[at] === 10).map(at => at + 1)]
    for (const [row, from] of ends.entries()) {
      const part = drain(await following(file), 'readings.ndjson', from, 7)
      expect(numbersOf(part.rows)).toEqual(upTo(50).slice(row))
      expect(part.next).toBe(bytes.length)
    }
  })

  test('what is left is told in rows', async () => {
    await writeFile(file, lines(1000, 2000))
    const poll = (await following(file)).poll('readings.ndjson', 0, 100)
    expect(poll.kind === 'rows' && [poll.batch.rows, Math.abs(poll.behind - 900) < 50]).toEqual([100, true])
  })

  test('with `until: end` what is there is read, the last line without an end too, and it is over', async () => {
    await writeFile(file, `\ufeff${lines(0, 3)}{"n":3}`)
    const reader = await following(file, { until: 'end' })
    const part = drain(reader, 'readings.ndjson')
    expect(numbersOf(part.rows)).toEqual([0, 1, 2, 3])
    expect(part.end).toBe('ended')
    expect(part.next).toBe((await readFile(file)).length)
  })

  test('columns may be called otherwise, and only those asked for are read', async () => {
    await writeFile(file, '{"machine_name":"a","n":"no number"}\n')
    const reader = await open(stepOf('follow', { machineName: 'string' }, { path: file, rename: { machine_name: 'machineName' } }), clock)
    readers.push(reader)
    expect(drain(reader, 'readings.ndjson').rows).toEqual([{ machineName: 'a' }])
  })
})

describe('broken lines', () => {
  test('are dead letters with the bytes and the place of the line', async () => {
    const text = `${line(0)}{"n":"x"}\n${line(1)}broken é\r\n{"name":"no n"}\n${line(2)}`
    await writeFile(file, text)
    const reader = await following(file)
    const { rows, dead, next } = drain(reader, 'readings.ndjson', 0, 2)
    // What is read next must not be written over what is kept.
    await appendFile(file, lines(100, 200))
    expect(drain(reader, 'readings.ndjson', next).rows).toHaveLength(100)
    expect(numbersOf(rows)).toEqual([0, 1, 2])
    expect(next).toBe(Buffer.byteLength(text))
    expect(dead.map(one => ({ ...one, payload: Buffer.from(one.payload).toString() }))).toEqual([
      {
        payload: '{"n":"x"}',
        error: 'value does not fit: "x" in column n (wants int64)',
        step: 'readings',
        position: `readings.ndjson:${text.indexOf('{"n":"x"')}`,
      },
      {
        payload: 'broken é',
        error: expect.stringMatching(/^no JSON object: /),
        step: 'readings',
        position: `readings.ndjson:${text.indexOf('broken')}`,
      },
      {
        payload: '{"name":"no n"}',
        error: 'NULL in a column without `?`: n',
        step: 'readings',
        position: `readings.ndjson:${Buffer.byteLength(text.slice(0, text.indexOf('{"name":"no')))}`,
      },
    ])
  })

  test('of a long line the first 64 KiB are kept; of one above 16 MiB no more are ever held', async () => {
    const handle = await openFile(file, 'w')
    const piece = Buffer.alloc(1024 * 1024, 'x')
    await handle.write(`${line(0)}{"n":"${'y'.repeat(100_000)}"}\n`)
    const at = (await handle.stat()).size
    for (let i = 0; i < 40; i++) await handle.write(piece)
    const reader = await following(file)
    const before = drain(reader, 'readings.ndjson')
    expect(before).toMatchObject({ next: at, end: 'waiting' })
    expect(numbersOf(before.rows)).toEqual([0])
    expect(before.dead[0]?.payload.length).toBe(65_536)
    expect(before.dead[0]?.error).toContain('the first 64 KiB of 100008 bytes are kept')

    await handle.write(`\n${line(1)}`)
    await handle.close()
    const memory = process.memoryUsage().arrayBuffers
    const after = drain(reader, 'readings.ndjson', at)
    expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(20 * 1024 * 1024)
    expect(numbersOf(after.rows)).toEqual([1])
    expect(after.dead).toMatchObject([
      { position: `readings.ndjson:${at}`, error: `line longer than 16 MiB: ${40 * 1024 * 1024 + 1} bytes (the first 64 KiB are kept)` },
    ])
    expect(Buffer.from(after.dead[0]?.payload ?? []).toString()).toBe('x'.repeat(65_536))
  })

  test('a line of just below 16 MiB is a row', async () => {
    await writeFile(file, `{"n":1,"name":"${'x'.repeat(16 * 1024 * 1024 - 20)}"}\n${line(2)}`)
    const { rows, dead } = drain(await following(file), 'readings.ndjson')
    expect([numbersOf(rows), dead]).toEqual([[1, 2], []])
  })
})

describe('a file that is no longer the one that was read', () => {
  test('is refused when it shrank, naming file, size and position', async () => {
    await writeFile(file, lines(0, 10))
    const reader = await following(file)
    const { next } = drain(reader, 'readings.ndjson')
    await truncate(file, 20)
    expect(() => reader.poll('readings.ndjson', next, 10)).toThrow(
      expect.objectContaining({
        code: 'stream.source-shrank',
        details: { file, size: 20, position: next },
        message: expect.stringContaining(`it has 20 bytes (read ${next} bytes)`),
      }),
    )
    // And so after a restart.
    const again = await following(file)
    expect(() => again.poll('readings.ndjson', next, 10)).toThrow(expect.objectContaining({ code: 'stream.source-shrank' }))
  })

  test('is refused when another file has its name, as when logs are rotated', async () => {
    await writeFile(file, lines(0, 10))
    const reader = await following(folder)
    expect(reader.partitions()).toEqual(['readings.ndjson'])
    drain(reader, 'readings.ndjson')
    await rename(file, join(folder, 'readings.old'))
    await writeFile(file, lines(0, 20))
    clock.move(1000)
    expect(() => reader.partitions()).toThrow(
      expect.objectContaining({ code: 'stream.source-shrank', message: expect.stringContaining('another file has its name') }),
    )
  })

  test('is refused when it was written anew in place, longer than before', async () => {
    await writeFile(file, lines(0, 3))
    const reader = await following(folder)
    reader.partitions()
    drain(reader, 'readings.ndjson')
    await writeFile(file, lines(100, 200))
    clock.move(1000)
    expect(() => reader.partitions()).toThrow(
      expect.objectContaining({ code: 'stream.source-shrank', message: expect.stringContaining('its first bytes changed') }),
    )
  })

  test('is refused after a restart when no line ends where reading went on', async () => {
    await writeFile(file, lines(0, 10))
    const { next } = drain(await following(file), 'readings.ndjson')
    await writeFile(file, `${' '.repeat(5)}${lines(100, 200)}`)
    const again = await following(file)
    expect(() => again.poll('readings.ndjson', next, 10)).toThrow(
      expect.objectContaining({ code: 'stream.source-shrank', message: expect.stringContaining('no line ends') }),
    )
  })

  test('is not read a second time under a new name', async () => {
    await writeFile(file, lines(0, 10))
    const reader = await following(folder)
    reader.partitions()
    drain(reader, 'readings.ndjson')
    await rename(file, join(folder, 'readings-1.ndjson'))
    clock.move(1000)
    expect(() => reader.partitions()).toThrow(
      expect.objectContaining({ code: 'stream.source-shrank', message: expect.stringContaining('readings.ndjson is readings-1.ndjson') }),
    )
  })

  test('may be deleted once it was read, and is read to its end when it was open', async () => {
    await writeFile(file, lines(0, 5000))
    const reader = await following(folder)
    reader.partitions()
    const poll = reader.poll('readings.ndjson', 0, 10)
    await rm(file)
    clock.move(1000)
    expect(reader.partitions()).toEqual(['readings.ndjson'])
    const rest = drain(reader, 'readings.ndjson', poll.kind === 'rows' ? poll.next : 0)
    expect([numbersOf(rest.rows).at(-1), rest.end]).toEqual([4999, 'waiting'])
    expect(await partitionsOf(stepOf('follow', fields, { path: folder }), 1)).toEqual([])
  })
})

describe('several files', () => {
  test('new files of a folder and of a glob are found, once a second', async () => {
    await mkdir(join(folder, 'a'))
    await writeFile(join(folder, 'a/1.ndjson'), line(1))
    await writeFile(join(folder, 'a/_temporary.ndjson'), line(1))
    await writeFile(join(folder, 'a/notes.md'), 'no rows')
    const [whole, some] = [await following(folder), await following(join(folder, '*/*.ndjson'))]
    expect([whole.partitions(), some.partitions()]).toEqual([['a/1.ndjson'], ['a/1.ndjson', 'a/_temporary.ndjson']])
    await mkdir(join(folder, 'b'))
    await writeFile(join(folder, 'b/2.ndjson'), line(2))
    expect(whole.partitions()).toEqual(['a/1.ndjson'])
    clock.move(1000)
    expect([whole.partitions(), some.partitions()]).toEqual([
      ['a/1.ndjson', 'b/2.ndjson'],
      ['a/1.ndjson', 'a/_temporary.ndjson', 'b/2.ndjson'],
    ])
    expect(drain(whole, 'b/2.ndjson').rows).toEqual([{ n: 2, name: 'm2' }])
    expect(drain(some, 'a/1.ndjson').rows).toEqual([{ n: 1, name: 'm1' }])
  })

  test('every file is of one subtask, those that come later too', async () => {
    const initial = upTo(7).map(n => `${n}.ndjson`)
    const all = [...initial, ...upTo(50).map(n => `later-${n}.ndjson`)]
    for (const width of [1, 2, 3, 8]) {
      const counts = all.map(name => upTo(width).filter(index => isMine({ index, width, initial }, name)).length)
      expect(new Set(counts)).toEqual(new Set([1]))
    }
    const shares = upTo(2).map(index => initial.filter(name => isMine({ index, width: 2, initial }, name)).length)
    expect(shares).toEqual([4, 3])
  })

  test('files read in turn keep their places', async () => {
    await writeFile(join(folder, 'a.ndjson'), lines(0, 3000))
    await writeFile(join(folder, 'b.ndjson'), lines(0, 3000))
    const reader = await following(folder)
    const next: Record<string, number> = { 'a.ndjson': 0, 'b.ndjson': 0 }
    const seen: Record<string, number[]> = { 'a.ndjson': [], 'b.ndjson': [] }
    for (let round = 0; round < 100; round++)
      for (const name of reader.partitions()) {
        const poll = reader.poll(name, next[name] ?? 0, 37)
        if (poll.kind !== 'rows') continue
        next[name] = poll.next
        for (let i = 0; i < poll.batch.rows; i++) seen[name]?.push(Number(poll.batch.columns[0]?.data[i]))
      }
    expect(seen).toEqual({ 'a.ndjson': upTo(3000), 'b.ndjson': upTo(3000) })
  })

  test('a compressed file is refused, as it cannot grow', async () => {
    await writeFile(join(folder, 'a.ndjson.gz'), '')
    await expect(partitionsOf(stepOf('follow', fields, { path: join(folder, '*') }), 1)).rejects.toMatchObject({
      code: 'stream.source-failed',
    })
  })

  test('a file that cannot be opened is an error that names it', async () => {
    const step = stepOf('follow', fields, { path: folder })
    const reader = openSource(step, { index: 0, width: 1, initial: ['gone.ndjson'] }, { clock: systemClock, functions: new Map() })
    expect(() => reader.poll('gone.ndjson', 0, 10)).toThrow(
      expect.objectContaining({ code: 'stream.source-failed', message: expect.stringContaining('gone.ndjson') }),
    )
  })
})
