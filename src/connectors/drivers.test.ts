import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Batch, rowsOf, stringsOf } from '../batch/index.ts'
import type { SourceDriver, Spec } from '../plan/index.ts'
import { lines, prepareSource, rows } from './index.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-drivers-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function driverOf(source: Spec): Promise<SourceDriver> {
  const module = (await import(source.code?.url ?? '')) as Record<string, SourceDriver>
  return module[source.code?.export ?? ''] as SourceDriver
}
async function batches(source: Spec, columns: readonly string[], limit?: number, signal = new AbortController().signal): Promise<Batch[]> {
  const driver = await driverOf(source)
  const found: Batch[] = []
  for await (const batch of driver.open(source.options, { columns, limit }, signal)) found.push(batch)
  return found
}
async function linesOf(path: string, limit?: number): Promise<(string | null)[]> {
  return (await batches(await prepareSource(lines(path)), ['line'], limit)).flatMap(batch =>
    batch.columns.flatMap(column => stringsOf(column)),
  )
}

test('rows come in batches, the asked columns in the asked order', async () => {
  const source = rows(Array.from({ length: 40_000 }, (_, x) => ({ x, y: `t${x}`, z: x % 2 === 0 })))
  const all = await batches(source, ['y', 'x'])
  expect(all.map(batch => batch.rows)).toEqual([16_384, 16_384, 7_232])
  expect(rowsOf(all[2] as Batch).at(-1)).toEqual({ y: 't39999', x: 39_999 })
  expect((await batches(source, ['x'], 20_000)).map(batch => batch.rows)).toEqual([16_384, 3_616])
  expect((await batches(source, [])).reduce((sum, batch) => sum + batch.rows, 0)).toBe(40_000)
})

test('a row that does not fit its schema is named by its number', async () => {
  const source = rows([...Array.from({ length: 20_000 }, () => ({ x: 1 })), { x: 'two' }], { schema: { x: 'float64' } })
  await expect(batches(source, ['x'])).rejects.toMatchObject({ code: 'schema.misfit', message: expect.stringContaining('20001') })
})

test('rows stop when they are cancelled', async () => {
  await expect(batches(rows([{ x: 1 }]), ['x'], undefined, AbortSignal.abort())).rejects.toThrow(/abort/i)
})

test('lines keep everything but the line end', async () => {
  const path = join(folder, 'a.txt')
  await writeFile(path, '\ufefffirst\r\n\n  blanks  \n東京 😀\r\nlast without an end')
  expect(await linesOf(path)).toEqual(['first', '', '  blanks  ', '東京 😀', 'last without an end'])
  await writeFile(path, 'one\ntwo\n')
  expect(await linesOf(path)).toEqual(['one', 'two'])
  await writeFile(path, '')
  expect(await linesOf(path)).toEqual([])
  await writeFile(path, '\n')
  expect(await linesOf(path)).toEqual([''])
})

test('any text is cut as a split at line ends cuts it', async () => {
  const path = join(folder, 'any.txt')
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\r\n', '京', ' '), maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(text, async content => {
      await writeFile(path, content)
      const expected = content === '' ? [] : content.replace(/\r?\n$/, '').split(/\r?\n/)
      expect(await linesOf(path)).toEqual(expected)
    }),
    { seed: 9, numRuns: 100 },
  )
})

test('lines that cross the pieces of a big file are whole, plain and gzipped', async () => {
  const wanted = Array.from({ length: 60_000 }, (_, index) => `${index} ${'wörd '.repeat(index % 17)}`)
  for (const name of ['big.txt', 'big.txt.gz']) {
    const text = wanted.join('\r\n')
    await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text)
    expect(await linesOf(join(folder, name))).toEqual(wanted)
  }
})

test('several files follow one another, and a limit reads no further', async () => {
  await writeFile(join(folder, 'part1.log'), 'a\nb')
  await writeFile(join(folder, 'part2.log'), 'c\n')
  await writeFile(join(folder, 'part3.log'), Buffer.from([0xff, 0x0a]))
  expect(await linesOf(join(folder, 'part[12].log'))).toEqual(['a', 'b', 'c'])
  expect(await linesOf(join(folder, 'part*.log'), 3)).toEqual(['a', 'b', 'c'])
  expect(await linesOf(join(folder, 'part*.log'), 1)).toEqual(['a'])
  await expect(linesOf(join(folder, 'part*.log'))).rejects.toMatchObject({ code: 'connectors.encoding', details: { line: 1 } })
})

test('the memory of a batch belongs to it alone, so that it can be handed to a thread', async () => {
  const path = join(folder, 'tiny.txt')
  await writeFile(path, 'tiny\n')
  const [batch] = await batches(await prepareSource(lines(path)), ['line'])
  expect(batch?.columns[0]?.data.buffer.byteLength).toBe(5)
})

test('a line that is not UTF-8 is named by its number', async () => {
  const path = join(folder, 'bad.txt')
  await writeFile(path, `${'good\n'.repeat(500_000)}`)
  await appendFile(path, Buffer.from('sm\xf8r\n', 'latin1'))
  await expect(linesOf(path)).rejects.toMatchObject({ code: 'connectors.encoding', details: { line: 500_001, encoding: 'Windows-1252' } })
})

test('reading lines stops when it is cancelled and closes the file when it is left early', async () => {
  const path = join(folder, 'big.txt')
  const source = await prepareSource(lines(path))
  const driver = await driverOf(source)
  const controller = new AbortController()
  const reading = async (): Promise<void> => {
    for await (const batch of driver.open(source.options, { columns: ['line'] }, controller.signal)) if (batch.rows > 0) controller.abort()
  }
  await expect(reading()).rejects.toThrow(/abort/i)
  for await (const batch of driver.open(source.options, { columns: ['line'] }, new AbortController().signal)) {
    expect(batch.rows).toBeGreaterThan(0)
    break
  }
})

test('memory does not grow with the file', async () => {
  const path = join(folder, 'huge.txt')
  const piece = 'x'.repeat(99).concat('\n').repeat(100_000)
  for (let index = 0; index < 15; index++) await appendFile(path, piece)
  const source = await prepareSource(lines(path))
  const driver = await driverOf(source)
  let count = 0
  let most = 0
  for await (const batch of driver.open(source.options, { columns: ['line'] }, new AbortController().signal)) {
    count += batch.rows
    most = Math.max(most, batch.columns[0]?.data.byteLength ?? 0)
  }
  expect(count).toBe(1_500_000)
  expect(most).toBeLessThan(4 * 1024 * 1024)
})
