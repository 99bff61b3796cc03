/** What is written to folders: every way to deal rows to them, and what is read back. */
import { cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { csv, parquet, rows } from '../../../connectors/index.ts'
import type { Dataset } from '../../../dataset/index.ts'
import { failure } from '../../../../test/house/failure.ts'
import { asParquet, type Format, formats, hostile, type Item, itemPlace } from './fixtures/items.ts'

const here = itemPlace()
const { place } = here

async function foldersOf(path: string): Promise<readonly string[]> {
  const names = await readdir(path, { recursive: true, withFileTypes: true })
  return names
    .filter(entry => entry.isFile() && entry.name.startsWith('data_'))
    .map(entry => entry.parentPath.slice(path.length + 1))
    .filter((name, index, all) => all.indexOf(name) === index)
    .sort()
}

const ways: Readonly<Record<string, object>> = {
  'no partition': {},
  'a value': { partitionBy: ['p'] },
  'a hash': { partitionBy: [{ hash: 'p', buckets: 4 }] },
  'ranges at edges': { partitionBy: [{ range: 'x', edges: [10, 50] }] },
  'ranges of about equal parts': { partitionBy: [{ range: 'x', parts: 4 }] },
  'months of a zone': { partitionBy: [{ time: 'at', every: 'month', timeZone: 'Europe/Berlin' }] },
  'a value and quarters, sorted': { partitionBy: ['p', { time: 'at', every: 'quarter' }], sortBy: ['x'] },
  'a limit of rows': { rowsPerFile: 70 },
  zstd: { partitionBy: [{ hash: 'id', buckets: 2 }], compression: 'zstd' },
  gzip: { rowsPerFile: 100, compression: 'gzip' },
}

for (const [kind, make] of formats)
  test.each(Object.entries(ways))(`${kind} by %s gives back the rows and types that were written`, async (_, options) => {
    const path = `${place()}/`
    const report = await here.data.write(make(path, options))
    expect(report).toMatchObject({ rows: 300, version: 1 })
    const back = await here.tm.read(make(path))
    expect(back.schema).toEqual(here.data.schema)
    expect(await back.sort('id').rows()).toEqual(await here.data.sort('id').rows())
    expect(report.bytes).toBe((await Promise.all(report.files.map(async file => (await stat(file)).size))).reduce((a, b) => a + b))
  })

test('values that look like NULL, paths or nothing have folders of their own', async () => {
  const path = place()
  await here.data.write(asParquet(path, { partitionBy: ['p'] }))
  const names = await foldersOf(path)
  expect(names.length).toBe(hostile.length)
  expect(names).toContain('p=__HIVE_DEFAULT_PARTITION__')
  expect(names).toContain('p=%5F_HIVE_DEFAULT_PARTITION__')
  expect(names).toContain('p=a%2Fb')
  for (const value of hostile.filter(one => one !== null)) {
    const found = await (await here.tm.read(asParquet(path))).filter(r => r.p.eq(value)).rows()
    expect(found.map(row => row.p)).toEqual(Array(20).fill(value))
  }
})

test('months are those of the zone, and edges belong to the range above them', async () => {
  const path = place()
  const moments = await here.tm.read(
    rows([
      { at: new Date('2026-01-31T22:59:59Z'), x: 9.9 },
      { at: new Date('2026-01-31T23:00:00Z'), x: 10 },
      { at: new Date('2026-02-01T00:00:00Z'), x: Number.NaN },
    ]),
  )
  await moments.write(
    parquet(path, {
      partitionBy: [
        { time: 'at', every: 'month', timeZone: 'Europe/Berlin' },
        { range: 'x', edges: [10] },
      ],
    }),
  )
  expect(await foldersOf(path)).toEqual(['at_month=2026-01/x_range=0', 'at_month=2026-02/x_range=1'])
})

test('a file has no more rows than asked for, and about as many bytes', async () => {
  const [byRows, byBytes] = [place(), place()]
  await here.data.write(asParquet(byRows, { partitionBy: ['p'], rowsPerFile: 7 }))
  const report = await here.data.write(asParquet(byRows, { partitionBy: ['p'], rowsPerFile: 7, mode: 'replace' }))
  const counts = await Promise.all(report.files.map(async file => (await here.tm.read(parquet(file))).count()))
  expect(Math.max(...counts)).toBe(7)
  const many = await here.tm.read(rows(Array.from({ length: 60_000 }, (_, i) => ({ id: i, text: `some text ${i * 7919}` }))))
  const files = (await many.write(parquet(byBytes, { bytesPerFile: 100_000 }))).files
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) expect((await stat(file)).size).toBeLessThan(150_000)
  expect(await (await here.tm.read(parquet(byBytes))).count()).toBe(60_000)
})

test('rows of each file are in the order asked for, and an earlier sort is kept within files', async () => {
  const [sorted, before, later] = [place(), place(), place()]
  const mixed = await here.tm.read(rows(Array.from({ length: 20_000 }, (_, i) => ({ k: i % 3, v: (i * 7919) % 20_011 }))))
  for (const files of [
    (await mixed.write(parquet(sorted, { partitionBy: ['k'], sortBy: ['v'] }))).files,
    (await mixed.sort('v').write(parquet(before, { partitionBy: ['k'] }))).files,
    (
      await mixed
        .sort('v')
        .withColumns(r => ({ most: r.v.max().over({ partitionBy: r.k }) }))
        .write(parquet(later, { partitionBy: ['k'] }))
    ).files,
  ])
    for (const file of files) {
      const values = (await (await here.tm.read(parquet(file, { schema: { v: 'int64' } }))).rows()).map(row => row.v)
      expect(values.length).toBeGreaterThan(6000)
      expect(values).toEqual([...values].sort((a, b) => a - b))
    }
})

test('rows of another form are refused with what differs, and nothing changes', async () => {
  const path = place()
  await here.data.write(asParquet(path, { partitionBy: ['p'] }))
  const append = { partitionBy: ['p'], mode: 'append' }
  expect((await failure(here.data.write(asParquet(path, { ...append, partitionBy: ['text'] })))).message).toContain(
    'it is partitioned by p, not by text',
  )
  expect((await failure(here.data.drop('x').write(asParquet(path, append) as never))).message).toContain(
    'it has the columns id, p, x, at, text',
  )
  const other = here.data.withColumns(r => ({ x: r.x.cast('string') })) as unknown as Dataset<Item>
  expect(await failure(other.write(asParquet(path, append)))).toMatchObject({
    code: 'storage.layout',
    message: expect.stringContaining('its column x is float64, in the new rows string'),
  })
  expect((await failure(here.data.write((csv as unknown as Format)(path, append)))).message).toContain('files are parquet, not csv')
  expect(await here.tm.files.usage(path)).toMatchObject({ version: 1, versions: [1], extra: { files: 0 }, writing: 0, deadWrites: 0 })
  expect((await failure(here.tm.read(csv(path)))).message).toContain('table of parquet files')
})

test('a table without rows has its columns', async () => {
  const path = place()
  await here.data.filter(r => r.id.lt(0)).write(asParquet(path, { partitionBy: ['p'] }))
  const back = await here.tm.read(asParquet(path))
  expect(await back.rows()).toEqual([])
  expect(back.schema.map(field => field.name)).toEqual(['id', 'p', 'x', 'at', 'text'])
  await here.data.write(asParquet(path, { partitionBy: ['p'], mode: 'append' }))
  expect(await (await here.tm.read(asParquet(path))).count()).toBe(300)
})

test('a file that is missing, cut or changed is an error that names it; one more file is none of the table', async () => {
  const path = `${place()}/`
  const { files } = await here.data.write(asParquet(path, { rowsPerFile: 100 }))
  const [first = '', second = ''] = files
  await cp(first, join(path, 'stray.parquet'))
  expect(await (await here.tm.read(asParquet(path))).count()).toBe(300)
  expect((await here.tm.files.usage(path)).extra.files).toBe(1)
  const bytes = await readFile(first)
  const middle = Math.floor(bytes.length / 2)
  await writeFile(first, bytes.with(middle, bytes[middle] === 0 ? 1 : 0))
  expect(await failure(here.tm.read(asParquet(path, { verify: 'hash' })))).toMatchObject({
    code: 'storage.damaged',
    message: `file of version 1 has other bytes than were written: ${first}`,
  })
  await here.tm.read(asParquet(path))
  await truncate(first, bytes.length - 1)
  expect((await failure(here.tm.read(asParquet(path)))).message).toBe(
    `file of version 1 has ${bytes.length - 1} bytes, not ${bytes.length}: ${first}`,
  )
  await writeFile(first, bytes)
  await rm(second)
  expect((await failure(here.tm.read(asParquet(path)))).message).toBe(`file of version 1 is missing: ${second}`)
})

test('a folder that others wrote is read as it lies, and becomes a table by the first append', async () => {
  const path = place()
  await here.data.write(asParquet(path, { partitionBy: ['p'] }))
  await rm(join(path, '_tidemill'), { recursive: true })
  expect((await here.tm.files.usage(path)).version).toBeUndefined()
  const before = await (await here.tm.read(asParquet(path))).count()
  expect(before).toBe(300)
  await mkdir(join(path, '_temporary'))
  const columns = (await here.tm.read(asParquet(path))).select('id', 'x', 'at', 'text', 'p') as unknown as Dataset<Item>
  expect((await columns.limit(5).write(asParquet(path, { partitionBy: ['p'], mode: 'append' }))).version).toBe(2)
  expect(await (await here.tm.read(asParquet(path))).count()).toBe(305)
  const text = place()
  await here.data.write((csv as unknown as Format)(text, { partitionBy: ['p'] }))
  await rm(join(text, '_tidemill'), { recursive: true })
  expect((await failure(here.data.write((csv as unknown as Format)(text, { partitionBy: ['p'], mode: 'append' })))).message).toContain(
    'has no manifest',
  )
})

test('ranges in parts are about equal, and an append goes to the same ranges', async () => {
  const path = place()
  const by = { partitionBy: [{ range: 'x', parts: 4 }] }
  await here.data.write(asParquet(path, by))
  const { largest, skew } = await here.tm.files.usage(path)
  expect(largest.length).toBe(4)
  expect(skew).toBeLessThan(1.1)
  await here.data.filter(r => r.id.lt(20)).write(asParquet(path, { ...by, mode: 'append' }))
  expect((await here.tm.files.usage(path)).partitions).toBe(4)
})

test.each([
  [{ partitionBy: ['nope'] }, 'unknown column in partitionBy: nope (have id, p, x, at, text)'],
  [{ sortBy: ['nope'] }, 'unknown column in sortBy: nope (have id, p, x, at, text)'],
  [{ partitionBy: ['p', 'p'] }, 'column twice in partitionBy: p, p'],
  [{ partitionBy: ['id', 'p', 'x', 'at', 'text'] }, 'partitionBy takes every column: none is left for the files'],
  [{ partitionBy: [{ time: 'x', every: 'day' }] }, 'partition by time wants a date, datetime or timestamp: x is float64'],
  [{ partitionBy: [{ hash: 'p', buckets: 0 }] }, 'buckets must be a whole number from 1 to 100,000, not 0'],
  [{ partitionBy: [{ range: 'x', edges: [2, 1] }] }, 'edges must be an array of ascending values, at least one, not [2,1]'],
  [{ partitionBy: [{ time: 'at', every: 'minute' }] }, 'every must be one of year, quarter, month, week, day, hour, not "minute"'],
  [
    { partitionBy: [{ time: 'at', every: 'day', timeZone: 'Mars/North' }] },
    `timeZone must be a zone such as 'Europe/Berlin', not "Mars/North"`,
  ],
  [{ compression: 'rar' }, 'compression must be one of none, snappy, zstd, gzip, brotli, lz4, not "rar"'],
  [{ keep: 'long' }, 'no duration: "long"'],
])('what cannot be written is refused in words: %j', async (options, message) => {
  const path = `${place()}/`
  const error = await failure(Promise.resolve().then(async () => here.data.write(asParquet(path, options))))
  expect(error.message).toContain(message)
  expect(await readdir(here.folder)).not.toContain(path.split('/').at(-2))
})

test('bytes per file are for parquet', () => {
  expect(() => csv('out/', { bytesPerFile: 1000 })).toThrow('bytesPerFile is for parquet, not for csv')
})

test('a file cannot be appended to', async () => {
  const path = `${place()}.parquet`
  await here.data.write(asParquet(path))
  expect(await failure(here.data.write(asParquet(path, { mode: 'append' })))).toMatchObject({
    code: 'connectors.exists',
    message: `a file cannot be appended to: ${path}`,
  })
  expect((await stat(path)).isFile()).toBe(true)
})
